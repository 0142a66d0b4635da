"""The table and its indexes, by DynamoDB's rules.

Source: Developer Guide, "Constraints in Amazon DynamoDB" (secondary indexes) and "Using Local Secondary Indexes".
"""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.scenario.model import Index, Scenario
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.source import Loc

_MAX_LOCAL, _MAX_GLOBAL, _MAX_PROJECTED = 5, 20, 100


def table_faults(scenario: Scenario) -> Iterator[Fault]:
    """Index keys against the table's, and how many indexes there may be."""
    table = scenario.table
    types: dict[str, str] = dict(table.key)
    for name, index in table.indexes.items():
        loc: Loc = ("table", "indexes", name)
        for attribute, declared in index.key.items():
            if types.setdefault(attribute, declared) != declared:
                yield Fault(
                    (*loc, "key", attribute),
                    f"the key attribute '{attribute}' is {declared} here and {types[attribute]} elsewhere in the table",
                    "an attribute has one type in all keys",
                )
        if index.kind == "local":
            yield from _local_faults(scenario, loc, index)
    for kind, most in (("local", _MAX_LOCAL), ("global", _MAX_GLOBAL)):
        count = sum(index.kind == kind for index in table.indexes.values())
        if count > most:
            yield Fault(("table", "indexes"), f"{count} {kind} indexes; DynamoDB takes at most {most}", at_key=True)
    listed = sum(len(index.project) for index in table.indexes.values() if isinstance(index.project, list))
    if listed > _MAX_PROJECTED:
        yield Fault(
            ("table", "indexes"),
            f"{listed} projected attributes in all; DynamoDB takes at most {_MAX_PROJECTED}",
            at_key=True,
        )


def _local_faults(scenario: Scenario, loc: Loc, index: Index) -> Iterator[Fault]:
    partition = next(iter(scenario.table.key))
    if len(scenario.table.key) == 1:
        yield Fault(loc, "a local index needs a table with a sort key", "kind: global", at_key=True)
    elif next(iter(index.key)) != partition or len(index.key) == 1:
        yield Fault(
            (*loc, "key"),
            f"a local index has the table's partition key '{partition}' and a sort key of its own",
            f"key: {{{partition}: {scenario.table.key[partition]}, ...}}, or kind: global",
            at_key=True,
        )
