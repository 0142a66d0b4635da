"""What is said of a gate and of a comparison: one sentence each, with the numbers that it rests on. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ddbload.compare.document import Change, Design, Finding, Floor, Margin, Overall
from ddbload.compare.names import gate_name
from ddbload.compare.observe import Measure

_LARGE = 10.0  # a change tenfold and beyond is said as a factor
_ENDLESS = 1e6  # a factor beyond this is a bound without any sense
_FINEST = 6  # digits of a percentage behind the point, at most


def spell_change(
    measure: Measure | Finding | Floor, change: float, *, signed: bool = True, unlike: Sequence[float] = ()
) -> str:
    """A change as people read it: "+4.8%", "+0.12 percentage points", "12 times as much".

    Args:
        measure: of what.
        change: as a fraction.
        signed: with its sign; else a size.
        unlike: changes that are named beside it: it has as many digits as tell it from them.
    """
    sign = "+" if signed and change >= 0 else ""
    if measure.scale == "difference":
        return f"{sign}{change * 100:.3g} percentage points"
    if change >= _LARGE:
        return f"{_factor(1 + change)} times as much"
    number = f"{change * 100:.{_places(change * 100, [100 * other for other in unlike])}f}"
    return f"{sign}{number if signed else number.rstrip('0').rstrip('.')}%"


def _factor(factor: float) -> str:
    """Three significant digits, thousands set off: "12", "40.4", "4,910"."""
    if factor >= _ENDLESS:
        return f"more than {_ENDLESS:,.0f}"
    return f"{factor:.3g}" if factor < 100 else f"{float(f'{factor:.3g}'):,.0f}"  # noqa: PLR2004 - all before the point


def _places(percent: float, others: Sequence[float]) -> int:
    """How many digits behind the point: so many that it is not nothing, and reads unlike what it differs from."""
    unlike = [other for other in others if not math.isclose(abs(other), abs(percent))]

    def tells(places: int) -> bool:
        apart = all(f"{abs(other):.{places}f}" != f"{abs(percent):.{places}f}" for other in unlike)
        return apart and (not percent or abs(percent) > 0.9 * 0.1**places)

    return next((places for places in range(1, _FINEST) if tells(places)), _FINEST)


def of_margin(measure: Measure, margin: Margin, unlike: Sequence[float] = ()) -> str:
    """The change that matters, and why it is not the one asked for."""
    said = f"{spell_change(measure, margin.value, signed=False, unlike=[margin.asked, *unlike])} that matter"
    if margin.value > margin.asked:
        asked = spell_change(measure, margin.asked, signed=False, unlike=[margin.value])
        return f"{said} (not {asked}: three times the noise of the client's dispatch lag is more)"
    return said


def not_worse(measure: Measure, change: Change, margin: Margin) -> str:
    """Of a gate that passed."""
    worst = change.low if measure.better == "higher" else change.high
    assert worst is not None
    bound = f"{spell_change(measure, worst, unlike=[margin.value])} at worst"
    if worst > 0 if measure.better == "higher" else worst < 0:
        return bound  # not even a little worse
    return f"{bound}, within the {of_margin(measure, margin, [worst])}"


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
        return f"worse by at least {_size(measure, least, margin)}, more than the {of_margin(measure, margin, [least])}"
    if abs(least) >= margin.asked:
        asked = spell_change(measure, margin.asked, signed=False, unlike=[least])
        return f"worse by at least {_size(measure, least, margin)}, more than the {asked} that matter"
    matters = of_margin(measure, margin, [most])
    return (
        f"worse by {_size(measure, change.estimate)} (at least {_size(measure, least)}),"
        f" and up to {_size(measure, most, margin)} cannot be ruled out, beyond the {matters}"
    )


def cannot_tell(measure: Measure, change: Change, margin: Margin, detectable: float | None, needed: str) -> str:
    """Of a gate whose interval holds both no change and one that matters."""
    worst = change.low if measure.better == "higher" else change.high
    shown = "" if detectable is None else f"; these runs would have shown {_least(measure, detectable)}, {needed}"
    if worst is None:
        return f"{of_margin(measure, margin)}{shown}"
    bound = spell_change(measure, worst, unlike=[margin.value])
    return f"up to {bound} cannot be ruled out, beyond the {of_margin(measure, margin, [worst])}{shown}"


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
    said = [f"{gate_name(gate.operation, gate.metric)}: {gate.verdict}, {gate.reason}" for gate in told]
    if verdict in {"not worse", "improved"}:
        said.append(f"no change that matters in any of the {len(gates)} gates")
    return tuple(said)


def _least(measure: Measure, detectable: float) -> str:
    if measure.scale == "difference" and detectable > 1:
        return "no share, however large"  # there are no more than all calls
    return _size(measure, detectable)


def _size(measure: Measure, change: float, margin: Margin | None = None) -> str:
    """How much worse, without a sign, and unlike what matters."""
    size = abs(change) if measure.better == "higher" else change
    if measure.scale != "difference" and size >= _LARGE:
        return f"a factor of {_factor(1 + size)}"
    return spell_change(measure, size, signed=False, unlike=[margin.value, margin.asked] if margin else ())
