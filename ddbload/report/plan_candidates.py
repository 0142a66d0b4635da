"""What a plan says of its candidates: each with its cost, its throttling and whether it keeps the objective."""

from __future__ import annotations

from ddbload.planner.document import CandidatePlan, Plan, TablePlan
from ddbload.planner.words import amounts, money
from ddbload.report.model import Column, Row, Section, Table
from ddbload.report.plan_words import CHOSEN, OTHER, low_high, part

_MOST = 8


def candidates_table(table: TablePlan, *, whole: bool = False) -> Table:
    """A table's candidates in order of cost, the chosen one marked; upfront fees are spread over their terms."""
    columns = (
        Column("  candidate", left=True),
        Column("likely", "a month"),
        Column("low-high", "a month"),
        Column("regret", "a month"),
        Column("in all", "throttled"),
        Column("worst", "throttled"),
        Column("keeps", "throttled"),
        Column("headroom"),
    )
    shown = table.candidates if whole else _shown(table)
    regrets = amounts([max(0.0, each.regret_usd) for each in shown])
    rows = []
    for each, regret in zip(shown, regrets, strict=True):
        cells = (
            each.name,
            money(each.ranked.likely),
            low_high(each.ranked),
            regret,
            part(each.throttled.likely),
            part(each.worst_minute.likely),
            _keeps(keeps=each.keeps, kept=each.kept),
            f"{100 * max(0.0, each.headroom.likely):.0f}%",
        )
        chosen = each.name == table.chosen
        rows.append(Row(cells, "strong" if chosen else "plain", mark=CHOSEN if chosen else OTHER))
    if left := len(table.candidates) - len(shown):
        rows.append(Row((f"and {left} more", *[""] * (len(columns) - 1)), "quiet", mark=OTHER))
    return Table(columns, tuple(rows))


def _shown(table: TablePlan) -> tuple[CandidatePlan, ...]:
    """The cheapest, and among them the chosen one and the first on demand, which people compare with."""
    listed = table.candidates
    if len(listed) <= _MOST + 1:
        return listed
    kept = {place for place, each in enumerate(listed) if each.name == table.chosen}
    kept |= set([place for place, each in enumerate(listed) if each.mode == "on-demand"][:1])
    for place in range(len(listed)):
        if len(kept) < _MOST:
            kept.add(place)
    return tuple(listed[place] for place in sorted(kept))


def _keeps(*, keeps: bool, kept: float) -> str:
    """Whether the objective is kept, and in how many worlds: whole percents, never rounded to all or to none."""
    percents = min(99, max(1, round(100 * kept))) if 0 < kept < 1 else round(100 * kept)
    return f"{'yes' if keeps else 'no'} {percents}%"


def overview_section(plan: Plan) -> Section:
    """Several tables at a glance."""
    columns = (
        Column("table", left=True),
        Column("recommended", left=True),
        Column("likely", "a month"),
        Column("low-high", "a month"),
        Column("throttled", "objective"),
        Column("keeps", "objective"),
    )
    rows = [_table_row(table) for table in plan.tables]
    rows.append(Row(("all", "", money(plan.ranked.likely), low_high(plan.ranked), "", ""), "strong"))
    spread = "upfront fees spread over their terms" if plan.ranked != plan.monthly_usd else ""
    return Section("Tables", (Table(columns, tuple(rows)),), spread)


def _table_row(table: TablePlan) -> Row:
    each = table.billed
    cells = (
        table.table,
        table.chosen or f"none ({each.name} is the cheapest)",
        money(each.ranked.likely),
        low_high(each.ranked),
        part(each.throttled.likely),
        _keeps(keeps=each.keeps, kept=each.kept),
    )
    return Row(cells, "plain" if table.chosen else "bad")
