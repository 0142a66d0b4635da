"""What is said of a gate and of a comparison: one sentence each, with the numbers that it rests on. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ddbload.compare.document import Change, Design, Finding, Margin, Overall
from ddbload.compare.observe import Measure

_LARGE = 10.0  # a change tenfold and beyond is said as a factor
_FINE = 0.1  # below so many per cent, two digits


def spell_change(measure: Measure | Finding, change: float, *, signed: bool = True) -> str:
    """A change as people read it: "+4.8 %", "+0.12 percentage points", "12 times as much"."""
    sign = "+" if signed and change >= 0 else ""
    if measure.scale == "difference":
        return f"{sign}{change * 100:.3g} percentage points"
    if change >= _LARGE:
        return f"{1 + change:.3g} times as much"
    percent = change * 100
    number = f"{percent:.{2 if 0 < abs(percent) < _FINE else 1}f}"
    return f"{sign}{number if signed else number.removesuffix('.0')} %"


def of_margin(measure: Measure, margin: Margin) -> str:
    """The change that matters, and why it is not the one asked for."""
    said = f"{spell_change(measure, margin.value, signed=False)} that matter"
    if margin.value > margin.asked:
        asked = spell_change(measure, margin.asked, signed=False)
        return f"{said} (not {asked}: three times the noise of the client's dispatch lag is more)"
    return said


def not_worse(measure: Measure, change: Change, margin: Margin) -> str:
    """Of a gate that passed."""
    worst = change.low if measure.better == "higher" else change.high
    assert worst is not None
    return f"{spell_change(measure, worst)} at worst, within the {of_margin(measure, margin)}"


def improved(measure: Measure, change: Change, margin: Margin, *, bounded: bool) -> str:
    """Of a gate that came out better."""
    if bounded:
        return f"better: {spell_change(measure, change.estimate)}, and {not_worse(measure, change, margin)}"
    return f"better: {spell_change(measure, change.estimate)}"


def regressed(measure: Measure, change: Change, margin: Margin) -> str:
    """Of a gate that failed: certainly worse, by more than what matters or perhaps so."""
    least, most = (change.high, change.low) if measure.better == "higher" else (change.low, change.high)
    assert least is not None
    assert most is not None
    if abs(least) >= margin.value:
        return f"worse by at least {_size(measure, least)}, more than the {of_margin(measure, margin)}"
    if abs(least) >= margin.asked:
        asked = spell_change(measure, margin.asked, signed=False)
        return f"worse by at least {_size(measure, least)}, more than the {asked} that matter"
    return (
        f"worse by {_size(measure, change.estimate)} (at least {_size(measure, least)}),"
        f" and up to {_size(measure, most)} cannot be ruled out, beyond the {of_margin(measure, margin)}"
    )


def cannot_tell(measure: Measure, change: Change, margin: Margin, detectable: float | None, needed: str) -> str:
    """Of a gate whose interval holds both no change and one that matters."""
    worst = change.low if measure.better == "higher" else change.high
    bound = "" if worst is None else f"up to {spell_change(measure, worst)} cannot be ruled out, beyond the "
    shown = (
        ""
        if detectable is None
        else f"; these runs would have shown {spell_change(measure, detectable, signed=False)}, {needed}"
    )
    return f"{bound}{of_margin(measure, margin)}{shown}"


def needed_words(needed: int | None, have: int, design: Design) -> str:
    """How many runs would tell."""
    unit = "pairs" if design == "paired" else "runs a side"
    if needed is None and design == "separate":
        return "and no number of runs made apart would show what matters: `ddbload regress` interleaves them"
    if needed is None:
        return "and not even a thousand pairs would show what matters at this noise"
    if needed <= have:
        return f"though {needed} {unit} would do in nine of ten cases"
    return f"and {needed} {unit} would show what matters"


def summary(verdict: Overall, gates: Sequence[Finding]) -> tuple[str, ...]:
    """The sentences of the whole comparison, the worst gates first."""
    order = ("regressed", "cannot tell", "improved")
    told = [gate for word in order for gate in gates if gate.verdict == word]
    said = [f"{gate.operation} {gate.metric.replace('_', '.')}: {gate.verdict}, {gate.reason}" for gate in told]
    if verdict in {"not worse", "improved"}:
        said.append(f"no change that matters in any of the {len(gates)} gates")
    return tuple(said)


def _size(measure: Measure, change: float) -> str:
    return spell_change(measure, abs(change) if measure.better == "higher" else change, signed=False)
