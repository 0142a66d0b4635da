"""One pass over a trace: everything that the fits need, in bounded memory."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable
from itertools import count

import numpy as np

from ddbload.trace.fit.keys import Shapes
from ddbload.trace.fit.rate import RateCounts
from ddbload.trace.fit.sessions import SessionCounts
from ddbload.trace.fit.sizes import SizeCounts
from ddbload.trace.row import Columns
from ddbload.values.transforms import Integers

Group = tuple[str | None, str, str]
"""(table, operation, shape of the key): what is fitted by itself."""


class Gathered:
    """What one pass over a trace has counted.

    Attributes:
        rows: how many.
        groups: group -> its rows; sizes: group -> its sizes.
        rate: of all rows.
        sessions: what sessions look like.
        sampled: one of this many keys was kept (1: all of them).
    """

    def __init__(self, most_keys: int) -> None:
        self.rows = 0
        self.groups: dict[Group, int] = {}
        self.sizes: dict[Group, SizeCounts] = defaultdict(SizeCounts)
        self.rate = RateCounts()
        self.sessions = SessionCounts()
        self.sampled = 1
        self._most_keys = most_keys
        self._shapes: Shapes | None = None
        self._ids: dict[str, int] = defaultdict(count().__next__)
        self._codes: dict[Group, int] = defaultdict(count().__next__)
        self._used: dict[int, Integers] = {}

    def add(self, chunk: Columns) -> None:
        """Count some rows."""
        keys = chunk.key if any(chunk.key) else ["" if item is None else str(item) for item in chunk.item]
        if self._shapes is None:
            self._shapes = Shapes(keys)
        self.rows += len(chunk)
        self.rate.add(np.array(chunk.time_ns, dtype=np.int64))
        self.sessions.add(chunk)
        shapes = {key: self._shapes.of(key) for key in set(keys)}
        triples = zip(chunk.table, chunk.operation, map(shapes.__getitem__, keys), strict=True)
        codes = np.fromiter(map(self._codes.__getitem__, triples), np.int64, len(chunk))
        self._count_sizes(chunk, codes)
        self._count_keys(keys, codes)
        often = np.bincount(codes, minlength=len(self._codes)).tolist()
        for group, code in self._codes.items():
            self.groups[group] = self.groups.get(group, 0) + often[code]

    def _count_sizes(self, chunk: Columns, codes: Integers) -> None:
        if all(size is None for size in chunk.size_bytes):
            return
        sizes = np.array([-1 if size is None else size for size in chunk.size_bytes], dtype=np.int64)
        for group, code in self._codes.items():
            found = sizes[(codes == code) & (sizes >= 0)]
            if len(found):
                self.sizes[group].add(found)

    def _count_keys(self, keys: list[str], codes: Integers) -> None:
        if self.sampled > 1:
            kept = [position for position, key in enumerate(keys) if _kept(key, self.sampled)]
            keys, codes = [keys[position] for position in kept], codes[kept]
        ids = np.fromiter(map(self._ids.__getitem__, keys), np.int64, len(keys))
        known = len(self._ids)
        for code in np.unique(codes).tolist():
            used = self._used.get(code, np.zeros(0, dtype=np.int64))
            if len(used) < known:
                used = np.concatenate([used, np.zeros(max(known - len(used), len(used) // 2), dtype=np.int64)])
            found, often = np.unique(ids[codes == code], return_counts=True)
            used[found] += often
            self._used[code] = used
        while len(self._ids) > self._most_keys:
            self._sample()

    def _sample(self) -> None:
        """Keep half of the keys, chosen by a hash of the key, with all that was counted of them."""
        self.sampled *= 2
        kept = {key: number for key, number in self._ids.items() if _kept(key, self.sampled)}
        numbers = np.fromiter(kept.values(), np.int64, len(kept))
        for code, used in self._used.items():
            self._used[code] = np.pad(used, (0, max(0, int(numbers.max(initial=0)) + 1 - len(used))))[numbers]
        self._ids = defaultdict(count(len(kept)).__next__, {key: number for number, key in enumerate(kept)})

    def keys(self, group: Group) -> tuple[list[str], Integers]:
        """The keys of a group in the order in which the trace first has them, and how often each was used."""
        used = self._used.get(self._codes[group], np.zeros(0, dtype=np.int64))[: len(self._ids)]
        names = list(self._ids)
        found = np.flatnonzero(used)
        return [names[number] for number in found.tolist()], used[found]


def _kept(key: str, one_of: int) -> bool:
    return zlib.crc32(key.encode()) % one_of == 0


def gather(chunks: Iterable[Columns], most_keys: int) -> Gathered:
    """Count everything in one pass; of more than `most_keys` different keys, a sample chosen by a hash."""
    gathered = Gathered(most_keys)
    for chunk in chunks:
        gathered.add(chunk)
    return gathered
