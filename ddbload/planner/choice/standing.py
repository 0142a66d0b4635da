"""What a table is billed for whatever its capacity: storage, recovery, backups, copies, streams, transfer, alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.choice.candidates import Standing, TableFacts
from ddbload.pricing.usage import TableClass, Usage
from ddbload.scenario.model import BillItems

POLLS_A_SECOND = 4
"""GetRecords calls of a stream's reader, a second and shard.

An assumption: Lambda polls so often (Developer Guide, "DynamoDB Streams and AWS Lambda triggers": four times a second),
and readers of one's own are taken to do as it does.
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a table keeps and does in a month. Arrays are of shape (worlds,).

    Attributes:
        stored_gb: of table and all its indexes, overhead included, the mean of the month; in each region.
        table_gb: of the table and its local indexes: what recovery, backups and exports are paid by.
        written_units: write units of the table itself in the billed month; each is up to 1 KB of change data.
        answered_gb: what reads answer with in the billed month, DAX or not; at most: by units, which are rounded up.
        replica_deletes: write units that expiring items cost in each other region in the billed month.
        begin_gb: of the table at the beginning of the month.
        shards: of its stream: one a partition.
        recovery, streams: whether it has them.
    """

    stored_gb: Floats
    table_gb: Floats
    written_units: Floats
    answered_gb: Floats
    replica_deletes: Floats
    begin_gb: float
    shards: float = 1.0
    recovery: bool = False
    streams: bool = False


def standing(facts: TableFacts, kept: Kept, bill: BillItems, hours: float) -> Standing:
    """What is paid whatever the capacity, by table class, in every world.

    Recovery and backups go by the size of the table with its local indexes (Amazon DynamoDB pricing, "Backup and
    restore"); replicas are paid for storage and recovery in their own regions. What time to live deletes is written
    again in each replica: request units here, which provisioned capacity is paid for by the hour (`in_mode`).
    """
    return partial(_standing, facts, kept, bill, hours)


def _standing(
    facts: TableFacts, kept: Kept, bill: BillItems, hours: float, table_class: TableClass
) -> Sequence[Sequence[Usage]]:
    return [
        [
            _home(facts, kept, bill, hours, table_class, world),
            *(_replica(facts, kept, bill, hours, table_class, world, region) for region in facts.replicas),
        ]
        for world in range(len(kept.stored_gb))
    ]


def _home(facts: TableFacts, kept: Kept, bill: BillItems, hours: float, table_class: TableClass, world: int) -> Usage:
    table_gb, read_gb = float(kept.table_gb[world]), float(kept.answered_gb[world])
    written = float(kept.written_units[world])
    readers = bill.stream_readers or 0 if kept.streams else 0
    return Usage(
        region=facts.region,
        table_class=table_class,
        label=facts.name,
        hours=hours,
        storage_gb=float(kept.stored_gb[world]),
        pitr_gb=table_gb if kept.recovery else 0.0,
        backup_gb=table_gb * bill.backups,
        cold_backup_gb=table_gb * bill.cold_backups,
        restored_gb=table_gb * bill.restores,
        exported_gb=table_gb * bill.exports,
        exported_incremental_gb=written * 1024 / 1e9 if bill.incremental_exports else 0.0,
        imported_gb=kept.begin_gb if bill.imported else 0.0,
        stream_reads=readers * kept.shards * POLLS_A_SECOND * 3600 * hours,
        kinesis_units=written if bill.change_data == "kinesis" else 0.0,
        glue_units=written if bill.change_data == "glue" else 0.0,
        internet_gb=read_gb * bill.internet,
        other_region_gb=read_gb * bill.other_region,
        alarms=float(bill.alarms),
    )


def _replica(
    facts: TableFacts, kept: Kept, bill: BillItems, hours: float, table_class: TableClass, world: int, region: str
) -> Usage:
    return Usage(
        region=region,
        table_class=table_class,
        label=facts.name,
        hours=hours,
        replicated_write_units=float(kept.replica_deletes[world]),
        storage_gb=float(kept.stored_gb[world]),
        pitr_gb=float(kept.table_gb[world]) if kept.recovery else 0.0,
        replicated_gb=kept.begin_gb if bill.new_replicas else 0.0,
    )
