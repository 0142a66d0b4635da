"""What a page is made of, as data: a block is a value here and a template of its name in `templates/blocks`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from ddbload.report.model import Tone

Sign = Literal["pass", "fail", "invalid", "regressed", "improved", "not worse", "cannot tell"]
"""A verdict's word: of a run, a plan, a comparison."""


class Block(Protocol):
    """Anything that has a template of its name; what stands below, and whatever a room adds."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere: a relative address, a fragment or an http(s) one."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Term:
    """A text whose definition is shown on hover and focus: `metric` is a key of the table of metrics."""

    text: str
    metric: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A number with a bar behind it; `part` is the bar's length, 0 to 1."""

    text: str
    part: float
    tone: Tone = "plain"


Cell = str | Link | Term | Bar


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading. Neighbours of one group stand under its name; `metric` defines it on hover and focus.

    `spoken` is what a voice calls a column whose title is blank; the texts of a `whole` one are never folded.
    """

    title: str
    group: str = ""
    left: bool = False
    metric: str = ""
    spoken: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: a cell for each column, and what is said of it beneath."""

    cells: tuple[Cell, ...]
    tone: Tone = "plain"
    indent: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Banner:
    """The verdict, first on the page: its word, one sentence, the reasons, and below what was looked at."""

    template: ClassVar[str] = "banner"
    verdict: Sign
    headline: str
    reasons: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that begins a part of the page, with a quiet word beside it. `id` makes it a place to link to."""

    template: ClassVar[str] = "heading"
    text: str
    aside: str = ""
    level: Literal[1, 2, 3] = 2
    id: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph."""

    template: ClassVar[str] = "prose"
    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Notes:
    """Sentences to mind, set off from the rest."""

    template: ClassVar[str] = "notes"
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A big number: its label (with `metric`, defined), the number, its unit, and a quiet line beneath."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    metric: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Figures:
    """Big numbers side by side."""

    template: ClassVar[str] = "figures"
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class FactList:
    """Labels and what is said of them."""

    template: ClassVar[str] = "facts"
    pairs: tuple[tuple[str | Term, Cell], ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table. It scrolls sideways by itself where the page is too narrow; `caption` names it for who cannot see it."""

    template: ClassVar[str] = "table"
    caption: str
    columns: tuple[Head, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that a chart draws: as they are, None where there is none. Shown on request, and downloaded."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | int | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart.

    Attributes:
        id: of the element, and the name of its numbers' file; unique on the page.
        title: what it shows, with units.
        option: of Apache ECharts, plain data; {"$color": name} and {"$format": name} stand for the page's own
            (`charts.py`).
        summary: what it says, in a sentence or two: for a reader who does not see it, and beneath it for all others.
        numbers: what it draws.
        height: in pixels.
        aside: a quiet word beside the title.
    """

    template: ClassVar[str] = "chart"
    id: str
    title: str
    option: Mapping[str, Any]
    summary: str
    numbers: Numbers
    height: int = 300
    aside: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file that lies in the page itself."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Downloads:
    """Files to take away from the page."""

    template: ClassVar[str] = "downloads"
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """Blocks that are opened on request; on paper they are open. `id` makes it a place to link to."""

    template: ClassVar[str] = "details"
    title: str
    blocks: tuple[Block, ...]
    open: bool = False
    id: str = ""
