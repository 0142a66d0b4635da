"""Rules about what is stored: items that time could delete, and the class of a table."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ddbload.capacity.operation_units import billable_bytes
from ddbload.planner.document import Finding
from ddbload.planner.lint.ground import Ground, entry_bytes, regions
from ddbload.planner.resource import Resource
from ddbload.planner.words import money
from ddbload.scenario.model import Table
from ddbload.scenario.rules.parsed import counterpart

_NOTABLE = 0.01
_OTHER = {"standard": "infrequent-access", "infrequent-access": "standard"}


def paid_deletes(ground: Ground) -> Iterator[Finding]:
    """Deletes that are paid for, which a time to live would do for nothing if they remove what is old.

    An operation that deletes and does nothing else.

    Dollars: its write units, those of indexes with them; in a global table the deletes of the other regions are
    replicated writes and stay paid (Developer Guide, "Using time to live (TTL) in DynamoDB").
    """
    for one, rate, actions in ground.operations():
        if not actions or any(counterpart(ground.scenario, action) != "delete" for action in actions):
            continue
        table = ground.scenario.table_of(actions[0].family)
        amount = ground.operation_usd(one, rate, "write") / regions(table)
        if amount > 0:
            attribute = f"the table has `ttl: {table.ttl}`" if table.ttl else "`ttl` names the attribute with the time"
            yield Finding(
                "paid-deletes",
                one.name,
                f"{rate:,.3g} deletes a second are paid writes; deletes by time to live are free",
                amount,
                f"if they remove what is old, let it expire: {attribute}",
            )


def table_class(ground: Ground) -> Iterator[Finding]:
    """A table whose storage and requests together are cheaper in the other class.

    Dollars: requests on demand and storage at both classes' prices, without free storage. At us-east-1's prices
    Standard-IA pays off where storage is more than about 42 % of the cost of the throughput (Developer Guide,
    "Considerations when choosing a table class").
    """
    for table in ground.scenario.every_table:
        now, other = (_table_usd(ground, table, name) for name in (table.table_class, _OTHER[table.table_class]))
        if now - other > _NOTABLE * now:
            name = _OTHER[table.table_class]
            yield Finding(
                "table-class",
                table.name,
                f"requests on demand and storage, as loaded, come to {money(now)} a month, in the class {name} to"
                f" {money(other)}",
                now - other,
                f"class: {name} (it can be changed twice in 30 days"
                + ("; reserved capacity and the free tier are for standard only)" if name != "standard" else ")"),
            )


def _table_usd(ground: Ground, table: Table, class_name: str) -> float:
    resources = [Resource(table.name, index) for index in ("", *table.indexes)]
    items = math.fsum(billable_bytes(family.items, family.item_bytes) for family in ground.families_of(table))
    entries = math.fsum(entry_bytes(ground, table, index) for index in table.indexes)
    return math.fsum(
        (
            ground.read_usd(table, math.fsum(ground.per_second(r, "read") for r in resources), class_name),
            ground.write_usd(table, math.fsum(ground.per_second(r, "write") for r in resources), class_name),
            ground.storage_usd(table, items + entries, class_name),
        )
    )
