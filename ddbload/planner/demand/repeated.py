"""The run's own load as a month: its phases, or its trace, over and over, as means of steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np

from ddbload.planner.demand.model import Floats
from ddbload.scenario.levels import Level, turn_seconds
from ddbload.scenario.model import Scenario
from ddbload.workload.replay import Survey, pass_ns, replayed

_NS = 10**9
_LEAST_SECONDS = 60
"""Of a trace, to tell by how much its seconds vary."""
_MOST_SLICES = 2**20
"""A pass of a trace is counted by the second; of one that is longer than 12 days, by more than that."""


def repeated(levels: Sequence[Level], turn_s: float, steps: int, step_s: int) -> Floats:
    """Mean level (1 is 100 %) of each step when the phases begin anew every `turn_s` seconds; shape (steps,)."""
    lengths = [float(level.length) for level in levels]
    begins = list(accumulate(lengths, initial=0.0))

    def area(seconds: Floats) -> Floats:
        parts = (
            _area(level, np.clip(seconds - begin, 0.0, length))
            for level, begin, length in zip(levels, begins, lengths, strict=False)
        )
        total: Floats = np.sum(list(parts), axis=0)
        return total

    return _means(area, turn_s, steps, step_s)


def _area(level: Level, seconds: Floats) -> Floats:
    """Seconds at 100 % that hold as many arrivals as the first seconds of a phase do."""
    at = np.array([float(piece.at) for piece in level.turn])
    length = np.array([float(piece.seconds) for piece in level.turn])
    start, end = (np.array([float(getattr(piece, name)) for piece in level.turn]) for name in ("start", "end"))
    areas = np.array([float(piece.area) for piece in level.turn])
    before = np.cumsum(areas) - areas
    whole = float(turn_seconds(level.turn))
    turns = np.floor(seconds / whole)
    rest = seconds - turns * whole
    k = np.searchsorted(at, rest, side="right") - 1
    since = rest - at[k]
    slope = (end - start) / length
    area: Floats = turns * areas.sum() + before[k] + (start[k] + slope[k] * since / 2) * since
    return area


def _means(area: Callable[[Floats], Floats], turn_s: float, steps: int, step_s: int) -> Floats:
    edges = np.arange(steps + 1, dtype=np.float64) * step_s
    turns = np.floor(edges / turn_s)
    total = turns * area(np.array([turn_s]))[0] + area(edges - turns * turn_s)
    means: Floats = np.maximum(np.diff(total) / step_s, 0.0)  # 0 may come out as -1e-16
    return means


def trace_rate(scenario: Scenario, found: Survey) -> float:
    """Arrivals a second of a trace that is replayed, on average."""
    replay = scenario.load.replay
    assert replay is not None
    return found.rows * _NS / float(pass_ns(replay, found))


def recorded(scenario: Scenario, found: Survey, steps: int, step_s: int) -> tuple[Floats, float]:
    """Arrivals a second in each step when a trace is replayed over and over, shape (steps,); and their dispersion.

    That is the variance of a second's arrivals over their mean, from the differences of neighbouring seconds, so that
    what changes slowly is no part of it; Poisson's 1 where the trace has too few seconds to tell.

    Raises:
        TraceError: the file is not what it was when it was surveyed.
    """
    replay = scenario.load.replay
    assert replay is not None
    turn_s = float(pass_ns(replay, found)) / _NS
    slices = min(int(turn_s) + 1, _MOST_SLICES)
    slice_ns = turn_s * _NS / slices
    counts = np.zeros(slices, dtype=np.int64)
    once = scenario.model_copy(
        update={"load": scenario.load.model_copy(update={"replay": replay.model_copy(update={"loop": 1, "warm": 0.0})})}
    )
    for block in replayed(once, found).blocks():
        at = np.minimum((block.due_ns / slice_ns).astype(np.int64), slices - 1)
        counts += np.bincount(at, minlength=slices)
    told = slices >= _LEAST_SECONDS and slices < _MOST_SLICES
    dispersion = float(np.square(np.diff(counts)).mean() / 2 / counts.mean()) if told else 1.0
    reached = np.concatenate(([0.0], np.cumsum(counts, dtype=np.float64)))
    edges = np.linspace(0.0, turn_s, slices + 1)
    return _means(lambda seconds: np.interp(seconds, edges, reached), turn_s, steps, step_s), dispersion
