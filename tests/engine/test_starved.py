"""Whether a server got the processor that it asked for, and what is said where it did not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ddbload.engine.starved import Look, Need, notes

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("sentence", "need", "said"),
    [
        ("a system that does not tell", None, []),
        ("a server that ran whenever it wanted", Need(5 * SECOND, SECOND // 10, 0.5), []),
        ("hardly any work at all", Need(SECOND // 100, SECOND // 2, 0.05), []),
        ("others took its processor", Need(3 * SECOND, SECOND, 0.4), ["it waited 25% for a processor"]),
        ("the same, and it was at work all the time", Need(3 * SECOND, 7 * SECOND, 1.0), ["it waited 70%"]),
        ("more than one thread can do", Need(10 * SECOND, SECOND // 10, 1.01), ["work to do for 100% of the time"]),
    ],
)
def test_what_a_report_says_of_the_machine(sentence: str, need: Need | None, said: list[str]) -> None:
    assert [part in text for part, text in zip(said, notes(need), strict=True)] == [True] * len(said), sentence


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this system does not tell")
def test_what_a_process_did_before_the_first_look_does_not_count() -> None:
    look = Look(os.getpid())
    look.look(10 * SECOND)
    assert look.need is None
    until = os.times().user + 0.05
    while os.times().user < until:
        pass
    look.look(11 * SECOND)
    found = needs(look)
    assert found.ran_ns >= SECOND // 50  # the clock of `times` is a coarse one
    assert found.busiest * SECOND <= found.ran_ns + found.waited_ns


def needs(look: Look) -> Need:
    assert look.need is not None
    return look.need


@pytest.mark.parametrize("pid", [None, 2**22 + 1])
def test_a_process_that_is_not_there_gives_nothing(pid: int | None) -> None:
    look = Look(pid)
    for second in range(3):
        look.look((1 + second) * SECOND)
    assert look.need is None
