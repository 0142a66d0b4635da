"""Change points: steps are found where they are, unmoved series show none at the rate promised."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.compare.change_points import LEAST_POINTS, LEVEL, change_points
from ddbload.compare.samples import FloatArray


def _steps(*levels: tuple[int, float], noise: float = 0.02, seed: int = 1) -> FloatArray:
    flat = np.concatenate([np.full(points, level) for points, level in levels])
    return flat + np.random.default_rng(seed).normal(0, noise, flat.size)


@pytest.mark.parametrize(
    ("series", "positions"),
    [
        pytest.param(_steps((5, 0), (5, 0.2)), [5], id="the shortest series that can show a step"),
        pytest.param(_steps((20, 0), (20, 0.1)), [20], id="one step"),
        pytest.param(_steps((20, 0), (15, 0.3), (25, -0.2)), [20, 35], id="up and down again"),
        pytest.param(_steps((20, 0), (3, 0.5)), [20], id="three points are a level"),
        pytest.param(_steps((20, 0), (1, 0.5), (20, 0)), [], id="one odd point is not"),
        pytest.param(_steps((40, 0)), [], id="noise alone"),
        pytest.param(_steps((4, 0), (4, 0.5)), [], id="eight points cannot tell"),
        pytest.param(np.full(30, 1.5), [], id="nothing varies"),
        pytest.param(np.array([]), [], id="nothing at all"),
    ],
)
def test_steps_are_found_where_they_are(series: FloatArray, positions: list[int]) -> None:
    assert [moved.position for moved in change_points(series)] == positions


def test_a_change_is_the_new_level_less_the_old() -> None:
    (moved,) = change_points(_steps((20, 1.0), (20, 1.5), noise=0.001))
    assert moved.change == pytest.approx(0.5, abs=0.01)
    assert moved.p < LEVEL


def test_positions_count_points_without_a_value() -> None:
    series = _steps((10, 0), (10, 1))
    series[[2, 5]] = np.nan
    assert [moved.position for moved in change_points(series)] == [10]


def test_an_unmoved_series_rarely_shows_a_change() -> None:
    random = np.random.default_rng(7)
    shown = sum(bool(change_points(random.standard_t(3, 16))) for _ in range(300))
    assert shown <= 9  # 300 at 1 %: more than nine have a chance of 0.1 %


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 100), st.floats(-100, 100))
@settings(max_examples=25, deadline=None)
def test_scale_and_origin_play_no_part(seed: int, scale: float, origin: float) -> None:
    series = _steps((8, 0), (8, 0.05), seed=seed)
    found, moved = change_points(series), change_points(origin + scale * series)
    assert [each.position for each in moved] == [each.position for each in found]


def test_a_series_is_judged_the_same_each_time() -> None:
    series = _steps((8, 0), (8, 0.03))
    assert change_points(series) == change_points(series)
    assert series.size >= LEAST_POINTS


def test_an_unmoved_family_of_series_rarely_shows_a_change_in_any() -> None:
    random = np.random.default_rng(8)
    families = [random.normal(0, 1, (12, 1)) + random.normal(0, 1, (12, 12)) for _ in range(80)]
    shown = sum(any(change_points(series, family) for series in family.T) for family in families)
    assert shown <= 4  # 80 at 1 %: more than four have a chance of 0.1 %; a level for each series shows some ten


def test_a_step_of_one_series_is_found_among_many_unmoved() -> None:
    family = np.random.default_rng(9).normal(0, 0.02, (16, 12))
    family[8:, 3] += 0.2
    assert [moved.position for moved in change_points(family[:, 3], family)] == [8]


def test_series_that_move_together_cost_nothing() -> None:
    series = _steps((6, 0), (6, 0.1))
    alone = change_points(series)
    assert alone
    assert change_points(series, np.column_stack([series * factor for factor in (1, 2, 3)])) == alone


def test_points_without_a_value_in_another_series_do_no_harm() -> None:
    series = _steps((8, 0), (8, 0.3))
    other = _steps((16, 0), seed=2)
    other[[1, 9]] = np.nan
    assert [each.position for each in change_points(series, np.column_stack([series, other]))] == [8]
