"""What the items of each family take to store: their mean size, and their entries in every index."""

from __future__ import annotations

from collections.abc import Mapping

from ddbload.capacity import entry, item_bytes
from ddbload.planner.resource import FamilyStorage
from ddbload.planner.trial.population import items_of
from ddbload.scenario.model import Scenario
from ddbload.workload import ItemMaker, table_shape

SAMPLE = 4_000
"""Items whose sizes make the mean, at even distances."""


def families_of(scenario: Scenario, makers: Mapping[str, ItemMaker]) -> tuple[FamilyStorage, ...]:
    """Every family as it is stored at first; a family that is not loaded too, for the items that calls will add."""
    return tuple(_storage(scenario, family, maker) for family, maker in makers.items())


def _storage(scenario: Scenario, family: str, maker: ItemMaker) -> FamilyStorage:
    table = scenario.table_of(family)
    shape = table_shape(table)
    step = max(1, maker.count // SAMPLE)
    numbers = range(0, maker.count, step)
    items = maker.items(0, maker.count) if step == 1 else items_of(scenario, family, maker, numbers)
    sizes = [item_bytes(item) for item in items]
    entries: dict[str, tuple[float, float]] = {}
    for name in shape.indexes:
        held = [item_bytes(one) for item in items if (one := entry(item, shape, name)) is not None]
        entries[name] = (len(held) / len(items), sum(held) / len(held) if held else 0.0)
    expires = table.ttl is not None and table.ttl in scenario.items[family].shape
    return FamilyStorage(family, table.name, float(maker.loaded), sum(sizes) / len(sizes), entries, expires)
