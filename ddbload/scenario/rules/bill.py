"""What else the bill holds: each line needs what it is about."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.scenario.model import Scenario
from ddbload.scenario.rules.fault import Fault


def bill_faults(scenario: Scenario) -> Iterator[Fault]:
    """Readers need a stream, added replicas need replicas, incremental exports need point-in-time recovery."""
    bill, tables = scenario.bill, scenario.every_table
    if bill.stream_readers is not None and not any(table.streams for table in tables):
        yield Fault(("bill", "stream_readers"), "no table has a stream to read", "streams: new-image in the table")
    if bill.new_replicas and not any(table.replicas for table in tables):
        yield Fault(("bill", "new_replicas"), "no table has replicas", "replicas: [eu-west-1] in the table")
    recovered = any(table.recovery for table in tables)
    if (bill.exports or bill.incremental_exports) and not recovered:
        asked = "exports" if bill.exports else "incremental_exports"
        message = "DynamoDB exports only tables with point-in-time recovery, and no table has it"
        yield Fault(("bill", asked), message, "recovery: true in the table")
