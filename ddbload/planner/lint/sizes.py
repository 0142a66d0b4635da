"""Rules about sizes: items that are a little over a step of the rounding."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ddbload.capacity import READ_BLOCK_BYTES, WRITE_BLOCK_BYTES, item_bytes
from ddbload.errors import UsageError
from ddbload.planner.document import Finding
from ddbload.planner.lint.ground import Ground
from ddbload.planner.resource import Dimension
from ddbload.scenario.actions import TRANSACTIONS, Action, kind_of
from ddbload.scenario.model import Scenario
from ddbload.scenario.rules.parsed import counterpart
from ddbload.workload import item_at

_LITTLE = 0.1
"""A little over a step is up to this share of it."""
_TYPICAL = 0.25
"""So many of the items at least are to be a little over a step."""
_SAMPLE = 500
_SHORT_NAME = 2
_WRITES = frozenset({"put", "update", "delete"})
_BLOCKS: tuple[tuple[Dimension, int], ...] = (("write", WRITE_BLOCK_BYTES), ("read", READ_BLOCK_BYTES))


def little_over_a_step(ground: Ground) -> Iterator[Finding]:
    """A quarter or more of a family's items is up to 10 % of a step above 1 KB x n (writes) or 4 KB x n (single reads).

    The sizes are those of the family's first 500 items, as they are loaded. Families whose values need code that must
    not be run are left out.

    Dollars: for these items one step less for each write of the table, or each read by key: a write unit; half a read
    unit, one if strongly consistent; twice that in a transaction. Writes of indexes are not counted.
    """
    for family in ground.scenario.items:
        sizes = _sizes(ground, family)
        for dimension, block in _BLOCKS:
            over = sorted(excess for size in sizes if 0 < (excess := _over(size, block)) <= _LITTLE * block)
            amount = len(over) / max(len(sizes), 1) * _a_step_of(ground, family, dimension)
            if len(over) < _TYPICAL * len(sizes) or amount <= 0:
                continue
            done = "written" if dimension == "write" else "read"
            yield Finding(
                "little-over-a-step",
                family,
                f"{len(over) / len(sizes):.0%} of the items are a little over a step of {block // 1024} KB, half of"
                f" them by up to {over[len(over) // 2]} bytes, and {done} as a whole one more",
                amount,
                _advice(ground.scenario, family, over[-1]),
            )


def _sizes(ground: Ground, family: str) -> Sequence[int]:
    try:
        maker = item_at(ground.scenario, family, allow_code=ground.allow_code)
    except UsageError:
        return ()
    return [item_bytes(item) for item in maker.items(0, min(_SAMPLE, ground.scenario.items[family].count))]


def _over(size: int, block: int) -> int:
    """Bytes above the last whole step; 0 within the first, below which there is none."""
    steps = math.ceil(size / block)
    return size - (steps - 1) * block if steps > 1 else 0


def _advice(scenario: Scenario, family: str, over: int) -> str:
    spelled = [name for name in scenario.items[family].shape if len(name.encode()) > _SHORT_NAME]
    names = sum(len(name.encode()) - _SHORT_NAME for name in spelled)
    if names >= over:
        return f"{over:,} bytes less would do for all of them: shorter attribute names alone save up to {names:,}"
    return f"{over:,} bytes less would do for all of them: split off, compress or leave out what is rarely read"


def _a_step_of(ground: Ground, family: str, dimension: Dimension) -> float:
    table = ground.scenario.table_of(family)
    units = math.fsum(
        rate * _step_units(ground.scenario, action, dimension, kind_of(ground.scenario.operations[one.name]))
        for one, rate, actions in ground.operations()
        for action in actions
        if action.family == family
    )
    return (ground.write_usd if dimension == "write" else ground.read_usd)(table, units)


def _step_units(scenario: Scenario, action: Action, dimension: Dimension, kind: str) -> float:
    """Units of one step of an action's items."""
    doubled = kind in TRANSACTIONS
    done, there = counterpart(scenario, action), action.count * (1 - action.missing)
    if dimension == "write":
        return (2.0 if doubled else 1.0) * there if done in _WRITES else 0.0
    if done != "get":
        return 0.0
    consistent = getattr(action.spec, "consistent", False)
    return (2.0 if doubled else 1.0 if consistent else 0.5) * there
