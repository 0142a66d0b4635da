"""The items of a table as calls find and leave them: by key, and in the order in which queries and scans read them."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ddbload.capacity import PAGE_BYTES, Item, TableShape, entry, item_bytes
from ddbload.planner.trial.conditions import in_order

Key = tuple[Any, ...]
"""A primary key: what its values are sorted by."""
Order = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What one request of a query or a scan reads.

    Attributes:
        keys: of the items, in order.
        rows: how many they stand for: more than there are keys where only a sample of the items is held.
        n_bytes: of them all.
        last: where the next page goes on from; None: there is none.
    """

    keys: Sequence[Key]
    rows: float
    n_bytes: float
    last: Key | None


class Listing:
    """Items, or their entries in an index, by what they are found by, in the order in which they are read.

    Args:
        place: (item, its key) -> what it is found by and its place there; None where it has no entry.
        n_bytes: (item) -> bytes of its entry.
        scale: how many items each one that is held stands for. Above 1, items that are not held do not come in.
    """

    def __init__(
        self,
        place: Callable[[Item, Key], tuple[Hashable, Order] | None],
        n_bytes: Callable[[Item], int],
        scale: float = 1.0,
    ) -> None:
        self._place, self._n_bytes, self.scale = place, n_bytes, scale
        self._groups: dict[Hashable, list[tuple[Order, Key]]] = {}
        self._known: dict[Key, tuple[Hashable, Order, int]] = {}

    def fill(self, items: Iterable[tuple[Key, Item]]) -> None:
        """Take in many items at once."""
        for key, item in items:
            placed = self._place(item, key)
            if placed is not None and key not in self._known:
                group, order = placed
                self._groups.setdefault(group, []).append((order, key))
                self._known[key] = (group, order, self._n_bytes(item))
        for members in self._groups.values():
            members.sort()

    def change(self, key: Key, item: Item | None) -> None:
        """An item was written; None: it is gone."""
        known = self._known.get(key)
        if known is None and self.scale > 1:
            return
        placed = None if item is None else self._place(item, key)
        if known is not None and (placed is None or placed != known[:2]):
            members = self._groups[known[0]]
            del members[bisect_left(members, (known[1], key))]
            del self._known[key]
        if placed is not None:
            if known is None or placed != known[:2]:
                insort(self._groups.setdefault(placed[0], []), (placed[1], key))
            self._known[key] = (*placed, self._n_bytes(item))  # type: ignore[arg-type]  # it has a place, so it is one

    def page(
        self,
        group: Hashable,
        bounds: tuple[Order, Order],
        *,
        limit: int | None = None,
        backwards: bool = False,
        after: Key | None = None,
    ) -> Page:
        """The items of one request.

        Args:
            group: what is looked for.
            bounds: the least and the greatest place; a place that begins with the latter is within.
            limit: items at most.
            backwards: the greatest first.
            after: the key of the last item of the page before.
        """
        members = self._groups.get(group, [])
        low, high = bisect_left(members, (bounds[0],)), bisect_right(members, ((*bounds[1], TOP),))
        if after is not None and after in self._known:
            at = bisect_left(members, (self._known[after][1], after))
            low, high = (low, min(high, at)) if backwards else (max(low, at + 1), high)
        found = members[low : max(low, high)]
        if backwards:
            found.reverse()
        if self.scale > 1:
            return self._scaled([key for _, key in found], limit)
        return self._whole([key for _, key in found[:limit]], more=limit is not None and len(found) >= limit)

    def _whole(self, keys: list[Key], *, more: bool) -> Page:
        sizes = [self._known[key][2] for key in keys]
        total = sum(sizes)
        if total > PAGE_BYTES:
            total = count = 0
            for size in sizes:
                if count and total + size > PAGE_BYTES:
                    break
                total, count = total + size, count + 1
            keys, more = keys[:count], True
        return Page(keys, len(keys), total, keys[-1] if more and keys else None)

    def _scaled(self, keys: list[Key], limit: int | None) -> Page:
        there = len(keys) * self.scale
        if not keys:
            return Page((), 0.0, 0.0, None)
        read = keys[: limit or len(keys)]
        each = sum(self._known[key][2] for key in read) / len(read)
        rows = min(there, limit or there, max(1.0, PAGE_BYTES // max(each, 1.0)))
        taken = max(1, min(len(keys), round(rows / self.scale)))
        last = keys[taken - 1] if rows < there and taken < len(keys) else None
        return Page(keys[:taken], rows, rows * each, last)

    @property
    def held(self) -> Iterable[Key]:
        """The keys of all that is held."""
        return self._known.keys()


class _Top:
    """Greater than anything else."""

    __slots__ = ()

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return other is not self


TOP = _Top()


@dataclass(frozen=True, slots=True)
class IndexPlaces:
    """The key attributes of an index, or of the table: those of the partition, then those of the sort key."""

    partition: tuple[str, ...]
    sort: tuple[str, ...]


class TableStates:
    """The items of one table.

    Attributes:
        name: DynamoDB's.
        shape: its keys and indexes.
        places: index -> its key attributes; "" is the table itself.
        items: key -> item.
        scales: index -> how many items each one in its listing stands for; "*" is that of scans.
    """

    def __init__(self, name: str, shape: TableShape, places: Mapping[str, IndexPlaces]) -> None:
        self.name, self.shape, self.places = name, shape, places
        self.items: dict[Key, Item] = {}
        self.scales: dict[str, float] = {}
        self._listings: dict[str, Listing] = {}

    def key(self, item: Item) -> Key:
        """The primary key of an item, or of a request's key."""
        return tuple([in_order(item[name]) for name in self.shape.key])

    def put(self, key: Key, item: Item | None) -> None:
        """Write an item; None deletes it."""
        if item is None:
            self.items.pop(key, None)
        else:
            self.items[key] = item
        for listing in self._listings.values():
            listing.change(key, item)

    def listing(self, name: str) -> Listing:
        """What a query of an index reads; "": of the table. "*": what a scan reads, "*name" one of an index."""
        if name not in self._listings:
            index = name.lstrip("*")
            place = _scanned(self, index) if name.startswith("*") else _placed(self.places[name])
            sized = item_bytes if not index or self.shape.indexes[index].project == "all" else self._entry_bytes(index)
            made = Listing(place, sized, self.scales.get(name, 1.0))
            made.fill(self.items.items())
            self._listings[name] = made
        return self._listings[name]

    def _entry_bytes(self, index: str) -> Callable[[Item], int]:
        return lambda item: item_bytes(entry(item, self.shape, index) or {})


def _placed(places: IndexPlaces) -> Callable[[Item, Key], tuple[Hashable, Order] | None]:
    names = (*places.partition, *places.sort)
    first = len(places.partition)

    def place(item: Item, key: Key) -> tuple[Hashable, Order] | None:
        try:
            values = [in_order(item[name]) for name in names]
        except KeyError:
            return None
        return tuple(values[:first]), (*values[first:], key)

    return place


def _scanned(states: TableStates, index: str) -> Callable[[Item, Key], tuple[Hashable, Order] | None]:
    """Scans go by the hash of the partition key, which has nothing to do with what is in an item."""
    needed = states.shape.indexes[index].key if index else ()

    def place(item: Item, key: Key) -> tuple[Hashable, Order] | None:
        if any(name not in item for name in needed):
            return None
        return (), (hashlib.blake2b(repr(key[0]).encode(), digest_size=8).digest(), key)

    return place
