"""The shape of a rate, found again from arrivals."""

# ruff: noqa: E501 - a case stands on one line, as a person reads it

from __future__ import annotations

import numpy as np
import pytest

from ddbload.trace.fit.rate import RateCounts, RateFit, fit_rate
from tests.trace.made import arrivals_ns, rows_wanted

Corners = list[tuple[float, float]]

SHAPES: list[tuple[str, Corners, list[tuple[str, float, float, float]]]] = [
    ("a hold", [(0, 1), (200, 1)], [("hold", 200, 1, 1)]),
    ("a ramp and a hold", [(0, 0), (60, 1), (180, 1)], [("ramp", 60, 0, 1), ("hold", 120, 1, 1)]),
    ("a jump up and one down", [(0, 0.2), (60, 0.2), (60, 1), (120, 1), (120, 0.5), (180, 0.5)], [("hold", 60, 0.2, 0.2), ("hold", 60, 1, 1), ("hold", 60, 0.5, 0.5)]),
    ("ramps between holds", [(0, 0.5), (30, 0.5), (90, 1), (150, 1), (210, 0.1)], [("hold", 30, 0.5, 0.5), ("ramp", 60, 0.5, 1), ("hold", 60, 1, 1), ("ramp", 60, 1, 0.1)]),
    ("stairs", [(0, 0.2), (40, 0.2), (40, 0.6), (80, 0.6), (80, 1), (120, 1)], [("steps", 120, 0.2, 1)]),
]  # fmt: skip


def fitted(times_ns: list[int]) -> RateFit:
    counts = RateCounts()
    for start in range(0, len(times_ns), 8192):
        counts.add(np.array(times_ns[start : start + 8192], dtype=np.int64))
    return fit_rate(counts)


@pytest.mark.parametrize("arrivals", ["poisson", "constant"])
@pytest.mark.parametrize(("sentence", "corners", "pieces"), SHAPES, ids=[shape[0] for shape in SHAPES])
def test_a_shape_is_found_with_its_phases(
    arrivals: str, sentence: str, corners: Corners, pieces: list[tuple[str, float, float, float]]
) -> None:
    found = fitted(arrivals_ns(corners, rows_wanted(60_000), poisson=arrivals == "poisson"))
    assert found.arrivals == arrivals
    assert [piece.kind for piece in found.pieces] == [kind for kind, *_ in pieces], sentence
    for piece, (_, seconds, start, end) in zip(found.pieces, pieces, strict=True):
        assert piece.seconds == pytest.approx(seconds, abs=6)
        assert piece.start / found.peak == pytest.approx(start, abs=0.04)
        assert piece.end / found.peak == pytest.approx(end, abs=0.04)
    assert found.error < found.noise + 0.03


@pytest.mark.parametrize("shift", [0.0, 0.3, 0.8])
def test_a_wave_is_found_with_its_period_and_levels(shift: float) -> None:
    seconds = np.linspace(0, 600, 2001)
    level = 0.8 + 0.4 * np.sin(2 * np.pi * (seconds / 150 + shift))
    found = fitted(arrivals_ns(list(zip(seconds, level, strict=True)), rows_wanted(150_000), poisson=True))
    wave = found.pieces[-1]
    assert wave.kind == "wave"
    assert wave.period_s == pytest.approx(150, rel=0.01)
    assert wave.start / wave.end == pytest.approx(1 / 3, abs=0.03)
    assert wave.seconds == pytest.approx(600 - (1 - shift) % 1 * 150, abs=3)
    assert sum(piece.seconds for piece in found.pieces) == pytest.approx(600, abs=1)


def test_a_trace_of_a_month_is_counted_in_bounded_memory() -> None:
    counts = RateCounts()
    for day in range(30):
        counts.add(np.arange(day * 86_400, (day + 1) * 86_400, 10, dtype=np.int64) * 10**9)
    assert counts.counts.nbytes < 1_000_000
    assert fit_rate(counts).mean == pytest.approx(0.1, rel=1e-3)


@pytest.mark.parametrize("arrivals", ["poisson", "constant"])
def test_times_of_whole_seconds_tell_the_kind_of_arrivals_and_their_shape_as_well(arrivals: str) -> None:
    exact = arrivals_ns([(0, 0.5), (300, 0.5), (300, 1), (600, 1)], 100_000, poisson=arrivals == "poisson")
    found = fitted([time // 10**9 * 10**9 for time in exact])
    assert found.arrivals == arrivals
    assert [piece.kind for piece in found.pieces] == ["hold", "hold"]
    assert found.pieces[0].seconds == pytest.approx(300, abs=6)


@pytest.mark.parametrize("times", [[0], [0, 0, 0], [0, 10**9], [0] * 50 + [10**12]])
def test_a_few_rows_are_a_rate_as_well(times: list[int]) -> None:
    found = fitted(times)
    assert found.peak > 0
    assert all(piece.seconds > 0 for piece in found.pieces)
