"""The store as a table: a line for each tag, or for each run, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from ddbload.report.model import Column, Line, Row, Section, Table, Tone
from ddbload.report.quantity import NONE, counted, duration, minute, rate
from ddbload.results.listing import Listed, Listing, TagLine, by_tag

_TONES: dict[str, Tone] = {"pass": "plain", "fail": "bad", "invalid": "doubt"}
_PINNED = "▸"
_WIDEST = 40  # cells of a name
_TAGS = (
    Column("tag", left=True),
    Column("scenario", left=True),
    Column("runs"),
    Column("pass", "verdicts"),
    Column("fail", "verdicts"),
    Column("invalid", "verdicts"),
    Column("started, UTC", "newest"),
    Column("p99", "newest"),
)
_RUNS = (
    Column("tag", left=True),
    Column("scenario", left=True),
    Column("run", left=True),
    Column("started, UTC"),
    Column("verdict", left=True),
    Column("per s"),
    Column("p99"),
)


def listing_section(listing: Listing, place: str, *, each: bool = False, most: int | None = None) -> Section:
    """The listing as a section of a report.

    Args:
        listing: the runs.
        place: the results folder, for the heading.
        each: a line for each run, instead of each tag.
        most: lines; the older ones are counted in a last line. None shows all.
    """
    lines = by_tag(listing)
    aside = f"{counted(len(listing.runs), 'run')} of {counted(len({one.scenario for one in lines}), 'scenario')}"
    aside += f" under {counted(len(lines), 'tag')} in {place}, newest first"
    if any(one.newest.pinned for one in lines):
        aside += f"; {_PINNED} pinned"
    if not lines:
        return Section("Runs", (Line(f"none in {place}"),))
    shown = _runs(listing.runs[:most]) if each else _tags(lines[:most])
    left = (len(listing.runs) if each else len(lines)) - len(shown.rows)
    if not left:
        return Section("Runs", (shown,), aside)
    more = Line(f"and {counted(left, 'older run' if each else 'older tag')}: --limit 0 shows all", "quiet")
    return Section("Runs", (shown, more), aside)


def _tags(lines: Sequence[TagLine]) -> Table:
    return Table(_TAGS, tuple(_tag_row(line) for line in lines))


def _tag_row(line: TagLine) -> Row:
    counts = (f"{line.verdicts[verdict]:,}" if line.verdicts[verdict] else NONE for verdict in _TONES)
    newest = line.newest
    cells = (shown_name(line.tag), shown_name(line.scenario), f"{line.runs:,}", *counts, minute(newest.started_at))
    return Row((*cells, duration(newest.p99_ms)), mark=_mark(newest))


def _runs(runs: Sequence[Listed]) -> Table:
    return Table(_RUNS, tuple(_run_row(run) for run in runs))


def _run_row(run: Listed) -> Row:
    names = (shown_name(run.tag), shown_name(run.scenario), shown_name(run.id))
    cells = (*names, minute(run.started_at), run.verdict, rate(run.rate), duration(run.p99_ms))
    return Row(cells, _TONES[run.verdict], mark=_mark(run))


def _mark(run: Listed) -> str:
    return f"{_PINNED} " if run.pinned else ""


def shown_name(text: str) -> str:
    """A name on one line of its own: what cannot be printed is escaped, what is too long is cut."""
    plain = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text[: _WIDEST + 1])
    return plain if len(plain) <= _WIDEST else plain[: _WIDEST - 1] + "…"
