"""A recorded trace as arrivals: rows -> due times, operations, items, sizes and sessions, read anew for every pass.

Bounded memory: what is held is a chunk of the trace. A row at time t of pass p is due at p P + t / speed, where P is
the length of one pass: to its last row, and one mean gap more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ddbload.errors import Problem, ScenarioError
from ddbload.scenario.extent import MAX_ITEM_BYTES
from ddbload.scenario.levels import as_written
from ddbload.scenario.model import Replay, Scenario
from ddbload.scenario.quantity import spell_duration
from ddbload.scenario.source import nearest
from ddbload.trace import Columns, Trace
from ddbload.workload.arrivals import Arriving
from ddbload.workload.keytext import MOST_ITEMS
from ddbload.workload.recorded import Rows, rows_of, scaled
from ddbload.workload.stream import Span

_SLICE = 128
"""Rows read and turned into arrivals at a time: the loop that asks for them waits about half a millisecond."""
_NS = 10**9
_LONE_NS = _NS
"""The mean gap of a trace that has none: one row, or all rows at one time."""
_SAID = 20


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over a trace tells.

    Attributes:
        rows: how many.
        last_ns: from the first row to the last, as recorded.
        counts: rows of each of the scenario's operations, by name.
        early: rows that are due in the first `warm` of the run, if one pass is not shorter than that.
        ordered: whether the rows of the file stand in the order of their times.
        problems: what keeps it from being replayed; each names the file and the line.
        warnings: what is replayed otherwise than it was recorded.
    """

    rows: int
    last_ns: int
    counts: Mapping[str, int]
    early: int
    ordered: bool
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def duration_s(self) -> float:
        """From the first row to the last, as recorded."""
        return self.last_ns / _NS

    @property
    def gap_ns(self) -> Fraction:
        """The mean gap between two rows, as recorded; a second where there is none."""
        return Fraction(self.last_ns, self.rows - 1) if self.rows > 1 and self.last_ns else Fraction(_LONE_NS)


# --- the survey ------------------------------------------------------------------------------------------------------


def survey(scenario: Scenario) -> Survey:
    """One pass over the trace of a scenario that replays one, before anything is sent.

    Raises:
        TraceError: the file cannot be read as a trace; names the line.
    """
    rows = rows_of(scenario)
    trace, replay = rows.trace, rows.replay
    counts: Counter[str] = Counter()
    total = last_ns = early = strange = large = line = 0
    ordered = True
    unknown: dict[str, int] = {}
    beyond: list[Problem] = []
    for chunk in trace.chunks():
        counts.update(chunk.operation)
        total += len(chunk)
        last_ns = chunk.time_ns[-1]
        ordered = ordered and chunk.line[0] >= line and chunk.line == sorted(chunk.line)
        line = chunk.line[-1]
        early += int(np.count_nonzero(scaled(chunk.time_ns, replay.speed) < _warm_ns(replay)))
        for name in set(chunk.operation) - rows.readers.keys() - unknown.keys():
            unknown[name] = chunk.line[chunk.operation.index(name)]
        beyond += _beyond(chunk, trace)
        strange += rows.strange(chunk)
        large += sum(size is not None and size > MAX_ITEM_BYTES for size in chunk.size_bytes)
    by_name: Counter[str] = Counter()
    for name, count in counts.items():
        by_name[rows.named.get(name, name)] += count
    wrong = [*(_unknown(scenario, trace, name, line) for name, line in unknown.items()), *beyond]
    wrong = sorted(wrong, key=lambda problem: problem.line)[:_SAID]
    warnings = tuple(_warnings(rows, total, strange, large, ordered=ordered))
    found = Survey(total, last_ns, dict(by_name), early, ordered, tuple(wrong), warnings)
    return found if wrong else replace(found, problems=tuple(_warm_problems(rows, found)))


def _warm_problems(rows: Rows, found: Survey) -> Iterator[Problem]:
    whole_ns = _whole_ns(rows.replay, found)
    if _warm_ns(rows.replay) >= whole_ns:
        message = f"load.replay.warm: the whole replay takes {spell_duration(whole_ns / _NS)}, so nothing is measured"
        yield Problem(str(rows.trace.path), 0, 0, message, "a shorter warm, a higher loop, or a lower speed")


def _unknown(scenario: Scenario, trace: Trace, name: str, line: int) -> Problem:
    mapping = scenario.load.replay.operations if scenario.load.replay else {}
    there = nearest(name, mapping or scenario.operations, "load.replay.operations has" if mapping else "there are")
    first = next(iter(scenario.operations))
    fits = f"{there}; load.replay.operations: {{{name}: {first}}} would say which operation it is"
    return Problem(str(trace.path), line, 1, f"no operation of the scenario stands for '{name}'", fits)


def _beyond(chunk: Columns, trace: Trace) -> list[Problem]:
    most = max((item for item in chunk.item if item is not None), default=0)
    if most < MOST_ITEMS:
        return []
    line = chunk.line[chunk.item.index(most)]
    return [Problem(str(trace.path), line, 1, f"item {most:,} is beyond any item", f"below {MOST_ITEMS:,}")]


def _warnings(rows: Rows, total: int, strange: int, large: int, *, ordered: bool) -> Iterator[Problem]:
    file = str(rows.trace.path)
    if strange:
        shapes = " or ".join(dict.fromkeys(reader.shape for reader in rows.readers.values() if reader))
        message = f"the keys of {strange:,} of {total:,} rows are not of the shape {shapes}"
        yield Problem(file, 0, 0, message, "they are spread over the items by a hash")
    if large:
        message = f"the items of {large:,} of {total:,} rows have more than {MAX_ITEM_BYTES:,} bytes (400 KB)"
        yield Problem(file, 0, 0, message, "they are replayed at that size")
    if not ordered:
        message = "the rows are not in the order of their times: the client has to sort them while it sends"
        yield Problem(file, 0, 0, message, "sort the file by time, so that nothing holds the client up")


# --- arrivals --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Replayed:
    """The arrivals of a trace.

    Attributes:
        spans: `warm`, where there is one, and what is measured.
    """

    rows: Rows
    survey: Survey
    spans: tuple[Span, ...]

    def blocks(self, size: int = _SLICE) -> Iterator[Arriving]:
        """Consecutive arrivals, at most `size` at a time.

        Raises:
            TraceError: the file is not what it was when it was surveyed.
        """
        first, step = 0, min(size, _SLICE)
        for turn in range(self.rows.replay.loop):
            start_ns = round(turn * pass_ns(self.rows.replay, self.survey))
            for chunk in self._chunks():
                for begin in range(0, len(chunk), step):
                    arriving = self.rows.arriving(chunk, slice(begin, begin + step), first, turn, start_ns)
                    first += len(arriving.due_ns)
                    yield arriving

    def counts(self) -> tuple[int, ...]:
        """How many rows are due in each phase; read again where `warm` is longer than a pass."""
        total = self.survey.rows * self.rows.replay.loop
        if len(self.spans) == 1:
            return (total,)
        early = self.survey.early if self.spans[0].end_ns <= pass_ns(self.rows.replay, self.survey) else self._early()
        return early, total - early

    def expected(self) -> tuple[float, ...]:
        """The same: a trace has nothing random."""
        return tuple(map(float, self.counts()))

    def _chunks(self) -> Iterator[Columns]:
        """A pass: in small pieces, but for a file to sort; sorting costs as much for a few rows as for many."""
        trace = self.rows.trace
        return trace.chunks(_SLICE, ordered=True) if self.survey.ordered else trace.chunks()

    def _early(self) -> int:
        """Rows before the end of the first phase: of whole passes, and of the one in which it ends."""
        end_ns, each = self.spans[0].end_ns, pass_ns(self.rows.replay, self.survey)
        turns = int(end_ns // each)
        rest_ns = end_ns - round(turns * each)
        chunks, speed = self.rows.trace.chunks(), self.rows.replay.speed
        begun = sum(int(np.count_nonzero(scaled(chunk.time_ns, speed) < rest_ns)) for chunk in chunks)
        return self.survey.rows * turns + begun


def pass_ns(replay: Replay, found: Survey) -> Fraction:
    """How long one pass takes: to its last row and one mean gap more, at the speed of the replay."""
    return (found.last_ns + found.gap_ns) / as_written(replay.speed)


def replayed(scenario: Scenario, found: Survey | None = None) -> Replayed:
    """The arrivals of a scenario that replays a trace; `found` spares it a pass over the file.

    Raises:
        TraceError: the file cannot be read as a trace; names the line.
        ScenarioError: with every problem of the survey.
    """
    found = found or survey(scenario)
    if found.problems:
        raise ScenarioError([*found.problems])
    rows = rows_of(scenario)
    warm_ns, whole_ns = _warm_ns(rows.replay), _whole_ns(rows.replay, found)
    measured = spell_duration((whole_ns - warm_ns) / _NS)
    spans = [Span(f"replay {measured}", "replay", warm_ns, whole_ns, measured=True)]
    if warm_ns:
        warm = spell_duration(rows.replay.warm)
        spans.insert(0, Span(f"warm {warm}", "warm", 0, warm_ns, measured=False))
    return Replayed(rows, found, tuple(spans))


def _whole_ns(replay: Replay, found: Survey) -> int:
    return max(1, round(replay.loop * pass_ns(replay, found)))


def _warm_ns(replay: Replay) -> int:
    return round(replay.warm * _NS)
