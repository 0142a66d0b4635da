"""Blocks as lines: within the width, nothing lost, numbers never cut."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from rich.cells import cell_len

from ddbload.report.layout import fold, lines_of
from ddbload.report.model import Column, Facts, Line, Row, Table
from ddbload.report.spark import sparkline


def text_of(block: Table | Facts | Line, width: int) -> list[str]:
    return [text for text, _ in lines_of(block, width)]


@given(st.text(), st.integers(2, 40))
def test_a_fold_keeps_every_character_but_blanks_and_stays_within_its_width(text: str, width: int) -> None:
    lines = fold(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_a_long_word_breaks_after_a_joint() -> None:
    assert fold("read_orders_by_customer", 14) == ["read_orders_", "by_customer"]


COLUMNS = (Column("operation", left=True), Column("calls"), Column("p50", "response"), Column("p99", "response"))


def test_columns_of_a_group_stand_under_one_heading() -> None:
    table = Table(COLUMNS, (Row(("read", "42,012", "812µs", "2.11ms")),))
    assert text_of(table, 60) == [
        "                    ── response ─",
        "operation   calls     p50     p99",
        "read       42,012   812µs  2.11ms",
    ]


def test_a_name_that_is_too_long_goes_on_below_and_numbers_stay_whole() -> None:
    table = Table(COLUMNS, (Row(("read_every_order_of_a_customer", "42,012", "812µs", "2.11ms")),))
    assert [line.split() for line in text_of(table, 36)[2:]] == [
        ["read_every_", "42,012", "812µs", "2.11ms"],
        ["order_of_a_"],
        ["customer"],
    ]


GROUPED = (
    Column("operation", left=True),
    Column("p50", "response"),
    Column("max", "response"),
    Column("p50", "service"),
)


def test_a_table_that_is_too_wide_has_its_groups_of_columns_one_below_the_other() -> None:
    rows = (Row(("read", "812µs", "12.11ms", "700µs"), notes=("a note",)), Row(("visit", "1.20s", "4.00s", "")))
    assert [line.split() for line in text_of(Table(GROUPED, rows), 28)] == [
        ["──", "response", "──"],
        ["operation", "p50", "max"],
        ["read", "812µs", "12.11ms"],
        ["a", "note"],
        ["visit", "1.20s", "4.00s"],
        ["service"],
        ["operation", "p50"],
        ["read", "700µs"],  # of a visit there is nothing to say
    ]


def test_notes_of_a_row_stand_beneath_it() -> None:
    table = Table(COLUMNS, (Row(("read", "1", "–", "–"), notes=("1 × refused",)), Row(("next", "2", "–", "–"))))  # noqa: RUF001
    lines = text_of(table, 60)
    assert [line.split()[0] for line in lines[2:]] == ["read", "1", "next"]


@given(
    st.lists(st.tuples(st.text(max_size=60), st.integers(0, 10**9), st.integers(0, 10**6)), min_size=1, max_size=4),
    st.integers(50, 100),
)
def test_a_table_is_never_wider_than_its_room(rows: list[tuple[str, int, int]], width: int) -> None:
    cells = tuple(Row((" ".join(name.split()), str(calls), str(p50), "1.00ms")) for name, calls, p50 in rows)
    assert all(cell_len(line) <= width for line in text_of(Table(COLUMNS, cells), width))


def test_a_fact_that_is_too_long_goes_on_beside_its_label() -> None:
    assert text_of(Facts((("limits", "one two three"), ("a", "b"))), 16) == [
        "limits  one two",
        "        three",
        "a       b",
    ]


@pytest.mark.parametrize(
    ("values", "width", "curve"),
    [
        ([], 5, ""),
        ([0.0, 0.0], 5, "▁▁"),
        ([0.0, 7.0], 5, "▁█"),
        ([1.0, None, 7.0], 5, "▂ █"),
        ([None, None], 5, "  "),
        ([1.0, 1.0, 9.0, 1.0], 2, "▂█"),
    ],
)
def test_a_curve_scales_to_its_peak_and_never_averages_it_away(
    values: list[float | None], width: int, curve: str
) -> None:
    assert sparkline(values, width) == curve


@given(st.lists(st.none() | st.floats(0, 1e9), min_size=1, max_size=300), st.integers(1, 60))
def test_a_curve_fits_and_shows_the_peak(values: list[float | None], width: int) -> None:
    curve = sparkline(values, width)
    assert len(curve) == min(width, len(values))
    assert ("█" in curve) == any(values)
