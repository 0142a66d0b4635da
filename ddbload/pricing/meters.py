"""The meters of a bill: which quantity of a `Usage` is paid at which price of a book.

Sources: Amazon DynamoDB pricing, "On-demand" and "Provisioned"; Developer Guide, "Understanding DynamoDB billing".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ddbload.pricing.usage import TableClass

BOOK_CLASS: Mapping[TableClass, str] = {"standard": "standard", "infrequent-access": "standard_ia"}
"""A table class as the names of prices have it."""

_MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Meter:
    """A quantity and its price.

    Attributes:
        item: the field of `Usage`.
        text: in a reader's words.
        unit: of the quantity.
        price: the name of its price in a book; {class} and {ia} stand for the table class.
        per: how many units one price is for.
        once: whether it is paid once, not every month.
        free: the field of `FreeTier` with the units that cost nothing; "" for none.
    """

    item: str
    text: str
    unit: str
    price: str
    per: float = 1.0
    once: bool = False
    free: str = ""

    def price_name(self, table_class: TableClass) -> str:
        """The name of the price in a book for a table class."""
        ia = "_ia" if table_class == "infrequent-access" else ""
        return self.price.replace("{class}", BOOK_CLASS[table_class]).replace("{ia}", ia)


REQUESTS: tuple[Meter, ...] = (
    Meter("read_units", "reads, on demand", "read request units", "on_demand.{class}.rru", _MILLION),
    Meter("write_units", "writes, on demand", "write request units", "on_demand.{class}.wru", _MILLION),
    Meter(
        "replicated_write_units",
        "replicated writes, on demand",
        "replicated write request units",
        "on_demand.{class}.rwru",
        _MILLION,
    ),
)

CAPACITY: tuple[Meter, ...] = (
    Meter(
        "read_unit_hours",
        "read capacity, provisioned",
        "read capacity unit-hours",
        "provisioned.{class}.rcu_hour",
        free="read_unit_hours",
    ),
    Meter(
        "write_unit_hours",
        "write capacity, provisioned",
        "write capacity unit-hours",
        "provisioned.{class}.wcu_hour",
        free="write_unit_hours",
    ),
    Meter(
        "replicated_write_unit_hours",
        "replicated write capacity, provisioned",
        "replicated write capacity unit-hours",
        "provisioned.{class}.rwcu_hour",
        free="replicated_write_unit_hours",
    ),
)

REST: tuple[Meter, ...] = (
    Meter("storage_gb", "storage, indexes included", "GB-months", "storage.{class}", free="storage_gb"),
    Meter("pitr_gb", "point-in-time recovery", "GB-months", "backup.pitr_gb_month"),
    Meter("backup_gb", "backups, warm", "GB-months", "backup.on_demand_warm_gb_month"),
    Meter("cold_backup_gb", "backups, cold", "GB-months", "backup.on_demand_cold_gb_month"),
    Meter("restored_gb", "restore", "GB", "backup.restore_gb"),
    Meter("restored_cold_gb", "restore from a cold backup", "GB", "backup.restore_cold_gb"),
    Meter("replicated_gb", "filling new replicas, as a restore", "GB", "backup.restore_gb", once=True),
    Meter("exported_gb", "export to S3, full", "GB", "s3.export_full_gb"),
    Meter("exported_incremental_gb", "export to S3, incremental", "GB", "s3.export_incremental_gb"),
    Meter("imported_gb", "import from S3", "GB", "s3.import_gb", once=True),
    Meter("stream_reads", "stream reads", "GetRecords requests", "streams", _MILLION, free="stream_reads"),
    Meter("kinesis_units", "change data capture to Kinesis", "change data capture units", "cdc.kinesis", _MILLION),
    Meter("glue_units", "change data capture to Glue", "change data capture units", "cdc.glue", _MILLION),
    Meter("vector_write_gb", "vector writes", "GB", "vector.write_gb{ia}"),
    Meter("vector_search_gb", "vector searches", "GB", "vector.search_gb{ia}"),
    Meter("warm_read_units", "raising warm throughput, reads", "read units a second", "warm.read", once=True),
    Meter("warm_write_units", "raising warm throughput, writes", "write units a second", "warm.write", once=True),
    Meter("dax_credit_vcpu_hours", "DAX surplus credits", "vCPU-hours", "dax.credit_vcpu_hour"),
    Meter("other_region_gb", "data to other regions", "GB", "data_transfer.other_regions"),
    Meter("between_zones_gb", "data between zones", "GB", "data_transfer.inter_az"),
    Meter("replication_gb", "data of replication", "GB", "data_transfer.replication"),
    Meter("alarms", "alarms", "alarm-months", "cloudwatch.alarm_standard_month", free="alarms"),
    Meter(
        "high_resolution_alarms", "alarms, high resolution", "alarm-months", "cloudwatch.alarm_high_resolution_month"
    ),
    Meter("composite_alarms", "alarms, composite", "alarm-months", "cloudwatch.alarm_composite_month"),
    Meter("custom_metrics", "custom metrics", "metric-months", "cloudwatch.custom_metric_month"),
    Meter("budget_action_days", "budgets that act", "budget-days", "budgets.action_day", free="budget_action_days"),
    Meter("budget_reports", "budget reports", "reports", "budgets.report"),
    Meter("cost_explorer_requests", "Cost Explorer", "requests", "cost_explorer.request"),
)
"""Meters that are no more than a quantity and a price; new replicas, imports and warm throughput are paid once."""

METERS = (*REQUESTS, *CAPACITY, *REST)
