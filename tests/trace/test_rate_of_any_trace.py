"""Whatever the shape of a trace, its fit expects as many arrivals as the trace has rows."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from ddbload.scenario.levels import arrivals
from ddbload.scenario.load import parse_scenario
from ddbload.trace import TraceRow, open_trace, write_trace
from ddbload.trace.fit import fit, scenario_text
from ddbload.trace.fit.rate import Piece
from ddbload.values.transforms import Floats, Integers

LEVELS = st.floats(0.02, 1)


@st.composite
def shapes(draw: st.DrawFn) -> Floats:
    """The levels of 200 parts of a trace: a hold, ramps, steps, a wave."""
    x = np.linspace(0, 1, 200)
    match draw(st.sampled_from(["hold", "ramps", "steps", "wave"])):
        case "hold":
            return np.ones(200, dtype=np.float64)
        case "ramps":
            corners = draw(st.lists(LEVELS, min_size=2, max_size=5))
            return np.asarray(np.interp(x, np.linspace(0, 1, len(corners)), corners), dtype=np.float64)
        case "steps":
            heights = np.array(draw(st.lists(LEVELS, min_size=2, max_size=6)))
            return np.asarray(heights[np.minimum((x * len(heights)).astype(int), len(heights) - 1)], dtype=np.float64)
        case _:
            swing, cycles, shift = draw(LEVELS), draw(st.floats(1, 12)), draw(st.floats(0, 1))
            return np.asarray(1 + swing * np.sin(2 * np.pi * (cycles * x + shift)), dtype=np.float64)


def times_of(shape: Floats, rows: int, seconds: float, seed: int, *, poisson: bool, tick_ns: int) -> Integers:
    """Arrivals of a shape by time rescaling, read from a clock that ticks."""
    reached = np.concatenate([[0.0], np.cumsum(shape)])
    points = np.arange(rows) + 0.5
    if poisson:
        points = np.cumsum(np.random.Generator(np.random.Philox(seed)).exponential(size=rows))
    edges = np.linspace(0, seconds, len(reached))
    times = np.interp(points / points[-1] * reached[-1], reached, edges) * 1e9
    return np.asarray(times.astype(np.int64) // tick_ns * tick_ns)


@settings(max_examples=15, deadline=None)
@given(
    shape=shapes(),
    rows=st.integers(2, 3_000),
    seconds=st.floats(0.05, 100_000),
    seed=st.integers(0, 1_000),
    poisson=st.booleans(),
    tick_ns=st.sampled_from([1, 10**6, 10**9]),
)
@example(shape=np.ones(200), rows=600, seconds=5.98, seed=1, poisson=True, tick_ns=1)
@example(shape=np.repeat([0.01, 1.0], [190, 10]), rows=3_000, seconds=3_000, seed=1, poisson=True, tick_ns=1)
def test_the_scenario_of_a_trace_expects_its_rows(
    shape: Floats, rows: int, seconds: float, seed: int, *, poisson: bool, tick_ns: int
) -> None:
    times = times_of(shape, rows, seconds, seed, poisson=poisson, tick_ns=tick_ns)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trace.csv"
        write_trace(path, [TraceRow(time, "get", f"a#{n % 9}") for n, time in enumerate(times.tolist())])
        found = fit(open_trace(path))
    load = parse_scenario(scenario_text(found, "any")).scenario.load
    assert arrivals(load) == pytest.approx(rows, rel=0.005)
    assert sum(piece.rows for piece in found.rate.pieces) == pytest.approx(rows)
    assert sum(piece.seconds for piece in found.rate.pieces) == pytest.approx(found.rate.seconds)
    assert found.rate.peak >= found.rate.mean
    assert all(piece.seconds > 0 for piece in found.rate.pieces)


@pytest.mark.parametrize(
    ("piece", "rows"),
    [
        (Piece(10, 5, 5), 50),
        (Piece(10, 0, 10), 50),
        (Piece(30, 0, 10, period_s=10), 150),
        (Piece(5, 0, 10, period_s=10), 25 + 50 / np.pi),
        (Piece(9, 0, 10, steps=3), 45),
    ],
    ids=["a hold", "a ramp", "whole waves", "half a wave", "steps"],
)
def test_a_piece_tells_its_rows(piece: Piece, rows: float) -> None:
    assert piece.rows == pytest.approx(rows)
