"""A plan as a report: the recommendation first, then what it was chosen from, what it costs and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ddbload.planner.document import Plan, TablePlan
from ddbload.planner.words import amounts, money, setting
from ddbload.report.model import Block, Column, Facts, Line, Report, Row, Section, Table
from ddbload.report.plan_bill import bill_section
from ddbload.report.plan_candidates import candidates_table, overview_section
from ddbload.report.plan_day import day_section
from ddbload.report.plan_rest import basis_section, later_section
from ddbload.report.plan_units import units_section

_FINDINGS = 3
_SENTENCES = 3
_SETTINGS = 6
_NOTES = 3


def plan_report(plan: Plan, *, whole: bool = False) -> Report:
    """The report of a plan.

    Args:
        plan: what is told.
        whole: every line of it; else of long lists the first and how many more there are, so that a table's report
            has room on a screen.
    """
    several = len(plan.tables) > 1
    sections: list[Section | None] = []
    if several:
        sections.append(overview_section(plan))
    for table in plan.tables:
        sections.append(_table_section(table, whole=whole))
        sections.append(day_section(table, several=several, whole=whole))
        sections.append(bill_section(plan, table, several=several, whole=whole))
    measured = any(each.measured is not None for each in plan.operations)
    sections += [
        units_section(plan, whole=whole) if whole or measured else None,
        _findings(plan, whole=whole),
        later_section(plan, whole=whole),
        basis_section(plan, whole=whole),
        _notes(plan, whole=whole),
    ]
    return Report(
        verdict=plan.verdict,
        headline=plan.headline,
        reasons=(),
        subject=(f"{plan.subject} · {plan.region}",),
        sections=tuple(section for section in sections if section is not None),
    )


def _table_section(table: TablePlan, *, whole: bool) -> Section:
    """A table: how it is to be set, why, and all that it was chosen from."""
    billed = table.billed
    blocks: list[Block] = []
    if billed.settings:
        blocks.append(Facts(tuple(_shortened(list(_settings(table, whole=whole)), whole=whole))))
    if not whole and any(each.values.get("schedule") for each in billed.settings):
        blocks.append(Line("--full and the other formats have the scheduled actions", "quiet"))
    why = table.why if whole or table.chosen is None else table.why[:_SENTENCES]
    blocks += [Line(sentence) for sentence in why]
    blocks += [Line(note, "doubt", "!") for note in billed.notes if not _said(note, why)]
    blocks.append(candidates_table(table, whole=whole))
    if any(each.ranked != each.monthly_usd for each in table.candidates):
        blocks.append(Line("a month's cost has upfront fees spread over their terms", "quiet"))
    chosen = table.chosen or f"none keeps the objective; the cheapest is {billed.name}"
    return Section(table.table, tuple(blocks), chosen)


def _said(note: str, sentences: Sequence[str]) -> bool:
    """Whether a note is among the sentences already, but for its first letter and its end."""
    core = note[1:].rstrip(".")
    return any(core in sentence for sentence in sentences)


def _settings(table: TablePlan, *, whole: bool) -> Iterator[tuple[str, str]]:
    """Each setting with what it is of; what is set alike of one resource, or of all, stands on one line."""
    settings = table.billed.settings
    if len({setting(each) for each in settings}) == 1 and len({each.resource for each in settings}) > 1:
        yield f"{table.table} and its indexes", setting(settings[0], actions=whole)
        return
    said: dict[tuple[str, str], list[str]] = {}
    for each in settings:
        name = each.resource.removeprefix(f"{table.table}/")
        said.setdefault((name, setting(each, actions=whole)), []).append(each.dimension)
    for (name, text), dimensions in said.items():
        yield f"{name} {' and '.join(dimensions)}", text


def _shortened(pairs: list[tuple[str, str]], *, whole: bool) -> Iterator[tuple[str, str]]:
    if whole or len(pairs) <= _SETTINGS + 1:
        yield from pairs
        return
    yield from pairs[:_SETTINGS]
    yield "", f"and {len(pairs) - _SETTINGS} more"


def _findings(plan: Plan, *, whole: bool) -> Section | None:
    if not plan.findings:
        return None
    ordered = sorted(plan.findings, key=lambda finding: -finding.usd_per_month)
    usd = amounts([each.usd_per_month for each in ordered])
    columns = (
        Column("", left=True, spoken="place"),
        Column("", left=True, spoken="finding"),
        Column("", spoken="a month"),
    )
    rows = [
        Row((each.place, each.message, amount), notes=(each.advice,) if whole and each.advice else ())
        for each, amount in zip(ordered, usd, strict=True)
    ]
    if not whole and len(rows) > _FINDINGS + 1:
        left = ordered[_FINDINGS:]
        more = money(sum(each.usd_per_month for each in left))
        rows[_FINDINGS:] = [Row((f"and {len(left)} more", "", more), "quiet")]
    return Section(
        "The design", (Table(columns, tuple(rows)),), "what it costs a month that it need not, at on-demand prices"
    )


def _notes(plan: Plan, *, whole: bool) -> Section | None:
    texts = [*([plan.prices.warning] if plan.prices.warning else []), *plan.warnings]
    if not whole and len(texts) > _NOTES + 1:
        texts[_NOTES:] = [f"and {len(texts) - _NOTES} more"]
    return Section("Notes", tuple(Line(text, "doubt", "!") for text in texts)) if texts else None
