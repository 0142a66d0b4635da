"""What a plan says of the units of each operation: of one call, with their error, beside what a run measured."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from ddbload.planner.document import OperationPlan, Plan, UnitsOf
from ddbload.report.model import Column, Row, Section, Table
from ddbload.report.plan_words import part, with_error
from ddbload.report.quantity import NONE

_SHOWN = 5
_COLUMNS = (
    Column("operation", left=True),
    Column("of calls"),
    Column("read", "units of a call"),
    Column("write", "units of a call"),
)


def units_section(plan: Plan, *, whole: bool = False) -> Section | None:
    """Units of one call of each operation; nothing without operations, as from a service's own metrics."""
    if not plan.operations:
        return None
    most = sorted(plan.operations, key=lambda each: -each.share)
    shown = plan.operations if whole or len(most) <= _SHOWN + 1 else most[:_SHOWN]
    several = len(plan.tables) > 1
    columns, rows = list(_COLUMNS), [_row(each, several=several) for each in shown]
    if any(_indexes(each) for each in shown):
        columns.append(Column("", "on indexes", left=True, spoken="units"))
        rows = [replace(row, cells=(*row.cells, _indexes(each))) for row, each in zip(rows, shown, strict=True)]
    columns.append(Column("source", left=True))
    rows = [replace(row, cells=(*row.cells, each.source)) for row, each in zip(rows, shown, strict=True)]
    if any(each.measured is not None for each in shown):
        columns += [Column("read", "measured"), Column("write", "measured")]
        rows = [replace(row, cells=(*row.cells, *_measured(each))) for row, each in zip(rows, shown, strict=True)]
    if left := len(most) - len(shown):
        rows.append(Row((f"and {left} more operations", *[""] * (len(columns) - 1)), "quiet"))
    return Section("Units", (Table(tuple(columns), tuple(rows)),), "of one call, indexes apart")


def _row(each: OperationPlan, *, several: bool) -> Row:
    tables = [one for one in each.units if "/" not in one.resource]
    cells = (
        each.name,
        part(each.share),
        with_error(sum(one.read for one in tables), _error(one.read_error for one in tables)),
        with_error(sum(one.write for one in tables), _error(one.write_error for one in tables)),
    )
    notes = [*each.notes, *([f"measured: {each.differs}"] if each.differs else [])]
    if several and len(tables) > 1:
        notes.append("; ".join(f"{one.resource}: {_both(one)}" for one in tables))
    return Row(cells, notes=tuple(notes))


def _indexes(each: OperationPlan) -> str:
    used = (one for one in each.units if "/" in one.resource and (one.read or one.write))
    return ", ".join(f"{one.resource.partition('/')[2]} {_both(one)}" for one in used)


def _measured(each: OperationPlan) -> tuple[str, str]:
    return (NONE, NONE) if each.measured is None else (with_error(each.measured[0]), with_error(each.measured[1]))


def _error(errors: Iterator[float]) -> float:
    return math.sqrt(sum(error**2 for error in errors))


def _both(one: UnitsOf) -> str:
    parts = [(one.read, one.read_error, "read"), (one.write, one.write_error, "write")]
    return ", ".join(f"{with_error(mean, error)} {word}" for mean, error, word in parts if mean)
