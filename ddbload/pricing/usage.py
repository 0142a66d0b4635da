"""What is paid for, in the quantities of a bill. Reading a book and making the bill of it are next door."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from ddbload.errors import DdbloadError

TableClass = Literal["standard", "infrequent-access"]
Unit = Literal["read", "write"]
BLOCK_UNITS = 100
"""Reserved capacity is sold in blocks of 100 units: Developer Guide, "DynamoDB reserved capacity"."""


class BillError(DdbloadError):
    """A usage that cannot be: a quantity that is none, or one that the table class or the mode does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one table with its indexes uses in one region; or several of one class together. 0 is none.

    Request units are counted on demand, unit-hours are provisioned. Replicated writes are those of a global table, in
    every region of it; the writes of its indexes are plain ones. Strong consistency between regions costs the same, and
    a witness region nothing (Developer Guide, "Understanding Amazon DynamoDB billing for global tables").

    Attributes:
        label: what it is, such as a table's name: said of each line of the bill where there are several.
        read_units, write_units, replicated_write_units: request units on demand.
        read_unit_hours, write_unit_hours, replicated_write_unit_hours: provisioned capacity unit-hours.
        reserved: (unit, years) -> units of reserved capacity, in blocks of 100, taken off the plain unit-hours of the
            region's Standard tables.
        reserved_unit_hours: unit -> unit-hours that reserved capacity covers, where the hours are known (`reserve`
            tells); without it as many as it could at best, which understates the bill of a capacity that varies.
        hours: of the period, which reserved capacity is paid for as a whole.
        storage_gb, pitr_gb, backup_gb, cold_backup_gb: GB-months (10**9 bytes).
        restored_gb, restored_cold_gb, exported_gb, exported_incremental_gb, imported_gb: GB.
        replicated_gb: GB of existing data that new replicas are filled with, as a restore.
        stream_reads: GetRecords calls of others than Lambda triggers and replication.
        kinesis_units, glue_units: change data capture units: one for each write of up to 1 KB.
        internet_gb, other_region_gb: GB out.
        to_region_gb: region -> GB out to it, where the price depends on which: us-east-1 and us-east-2.
        between_zones_gb: GB from a zone of the region to another; between DynamoDB and EC2 it is free.
        replication_gb: GB that a global table sends to its replicas.
        warm_read_units, warm_write_units: by which warm throughput is raised, once, above what it is.
        dax_node_hours: node type, such as "dax.r5.large" -> node-hours; AWS counts a started hour in full.
        dax_credit_vcpu_hours: surplus credits of t3 nodes.
        alarms, high_resolution_alarms, composite_alarms: alarm-months; `alarms` are of standard resolution.
        custom_metrics: metric-months.
        budget_action_days: days of budgets that act; `budget_reports`: reports delivered.
        cost_explorer_requests: pages asked of the Cost Explorer API.
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
    reserved_unit_hours: Mapping[Unit, float] = field(default_factory=dict)
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
    to_region_gb: Mapping[str, float] = field(default_factory=dict)
    between_zones_gb: float = 0.0
    replication_gb: float = 0.0
    warm_read_units: float = 0.0
    warm_write_units: float = 0.0
    dax_node_hours: Mapping[str, float] = field(default_factory=dict)
    dax_credit_vcpu_hours: float = 0.0
    alarms: float = 0.0
    high_resolution_alarms: float = 0.0
    composite_alarms: float = 0.0
    custom_metrics: float = 0.0
    budget_action_days: float = 0.0
    budget_reports: float = 0.0
    cost_explorer_requests: float = 0.0
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
        once: whether it is paid once, not every month: an upfront fee, an import, filled replicas, warm throughput.
        status, source, as_of: of the price: "verified", "aged", "reported", "derived".
        note: what a reader should know of the price; "" for nothing.
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
    note: str = ""


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

    def usd(self, *items: str, region: str | None = None) -> float:
        """The lines of some meters together, such as "storage_gb"; of all without one. Once and monthly alike."""
        return sum(
            line.usd
            for line in self.lines
            if (not items or line.item in items) and (region is None or line.region == region)
        )


def check_usage(usage: Usage) -> None:
    """See that a usage can be.

    Raises:
        BillError: a quantity is negative or no number, or the class or the mode does not allow it; names the field.
    """
    where = f"{usage.region}{f', {usage.label}' if usage.label else ''}"
    for name, quantity in _quantities(usage):
        if isinstance(quantity, bool) or not isinstance(quantity, int | float):
            raise BillError(f"{where}: {name} is {quantity!r}: it must be a number")
        if not math.isfinite(quantity) or quantity < 0:
            raise BillError(f"{where}: {name} is {quantity}: it must be a number of 0 or more")
    if usage.table_class not in get_args(TableClass):
        raise BillError(f"{where}: table_class is {usage.table_class!r}: one of {', '.join(get_args(TableClass))}")
    _check_reserved(usage, where)


def _quantities(usage: Usage) -> Iterator[tuple[str, Any]]:
    for one in fields(usage):
        value = getattr(usage, one.name)
        if isinstance(value, Mapping):
            yield from ((f"{one.name}[{key!r}]", part) for key, part in value.items())
        elif one.name not in {"region", "table_class", "label"}:
            yield one.name, value


def _check_reserved(usage: Usage, where: str) -> None:
    """Developer Guide, "DynamoDB reserved capacity": what it is sold for, and what not."""
    for (unit, years), units in usage.reserved.items():
        name = f"{where}: reserved[{(unit, years)!r}]"
        if unit not in get_args(Unit) or years not in {1, 3}:
            raise BillError(f"{name}: reserved capacity is of 'read' or 'write' units, for 1 or 3 years")
        if units % BLOCK_UNITS:
            raise BillError(f"{name} is {units}: reserved capacity is sold in blocks of {BLOCK_UNITS} units")
        if usage.table_class != "standard":
            raise BillError(f"{name}: reserved capacity is for the standard table class, not {usage.table_class}")
        if getattr(usage, f"{unit}_units") and not getattr(usage, f"{unit}_unit_hours"):
            raise BillError(f"{name}: reserved capacity is for provisioned units, not for {unit}_units on demand")
    for unit, covered in usage.reserved_unit_hours.items():
        units = sum(units for (of, _), units in usage.reserved.items() if of == unit)
        if covered > units * usage.hours * (1 + 1e-9):
            raise BillError(
                f"{where}: reserved_unit_hours[{unit!r}] is {covered:g}: {units:g} units cover"
                f" {units * usage.hours:g} in {usage.hours:g} hours at most"
            )
