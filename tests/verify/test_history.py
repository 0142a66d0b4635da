"""Histories of one item: what may be read, and what must not."""

import random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.capacity import CannotApplyError, Item
from ddbload.verify.history import MAX_CONFIGURATIONS, Event, Findings, Overwrite, Read, Write, judge
from ddbload.verify.states import ABSENT, UNKNOWN, same_item


def item(n: int) -> Item:
    return {"pk": {"S": "x"}, "n": {"N": str(n)}}


def put(sent: int, done: int, n: int, *, certain: bool = True) -> Write:
    return Write(sent, done, Overwrite(item(n)), certain)


def add(sent: int, done: int, *, certain: bool = True) -> Write:
    def change(before: Item | None) -> Item:
        return item(int(before["n"]["N"]) + 1 if before else 1)

    return Write(sent, done, change, certain)


def read(sent: int, done: int, n: int | None, *, consistent: bool = True) -> Read:
    return Read(sent, done, None if n is None else item(n), consistent)


STALE = Findings(reads=1, stale_consistent=1)


@pytest.mark.parametrize(
    ("sentence", "events", "found"),
    [
        ("what was loaded is read", [read(0, 1, 0)], Findings(reads=1)),
        ("what never was is wrong", [read(0, 1, 7)], Findings(reads=1, wrong=1)),
        ("nothing where something was is wrong", [read(0, 1, None)], Findings(reads=1, wrong=1)),
        ("a write that was answered is seen", [put(0, 1, 5), read(2, 3, 5)], Findings(reads=1)),
        (
            "a consistent read of what was before it is stale",
            [put(0, 1, 5), read(2, 3, 0)],
            Findings(reads=1, stale_consistent=1),
        ),
        ("an eventual one may be", [put(0, 1, 5), read(2, 3, 0, consistent=False)], Findings(reads=1, stale=1)),
        (
            "while a write is under way both may be read",
            [put(0, 9, 5), read(1, 2, 0), read(3, 4, 5)],
            Findings(reads=2),
        ),
        ("a read that a write overlaps may see it", [read(0, 9, 5), put(1, 2, 5)], Findings(reads=1)),
        ("and what was before it", [read(0, 9, 0), put(1, 2, 5)], Findings(reads=1)),
        ("but nothing of later", [read(0, 1, 5), put(2, 3, 5)], Findings(reads=1, wrong=1)),
        ("two writes side by side end in either order", [put(0, 5, 1), put(1, 4, 2), read(6, 7, 1)], Findings(reads=1)),
        ("or in the other", [put(0, 5, 1), put(1, 4, 2), read(6, 7, 2)], Findings(reads=1)),
        ("two additions count two", [add(0, 5), add(1, 4), read(6, 7, 2)], Findings(reads=1)),
        ("one of them alone is stale", [add(0, 5), add(1, 4), read(6, 7, 1)], STALE),
        (
            "a write without an answer may have been done",
            [put(0, 1, 5, certain=False), read(2, 3, 5)],
            Findings(reads=1),
        ),
        ("or not", [put(0, 1, 5, certain=False), read(2, 3, 0)], Findings(reads=1)),
        ("or late", [put(0, 1, 5, certain=False), put(2, 3, 6), read(4, 5, 5)], Findings(reads=1)),
        ("a write of unknown effect lets everything be", [Write(0, 1, None), read(2, 3, 77)], Findings(reads=1)),
        ("a delete leaves nothing", [Write(0, 1, Overwrite(ABSENT)), read(2, 3, None)], Findings(reads=1)),
    ],
)
def test_what_may_be_read(sentence: str, events: list[Event], found: Findings) -> None:
    assert judge(item(0), events) == found, sentence


@pytest.mark.parametrize(
    ("sentence", "events", "n", "found"),
    [
        ("the last write is there", [put(0, 1, 1), put(2, 3, 2)], 2, Findings(reads=1)),
        ("the last write is lost", [put(0, 1, 1), put(2, 3, 2)], 1, Findings(reads=1, lost=1)),
        ("all writes are lost", [put(0, 1, 1), put(2, 3, 2)], 0, Findings(reads=1, lost=1)),
        ("something else is there", [put(0, 1, 1)], 9, Findings(reads=1, wrong=1)),
        ("one of two additions is lost", [add(0, 3), add(1, 2)], 1, Findings(reads=1, lost=1)),
    ],
)
def test_what_is_there_afterwards(sentence: str, events: list[Event], n: int, found: Findings) -> None:
    assert judge(item(0), events, read(90, 91, n)) == found, sentence


def test_what_is_not_known_fits_until_it_is_overwritten() -> None:
    events: list[Event] = [read(0, 1, 42), add(2, 3), read(4, 5, 43), put(6, 7, 1), read(8, 9, 1), read(10, 11, 42)]
    assert judge(UNKNOWN, events) == Findings(reads=4, stale_consistent=1)


def test_a_change_that_does_not_fit_begins_again_from_nothing_known() -> None:
    def refuse(_: Item | None) -> Item | None:
        raise CannotApplyError("not a number")

    events: list[Event] = [Write(0, 1, refuse), read(2, 3, 5)]
    assert judge(item(0), events) == Findings(reads=1)


def test_too_many_writes_at_once_are_not_decided() -> None:
    events: list[Event] = [put(0, 100, n) for n in range(1, MAX_CONFIGURATIONS.bit_length() + 3)]
    assert judge(item(0), [*events, read(101, 102, 99)]) == Findings(reads=1, undecided=1)


@given(st.integers(0, 2**32), st.integers(1, 12))
@settings(max_examples=80, deadline=None)
def test_a_history_that_happened_is_never_called_wrong(seed: int, count: int) -> None:
    """A real item, written and read at moments within the calls' times; some answers are lost."""
    rng = random.Random(seed)
    calls: list[tuple[float, int, int, str, int, bool]] = []
    at = 0
    for n in range(count):
        at += rng.randrange(3)
        length = rng.randrange(1, 6)
        calls.append(
            (rng.uniform(at, at + length), at, at + length, rng.choice(["put", "add", "read"]), n, rng.random() < 0.8)
        )
    state: Item = item(0)
    events: list[Event] = []
    for moment, sent, done, kind, n, certain in sorted(calls):
        del moment
        if kind == "read":
            events.append(Read(sent, done, state, consistent=True))
            continue
        write = put(sent, done, n, certain=certain) if kind == "put" else add(sent, done, certain=certain)
        if certain or rng.random() < 0.5:
            assert write.change is not None
            state = write.change(state) or {}
        events.append(write)
    found = judge(item(0), events, Read(1000, 1001, state, consistent=True))
    assert found.violations == 0


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"N": "1"}, {"N": "1.0"}, True),
        ({"N": "1"}, {"S": "1"}, False),
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}, True),
        ({"NS": ["1", "2.0"]}, {"NS": ["2", "1.00"]}, True),
        ({"L": [{"S": "a"}, {"S": "b"}]}, {"L": [{"S": "b"}, {"S": "a"}]}, False),
        ({"M": {"a": {"N": "1"}}}, {"M": {"a": {"N": "1.0"}}}, True),
        ({"B": b"ab"}, {"B": "YWI="}, True),
        ({"BS": [b"ab"]}, {"BS": ["YWI="]}, True),
        ({"BOOL": True}, {"BOOL": False}, False),
        ({"NULL": True}, {"NULL": True}, True),
        ({"N": "no number"}, {"N": "1"}, False),
        ("no value", {"S": "no value"}, False),
    ],
)
def test_items_are_the_same_when_they_are_stored_as_the_same(first: Any, second: Any, same: bool) -> None:
    assert same_item({"a": first}, {"a": second}) is same
    assert same_item({"a": first}, {"a": first})


@pytest.mark.parametrize(
    ("sentence", "events", "found"),
    [
        ("nothing where an item's time was over is right", [read(0, 1, None), read(2, 3, 0)], Findings(reads=2)),
        ("it may be gone when it is changed", [add(0, 1), read(2, 3, 1)], Findings(reads=1)),
        ("what lives on stays", [put(0, 1, 5), read(2, 3, None)], STALE),
        ("what never was is wrong all the same", [read(0, 1, 7)], Findings(reads=1, wrong=1)),
    ],
)
def test_an_item_whose_time_to_live_is_over_may_be_deleted(sentence: str, events: list[Event], found: Findings) -> None:
    assert judge(item(0), events, expired=lambda one: one["n"]["N"] == "0") == found, sentence
