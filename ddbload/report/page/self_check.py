"""The page of a tag against itself: how often it raised a false alarm, and the noise floor of each gate."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.compare.document import SelfCheck
from ddbload.report.page.blocks import (
    Banner,
    Block,
    Downloads,
    Figure,
    Figures,
    File,
    Heading,
    Link,
    Notes,
    Prose,
)
from ddbload.report.page.frame import Page, render
from ddbload.report.page.sections import body_of
from ddbload.report.page.self_check_charts import alarms_chart, floors_chart
from ddbload.report.quantity import count, share
from ddbload.report.self_check import CLAIMED, self_check_report
from ddbload.results.encoded import to_json
from ddbload.scenario.quantity import spell_percent


def self_check_page(check: SelfCheck, *, home: Link | None = None) -> str:
    """The page of a self-check, as one HTML document."""
    return render(Page(f"{check.tag} against itself · {check.scenario}", tuple(self_check_blocks(check)), home))


def self_check_blocks(check: SelfCheck) -> Iterator[Block]:
    """The blocks of a self-check from the top, with its document at the end."""
    report = self_check_report(check)
    yield Banner(report.verdict, report.headline, report.reasons, report.subject)
    if check.warnings:
        yield Notes(check.warnings)
    yield Figures(tuple(_figures(check)))
    if check.splits:
        yield Heading("False alarms", "halves of the tag's runs, compared; none of them is any worse")
        yield alarms_chart(check)
    floors = next(section for section in report.sections if section.title == "Noise floors")
    yield Heading(floors.title, floors.aside)
    if check.floors:
        yield floors_chart(check)
        yield from body_of(floors)
    yield Heading("How to read this")
    yield Prose(
        "The runs of one tag are all of the same thing, so a comparison of any half of them with the other should find"
        " nothing. Where it does, it is a false alarm. The noise floor is the margin that it takes for nine of ten such"
        " comparisons to come out not worse: a margin below it asks more of these runs than they can tell."
    )
    yield Heading("Data", "the whole self-check as a document")
    yield Downloads((File(f"{check.scenario}-self-check.json", "application/json", to_json(check).encode()),))


def _figures(check: SelfCheck) -> Iterator[Figure]:
    if check.splits:
        told = f"{count(check.false_alarms)} of {count(check.splits)} splits; {spell_percent(CLAIMED)} is promised"
        yield Figure("False alarms", share(check.rate), note=told, tone="bad" if check.low > CLAIMED else "plain")
        yield Figure("Not worse", share(check.passed), note="of the splits came out so")
    yield Figure("Runs", count(check.runs), note=f"in {check.batches} stretch{'' if check.batches == 1 else 'es'}")
    kept = sum(floor.kept for floor in check.floors)
    whole = kept == len(check.floors)
    note = "at or above the noise floor"
    yield Figure("Margins kept", f"{kept} of {len(check.floors)}", note=note, tone="plain" if whole else "doubt")
