"""Which item each call is about: numbers of items and their coordinates, as pure functions of the call's number.

The items of a family are numbered in mixed radix, the first coordinate varying slowest: of {customer: 5000, number: 20}
item 0 is (0, 0), item 1 (0, 1), item 20 (1, 0). Beyond the loaded items the first coordinate just goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from ddbload.scenario.model import Chooser, Items, Pick, Scenario
from ddbload.values import Hotspot, Scatter, Uniform, words_at
from ddbload.values.philox import Counters
from ddbload.values.transforms import Integers, unit
from ddbload.workload.translate import chooser, problem

MOST_ITEMS = 10**15
_INSERTS = 10**12  # items that a run can insert before it would reach those that stand for absent ones

Picker = Callable[[Counters, Counters], Integers]
"""(numbers of the calls, their ordinals in their group) -> numbers 0 .. n-1, of items or of one coordinate."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """Item numbers and coordinates of a family.

    Attributes:
        of: coordinate -> how many values it has.
        count: how many items are loaded: 0 .. count - 1.
        strides: coordinate -> how far apart the numbers of items are that are neighbours in it.
    """

    of: Mapping[str, int]
    count: int
    strides: Mapping[str, int]

    def coordinate(self, name: str, numbers: Integers) -> Integers:
        """A coordinate of items; the first one has no upper limit."""
        along = numbers // self.strides[name]
        return along if name == next(iter(self.of)) else along % self.of[name]

    def absent(self, operation: int) -> int:
        """How far from a loaded item its absent twin is, for the operation at a position of the workload.

        The first coordinate is shifted by a power of ten (times 1 + the position), further than any item that is loaded
        or that `next` can insert. Each operation has twins of its own: where one of them creates its twin
        (an update, a put), those of the others stay absent.
        """
        stride = max(self.strides.values())
        return int(stride * 10 ** len(str((self.count + _INSERTS) // stride)) * (1 + operation))


def numbering_of(items: Items) -> Numbering:
    """The numbering of a family."""
    sizes = list(items.of.values())
    strides = {name: prod(sizes[position + 1 :]) for position, name in enumerate(items.of)}
    return Numbering(items.of, items.count, strides)


@dataclass(frozen=True, slots=True)
class Picking:
    """How an operation picks its items."""

    numbering: Numbering
    item: Picker | None  # picks an item at once ...
    coordinates: tuple[tuple[int, Picker], ...]  # ... or each coordinate, given with its stride
    missing: float
    absent: int
    seed: int
    operation: str

    def numbers(self, counters: Counters, ordinals: Counters) -> Integers:
        """The numbers of the items of some calls."""
        if self.item is not None:
            numbers = self.item(counters, ordinals)
        else:
            numbers = np.zeros(len(counters), dtype=np.int64)
            for stride, pick in self.coordinates:
                numbers += stride * pick(counters, ordinals)
        if self.missing:
            absent = unit(words_at(self.seed, f"missing/{self.operation}", counters)[:, 0]) < self.missing
            numbers = numbers + absent * np.int64(self.absent)
        return numbers


def picking(scenario: Scenario, operation: str, position: int, family: str, pick: Pick, missing: float) -> Picking:
    """How an operation (at a position of the workload) picks items of a family.

    Raises:
        ScenarioError: more items than can be numbered.
    """
    items = scenario.items[family]
    numbering = numbering_of(items)
    if numbering.count > MOST_ITEMS:
        raise problem(scenario, f"items.{family}: {numbering.count:,} items are too many", f"at most {MOST_ITEMS:,}")
    whole: Picker | None = None
    parts: tuple[tuple[int, Picker], ...] = ()
    stream = f"pick/{operation}"
    if pick == "next":
        whole = _next(numbering.count)
    elif isinstance(pick, dict):
        strides = numbering.strides
        choosers = {name: pick.get(name, "uniform") for name in items.of}
        parts = tuple(
            (strides[name], _picker(scenario.seed, f"{stream}/{name}", f"{family}/{name}", choosers[name], n))
            for name, n in items.of.items()
        )
    else:
        whole = _picker(scenario.seed, stream, family, pick, numbering.count)
    return Picking(numbering, whole, parts, missing, numbering.absent(position), scenario.seed, operation)


def counts_up(items: Items, pick: Pick) -> str | None:
    """What a pick's calls are counted for: "next" (new items of the family), "sequential", or nothing."""
    if pick == "next":
        return "next"
    choosers = [pick.get(name) for name in items.of] if isinstance(pick, dict) else [pick]
    return "sequential" if "sequential" in choosers else None


def _next(count: int) -> Picker:
    return lambda _, ordinals: count + ordinals


def _picker(seed: int, stream: str, place: str, spec: Chooser, n: int) -> Picker:
    if spec == "sequential":
        return lambda _, ordinals: ordinals % n
    choose = chooser(spec, n)
    if isinstance(choose, Uniform) or (isinstance(choose, Hotspot) and choose.hot == n):
        return lambda counters, _: choose.draw(words_at(seed, stream, counters))
    # one scattering for a family's dimension: what is hot for one operation is hot for the others
    scatter = Scatter(n, seed, f"scatter/{place}")
    return lambda counters, _: scatter(choose.draw(words_at(seed, stream, counters)))
