"""The page of a plan: the recommendation, a day, what each candidate costs, the bill, and what it all rests on."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence

from ddbload.planner.document import Plan, PlansDocument, TablePlan
from ddbload.planner.words import money
from ddbload.report.model import Section, Tone
from ddbload.report.page import plan_charts
from ddbload.report.page.blocks import (
    Banner,
    Block,
    Details,
    Downloads,
    Figure,
    Figures,
    File,
    Heading,
    Link,
    Notes,
)
from ddbload.report.page.frame import Page, render
from ddbload.report.page.sections import blocks_of, body_of
from ddbload.report.plan import plan_report
from ddbload.report.plan_assumptions import assumptions_section
from ddbload.report.plan_words import low_high, objective_words, part
from ddbload.report.quantity import rate
from ddbload.results.encoded import to_json
from ddbload.scenario.quantity import spell_percent

_LARGE = 100_000  # bytes from which a document is packed
_OPEN = 4  # days of a table that are shown at once


def plan_page(plan: Plan, *, home: Link | None = None) -> str:
    """The page of a plan, as one HTML document."""
    blocks = [*plan_blocks(plan), Heading("Data", "the whole plan as a document"), document_of(plan, "plan.json")]
    return render(Page(f"Plan · {plan.subject}", tuple(blocks), home))


def document_of(document: Plan | PlansDocument, name: str) -> Downloads:
    """The document in the page, packed where it is large."""
    content = to_json(document).encode()
    if len(content) > _LARGE:
        return Downloads((File(f"{name}.gz", "application/gzip", gzip.compress(content, mtime=0)),))
    return Downloads((File(name, "application/json", content),))


def plan_blocks(plan: Plan, prefix: str = "", beside: Sequence[Plan] = ()) -> Iterator[Block]:
    """The blocks of a plan from the top.

    Args:
        plan: what is shown.
        prefix: keeps the ids of several plans on one page apart.
        beside: the others on that page.
    """
    report = plan_report(plan, whole=True)
    sections = {section.title: section for section in report.sections}
    yield Banner(plan.verdict, report.headline, (), report.subject)
    if "Notes" in sections:
        yield Notes(tuple(dict.fromkeys([*([plan.prices.warning] if plan.prices.warning else []), *plan.warnings])))
    yield Figures(tuple(_figures(plan)))
    if len(plan.tables) > 1:
        yield from blocks_of(sections["Tables"])
    shown = [table for each in (plan, *beside) for table in each.tables]
    step = plan_charts.step_of(sum(any(curve.asked) for table in shown for curve in table.curves))
    for place, table in enumerate(plan.tables):
        yield from _table(plan, table, f"{prefix}{place}", step, sections)
    yield from _rest(plan, sections, prefix.rstrip("-"))


def _figures(plan: Plan) -> Iterator[Figure]:
    """What a manager asks first."""
    spread = ", upfront fees spread over their terms" if plan.ranked != plan.monthly_usd else ""
    band = low_high(plan.ranked)
    yield Figure(
        "A month", money(plan.ranked.likely), note=f"{f'{band}{spread}' if band else spread.removeprefix(', ')}"
    )
    if plan.once_usd:
        yield Figure("Once", money(plan.once_usd), note=f"and {money(plan.monthly_usd.likely)} every month")
    billed = [table.billed for table in plan.tables]
    worst = max(billed, key=lambda each: each.throttled.likely)
    tone: Tone = "plain" if all(table.chosen for table in plan.tables) else "bad"
    yield Figure(
        "Throttled",
        part(worst.throttled.likely),
        note=f"at most {spell_percent(plan.throttle_objective)} is the objective",
        tone=tone,
    )
    kept = min(each.kept for each in billed)
    yield Figure(
        "Keeps that in",
        f"{100 * kept:.0f}",
        "% of worlds",
        f"{plan.worlds} simulated, {spell_percent(plan.confidence)} asked",
        tone=tone,
    )
    if "greatest" in plan.arrivals:
        mean = plan.arrivals.get("mean")
        note = f"{rate(mean.likely)} on average" if mean else ""
        yield Figure("Busiest minute", rate(plan.arrivals["greatest"].likely), "/s", note)


def _table(plan: Plan, table: TablePlan, place: str, step: int, sections: dict[str, Section]) -> Iterator[Block]:
    """A table: how to set it and why, its days, its candidates, its bill."""
    section = sections[table.table]
    yield Heading(f"How to run {table.table}", section.aside, id=f"table-{place}")
    settings, candidates = _split(section)
    yield from settings
    days = sorted((curve for curve in table.curves if any(curve.asked)), key=plan_charts.telling, reverse=True)
    if days:
        yield Heading(f"A day of {table.table}", "what is asked, what there is, what is throttled: the median world")
        made = [
            plan_charts.day_chart(curve, table.table, f"{place}-{number}", step) for number, curve in enumerate(days)
        ]
        yield from made[:_OPEN]
        if made[_OPEN:]:
            yield Details(f"{len(made) - _OPEN} more", tuple(made[_OPEN:]))
    yield Heading("What it was chosen from", f"{len(table.candidates)} candidates; to be kept: {_objective(plan)}")
    yield plan_charts.cost_chart(table, place)
    yield from candidates
    bill = sections.get(f"The bill of {table.table}") or sections.get("The bill")
    if bill is not None:
        yield from blocks_of(bill)


def _objective(plan: Plan) -> str:
    return objective_words(plan).replace("of them", "of the worlds")


def _split(section: Section) -> tuple[list[Block], list[Block]]:
    """The settings and sentences, then the table of candidates and what follows it."""
    blocks = list(body_of(section))
    at = next((number for number, block in enumerate(blocks) if block.template == "table"), len(blocks))
    return blocks[:at], blocks[at:]


def _rest(plan: Plan, sections: dict[str, Section], place: str) -> Iterator[Block]:
    """What is of the whole plan: units of calls, the design's findings, later months, the basis."""
    for title in ("Units", "The design"):
        if title in sections:
            yield from blocks_of(sections[title])
    if plan.months:
        later = sections["Later"]
        yield Heading("Later months", later.aside)
        yield plan_charts.months_chart(plan, place)
        yield from body_of(later)
    yield from blocks_of(sections["Rests on"])
    if plan.assumptions:
        assumed = assumptions_section(plan.assumptions)
        yield Details(f"{len(plan.assumptions)} assumptions of the model", tuple(body_of(assumed)))
