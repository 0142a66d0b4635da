"""Runs in time: batches of neighbouring runs of one side, runs that overlapped, clocks that jumped. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from ddbload.compare.identity import name_of
from ddbload.compare.request import ComparisonError
from ddbload.results.moment import moment_of
from ddbload.results.record import RunRecord

GAP = timedelta(hours=1)
"""Runs with a longer pause between them were made on two occasions."""
_LEEWAY = timedelta(seconds=2)  # starts are whole seconds
_AHEAD = timedelta(minutes=10)  # clocks of two machines may differ by as much


def start_of(run: RunRecord) -> datetime:
    """When a run started, UTC.

    Raises:
        ComparisonError: the record does not say it as ISO 8601 does.
    """
    try:
        return moment_of(run.started_at)
    except (ValueError, OverflowError) as error:
        raise ComparisonError(f"{run.path}: started_at {run.started_at!r} is no time as ISO 8601 writes it") from error


def end_of(run: RunRecord) -> datetime:
    """When it was over."""
    try:
        return start_of(run) + timedelta(seconds=run.duration_s)
    except OverflowError as error:
        raise ComparisonError(f"{run.path}: a run of {run.duration_s:g} s from {run.started_at} has no end") from error


def in_time(run: RunRecord) -> tuple[datetime, int, str]:
    """Order of runs; those that started within one second by their place in the experiment."""
    return start_of(run), run.pairing.position if run.pairing else 0, run.id


def batches(*sides: Sequence[RunRecord]) -> tuple[list[int], ...]:
    """Of each side's runs, the number of their batch, from 0 in order of time over all sides.

    A batch is a stretch of runs of one side without another side's between them and without a gap of more than an
    hour: what its runs share (the state of a machine, of a server) is not independent from run to run.
    """
    placed = sorted(
        ((in_time(run), side, place) for side, runs in enumerate(sides) for place, run in enumerate(runs)),
    )
    numbers = [[0] * len(runs) for runs in sides]
    batch, before = -1, None
    for (_, side, place), run in ((each, sides[each[1]][each[2]]) for each in placed):
        if before is None or before[0] != side or start_of(run) - before[1] > GAP:
            batch += 1
        numbers[side][place] = batch
        before = (side, max(end_of(run), before[1] if before else end_of(run)))
    return tuple(numbers)


def overlaps(runs: Sequence[RunRecord]) -> Iterator[str]:
    """A sentence for runs that went on at the same time as another: two loads at once measure each other."""
    ordered = sorted(runs, key=in_time)
    found: list[tuple[RunRecord, RunRecord]] = []
    latest: dict[str, RunRecord] = {}  # by host: the run that ends last of those that have started
    for run in ordered:
        host = repr(sorted(run.fingerprint.host.items()))
        before = latest.setdefault(host, run)
        if before is not run and end_of(before) - start_of(run) > _LEEWAY:
            found.append((before, run))
        if end_of(run) > end_of(before):
            latest[host] = run
    if found:
        first, second = found[0]
        yield (
            f"{name_of(second)} started at {second.started_at} while {name_of(first)}, started at {first.started_at},"
            f" was running for {first.duration_s:g} s{_more(found)}: two loads at once measure each other"
        )


def clock_jumps(runs: Sequence[RunRecord], now: datetime) -> Iterator[str]:
    """Sentences for starts that lie in the future, or go backwards within an experiment."""
    ahead = [run for run in runs if start_of(run) - now > _AHEAD]
    if ahead:
        run = ahead[0]
        yield (
            f"{name_of(run)} says it started at {run.started_at}, which lies in the future{_more(ahead)}:"
            " a clock is wrong"
        )
    experiments: dict[str, list[RunRecord]] = {}
    for run in runs:
        if run.pairing:
            experiments.setdefault(run.pairing.experiment, []).append(run)
    for experiment, made in experiments.items():
        ordered = sorted(made, key=lambda run: run.pairing.position if run.pairing else 0)
        back = [(first, second) for first, second in pairwise(ordered) if start_of(second) < start_of(first)]
        if back:
            first, second = back[0]
            yield (
                f"{name_of(second)} came after {name_of(first)} in experiment {experiment} and says it started"
                f" before it ({second.started_at}, {first.started_at}){_more(back)}: the clock was set back"
            )


def _more(found: Sequence[object]) -> str:
    return f", and {len(found) - 1} more" if len(found) > 1 else ""
