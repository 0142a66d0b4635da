"""timeline.csv: the seconds come back as they were; a damage is named with its line."""

from __future__ import annotations

import dataclasses
import io
import math

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.results import ResultsError, Second
from ddbload.results.timeline import COLUMNS, parse_timeline, write_timeline

SECOND = Second(3, "hold 1m", 100, 99, 98, 97, 1, 2, 0.8, 4.2, 0.7, None, 0.1, 12, 0, 50.5, 12.0, 98)


def written(seconds: list[Second]) -> str:
    file = io.StringIO()
    write_timeline(file, seconds)
    return file.getvalue()


def parsed(text: str) -> list[Second]:
    return list(parse_timeline(io.StringIO(text, newline=""), "timeline.csv"))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_seconds_come_back_equal(any_second: st.SearchStrategy[Second], data: st.DataObject) -> None:
    seconds = data.draw(st.lists(any_second, max_size=3))
    assert parsed(written(seconds)) == seconds


def test_the_first_line_names_the_columns_and_a_missing_value_is_an_empty_field() -> None:
    header, row = written([SECOND]).splitlines()
    assert header.split(",") == list(COLUMNS)
    assert row == "3,hold 1m,100,99,98,97,1,2,0.8,4.2,0.7,,0.1,12,0,50.5,12.0,98"


def test_a_timeline_of_before_requests_were_counted_is_read() -> None:
    older = written([SECOND]).replace(",requests", "").replace(",98\n", "\n")
    assert parsed(older) == [dataclasses.replace(SECOND, requests=None)]


def test_a_number_that_is_not_finite_is_never_written() -> None:
    with pytest.raises(ValueError, match="second 3"):
        written([dataclasses.replace(SECOND, response_p99_ms=math.nan)])


DAMAGED = [
    ("a column is missing", lambda text: text.replace("due,", ""), "lacks due"),
    ("a field is no number", lambda text: text.replace("hold 1m,100", "hold 1m,many"), ":2 is damaged: due"),
    ("a required field is empty", lambda text: text.replace("hold 1m,100", "hold 1m,"), ":2 is damaged: due"),
    ("the row is cut off", lambda text: text[: text.rindex("12.0") - 5], ":2 is damaged"),
    ("infinity", lambda text: text.replace("50.5", "inf"), ":2 is damaged: a number is not finite"),
    ("an empty file", lambda _: "", "it is empty"),
]


@pytest.mark.parametrize(("damage", "change", "message"), DAMAGED, ids=[row[0] for row in DAMAGED])
def test_a_damaged_timeline_is_named(damage: str, change: object, message: str) -> None:
    assert callable(change)
    with pytest.raises(ResultsError) as caught:
        parsed(change(written([SECOND])))
    assert message in str(caught.value), damage
