"""What a plan says of a day: the most telling curve as a chart, the others on a line each."""

from __future__ import annotations

from ddbload.planner.document import DayCurve, TablePlan
from ddbload.report.chart import THROTTLED, in_sight
from ddbload.report.model import Block, Chart, Column, Line, Row, Section, Table
from ddbload.report.plan_words import part
from ddbload.report.quantity import count, units
from ddbload.report.spark import sparkline

_CURVE = 16
_MOST = 4
_SHOWS = 0.001  # of a minute's units: what is throttled below that is no event


def day_section(table: TablePlan, *, several: bool, whole: bool = False) -> Section | None:
    """The busiest day of a table; nothing where it is asked for nothing."""
    curves = sorted((curve for curve in table.curves if any(curve.asked)), key=_telling, reverse=True)
    if not curves:
        return None
    first, *others = curves
    blocks: list[Block] = [chart_of(first), Line(_legend(first))]
    if others:
        blocks.append(_others(others, whole=whole))
    title = f"A day of {table.table}" if several else "A day"
    return Section(title, tuple(blocks), f"{_name(first)} units a second, {first.date}")


def chart_of(curve: DayCurve) -> Chart:
    """The curve as a chart; a minute counts as throttled where it shows."""
    throttled = (
        refused if refused >= _SHOWS * asked else 0.0
        for refused, asked in zip(curve.throttled, curve.asked, strict=True)
    )
    return Chart(curve.asked, curve.capacity, tuple(throttled))


def _telling(curve: DayCurve) -> tuple[float, float]:
    """Throttling first; then what costs more: a write unit's hour is five times a read unit's."""
    return sum(curve.throttled), sum(curve.asked) * (5 if curve.dimension == "write" else 1)


def _name(curve: DayCurve) -> str:
    resource = curve.resource.rpartition("/")[2]
    return f"{resource} {curve.dimension}"


def _legend(curve: DayCurve) -> str:
    above = "" if in_sight(chart_of(curve)) else ", far above"
    parts = [f"█ asked, at most {_most(curve)}", f"─ capacity {_capacity(curve)}{above}", _throttled(curve)]
    return " · ".join(parts)


def _most(curve: DayCurve) -> str:
    """What is asked in the greatest minute; what is not nothing never reads as 0."""
    most = max(curve.asked)
    return "<0.1" if 0 < most < 0.05 else units(most)  # noqa: PLR2004 - rounding


def _capacity(curve: DayCurve) -> str:
    low, high = units(min(curve.capacity)), units(max(curve.capacity))
    return low if low == high else f"{low}-{high}"


def _throttled(curve: DayCurve) -> str:
    if not any(curve.throttled):
        return "nothing throttled"
    minutes = sum(value > 0 for value in chart_of(curve).throttled)
    if not minutes:
        return f"throttled {part(_share(curve))}"
    length = f"{count(minutes)} minute{'s' if minutes > 1 else ''}"
    return f"{THROTTLED} throttled in {length}, {part(_share(curve))}"


def _others(curves: list[DayCurve], *, whole: bool) -> Table:
    columns = (
        Column("", left=True, spoken="capacity of"),
        Column("", left=True, spoken="the day"),
        Column("", spoken="asked, units a second"),
        Column("", left=True, spoken="capacity"),
        Column("", left=True, spoken="throttled"),
    )
    rows = []
    shown = curves if whole or len(curves) <= _MOST + 1 else curves[:_MOST]
    for curve in shown:
        throttled = f"throttled {part(_share(curve))}" if any(curve.throttled) else ""
        most = f"to {_most(curve)}"
        cells = (_name(curve), sparkline(curve.asked, _CURVE), most, f"capacity {_capacity(curve)}", throttled)
        rows.append(Row(cells))
    if left := len(curves) - len(shown):
        rows.append(Row((f"and {left} more", "", "", "", ""), "quiet"))
    return Table(columns, tuple(rows))


def _share(curve: DayCurve) -> float:
    return sum(curve.throttled) / sum(curve.asked)
