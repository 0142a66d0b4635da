"""The pages of the store: its tags to choose from, and the runs of one tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from ddbload.report.model import Tone
from ddbload.report.page.blocks import Block, FactList, Head, Heading, Link, Prose, Row, TableBlock
from ddbload.report.page.frame import Page, render
from ddbload.report.quantity import NONE, count, counted, duration, rate

Verdict = Literal["pass", "fail", "invalid"]
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "invalid")


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run in a list.

    Attributes:
        name: of its folder.
        href: where its page is.
        started: UTC, to the second, as it is shown.
        verdict: its own.
        target: what it ran against.
        rate: arrivals a second that were completed; None where nothing was measured.
        operations: how many calls.
        p99_ms: the greatest p99 of its operations' response times; None where none supports it.
    """

    name: str
    href: str
    started: str
    verdict: Verdict
    target: str
    rate: float | None
    operations: int | None
    p99_ms: float | None


@dataclass(frozen=True, slots=True)
class TagEntry:
    """A tag in the list: how many runs it has of each verdict, and its newest run.

    Attributes:
        address: of the tag, as a form sends it: "scenario/tag" by the names of the folders.
        shown: whether the filter lets it through.
    """

    scenario: str
    tag: str
    address: str
    runs: int
    verdicts: tuple[int, int, int]
    newest: RunEntry
    pinned: bool
    shown: bool = True

    @property
    def tally(self) -> str:
        """Its runs' verdicts where they are not all the same: "9 pass, 1 fail"."""
        told = [f"{number:,} {word}" for number, word in zip(self.verdicts, VERDICTS, strict=True) if number]
        return ", ".join(told) if len(told) > 1 else ""

    @property
    def cells(self) -> tuple[str, str, str]:
        """Rate, p99 and start of the newest run."""
        return _rate(self.newest.rate), duration(self.newest.p99_ms), self.newest.started


@dataclass(frozen=True, slots=True)
class DamagedEntry:
    """A run that cannot be read: its folder and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to. `whole`: whether all tags of the store are in the page, shown or not."""

    scenario: str = ""
    tag: str = ""
    verdict: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a long list this is, and where its neighbours are; "" where there is none."""

    page: int = 1
    pages: int = 1
    earlier: str = ""
    later: str = ""


@dataclass(frozen=True, slots=True)
class StoreBlock:
    """The list of tags with its filter, and the form that compares those that are chosen."""

    template: ClassVar[str] = "store"
    script: ClassVar[str] = "store.js"
    style: ClassVar[str] = "store.css"
    scenarios: tuple[str, ...]
    entries: tuple[TagEntry, ...]
    found: int
    tags: int
    chosen: Filter
    paging: Paging
    verdicts: tuple[str, ...] = VERDICTS


def store_page(root: str, listed: StoreBlock | None, damaged: Sequence[DamagedEntry], runs: int) -> str:
    """The page of the whole store.

    Args:
        root: the results folder.
        listed: its tags; None where there are none.
        damaged: runs that cannot be read.
        runs: how many can be.
    """
    if listed is None:
        blocks: list[Block] = [
            Heading("Results", root, level=1),
            Prose("No run is saved here yet. `ddbload run SCENARIO --tag TAG` saves one."),
        ]
    else:
        counts = (counted(runs, "run"), counted(listed.tags, "tag"), counted(len(listed.scenarios), "scenario"))
        held = f"{root}: {counts[0]} under {counts[1]} of {counts[2]}"
        blocks = [Heading("Results", held, level=1), listed]
    blocks += _damaged(damaged)
    return render(Page("Results · ddbload", tuple(blocks)))


def tag_page(
    scenario: str,
    tag: str,
    runs: Sequence[RunEntry],
    damaged: Sequence[DamagedEntry],
    *,
    total: int,
    paging: Paging,
    itself: str = "",
) -> str:
    """The page of a tag's runs, newest first; `itself` leads to their self-check where they are enough for one."""
    columns = (
        Head("run", left=True),
        Head("verdict", left=True, whole=True),
        Head("completed /s", metric="rate.completed"),
        Head("calls", metric="operations.*.count"),
        Head("slowest p99", metric="operations.*.response_ms.p99"),
        Head("target", left=True),
    )
    rows = tuple(
        Row((Link(run.started, run.href), run.verdict, _rate(run.rate), _count(run.operations),
             duration(run.p99_ms), run.target), _TONES[run.verdict])
        for run in runs
    )  # fmt: skip
    blocks: list[Block] = [
        Heading(tag, f"{scenario}, {counted(total, 'run')}, newest first", level=1),
        TableBlock(f"Runs of {tag}", columns, rows),
        Pager(paging),
    ]
    if itself:
        blocks.append(FactList((("what these runs can tell", Link("compare the tag with itself", itself)),)))
    blocks += _damaged(damaged)
    return render(Page(f"{tag} · {scenario}", tuple(blocks), Link("All results", "/")))


@dataclass(frozen=True, slots=True)
class Pager:
    """The way to the neighbouring parts of a long list."""

    template: ClassVar[str] = "pager"
    style: ClassVar[str] = "store.css"
    paging: Paging


_TONES: dict[str, Tone] = {"pass": "plain", "fail": "bad", "invalid": "doubt"}
_DAMAGED = 200


def _damaged(damaged: Sequence[DamagedEntry]) -> list[Block]:
    if not damaged:
        return []
    columns = (Head("folder", left=True), Head("what is wrong", left=True))
    rows = [Row((each.path, each.reason), "doubt") for each in damaged[:_DAMAGED]]
    if more := len(damaged) - len(rows):
        rows.append(Row((f"and {more:,} more", ""), "quiet"))
    title = "Runs that cannot be read"
    return [
        Heading(title, counted(len(damaged), "run"), id="damaged"),
        TableBlock(title, columns, tuple(rows)),
    ]


def _rate(value: float | None) -> str:
    return NONE if value is None else rate(value)


def _count(value: int | None) -> str:
    return NONE if value is None else count(value)
