"""A report as data: what is said, in order, without a word on how it looks. Renderers turn it into text.

A line or a table is a value, so that a new renderer is one loop and a comparison can put two reports side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["plain", "strong", "quiet", "good", "bad", "doubt"]
"""How a text is meant: good and bad by an objective, doubt where a number is not to be trusted, quiet for the rest."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Neighbours of one group stand under its common heading.

    A title may be blank where the eye needs none; `spoken` is what a voice calls the column then.
    """

    title: str
    group: str = ""
    left: bool = False  # text; else numbers, set to the right
    whole: bool = False  # text that is never folded, as numbers never are
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: a text for each column, and what is said of it beneath; `mark` stands before the first."""

    cells: tuple[str, ...]
    tone: Tone = "plain"
    indent: int = 0
    notes: tuple[str, ...] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; a first column of text gives way where the width does not suffice."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and what is said of them, one a line."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence; `mark` is a word or sign before it."""

    text: str
    tone: Tone = "plain"
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Units a second in the course of a day: what is asked as an area, capacity as a line over it, throttles marked.

    All three have the same length, and go from 00:00 to 24:00.
    """

    asked: tuple[float, ...]
    capacity: tuple[float, ...]
    throttled: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """A change and its interval, in multiples of what matters: 0 is no change, 1 what matters, more is worse.

    A bound that does not exist is None; the interval is open there.
    """

    name: str
    estimate: float
    low: float | None
    high: float | None
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Forest:
    """Intervals one below the other on one axis, with no change and what matters marked."""

    intervals: tuple[Interval, ...]


Block = Table | Facts | Line | Chart | Forest


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with a word beside it, and what stands under it; `folded` where a page may keep it shut at first."""

    title: str
    blocks: tuple[Block, ...]
    aside: str = ""
    folded: bool = False


Verdict = Literal["pass", "fail", "invalid", "regressed", "improved", "not worse", "cannot tell"]
"""Of a run or a plan the first three, of a comparison the third and those after it."""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report: verdict and its reasons in words first, then what was run, then the sections."""

    verdict: Verdict
    headline: str
    reasons: tuple[str, ...]
    subject: tuple[str, ...]
    sections: tuple[Section, ...]
    where: str = ""
