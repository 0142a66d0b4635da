"""A tag against itself as a report: how often it raises a false alarm, and the noise that its margins stand on."""

from __future__ import annotations

from typing import Literal

from ddbload.compare.document import Floor, SelfCheck
from ddbload.compare.names import gate_name
from ddbload.report.comparison_words import size_text
from ddbload.report.model import Column, Facts, Line, Report, Row, Section, Table
from ddbload.report.quantity import NONE, count, share
from ddbload.scenario.quantity import spell_percent

CLAIMED = 0.05
"""The share of false alarms that a comparison promises not to exceed."""


def self_check_verdict(check: SelfCheck) -> Literal["pass", "fail", "cannot tell"]:
    """Fail where more false alarms than claimed are proven, or a margin that was set is below its floor.

    Where it is a default that is below its floor, nobody is to blame: these runs cannot tell.
    """
    if check.refused or (check.splits and check.low > CLAIMED):
        return "fail"
    return "pass" if check.splits and all(floor.kept for floor in check.floors) else "cannot tell"


def self_check_headline(check: SelfCheck) -> str:
    """One sentence that stands beside the verdict's word and can stand alone."""
    if not check.splits:
        return "there was nothing to split: no false alarm could have shown"
    if check.refused:
        several = len(check.refused) > 1
        return f"{f'{len(check.refused)} margins are' if several else 'a margin is'} refused: below the noise floor"
    alarms = f"{_rate(check)} of its splits are false alarms"
    if self_check_verdict(check) == "fail":
        return f"{alarms}: more than the {spell_percent(CLAIMED)} that a comparison promises"
    low = [floor for floor in check.floors if not floor.kept]
    if not low:
        return f"{alarms}; every margin is above its noise floor"
    worst = max(low, key=lambda floor: floor.floor / floor.margin if floor.margin else float("inf"))
    name = gate_name(worst.operation, worst.metric)
    others = len(low) - 1
    more = f"; {others} more {'margin is' if others == 1 else 'margins are'} too small" if others else ""
    margin, floor = size_text(worst.margin, worst.scale), size_text(worst.floor, worst.scale)
    return f"{name} cannot be held to {margin}: its noise floor is {floor}{more}"


def self_check_report(check: SelfCheck) -> Report:
    """The report of a self-check."""
    runs = f"{check.runs} runs in {check.batches} stretch{'' if check.batches == 1 else 'es'}"
    facts = Facts(
        (
            ("false alarms", f"{_rate(check)} · {count(check.false_alarms)} of {count(check.splits)} splits"),
            ("not worse", share(check.passed)),
        )
    )
    notes = tuple(Line(text, "doubt", "!") for text in check.warnings)
    sections = [
        Section("Against itself", (facts,), "halves of the tag's runs, compared; none of them is any worse"),
        _floors(check),
        *([Section("Notes", notes)] if notes else []),
    ]
    return Report(
        verdict=self_check_verdict(check),
        headline=self_check_headline(check),
        reasons=check.refused,
        subject=(f"{check.scenario} · tag {check.tag}, {runs}",),
        sections=tuple(sections),
    )


def _rate(check: SelfCheck) -> str:
    return f"{_percent(check.rate)}% [{_percent(check.low)}, {_percent(check.high)}]"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.1f}"


def _floors(check: SelfCheck) -> Section:
    columns = (
        Column("", left=True, spoken="gate"),
        Column("in a stretch", "runs differ by"),
        Column("between", "runs differ by"),
        Column("noise floor", "a margin"),
        Column("as it is", "a margin"),
        Column("", left=True, whole=True, spoken="verdict"),
    )
    rows = tuple(_floor(floor) for floor in check.floors)
    aside = "the smallest margin that nine of ten splits keep"
    return Section("Noise floors", (Table(columns, rows),), aside) if rows else Section("Noise floors", (), "no gate")


def _floor(floor: Floor) -> Row:
    scale = floor.scale
    cells = (
        gate_name(floor.operation, floor.metric),
        f"±{size_text(floor.spread, scale)}",
        NONE if floor.drift is None else f"±{size_text(floor.drift, scale)}",
        size_text(floor.floor, scale),
        size_text(floor.margin, scale),
        floor_word(floor),
    )
    return Row(cells, "plain" if floor.kept else "doubt")


def floor_word(floor: Floor) -> Literal["kept", "too small", "refused"]:
    """What is said of a gate's margin: one that a person set below the floor is refused."""
    if floor.kept:
        return "kept"
    return "too small" if floor.source == "default" else "refused"
