"""How large items are: smallest, mean and largest size of every attribute, by DynamoDB's rules, without drawing any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ddbload.capacity import CONTAINER_BYTES, ELEMENT_BYTES
from ddbload.expression import Placeholder
from ddbload.scenario.model import Index, Scenario
from ddbload.scenario.template import alone, declared_types, parse_template
from ddbload.scenario.value_extent import (
    Extent,
    exactly,
    of_coordinate,
    of_drawn,
    of_numbers,
    of_spelled,
    scalar_bytes,
)

MAX_ITEM_BYTES = 400 * 1024
"""Names and values together. Source: Developer Guide, "Constraints in Amazon DynamoDB", item size."""


def item_extent(scenario: Scenario, family: str) -> Extent:
    """The size of an item: names and values. Source: Developer Guide, "DynamoDB item sizes and formats"."""
    return _of_attributes(scenario, family, scenario.items[family].shape)


def entry_extent(scenario: Scenario, family: str, index: Index) -> Extent:
    """The size of an item's entry in an index: the keys of table and index, and what is projected."""
    shape = scenario.items[family].shape
    if index.project == "all":
        return item_extent(scenario, family)
    listed = () if index.project == "keys" else index.project
    held = dict.fromkeys([*scenario.table_of(family).key, *index.attributes, *listed])
    return _of_attributes(scenario, family, [name for name in held if name in shape])


def index_share(scenario: Scenario, family: str, index: Index) -> float:
    """The share of a family's items that enter an index: those that have all its key attributes."""
    items, share = scenario.items[family], 1.0
    for attribute in index.attributes:
        share *= items.sparse.get(attribute, 1.0) if attribute in items.shape else 0.0
    return share


def attribute_extents(scenario: Scenario, family: str) -> dict[str, Extent]:
    """The sizes of an item's values, by attribute; of sparse ones where they are there."""
    declared = declared_types(scenario, family)
    return {
        attribute: _of_value(scenario, family, value, as_text=declared.get(attribute) == "S")
        for attribute, value in scenario.items[family].shape.items()
    }


def _of_value(scenario: Scenario, family: str, value: Any, *, as_text: bool = False) -> Extent:
    """The size of one value of a shape; `as_text`: a coordinate alone is its digits."""
    if isinstance(value, str):
        return _of_template(scenario, family, value, as_text=as_text)
    if isinstance(value, (Mapping, list)):
        total = exactly(CONTAINER_BYTES)
        for entry in value.items() if isinstance(value, Mapping) else enumerate(value):
            name = entry[0].encode() if isinstance(entry[0], str) else b""
            total += exactly(ELEMENT_BYTES + len(name)) + _of_value(scenario, family, entry[1])
        return total
    return exactly(scalar_bytes(value))


def _of_attributes(scenario: Scenario, family: str, attributes: Iterable[str]) -> Extent:
    extents, sparse = attribute_extents(scenario, family), scenario.items[family].sparse
    total = exactly(0)
    for name in attributes:
        total += (exactly(len(name.encode())) + extents[name]).seldom(sparse.get(name, 1.0))
    return total


def _of_template(scenario: Scenario, family: str, text: str, *, as_text: bool) -> Extent:
    template = parse_template(text)
    of = scenario.items[family].of
    if (name := alone(template)) is not None:
        if name in of:
            return of_coordinate(of[name]) if as_text else of_numbers(0, of[name] - 1)
        return of_drawn(scenario, name)
    total = exactly(0)
    for part in template.parts:
        if isinstance(part, Placeholder):
            total += of_coordinate(of[part.name]) if part.name in of else of_spelled(scenario, part.name)
        else:
            total += exactly(len(part.encode()))
    return total
