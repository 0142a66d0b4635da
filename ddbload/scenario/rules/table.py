"""Tables and their indexes, by DynamoDB's rules.

Sources: Developer Guide, "Constraints in Amazon DynamoDB" (secondary indexes), "Using Local Secondary Indexes",
"Global tables: multi-Region strong consistency", "Managing throughput capacity automatically with auto scaling".
"""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.scenario.actions import actions_of
from ddbload.scenario.model import Index, Items, OnDemand, Provisioned, Replicas, Scaling, Scenario, Table
from ddbload.scenario.model.table import WideKey
from ddbload.scenario.rules.captures import written_attributes
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.source import Loc, nearest

_MAX_LOCAL, _MAX_GLOBAL, _MAX_PROJECTED = 5, 20, 100
_LOWEST_TARGET, _HIGHEST_TARGET = 0.2, 0.9
_STRONG_SETS = (
    ("us-east-1", "us-east-2", "us-west-2"),
    ("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"),
    ("ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
)
"""Regions among which multi-Region strong consistency is offered; no table mixes two sets."""
_STRONG_OTHERS = 2


def placed_tables(scenario: Scenario) -> Iterator[tuple[Loc, Table]]:
    """Every table with its place."""
    if scenario.table is not None:
        yield ("table",), scenario.table
    for name, table in (scenario.tables or {}).items():
        yield ("tables", name), table


def place_of(scenario: Scenario, family: str) -> Loc:
    """The place of the table that a family's items are in."""
    named = scenario.items[family].table
    return ("table",) if named is None else ("tables", named)


def reference_faults(scenario: Scenario) -> Iterator[Fault]:
    """One of `table` and `tables`, and which table each family is in. What follows relies on it."""
    if scenario.table is None and scenario.tables is None:
        fits = "table: {name: orders, key: {pk: S}}; or several under `tables`, each by a name"
        yield Fault((), "the scenario lacks the key 'table'", fits, at_key=True)
    elif scenario.table is not None and scenario.tables is not None:
        fits = "one table under `table`, or all of them under `tables`"
        yield Fault(("tables",), "the scenario has both `table` and `tables`", fits, at_key=True)
    else:
        for family, items in scenario.items.items():
            yield from _family_faults(scenario, family, items)


def _family_faults(scenario: Scenario, family: str, items: Items) -> Iterator[Fault]:
    loc: Loc = ("items", family)
    if scenario.tables is None:
        if items.table is not None:
            fits = "leave it out: all items are in `table`; or name the tables under `tables`"
            yield Fault((*loc, "table"), f"there are no `tables`, so '{family}' cannot name one", fits, at_key=True)
    elif items.table is None:
        fits = f"table: {' or '.join(list(scenario.tables)[:5])}"
        yield Fault(loc, f"the items '{family}' do not say which table they are in", fits, at_key=True)
    elif items.table not in scenario.tables:
        fits = nearest(items.table, scenario.tables, "there are")
        yield Fault((*loc, "table"), f"there is no table '{items.table}'", fits)


def table_faults(scenario: Scenario) -> Iterator[Fault]:
    """Names, keys, indexes, billing and replicas of every table."""
    first: dict[str, Loc] = {}
    for loc, table in placed_tables(scenario):
        if table.name in first:
            message = f"the table '{table.name}' stands twice in DynamoDB's own names"
            yield Fault((*loc, "name"), message, f"a name of its own; the first is tables.{first[table.name][-1]}")
        first.setdefault(table.name, loc)
        yield from _index_faults(loc, table)
        yield from _billing_faults((*loc, "billing"), table.billing)
        yield from _replica_faults(loc, table)
        yield from _ttl_faults(loc, table)


# --- indexes -------------------------------------------------------------------------------------------------------


def _index_faults(loc: Loc, table: Table) -> Iterator[Fault]:
    types: dict[str, str] = dict(table.key)
    for name, index in table.indexes.items():
        here: Loc = (*loc, "indexes", name)
        yield from _key_faults(here, index, types)
        if index.kind == "local":
            yield from _local_faults(table, here, index)
        yield from _index_billing_faults(here, table, index)
    for kind, most in (("local", _MAX_LOCAL), ("global", _MAX_GLOBAL)):
        count = sum(index.kind == kind for index in table.indexes.values())
        if count > most:
            yield Fault((*loc, "indexes"), f"{count} {kind} indexes; DynamoDB takes at most {most}", at_key=True)
    listed = sum(len(index.project) for index in table.indexes.values() if isinstance(index.project, list))
    if listed > _MAX_PROJECTED:
        message = f"{listed} projected attributes in all; DynamoDB takes at most {_MAX_PROJECTED}"
        yield Fault((*loc, "indexes"), message, at_key=True)


def _key_faults(here: Loc, index: Index, types: dict[str, str]) -> Iterator[Fault]:
    """`types` are those of the keys before."""
    wide = isinstance(index.key, WideKey)
    for part, attributes in (("partition", index.partition), ("sort", index.sort)):
        for attribute, declared in attributes.items():
            place: Loc = (*here, "key", part, attribute) if wide else (*here, "key", attribute)
            if part == "sort" and attribute in index.partition:
                message = f"'{attribute}' is in the partition key and in the sort key"
                yield Fault(place, message, "in one of them", at_key=True)
            elif types.setdefault(attribute, declared) != declared:
                message = (
                    f"the key attribute '{attribute}' is {declared} here and {types[attribute]} elsewhere in the table"
                )
                yield Fault(place, message, "an attribute has one type in all keys")


def _local_faults(table: Table, here: Loc, index: Index) -> Iterator[Fault]:
    if isinstance(index.key, WideKey):
        message = "a local index has one partition attribute and one sort attribute"
        yield Fault(
            (*here, "key"), message, f"key: {{{table.partition}: {table.key[table.partition]}, ...}}", at_key=True
        )
    elif table.sort is None:
        yield Fault(here, "a local index needs a table with a sort key", "kind: global", at_key=True)
    elif next(iter(index.key)) != table.partition or len(index.key) == 1:
        yield Fault(
            (*here, "key"),
            f"a local index has the table's partition key '{table.partition}' and a sort key of its own",
            f"key: {{{table.partition}: {table.key[table.partition]}, ...}}, or kind: global",
            at_key=True,
        )


# --- capacity ------------------------------------------------------------------------------------------------------


def _index_billing_faults(here: Loc, table: Table, index: Index) -> Iterator[Fault]:
    place: Loc = (*here, "billing")
    if index.billing is None:
        return
    if index.kind == "local":
        yield Fault(
            place, "a local index uses the table's capacity", "leave `billing` out, or kind: global", at_key=True
        )
    elif isinstance(index.billing, Provisioned) != isinstance(table.billing, Provisioned):
        mode = "provisioned" if isinstance(table.billing, Provisioned) else "on demand"
        fits = "{read: 100, write: 50}" if mode == "provisioned" else "{on_demand: {max_write: 1000}}"
        yield Fault(
            place, f"the table is {mode}, and so are its indexes", f"{fits}, or leave `billing` out", at_key=True
        )
    else:
        yield from _billing_faults(place, index.billing)


def _billing_faults(place: Loc, billing: object) -> Iterator[Fault]:
    if isinstance(billing, OnDemand):
        if billing.on_demand.max_read is None and billing.on_demand.max_write is None:
            fits = "max_read, max_write, or billing: on-demand"
            yield Fault((*place, "on_demand"), "a maximum throughput that names no maximum", fits, at_key=True)
    elif isinstance(billing, Provisioned) and billing.autoscaling is not None:
        scalings = (
            ("read", billing.autoscaling.read, billing.read),
            ("write", billing.autoscaling.write, billing.write),
        )
        for dimension, scaling, start in scalings:
            if scaling is not None:
                yield from _scaling_faults(place, dimension, scaling, start)
        if billing.autoscaling.read is None and billing.autoscaling.write is None:
            fits = "read: {min: 10, max: 400}, write: {...}"
            yield Fault((*place, "autoscaling"), "auto scaling of neither reads nor writes", fits, at_key=True)


def _scaling_faults(place: Loc, dimension: str, scaling: Scaling, start: int) -> Iterator[Fault]:
    here: Loc = (*place, "autoscaling", dimension)
    if scaling.max < scaling.min:
        yield Fault((*here, "max"), f"max is {scaling.max}, below min {scaling.min}", "max: at least min")
    elif not scaling.min <= start <= scaling.max:
        message = f"{dimension} capacity begins at {start}, outside of {scaling.min} to {scaling.max}"
        yield Fault((*place, dimension), message, f"{dimension}: {min(max(start, scaling.min), scaling.max)}")
    if not _LOWEST_TARGET <= scaling.target <= _HIGHEST_TARGET:
        yield Fault((*here, "target"), f"a target of {scaling.target * 100:g}%", "20% to 90%")


# --- global tables and time to live --------------------------------------------------------------------------------


def _replica_faults(loc: Loc, table: Table) -> Iterator[Fault]:
    if table.replicas is None:
        return
    strong = isinstance(table.replicas, Replicas) and table.replicas.consistency == "strong"
    regions = table.replicas.regions if isinstance(table.replicas, Replicas) else table.replicas
    here: Loc = (*loc, "replicas", "regions") if isinstance(table.replicas, Replicas) else (*loc, "replicas")
    for position, region in enumerate(regions):
        if region in regions[:position]:
            yield Fault((*here, position), f"the region '{region}' stands twice", "each region once")
    if strong:
        yield from _strong_faults(loc, here, table, regions)


def _strong_faults(loc: Loc, here: Loc, table: Table, regions: list[str]) -> Iterator[Fault]:
    sets = [known for known in _STRONG_SETS if all(region in known for region in regions)]
    if len(regions) != _STRONG_OTHERS:
        message = (
            f"strong consistency takes exactly three regions: the table's own and two others, found {len(regions)}"
        )
        yield Fault(here, message, "two regions, or consistency: eventual", at_key=True)
    elif not sets:
        listed = "; ".join(", ".join(known) for known in _STRONG_SETS)
        yield Fault(here, f"{' and '.join(regions)} do not offer strong consistency together", f"of one set: {listed}")
    if table.ttl is not None:
        message = "a table with strong consistency across regions has no time to live"
        yield Fault((*loc, "ttl"), message, "leave `ttl` out, or consistency: eventual", at_key=True)
    for name, index in table.indexes.items():
        if index.kind == "local":
            message = "a table with strong consistency across regions has no local indexes"
            yield Fault((*loc, "indexes", name), message, "kind: global, or consistency: eventual", at_key=True)


def _ttl_faults(loc: Loc, table: Table) -> Iterator[Fault]:
    if table.ttl is not None and table.ttl in table.key:
        yield Fault((*loc, "ttl"), f"'{table.ttl}' is part of the key", "an attribute of its own, in Unix seconds")


def ttl_notices(scenario: Scenario) -> Iterator[Fault]:
    """A time to live that nothing writes, so that nothing expires. Of a scenario without faults."""
    for loc, table in placed_tables(scenario):
        there = written_attributes(scenario, table)
        if table.ttl is None or table.ttl in there or not scenario.families_of(table):
            continue
        actions = (one for operation in scenario.operations.values() for one in actions_of(operation))
        if not any(one.kind == "statement" and scenario.table_of(one.family) == table for one in actions):
            message = f"no item of the table has the time-to-live attribute '{table.ttl}', and no update sets it"
            yield Fault((*loc, "ttl"), message, nearest(table.ttl, there, "they have"))


def is_strong(table: Table) -> bool:
    """Whether the table is a global one with strong consistency across regions, which has no transactions."""
    return isinstance(table.replicas, Replicas) and table.replicas.consistency == "strong"
