"""Interleaved pairs of runs: who comes first, how many there are, what is made again. A run is made by a call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from ddbload.experiment.sides import SIDES, SideName
from ddbload.results.record import RunRecord

LEAST_PAIRS = 6
"""Of an experiment whose pilot decides: with fewer, no arrangement of signs reaches the level (2 ** -6 < 2.5 %)."""
AGAIN = 2
"""How often a pair with an invalid run is made again."""
AGAIN_IN_ALL = 6
_HOPELESS = 2  # pairs in a row that stay invalid


@dataclass(frozen=True, slots=True)
class Design:
    """How many pairs there are to be, beside the first, which is thrown away.

    Attributes:
        pairs: fixed from the start; None: the noise of a pilot decides.
        pilot: pairs after which it does; they count like the others.
        most: pairs at most, whatever the pilot asks for.
        seed: of the order within each pair.
    """

    pairs: int | None = None
    pilot: int = 4
    most: int = 20
    seed: int = 0

    @property
    def most_pairs(self) -> int:
        """Pairs that there may be, those made again and the first one left out."""
        return self.pairs if self.pairs is not None else self.most

    @property
    def least_pairs(self) -> int:
        """Pairs that there will be at least."""
        return self.pairs if self.pairs is not None else min(LEAST_PAIRS, self.most)

    def settled(self, planned: int, made: int) -> int:
        """How many pairs there will be when the pilot asks for `planned` and so many are made."""
        return max(made, min(max(planned, LEAST_PAIRS), self.most))

    @property
    def most_runs(self) -> int:
        """Runs of one side at most."""
        return 1 + self.most_pairs + min(AGAIN_IN_ALL, AGAIN * self.most_pairs)


@dataclass(frozen=True, slots=True)
class Turn:
    """A run that is to be made now.

    Attributes:
        pair: its number, counting every pair that was begun; 0 is the one that is thrown away.
        position: how many runs were before it.
        warming: it belongs to the pair that is thrown away.
        place: which of the pairs asked for this is, from 1; of those made again the same.
        wanted: how many are asked for, as far as known by now.
        settled: whether that is the final number.
    """

    side: SideName
    pair: int
    position: int
    warming: bool
    place: int
    wanted: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a turn: its record, if there is one, and why no other can follow."""

    record: RunRecord | None
    ends: str | None = None


MakeRun = Callable[[Turn], Awaitable[Made]]
PlanPairs = Callable[[Sequence[RunRecord], Sequence[RunRecord]], int]
"""From the records of a pilot (base, new) to the number of pairs that there should be, the pilot's included."""


@dataclass(slots=True)
class Series:
    """All runs of an experiment in their order, those of the first pair and of invalid ones too.

    `ends` says why it ended before its time; None where it did not.
    """

    records: list[tuple[SideName, RunRecord]] = field(default_factory=list)
    whole: list[tuple[RunRecord, RunRecord]] = field(default_factory=list)  # (base, new), both valid, not warming
    ends: str | None = None

    def of(self, side: SideName) -> tuple[RunRecord, ...]:
        """One side's runs."""
        return tuple(record for name, record in self.records if name == side)


def orders(seed: int) -> Iterator[tuple[SideName, SideName]]:
    """Who comes first, pair by pair: by lot, each pair for itself.

    Then the sign of every pair's difference is a coin's where nothing changed, which is what the tests of pairs rest
    on. Balancing the order would spare a little drift and make pairs depend on one another: false alarms and misses of
    a change of the margin both come out above their levels.
    """
    random = Random(seed)
    forth, back = SIDES, (SIDES[1], SIDES[0])
    while True:
        yield forth if random.random() < 0.5 else back  # noqa: PLR2004 - a coin


async def run_pairs(design: Design, make: MakeRun, plan: PlanPairs, note: Callable[[str], None]) -> Series:
    """Make all pairs, one run after the other.

    The number of pairs is fixed before: by the design, or once, from the noise of the pilot; never from a difference.
    A pair with an invalid run is made again, at most twice; the invalid ones stay in the series.

    Args:
        design: how many there are to be.
        make: makes one run; when it says that the series ends, no other follows.
        plan: how many pairs the pilot asks for.
        note: told of what a person should know.
    """
    return await _Maker(design, make, plan, note).run()


class _Maker:
    """The state of `run_pairs`."""

    def __init__(self, design: Design, make: MakeRun, plan: PlanPairs, note: Callable[[str], None]) -> None:
        self._design, self._make, self._plan, self._note = design, make, plan, note
        self._series = Series()
        self._begun = self._positions = self._again = 0
        self._wanted = design.least_pairs
        self._settled = design.pairs is not None

    async def run(self) -> Series:
        """Make all of them."""
        order = orders(self._design.seed)
        await self._pair(next(order), 0)
        place = lost = 0
        while place < self._wanted and self._series.ends is None:
            place += 1
            lost = 0 if await self._tries(next(order), place) else lost + 1
            if lost >= _HOPELESS and self._series.ends is None:
                self._series.ends = f"{lost} pairs in a row stayed invalid: this machine does not carry the test now"
            if not self._settled and place >= self._design.pilot and self._series.ends is None:
                self._settle(place)
        return self._series

    def _settle(self, place: int) -> None:
        whole = self._series.whole
        planned = self._plan([base for base, _ in whole], [new for _, new in whole])
        self._wanted = self._design.settled(planned, place)
        self._settled = True

    async def _tries(self, order: tuple[SideName, SideName], place: int) -> bool:
        """Make a pair, again where it is invalid, and in the order that its coin fell to. Whether it is valid."""
        for attempt in range(AGAIN + 1):
            invalid = await self._pair(order, place)
            if self._series.ends is not None:
                return False
            if invalid is None:
                return True
            why = (
                f"pair {place}: the {invalid[0]} run is invalid ({'; '.join(invalid[1].reasons) or 'no reason given'})"
            )
            if attempt == AGAIN or self._again >= AGAIN_IN_ALL:
                self._note(f"{why}; it stays so and does not count")
                return False
            self._again += 1
            self._note(f"{why}; the pair is made again")
        return False

    async def _pair(self, order: tuple[SideName, SideName], place: int) -> tuple[SideName, RunRecord] | None:
        """Make one pair; its invalid run, after which the other is not made any more, if there is one."""
        pair, self._begun = self._begun, self._begun + 1
        made: dict[SideName, RunRecord] = {}
        for side in order:
            turn = Turn(side, pair, self._positions, place == 0, place, self._wanted, self._settled)
            self._positions += 1
            result = await self._make(turn)
            self._series.ends = result.ends
            if result.record is not None:
                self._series.records.append((side, result.record))
                made[side] = result.record
            if result.ends is not None:
                break
            if result.record is not None and result.record.verdict == "invalid" and place > 0:
                return side, result.record
        if place > 0 and len(made) == len(SIDES) and all(each.verdict != "invalid" for each in made.values()):
            self._series.whole.append((made["base"], made["new"]))
        return None
