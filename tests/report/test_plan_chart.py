"""A day's chart: as wide as its place, no peak lost, capacity over what is asked, throttling marked without colour."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from rich.cells import cell_len

from ddbload.report.chart import THROTTLED, drawn, in_sight
from ddbload.report.model import Chart

DAY = 1440


def chart(asked: float, capacity: float, peak: float = 0.0, throttled: float = 0.0) -> Chart:
    """A flat day with a minute at noon that is another."""
    noon = DAY // 2
    return Chart(
        tuple(peak if peak and minute == noon else asked for minute in range(DAY)),
        (capacity,) * DAY,
        tuple(throttled if minute == noon else 0.0 for minute in range(DAY)),
    )


def lines_of(given_chart: Chart, width: int = 78) -> list[str]:
    return ["".join(text for text, _ in spans) for spans in drawn(given_chart, width)]


AMOUNTS = st.just(0.0) | st.floats(min_value=1e-4, max_value=1e9)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), min_size=1, max_size=200), st.integers(50, 120))
def test_no_chart_is_wider_than_its_place(minutes: list[tuple[float, float, float]], width: int) -> None:
    lines = lines_of(Chart(*zip(*minutes, strict=True)), width)
    assert max(cell_len(line) for line in lines) <= width
    assert len(lines) in {7, 8}


def test_a_peak_of_one_minute_is_as_high_as_it_was() -> None:
    top = lines_of(chart(10, 10, peak=100))[0]
    assert top.count("█") == 1


def test_capacity_is_a_line_over_what_is_asked() -> None:
    lines = lines_of(chart(50, 100))
    assert lines[0].lstrip("10 ┤").strip("─") == ""
    assert "█" in lines[3]
    assert "█" not in lines[1]


def test_capacity_that_changes_is_one_unbroken_line() -> None:
    columns = 78 - len("100 ┤")
    rising = Chart((20.0,) * columns, (30.0,) * 30 + (100.0,) * (columns - 30), (0.0,) * columns)
    text = "\n".join(lines_of(rising))
    assert [text.count(corner) for corner in "╭╯│"] == [1, 1, 3]


def test_capacity_far_above_all_that_is_asked_does_not_press_it_flat() -> None:
    far = chart(50, 4000)
    assert not in_sight(far)
    lines = lines_of(far)
    assert lines[0].startswith("50 ┤")
    assert not any("─" in line for line in lines[:6])


def test_minutes_of_throttling_are_marked_below_the_hours() -> None:
    lines = lines_of(chart(80, 100, peak=200, throttled=100))
    assert lines[-1].strip() == THROTTLED
    assert "░" in lines[0]
    assert not any(THROTTLED in line for line in lines_of(chart(80, 100)))


@pytest.mark.parametrize(("width", "hours"), [(98, 7), (78, 7), (58, 3)])
def test_the_axis_has_as_many_hours_as_there_is_room_for(width: int, hours: int) -> None:
    (axis,) = (line for line in lines_of(chart(50, 100), width) if "└" in line)
    assert axis.count(":00") == hours


@pytest.mark.parametrize(
    ("highest", "labels"),
    [(510, ["600", "300"]), (1, ["1", "0.5"]), (0.3, ["0.3", "0.15"]), (12_345, ["15,000", "7,500"])],
)
def test_the_scale_ends_at_a_round_number(highest: float, labels: list[str]) -> None:
    lines = lines_of(chart(highest, highest))
    assert [line.partition(" ┤")[0].strip() for line in (lines[0], lines[3])] == labels
