"""The loop over pairs, on runs that are made up."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import pytest

from ddbload.experiment.pairs import AGAIN_IN_ALL, LEAST_PAIRS, Design, Made, Series, Turn, orders, run_pairs
from ddbload.results.record import RunRecord
from tests.experiment.runs import record


@dataclass
class Laboratory:
    """Makes runs as told, and remembers what it was asked.

    Attributes:
        invalid: why the run of a turn is invalid; "" where it is not.
        ends: after how many runs the series ends, and why.
        asks: pairs that the pilot asks for.
    """

    invalid: Callable[[Turn], str] = lambda _turn: ""
    ends: tuple[int, str] | None = None
    unmade: bool = False  # the run that ends the series leaves no record
    asks: int = 6
    turns: list[Turn] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pilots: list[tuple[int, int]] = field(default_factory=list)
    under_way: int = 0

    async def make(self, turn: Turn) -> Made:
        self.under_way += 1
        assert self.under_way == 1, "two loads at once"
        await asyncio.sleep(0)
        self.under_way -= 1
        self.turns.append(turn)
        ends = self.ends[1] if self.ends and len(self.turns) == self.ends[0] else None
        if ends and self.unmade:
            return Made(None, ends)
        run = record(turn.pair, turn.side, invalid=self.invalid(turn), position=turn.position, warming=turn.warming)
        return Made(run, ends)

    def plan(self, base: Sequence[RunRecord], new: Sequence[RunRecord]) -> int:
        self.pilots.append((len(base), len(new)))
        return self.asks

    def run(self, design: Design) -> Series:
        return asyncio.run(run_pairs(design, self.make, self.plan, self.notes.append))


def numbers(series: Series) -> list[int]:
    """The pairs that count."""
    found = []
    for base, new in series.whole:
        assert base.pairing is not None
        assert new.pairing is not None
        assert (base.pairing.pair, base.pairing.side, new.pairing.side) == (new.pairing.pair, "base", "new")
        found.append(base.pairing.pair)
    return found


def test_the_first_pair_is_made_and_does_not_count() -> None:
    laboratory = Laboratory()
    series = laboratory.run(Design(pairs=3))
    assert numbers(series) == [1, 2, 3]
    assert [turn.warming for turn in laboratory.turns] == [True, True, *[False] * 6]
    assert len(series.of("base")) == len(series.of("new")) == 4
    assert [turn.position for turn in laboratory.turns] == list(range(8))


def test_each_pair_has_a_coin_of_its_own() -> None:
    """Of two pairs in a row all four orders come up alike: where the order is balanced, two of them are rarer."""
    firsts = [first for first, _ in islice(orders(3), 4000)]
    couples = Counter(zip(firsts[::2], firsts[1::2], strict=True))
    assert len(couples) == 4
    assert all(430 <= count <= 570 for count in couples.values())  # 500 and three and a half deviations


def test_the_seed_says_the_order() -> None:
    assert list(islice(orders(7), 50)) == list(islice(orders(7), 50))
    assert len({tuple(islice(orders(seed), 9)) for seed in range(200)}) > 100


@pytest.mark.parametrize(
    ("asks", "most", "pairs"),
    [
        pytest.param(9, 20, 9, id="as many as the pilot asks for"),
        pytest.param(1, 20, LEAST_PAIRS, id="never fewer than can reach the level"),
        pytest.param(400, 12, 12, id="never more than allowed"),
    ],
)
def test_a_pilot_fixes_the_number_of_pairs_once_and_its_own_count(asks: int, most: int, pairs: int) -> None:
    laboratory = Laboratory(asks=asks)
    series = laboratory.run(Design(pilot=4, most=most))
    assert len(series.whole) == pairs
    assert laboratory.pilots == [(4, 4)]
    assert [(turn.wanted, turn.settled) for turn in laboratory.turns[::2]] == [
        *[(LEAST_PAIRS, False)] * 5,
        *[(pairs, True)] * (pairs - 4),
    ]


def test_a_number_that_is_given_asks_no_pilot() -> None:
    laboratory = Laboratory(asks=1000)
    assert len(laboratory.run(Design(pairs=2)).whole) == 2
    assert laboratory.pilots == []


def test_a_pair_with_an_invalid_run_is_made_again_in_the_same_order_under_another_number() -> None:
    laboratory = Laboratory(invalid=lambda turn: "late" if turn.pair == 2 else "")
    series = laboratory.run(Design(pairs=3))
    assert numbers(series) == [1, 3, 4]
    assert laboratory.notes == [f"pair 2: the {series.records[4][0]} run is invalid (late); the pair is made again"]
    assert [run.verdict for _, run in series.records].count("invalid") == 1  # kept; its partner was not made at all
    firsts = {turn.pair: turn.side for turn in reversed(laboratory.turns)}
    assert firsts[2] == firsts[3]


def test_a_pair_is_made_again_twice_and_not_more() -> None:
    laboratory = Laboratory(invalid=lambda turn: "late" if turn.place == 2 else "")
    series = laboratory.run(Design(pairs=3))
    assert numbers(series) == [1, 5]
    assert [turn.pair for turn in laboratory.turns if turn.place == 2] == [2, 3, 4]
    assert laboratory.notes[-1].endswith("it stays so and does not count")
    assert series.ends is None


def test_a_machine_on_which_nothing_is_valid_ends_the_series_early() -> None:
    laboratory = Laboratory(invalid=lambda _turn: "late")
    series = laboratory.run(Design(pairs=20))
    assert series.whole == []
    assert len(laboratory.turns) == 2 + 2 * 3
    assert "this machine does not carry the test" in (series.ends or "")


def test_pairs_made_again_have_an_end_in_all() -> None:
    laboratory = Laboratory(invalid=lambda turn: "late" if turn.place % 2 else "")
    design = Design(pairs=20)
    series = laboratory.run(design)
    assert len({turn.pair for turn in laboratory.turns}) == 1 + 20 + AGAIN_IN_ALL
    assert len(series.whole) == 10
    assert max(Counter(turn.side for turn in laboratory.turns).values()) <= design.most_runs


def test_an_invalid_warming_run_matters_to_nobody() -> None:
    laboratory = Laboratory(invalid=lambda turn: "cold" if turn.warming else "")
    assert numbers(laboratory.run(Design(pairs=2))) == [1, 2]
    assert laboratory.notes == []


@pytest.mark.parametrize("unmade", [False, True])
@pytest.mark.parametrize(("after", "pairs"), [(1, 0), (2, 0), (3, 0), (5, 1), (7, 2)])
def test_a_series_that_is_ended_keeps_the_pairs_that_are_whole(after: int, pairs: int, *, unmade: bool) -> None:
    laboratory = Laboratory(ends=(after, "SIGINT"), unmade=unmade)
    series = laboratory.run(Design(pairs=5))
    assert len(laboratory.turns) == after
    assert len(series.records) == after - unmade
    assert (len(series.whole), series.ends) == (pairs, "SIGINT")
    assert laboratory.pilots == []
