"""What a report says of the units that were consumed, by table and index and by hot keys, and of their price."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.report.model import Block, Column, Line, Row, Section, Table
from ddbload.report.quantity import count, dollars, rate, share, units
from ddbload.results.record import HotKey, RunRecord, Units
from ddbload.scenario.quantity import spell_percent


def capacity_section(record: RunRecord) -> Section | None:
    """Units by table and index, in all and a second, and who says so; nothing where none was consumed."""
    if not record.capacity:
        return None
    per_second = 1 / record.rate.measured_s if record.rate.measured_s else 0.0
    rows = []
    for name, table in record.capacity.items():
        rows.append(_unit_row(name, table.read, table.write, per_second))
        rows += [_unit_row(index, u.read, u.write, per_second, indent=1) for index, u in table.indexes.items()]
    columns = (
        Column("table and its indexes", left=True),
        Column("read", "units"),
        Column("write", "units"),
        Column("read", "units a second"),
        Column("write", "units a second"),
    )
    reported = _sum(operation.capacity.reported for operation in record.operations.values())
    modelled = _sum(operation.capacity.modelled for operation in record.operations.values())
    blocks: list[Block] = [Table(columns, tuple(rows))]
    if _any(reported) and _any(modelled):
        blocks.append(Line(f"reported: {_both(reported)} · modelled: {_both(modelled)}"))
    if not _any(modelled):
        aside = "reported by the service"
    else:
        aside = "reported and modelled" if _any(reported) else "modelled by DynamoDB's rules, not reported"
    return Section("Capacity", tuple(blocks), aside)


def _unit_row(name: str, read: float, write: float, per_second: float, *, indent: int = 0) -> Row:
    cells = (name, units(read), units(write), rate(read * per_second), rate(write * per_second))
    return Row(cells, indent=indent)


def _sum(parts: Iterator[Units]) -> Units:
    listed = list(parts)
    return Units(sum(u.read for u in listed), sum(u.write for u in listed))


def _any(given: Units) -> bool:
    return bool(given.read or given.write)


def _both(given: Units) -> str:
    return f"{units(given.read)} read, {units(given.write)} write"


_HOT = 0.01
"""A key with more than this share of all units is hot: a hundred such would be all there is."""
_DOUBT = 0.05


def hot_section(record: RunRecord) -> Section | None:
    """The partition keys with a notable share of the units, and those that were throttled; nothing without any."""
    hot = [key for key in record.hot_keys if key.share > _HOT or key.throttled]
    if not hot:
        return None
    columns = (
        Column("partition key", left=True),
        Column("units"),
        Column("share"),
        Column("units a second"),
        Column("throttled"),
    )
    per_second = 1 / record.rate.measured_s if record.rate.measured_s else 0.0
    rows = tuple(
        Row(
            (key.key, units(key.units), share(key.share), rate(key.units * per_second), count(key.throttled)),
            "bad" if key.throttled else "plain",
            notes=tuple(_uncertain(key)),
        )
        for key in hot
    )
    return Section("Hot keys", (Table(columns, rows),), f"more than {spell_percent(_HOT)} of all units, or throttled")


def _uncertain(key: HotKey) -> Iterator[str]:
    if key.error > _DOUBT * key.units:
        yield f"give or take {units(key.error)} units"


def cost_section(record: RunRecord) -> Section:
    """The price of the operations, of a month at this rate, and of the run."""
    cost = record.cost
    million, month = dollars(cost.usd_per_million_operations), dollars(cost.usd_per_month_at_this_rate)
    prices = Line(f"{million} per million operations · {month} per month at this rate · run {dollars(cost.usd)}")
    terms = f", {cost.note}" if cost.note else ""
    dated = f"{cost.region} of {cost.price_date}" if cost.price_date else cost.region
    return Section("Price", (prices,), f"{dated}{terms}")
