"""What `ddbload compare` was asked, as a value."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ddbload.errors import DdbloadError

PARTS = ("scenario", "params", "seed", "files", "target", "region", "transport", "workers", "host")
"""What may differ between two sides only where it is said to be under test."""


class ComparisonError(DdbloadError):
    """The two sides cannot be set against each other: says which, why, and what would fit.

    `unlike` are the parts of the fingerprint that may differ if they are said to be under test.
    """

    def __init__(self, message: str, unlike: frozenset[str] = frozenset()) -> None:
        super().__init__(message)
        self.unlike = unlike


class TooFewRunsError(ComparisonError):
    """There are runs, but too few of them are valid: nothing is wrong with what was asked for."""

    exit_code = 3


def require_parts(words: Iterable[str]) -> frozenset[str]:
    """The words as parts of the fingerprint, of `PARTS`.

    Raises:
        ComparisonError: there is no such part; names the nearest, or all that there are.
    """
    found = frozenset(words)
    if unknown := sorted(found - set(PARTS)):
        near = difflib.get_close_matches(unknown[0], PARTS, 1)
        fits = f"did you mean {near[0]}?" if near else f"one of {', '.join(PARTS)} fits"
        raise ComparisonError(f"{unknown[0]}: there is no such part; {fits}")
    return found


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """What is to be compared.

    Attributes:
        sides: words that name runs: a tag, scenario@tag, or a run's folder; the first is the base.
        results: the store.
        scenario: which scenario's tags are meant, where a tag has runs of several.
        across: parts of the fingerprint that are under test, of `PARTS`.
        margins: what matters, by gate: "read.p99" -> 0.05, "p99" -> 0.08 for all operations; wins over the scenario.
        curves: whether the histograms are read and laid over each other.
    """

    sides: tuple[str, ...]
    results: Path = Path("results")
    scenario: str | None = None
    across: frozenset[str] = frozenset()
    margins: Mapping[str, float] = field(default_factory=dict)
    curves: bool = False
