"""Searches side by side: each says what it wants to know next, and all that is wanted is simulated at once.

A search is a generator: it yields lists of loads with lanes to run on them, is sent what became of each, and returns
what it found. What it finds does not depend on what is searched beside it; only the time does.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TypeVar

from ddbload.planner.choice.candidates import Measured, Simulate
from ddbload.planner.choice.lanes import Lane, Load, measure_all

Found = TypeVar("Found")
Wanted = tuple[Load, Sequence[Lane]]
Search = Generator[list[Wanted], list[list[Measured]], Found]


def side_by_side(searches: Sequence[Search[Found]]) -> Search[list[Found]]:
    """Several searches as one, which finds what each of them does."""
    found: dict[int, Found] = {}
    asked: dict[int, list[Wanted]] = {}
    answers: dict[int, list[list[Measured]] | None] = dict.fromkeys(range(len(searches)))
    while True:
        for number, answer in answers.items():
            try:
                search = searches[number]
                asked[number] = next(search) if answer is None else search.send(answer)
            except StopIteration as end:
                asked.pop(number, None)
                found[number] = end.value
        if not asked:
            return [found[number] for number in range(len(searches))]
        made = yield [each for wanted in asked.values() for each in wanted]
        rest = iter(made)
        answers = {number: [next(rest) for _ in wanted] for number, wanted in asked.items()}


def carried_out(search: Search[Found], simulate: Simulate, *, seed: int) -> Found:
    """What a search finds."""
    try:
        wanted = next(search)
        while True:
            wanted = search.send(measure_all(wanted, simulate, seed=seed))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # the generator's own
