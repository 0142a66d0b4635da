"""Many tags in a row: the document of `ddbload compare` of three tags or more."""

from __future__ import annotations

from dataclasses import dataclass

from ddbload.compare.document.comparison import Comparison
from ddbload.compare.document.finding import Level, Scale
from ddbload.compare.document.sides import Side
from ddbload.measure.metrics import Direction

TREND = "ddbload-trend/1"


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Where a metric's level moved.

    Attributes:
        tag: the first tag of the new level.
        position: its place among the tags, from 0.
        change: new level over old, minus one; of a share the difference.
        p: chance of such a move in any of the gates without one, by permutation; of information, in any of it.
    """

    tag: str
    position: int
    change: float
    p: float


@dataclass(frozen=True, slots=True)
class TrendLine:
    """A metric over the tags: its level at each, None where a tag has no value, and where it moved."""

    operation: str
    metric: str
    key: str
    unit: str
    better: Direction
    scale: Scale
    gated: bool
    levels: tuple[Level | None, ...]
    changes: tuple[ChangePoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Trend:
    """Many tags in the order given; the last is judged against the first.

    Attributes:
        schema: "ddbload-trend/1".
        tags: as given.
        sides: of each tag, its runs.
        lines: metrics over the tags; gates first.
        last: the last tag against the first, with the verdict.
    """

    schema: str
    scenario: str
    tags: tuple[str, ...]
    sides: tuple[Side, ...]
    lines: tuple[TrendLine, ...]
    last: Comparison
