"""Intervals in text: where brackets, marks and open ends stand."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from rich.cells import cell_len

from ddbload.report.forest import MATTERS, ZERO, drawn_forest
from ddbload.report.model import Forest, Interval


def rows(*intervals: Interval, width: int = 61) -> list[str]:
    return ["".join(text for text, _ in spans) for spans in drawn_forest(Forest(intervals), width)]


def interval(estimate: float, low: float | None, high: float | None) -> Interval:
    return Interval("read p99", estimate, low, high)


WITHIN, BEYOND = interval(0.2, -0.3, 0.7), interval(2.0, 1.5, 2.5)


def test_an_interval_within_what_matters_ends_before_its_mark_and_crosses_no_change() -> None:
    row = rows(WITHIN, BEYOND)[0]
    assert row.index("[") < row.index("┼") < row.index("●") < row.index("]") < row.index(MATTERS)


def test_an_interval_beyond_what_matters_begins_after_both_marks() -> None:
    row = rows(WITHIN, BEYOND)[1]
    assert row.index(ZERO) < row.index(MATTERS) < row.index("[") < row.index("●") < row.index("]")


def test_the_marks_of_all_rows_stand_below_each_other() -> None:
    first, second, _ = rows(WITHIN, BEYOND)
    assert first.index("┼") == second.index(ZERO)
    assert first.index(MATTERS) == second.index(MATTERS)


OPEN = [
    (interval(0.2, None, 0.5), "◂", "]", "without a lower bound"),
    (interval(0.2, -0.5, None), "[", "▸", "without an upper bound"),
    (interval(0.2, None, None), "◂", "▸", "without any bound"),
    (interval(30.0, 0.5, 90.0), "[", "▸", "beyond the right edge"),
    (interval(-30.0, -90.0, 0.5), "◂", "]", "beyond the left edge"),
]


@pytest.mark.parametrize(("given", "left", "right"), [pytest.param(*each[:3], id=each[3]) for each in OPEN])
def test_what_has_no_end_in_sight_has_no_bracket(given: Interval, left: str, right: str) -> None:
    row = rows(given)[0].removeprefix("read p99")
    ends = [sign for sign in row if sign in "[]◂▸"]
    assert ends == [left, right]


def test_what_is_exact_is_a_point() -> None:
    row = rows(interval(0.0, 0.0, 0.0))[0]
    assert row.count("●") == 1
    assert "[" not in row
    assert "]" not in row


def test_an_interval_out_of_sight_is_an_arrow_at_the_edge() -> None:
    row = rows(interval(60.0, 50.0, 90.0))[0]
    assert row.endswith("▸")
    assert "●" not in row


@given(
    st.lists(
        st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e6) | st.none(), st.floats(0, 1e6) | st.none()),
        min_size=1,
        max_size=6,
    ),
    st.text(min_size=1, max_size=60),
    st.integers(58, 118),
)
def test_whatever_the_changes_every_row_fits_and_has_both_marks_or_is_drawn_over_them(
    changes: list[tuple[float, float | None, float | None]], name: str, width: int
) -> None:
    given = [
        Interval(name, mid, None if down is None else mid - down, None if up is None else mid + up)
        for mid, down, up in changes
    ]
    drawn = rows(*given, width=width)
    assert len(drawn) == len(given) + 1
    assert all(cell_len(row) <= width for row in drawn)
