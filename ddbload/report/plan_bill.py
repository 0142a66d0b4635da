"""What a plan says of a month's bill: line by line, with quantity, price and how far the price can be trusted."""

from __future__ import annotations

from collections.abc import Sequence

from ddbload.planner.document import Line as BillLine, Plan, TablePlan
from ddbload.planner.words import amounts, price
from ddbload.report.model import Column, Row, Section, Table
from ddbload.report.plan_words import gigabytes
from ddbload.report.quantity import count, units

_SHOWN = 5
_SPARED = 2  # so few lines are shown rather than counted
_CENTS_BELOW = 10_000


def bill_section(plan: Plan, table: TablePlan, *, several: bool, whole: bool = False) -> Section | None:
    """The bill of a table as recommended; nothing where it costs nothing."""
    if not table.bill:
        return None
    elsewhere = {line.region for line in table.bill} != {table.region}
    shown, rest = (table.bill, ()) if whole else _first([line for line in table.bill if line.usd.high > 0])
    columns = (
        Column("line", left=True),
        Column("paid for"),
        Column("unit", left=True),
        Column("price"),
        Column("price is", left=True),
        Column("amount"),
    )
    left, billed = sum(line.usd.likely for line in rest if not line.once), table.billed
    *usd, left_usd, all_usd, once_usd, spread_usd = amounts(
        [
            *(line.usd.likely for line in shown),
            left,
            billed.monthly_usd.likely,
            billed.once_usd,
            billed.ranked.likely,
        ],
        cents_below=_CENTS_BELOW,
    )
    rows = [_row(line, amount, elsewhere=elsewhere) for line, amount in zip(shown, usd, strict=True)]
    if rest:
        rows.append(Row((f"and {len(rest)} more lines", "", "", "", "", left_usd), "quiet"))
    rows.append(Row(("every month", "", "", "", "", all_usd), "strong"))
    if billed.once_usd > 0:
        rows.append(Row(("once", "", "", "", "", once_usd), "strong"))
    if billed.ranked != billed.monthly_usd:
        rows.append(Row(("a month, upfront fees spread", "", "", "", "", spread_usd), "strong"))
    title = f"The bill of {table.table}" if several else "The bill"
    return Section(title, (Table(columns, tuple(rows)),), f"{plan.month} · {_stored(table)}")


def _first(lines: Sequence[BillLine]) -> tuple[Sequence[BillLine], Sequence[BillLine]]:
    """The greatest lines in the bill's own order, and the others."""
    if len(lines) <= _SHOWN + _SPARED - 1:
        return lines, ()
    greatest = sorted(range(len(lines)), key=lambda place: -lines[place].usd.likely)[:_SHOWN]
    kept = set(greatest) | {place for place, line in enumerate(lines) if line.once}
    return (
        [line for place, line in enumerate(lines) if place in kept],
        [line for place, line in enumerate(lines) if place not in kept],
    )


def _row(line: BillLine, amount: str, *, elsewhere: bool) -> Row:
    text = ", ".join(
        [
            line.text,
            *([line.region] if elsewhere else []),
            *(["once"] if line.once and "upfront" not in line.text else []),
        ]
    )
    paid = line.quantity if line.paid is None else line.paid
    quantity = units(paid) if paid >= 0.05 or not paid else "<0.1"  # noqa: PLR2004 - rounding
    unit = _unit(line.unit)
    if paid == 1:
        unit = unit.replace("blocks", "block")
    return Row((text, quantity, unit, price(line.usd_per_unit), line.status, amount))


def _unit(unit: str) -> str:
    """The unit without what the line's own words say: "unit-hours", "request units"."""
    for word in ("replicated ", "read ", "write ", "capacity "):
        unit = unit.removeprefix(word)
    return unit


def _stored(table: TablePlan) -> str:
    begin, end = gigabytes(table.stored_gb), gigabytes(table.stored_gb_end)
    return f"{count(table.items)} items, {begin}" + (f", {end} at its end" if end != begin else "")
