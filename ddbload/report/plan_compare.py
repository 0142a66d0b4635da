"""Designs side by side, as a report: what each costs, which is cheapest, what differs, units of each operation."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.planner.document import DesignCost, OperationPlan, Plan, PlanComparison, PlansDocument
from ddbload.planner.words import money, money_band
from ddbload.report.model import Column, Line, Report, Row, Section, Table
from ddbload.report.plan_rest import basis_section
from ddbload.report.plan_words import CHOSEN, OTHER, low_high, with_error
from ddbload.report.quantity import NONE


def comparison_report(document: PlansDocument) -> Report:
    """The report of several designs, compared."""
    comparison = document.comparison
    names = [design.name for design in comparison.designs]
    sections = [_designs(document), _differences(comparison), _tables(comparison), _units(names, document.plans)]
    sections.append(basis_section(document.plans[0], whole=True))
    return Report(
        verdict=comparison.verdict,
        headline=_headline(comparison),
        reasons=(),
        subject=(f"{' · '.join(names)} · {document.plans[0].region}",),
        sections=tuple(section for section in sections if section is not None),
    )


def _headline(comparison: PlanComparison) -> str:
    if comparison.cheapest is None:
        return "no design keeps its throttle objective"
    best = next(design for design in comparison.designs if design.name == comparison.cheapest)
    amount = f"{best.name} is the cheapest: {money_band(best.ranked_usd)} a month"
    if comparison.by_usd is None:
        return f"{best.name} alone keeps its throttle objective: {money_band(best.ranked_usd)} a month"
    if comparison.by_usd < 0.005:  # noqa: PLR2004 - half a cent
        return f"{amount}, and another costs the same"
    return f"{amount}, {money(comparison.by_usd)} less than the next"


def _designs(document: PlansDocument) -> Section:
    columns = (
        Column("  design", left=True),
        Column("likely", "a month"),
        Column("low-high", "a month"),
        Column("dearer by", "a month"),
        Column("upfront"),
        Column("keeps"),
    )
    rows = tuple(
        _design(design, plan, chosen=design.name == document.comparison.cheapest)
        for design, plan in zip(document.comparison.designs, document.plans, strict=True)
    )
    spread = ", upfront fees spread over their terms" if any(each.once_usd for each in document.plans) else ""
    return Section("Designs", (Table(columns, rows),), f"each as recommended{spread}")


def _design(design: DesignCost, plan: Plan, *, chosen: bool) -> Row:
    cells = (
        design.name,
        money(design.ranked_usd.likely),
        low_high(design.ranked_usd),
        money(design.dearer_usd) if design.dearer_usd else "",
        money(design.once_usd) if design.once_usd else "",
        "yes" if design.verdict == "pass" else "no",
    )
    recommended = "; ".join(f"{table.table}: {table.chosen or 'none'}" for table in plan.tables)
    return Row(cells, "strong" if chosen else "plain", notes=(recommended,), mark=CHOSEN if chosen else OTHER)


def _differences(comparison: PlanComparison) -> Section | None:
    first = comparison.designs[0].name
    lines = tuple(Line(f"{design.name}: {design.differs}") for design in comparison.designs if design.differs)
    return Section("What differs", lines, f"from {first}") if lines else None


def _tables(comparison: PlanComparison) -> Section | None:
    """A table's cost in each design; nothing where each has but one."""
    names = list(dict.fromkeys(name for design in comparison.designs for name in design.tables))
    if all(len(design.tables) == 1 for design in comparison.designs):
        return None
    columns = (Column("table", left=True), *(Column(design.name) for design in comparison.designs))
    rows = tuple(
        Row((name, *(money(design.tables[name]) if name in design.tables else NONE for design in comparison.designs)))
        for name in names
    )
    return Section("Tables", (Table(columns, rows),), "a month")


def _units(names: list[str], plans: tuple[Plan, ...]) -> Section | None:
    """Units of one call of each operation, indexes included."""
    by_design = [{each.name: each for each in plan.operations} for plan in plans]
    operations = list(dict.fromkeys(name for each in by_design for name in each))
    if not operations:
        return None
    columns = [Column("operation", left=True)]
    for name in names:
        columns += [Column("read", name), Column("write", name)]
    rows = [Row((name, *(text for each in by_design for text in _of(each.get(name))))) for name in operations]
    return Section("Units", (Table(tuple(columns), tuple(rows)),), "of one call, with its indexes")


def _of(operation: OperationPlan | None) -> Iterator[str]:
    if operation is None:
        yield from (NONE, NONE)
        return
    yield with_error(sum(one.read for one in operation.units))
    yield with_error(sum(one.write for one in operation.units))
