"""Numbers and coordinates of a family's items.

The items are numbered in mixed radix, the first coordinate varying slowest: of {customer: 5000, number: 20} item 0 is
(0, 0), item 1 (0, 1), item 20 (1, 0). Beyond the loaded items the first coordinate just goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from ddbload.scenario.model import Items
from ddbload.values.transforms import Integers

MOST_ITEMS = 10**15
_INSERTS = 10**12  # items that a run can insert before it would reach those that stand for absent ones


@dataclass(frozen=True, slots=True)
class Numbering:
    """Item numbers and coordinates of a family, or of some of its coordinates.

    Attributes:
        of: coordinate -> how many values it has.
        count: how many there are: 0 .. count - 1.
        strides: coordinate -> how far apart the numbers of items are that are neighbours in it.
    """

    of: Mapping[str, int]
    count: int
    strides: Mapping[str, int]

    def coordinate(self, name: str, numbers: Integers) -> Integers:
        """A coordinate of items; the first one has no upper limit."""
        along = numbers // self.strides[name]
        return along if name == self.first else along % self.of[name]

    @property
    def first(self) -> str:
        """The coordinate that varies slowest."""
        return next(iter(self.of))

    def of_some(self, names: Iterable[str]) -> Numbering:
        """A numbering of some coordinates alone, which keep their order."""
        wanted = set(names)
        return numbering({name: size for name, size in self.of.items() if name in wanted})

    def absent(self, operation: int) -> int:
        """How far from a loaded item its absent twin is, for the operation at a position of the workload.

        The first coordinate is shifted by a power of ten (times 1 + the position), further than any item that is loaded
        or that `next` can insert. Each operation has twins of its own: where one of them creates its twin
        (an update, a put), those of the others stay absent.
        """
        stride = max(self.strides.values())
        return int(stride * 10 ** len(str((self.count + _INSERTS) // stride)) * (1 + operation))


def numbering(of: Mapping[str, int]) -> Numbering:
    """The numbering of coordinates with so many values each."""
    sizes = list(of.values())
    strides = {name: prod(sizes[position + 1 :]) for position, name in enumerate(of)}
    return Numbering(of, prod(sizes), strides)


def numbering_of(items: Items) -> Numbering:
    """The numbering of a family."""
    return numbering(items.of)
