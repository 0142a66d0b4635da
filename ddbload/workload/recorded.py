"""The rows of a trace in a scenario's terms: operations, items, sizes and sessions as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ddbload.scenario.actions import actions_of, operations_in
from ddbload.scenario.extent import MAX_ITEM_BYTES
from ddbload.scenario.model import Replay, Scenario, Session
from ddbload.trace import Columns, Trace, open_trace
from ddbload.values.transforms import Integers
from ddbload.workload.arrivals import Arriving
from ddbload.workload.keytext import KeyReader, hash_of, key_reader

_KEPT_SESSIONS = 16_384
_POSITIVE = 2**63 - 1
_PASS_MIX = 0x9E3779B97F4A7C15 & _POSITIVE


@dataclass(frozen=True, slots=True)
class Rows:
    """How the rows of a trace are understood.

    Attributes:
        named: the trace's name of an operation -> the scenario's.
        positions: the trace's name of an operation -> its position among the scenario's operations.
        readers: the trace's name of an operation -> the reader of its keys; None where it is about no item.
    """

    trace: Trace
    replay: Replay
    named: Mapping[str, str]
    positions: Mapping[str, int]
    readers: Mapping[str, KeyReader | None]

    def strange(self, chunk: Columns) -> int:
        """How many keys of a chunk are not of their family's shape."""
        keys = zip(chunk.operation, chunk.key, chunk.item, strict=True)
        told = Counter((operation, key) for operation, key, item in keys if key and item is None)
        readers = self.readers
        return sum(
            count
            for (operation, key), count in told.items()
            if (reader := readers.get(operation)) is not None and reader.number(key) is None
        )

    def arriving(self, chunk: Columns, rows: slice, first: int, turn: int, start_ns: int) -> Arriving:
        """Some rows of a chunk in one of the passes, which begins at `start_ns`."""
        names, positions, readers = chunk.operation[rows], self.positions, self.readers
        told = zip(names, chunk.key[rows], chunk.item[rows], strict=True)
        items = [_item(readers[name], key) if item is None else item for name, key, item in told]
        return Arriving(
            first,
            start_ns + scaled(chunk.time_ns[rows], self.replay.speed),
            operations=np.array([positions[name] for name in names], dtype=np.int64),
            items=np.array(items, dtype=np.int64),
            sizes=_sizes(chunk.size_bytes[rows]),
            chains=_chains(chunk.session[rows], turn),
        )


def rows_of(scenario: Scenario) -> Rows:
    replay = scenario.load.replay
    assert replay is not None, "the load replays no trace"
    named = replay.operations or {name: name for name in scenario.operations}
    order = {name: position for position, name in enumerate(scenario.operations)}
    families = {recorded: family_of(scenario, name) for recorded, name in named.items()}
    readers = {family: key_reader(scenario, family) for family in families.values() if family is not None}
    return Rows(
        open_trace(scenario.beside(replay.file), {str(field): name for field, name in replay.columns.items()}),
        replay,
        named,
        {recorded: order[name] for recorded, name in named.items()},
        {recorded: readers.get(family or "") for recorded, family in families.items()},
    )


def family_of(scenario: Scenario, name: str) -> str | None:
    """The items that a row of an operation is about: those of its first action; of a session, of its first request."""
    operation = scenario.operations[name]
    if isinstance(operation, Session):
        first = next((step for _, step in operations_in(operation)), None)
        return None if first is None else family_of(scenario, first)
    return actions_of(operation)[0].family


def _item(reader: KeyReader | None, key: str) -> int:
    return reader.item(key) if reader is not None and key else -1


def scaled(time_ns: Sequence[int], speed: float) -> Integers:
    """Nanoseconds from the start of a pass, to the nearest."""
    times = np.array(time_ns, dtype=np.int64)
    return times if speed == 1 else np.rint(times / speed).astype(np.int64)


def _sizes(sizes: Sequence[int | None]) -> Integers | None:
    if not any(size is not None for size in sizes):
        return None
    return np.array([-1 if size is None else min(size, MAX_ITEM_BYTES) for size in sizes], dtype=np.int64)


def _chains(sessions: Sequence[str | None], turn: int) -> Integers | None:
    """Numbers of the sessions, 1 .. 2**63 - 1; in every pass others, since it is played by others."""
    if not any(sessions):
        return None
    mixed = turn * _PASS_MIX & _POSITIVE
    return np.array([0 if name is None else (_session(name) ^ mixed) or 1 for name in sessions], dtype=np.int64)


_session = lru_cache(_KEPT_SESSIONS)(hash_of)
