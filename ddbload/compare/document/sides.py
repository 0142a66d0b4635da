"""What was compared: the sides, their runs, those that do not count, and the fingerprints side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Design = Literal["paired", "separate"]


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run that a side is made of.

    Attributes:
        id: of the run.
        path: its folder.
        started_at: UTC, ISO 8601.
        batch: number of the stretch of runs in which it was made: neighbours in time of the same side, from 0.
        pair: its pair, where the sides were interleaved.
        verdict: its own.
    """

    id: str
    path: str
    started_at: str
    batch: int
    pair: int | None
    verdict: Literal["pass", "fail", "invalid"]


@dataclass(frozen=True, slots=True)
class Excluded:
    """A run that was found and is not counted, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what it was called on the command line, its runs, and what they ran on.

    Attributes:
        name: as given: a tag, scenario@tag or a folder.
        runs: those that are counted, in order of time; of a paired comparison in order of the pairs.
        excluded: those that are not.
        subject: what ran: "target", "transport", "ddbload", "python", "host" as one phrase each.
    """

    name: str
    runs: tuple[RunLine, ...]
    excluded: tuple[Excluded, ...] = ()
    subject: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Likeness:
    """One part of the fingerprints, side by side.

    Attributes:
        part: "scenario", "params", "seed", "files", "target", "version", "region", "transport", "workers", "host",
            "kernel", "ddbload", "python", "dependencies", "rate".
        base, new: in words.
        status: "same", "flagged" (unlike, and said), "under test" (unlike, and meant to be).
        text: a sentence where there is something to say.
    """

    part: str
    base: str
    new: str
    status: Literal["same", "flagged", "under test"]
    text: str = ""
