"""The model's assumptions, each with its value, its range and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from ddbload.planner.document import AssumptionLine
from ddbload.planner.words import whole
from ddbload.report.model import Column, Row, Section, Table
from ddbload.report.quantity import significant


def assumptions_section(lines: Sequence[AssumptionLine]) -> Section:
    """A row for each, and beneath it what it says and its source."""
    columns = (Column("assumption", left=True), Column("value"), Column("range"), Column("unit", left=True))
    rows = tuple(
        Row((one.name, _number(one.value), _range(one), one.unit), notes=(one.text, f"source: {one.source}"))
        for one in lines
    )
    return Section(
        "Assumptions", (Table(columns, rows),), "the worlds draw them from their ranges; --assume NAME=VALUE"
    )


def _range(one: AssumptionLine) -> str:
    return "" if one.low == one.high else f"{_number(one.low)} to {_number(one.high)}"


def _number(value: float) -> str:
    return whole(value) if float(value).is_integer() else significant(value)
