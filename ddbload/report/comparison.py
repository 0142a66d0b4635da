"""A comparison as a report: the verdict in words, the gates with their intervals, what these runs could have shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ddbload.compare.document import Comparison, Finding, Scale
from ddbload.report.comparison_rest import (
    beside_section,
    excluded_section,
    likeness_section,
    notes_section,
    runs_section,
)
from ddbload.report.comparison_words import (
    TONES,
    amount,
    change_text,
    headline,
    interval_texts,
    level,
    name_of,
    runs_text,
    seen_from_worse,
    size_above,
    size_text,
)
from ddbload.report.model import Block, Column, Forest, Interval, Line, Report, Row, Section, Table
from ddbload.report.quantity import NONE

_REASONS = 2


def comparison_report(comparison: Comparison, *, whole: bool = False) -> Report:
    """The report of a comparison.

    Args:
        comparison: what is told.
        whole: every metric, every run and every reason; else what a reader needs to believe the verdict.
    """
    sections = (
        gates_section(comparison, whole=whole),
        forest_section(comparison),
        excluded_section(comparison),
        _power(comparison),
        likeness_section(comparison, whole=whole),
        beside_section(comparison, whole=whole),
        runs_section(comparison, whole=whole),
        notes_section(comparison),
    )
    return Report(
        verdict=comparison.verdict,
        headline=headline(comparison),
        reasons=tuple(_reasons(comparison, whole=whole)),
        subject=tuple(_subject(comparison)),
        sections=tuple(section for section in sections if section is not None),
    )


def _reasons(comparison: Comparison, *, whole: bool) -> Iterator[str]:
    reasons = comparison.reasons
    shown = reasons if whole or len(reasons) <= _REASONS else reasons[:_REASONS]
    yield from shown
    if len(shown) < len(reasons):
        yield f"and {len(reasons) - len(shown)} more (--full)"


def _subject(comparison: Comparison) -> Iterator[str]:
    yield comparison.scenario
    yield f"base {runs_text(comparison.base)} → new {runs_text(comparison.new)} · {design_text(comparison)}"


def design_text(comparison: Comparison) -> str:
    """How the runs of both sides lay in time."""
    base, new = comparison.base.runs, comparison.new.runs
    if comparison.design == "paired":
        return f"{min(len(base), len(new))} interleaved pairs"
    batches = len({run.batch for run in (*base, *new)})
    return f"made apart, in {batches} stretches" if batches > 1 else "made apart"


# --- the gates -----------------------------------------------------------------------------------------------------


def gates_section(comparison: Comparison, *, whole: bool = False) -> Section:
    """Each gate with its levels, its change and interval, what matters and its verdict."""
    gates = comparison.gates
    if not gates:
        return Section("Gates", (Line("there is nothing that both sides have a value for", "doubt"),))
    blocks: list[Block] = [_table(gates, (headline(comparison), *comparison.reasons), whole=whole)]
    if any(gate.scale == "difference" for gate in gates):
        blocks.append(Line("pp: percentage points of all calls", "quiet"))
    return Section("Gates", tuple(blocks), "what the verdict rests on; each change with its interval")


def _table(gates: Sequence[Finding], said: Sequence[str], *, whole: bool) -> Table:
    columns = (
        Column("", left=True, spoken="gate"),
        Column("base", "level"),
        Column("new", "level"),
        Column("estimate", "change"),
        Column("interval", "change"),
        Column("that matters", "change"),
        Column("verdict", left=True, whole=True),
    )
    intervals = interval_texts([(gate.change, gate.scale, gate.method) for gate in gates])
    rows = tuple(
        _gate(gate, interval, _gate_notes(gate, said, whole=whole))
        for gate, interval in zip(gates, intervals, strict=True)
    )
    return Table(columns, rows)


def _gate(gate: Finding, interval: str, notes: Iterator[str]) -> Row:
    cells = (
        name_of(gate),
        level(gate.base.center, gate.unit),
        level(gate.new.center, gate.unit),
        change_text(gate.change.estimate if gate.change else None, gate.scale),
        interval,
        NONE if gate.margin is None else size_text(gate.margin.value, gate.scale),
        gate.verdict or NONE,
    )
    return Row(cells, TONES.get(gate.verdict, "plain"), notes=tuple(notes))


def _gate_notes(gate: Finding, said: Sequence[str], *, whole: bool) -> Iterator[str]:
    """What is not said elsewhere: why it is worse or open, and why more than was asked matters."""
    above = bool(gate.reason) and any(gate.reason in text for text in said)
    none_failed = gate.unit == "share" and gate.method == "exact"  # which is no proof that none ever does
    here = gate.reason and (whole or none_failed or gate.verdict in ("regressed", "cannot tell")) and not above
    if here:
        yield gate.reason
    margin = gate.margin
    explained = (here or above) and "dispatch lag" in gate.reason
    if margin is not None and margin.value > margin.asked and not explained:
        asked, used = size_text(margin.asked, gate.scale), size_above(margin.value, margin.asked, gate.scale)
        yield f"what matters was to be {asked}; the noise of the client's dispatch lag allows no less than {used}"


def forest_section(comparison: Comparison) -> Section | None:
    """The gates' intervals on one axis; nothing where there is none to draw."""
    drawn = tuple(interval for gate in comparison.gates if (interval := _interval(gate)) is not None)
    aside = "each change in multiples of what matters to its gate"
    return Section("Intervals", (Forest(drawn),), aside) if drawn else None


def _interval(gate: Finding) -> Interval | None:
    """The gate's interval in multiples of what matters to it."""
    seen = seen_from_worse(gate)
    if seen is None or gate.margin is None or gate.margin.value <= 0 or gate.method == "none":
        return None
    estimate, low, high = (None if end is None else end / gate.margin.value for end in seen)
    return Interval(name_of(gate), estimate or 0.0, low, high, TONES.get(gate.verdict, "plain"))


# --- what the runs could have shown --------------------------------------------------------------------------------


def _power(comparison: Comparison) -> Section | None:
    """The smallest change that would have been seen, and how many runs what matters would take."""
    gates = [gate for gate in comparison.gates if gate.method not in ("none", "exact")]
    if not gates:
        return None
    columns = (
        Column("", left=True, spoken="gate"),
        Column("base", "spread of runs"),
        Column("new", "spread of runs"),
        Column("shown from", "change for the worse"),
        Column("that matters", "change for the worse"),
        Column("takes", "change for the worse"),
    )
    rows = tuple(Row(tuple(_could(gate, comparison))) for gate in gates)
    return Section("What these runs could show", (Table(columns, rows),), f"in nine of ten cases; {_there(comparison)}")


def _there(comparison: Comparison) -> str:
    if comparison.design == "paired":
        return f"there are {min(len(comparison.base.runs), len(comparison.new.runs))} pairs"
    return f"there are {len(comparison.base.runs)} and {len(comparison.new.runs)} runs"


def _shown_from(change: float, scale: Scale) -> str:
    return "no share" if scale == "difference" and change > 1 else size_text(change, scale)  # there are but all calls


def _could(gate: Finding, comparison: Comparison) -> Iterator[str]:
    yield name_of(gate)
    for side in (gate.base, gate.new):
        yield NONE if side.spread is None else f"±{size_text(side.spread, gate.scale)}"
    yield NONE if gate.detectable is None else _shown_from(gate.detectable, gate.scale)
    yield NONE if gate.margin is None else size_text(gate.margin.value, gate.scale)
    yield "too many" if gate.needed is None else amount(gate.needed, comparison.design)
