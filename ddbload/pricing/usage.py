"""What is paid for, in the quantities of a bill. Reading a book and making the bill of it are next door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

TableClass = Literal["standard", "infrequent-access"]
Unit = Literal["read", "write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one table with its indexes uses in one region; or several of one class together. 0 is none.

    Request units are counted on demand, unit-hours are provisioned. Replicated writes are those of a global table, in
    every region of it; the writes of its indexes are plain ones (Developer Guide, "Understanding Amazon DynamoDB
    billing for global tables").

    Attributes:
        label: what it is, such as a table's name: said of each line of the bill where there are several.
        read_units, write_units, replicated_write_units: request units on demand.
        read_unit_hours, write_unit_hours, replicated_write_unit_hours: provisioned capacity unit-hours.
        reserved: (unit, years) -> units of reserved capacity, in blocks of 100, taken off the plain unit-hours.
        hours: of the period, which reserved capacity is paid for as a whole.
        storage_gb, pitr_gb, backup_gb, cold_backup_gb: GB-months (10**9 bytes).
        restored_gb, restored_cold_gb, exported_gb, exported_incremental_gb, imported_gb: GB.
        replicated_gb: GB of existing data that new replicas are filled with, as a restore.
        stream_reads: GetRecords calls of others than Lambda triggers and replication.
        kinesis_units, glue_units: change data capture units: one for each write of up to 1 KB.
        internet_gb, other_region_gb: GB out.
        warm_read_units, warm_write_units: by which warm throughput is raised, once, above what it is.
        dax_node_hours: node type, such as "dax.r5.large" -> node-hours.
        alarms: alarm-months of standard resolution.
        vector_write_gb, vector_search_gb: GB.
    """

    region: str = "us-east-1"
    table_class: TableClass = "standard"
    label: str = ""
    hours: float = 730.0
    read_units: float = 0.0
    write_units: float = 0.0
    replicated_write_units: float = 0.0
    read_unit_hours: float = 0.0
    write_unit_hours: float = 0.0
    replicated_write_unit_hours: float = 0.0
    reserved: Mapping[tuple[Unit, int], float] = field(default_factory=dict)
    storage_gb: float = 0.0
    pitr_gb: float = 0.0
    backup_gb: float = 0.0
    cold_backup_gb: float = 0.0
    restored_gb: float = 0.0
    restored_cold_gb: float = 0.0
    replicated_gb: float = 0.0
    exported_gb: float = 0.0
    exported_incremental_gb: float = 0.0
    imported_gb: float = 0.0
    stream_reads: float = 0.0
    kinesis_units: float = 0.0
    glue_units: float = 0.0
    internet_gb: float = 0.0
    other_region_gb: float = 0.0
    warm_read_units: float = 0.0
    warm_write_units: float = 0.0
    dax_node_hours: Mapping[str, float] = field(default_factory=dict)
    alarms: float = 0.0
    vector_write_gb: float = 0.0
    vector_search_gb: float = 0.0


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of a bill: what, how much of it, at what price, and how far the price can be trusted.

    Attributes:
        item: the meter, such as "write_unit_hours".
        text: in a reader's words, such as "write capacity, provisioned".
        region, label: whose.
        quantity, unit: how much was used, such as 1.2e6 and "write request units"; `paid` is what is left of it after
            free units.
        usd_per_unit: the price of one unit; of a line of several bands, the mean.
        usd: the amount.
        once: whether it is paid once, not every month: an upfront fee, a restore, warm throughput.
        status, source, as_of: of the price: "verified", "aged", "reported", "derived".
    """

    item: str
    text: str
    region: str
    label: str
    quantity: float
    paid: float
    unit: str
    usd_per_unit: float
    usd: float
    once: bool
    status: str
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines of a month, in a fixed order of meters; lines of nothing are left out."""

    lines: tuple[BillLine, ...]

    @property
    def monthly_usd(self) -> float:
        """What comes every month."""
        return sum(line.usd for line in self.lines if not line.once)

    @property
    def once_usd(self) -> float:
        """What is paid once."""
        return sum(line.usd for line in self.lines if line.once)
