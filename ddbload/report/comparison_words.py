"""Words and figures of a comparison: a gate's name, a level, a change with its interval, what matters, the headline."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal

from ddbload.compare.document import Change, Comparison, Finding, Likeness, Scale, Side
from ddbload.compare.names import gate_name
from ddbload.report.model import Tone
from ddbload.report.quantity import NONE, counted, dollars, duration, rate, share, significant, units

TONES: dict[str | None, Tone] = {"regressed": "bad", "improved": "good", "cannot tell": "doubt"}
"""How a verdict is meant; "not worse" is nothing to look at."""

_ENDLESS = 1e6  # percent: of a few runs a bound may be without any sense
_WORSE = {"cost": ("dearer", "cheaper"), "completed": ("lower", "higher")}
_LEVELS: dict[str, Callable[[float], str]] = {
    "ms": duration,
    "share": share,
    "1/s": rate,
    "USD": dollars,
}


def name_of(finding: Finding) -> str:
    """The finding's metric with what it is of."""
    return gate_name(finding.operation, finding.metric)


def level(value: float | None, unit: str) -> str:
    """A metric's level in its unit."""
    if value is None:
        return NONE
    show = _LEVELS.get(unit)
    if show is not None:
        return show(value)
    return significant(value) if 0 < value < 10 and value % 1 else units(value)  # noqa: PLR2004 - few units


# --- changes -------------------------------------------------------------------------------------------------------


def worse(finding: Finding, value: float) -> float:
    """A change seen from worse: positive is worse."""
    return -value if finding.better == "higher" else value


def seen_from_worse(finding: Finding) -> tuple[float, float | None, float | None] | None:
    """Estimate, lower and upper bound of a change, positive being worse; None where there is no change."""
    if finding.change is None:
        return None
    change = finding.change
    ends = (change.low, change.high) if finding.better != "higher" else (change.high, change.low)
    low, high = (None if end is None else worse(finding, end) for end in ends)
    return worse(finding, change.estimate), low, high


def _digits(fraction: float, scale: Scale) -> str:
    """A change times a hundred, signed: "+1.9", "-0.04", "+140"; a share's with a digit more."""
    percent = 100 * fraction
    if abs(percent) >= _ENDLESS:
        return f">{math.copysign(_ENDLESS - 1, percent):+,.0f}"
    places = 0 if abs(percent) >= 99.95 else 1 if scale == "ratio" else 2  # noqa: PLR2004 - a third digit
    if abs(percent) < 0.1**places / 2:
        places = next((more for more in (2, 3) if abs(percent) >= 0.1**more / 2), 0)
    text = f"{percent:+,.{places}f}"
    return text if percent and float(text.replace(",", "")) else "0"


def sign(scale: Scale) -> str:
    """What stands behind a change: percent, or percentage points of a share."""
    return "%" if scale == "ratio" else "pp"


def change_text(value: float | None, scale: Scale) -> str:
    """A change: "+1.9%", "-0.04pp"."""
    return NONE if value is None else _digits(value, scale) + sign(scale)


def size_text(value: float, scale: Scale) -> str:
    """A change's size, without its sign: "1.9%", "0.1pp"."""
    text = _digits(abs(value), scale).replace("+", "")
    return (text.rstrip("0").rstrip(".") if "." in text else text) + sign(scale)


def size_above(value: float, other: float, scale: Scale) -> str:
    """A size that is more than another: with as many digits as show that."""
    if size_text(value, scale) != size_text(other, scale):
        return size_text(value, scale)
    apart = (places for places in range(2, 6) if f"{100 * value:.{places}f}" != f"{100 * other:.{places}f}")
    return f"{100 * value:.{next(apart, 6)}f}{sign(scale)}"


def interval_texts(changes: Sequence[tuple[Change | None, Scale, str]]) -> list[str]:
    """Intervals for one column, their ends one below the other: "[-1.1, +4.8]"; said in words where there is none."""
    ends = [
        ["…" if end is None else _digits(end, scale) for end in (change.low, change.high)]
        if change is not None and method not in ("none", "exact") and (change.low, change.high) != (None, None)
        else None
        for change, scale, method in changes
    ]
    widths = [max((len(pair[side]) for pair in ends if pair), default=0) for side in (0, 1)]
    return [
        f"[{pair[0]:>{widths[0]}}, {pair[1]:>{widths[1]}}]" if pair else _without(change, method)
        for pair, (change, _, method) in zip(ends, changes, strict=True)
    ]


def _without(change: Change | None, method: str) -> str:
    return "exact" if change is not None and method == "exact" else NONE


def interval_text(finding: Finding) -> str:
    """A change with its interval in one phrase: "+1.9% [-1.1, +4.8]"."""
    if finding.change is None:
        return "no change can be stated"
    text = interval_texts([(finding.change, finding.scale, finding.method)])[0]
    return " ".join((change_text(finding.change.estimate, finding.scale), *([] if text == NONE else [text])))


def finding_text(finding: Finding) -> str:
    """A gate in one line: levels, change with its interval, what matters, verdict."""
    levels = f"{level(finding.base.center, finding.unit)} → {level(finding.new.center, finding.unit)}"
    parts = [levels, interval_text(finding)]
    if finding.margin is not None:
        parts.append(f"matters {size_text(finding.margin.value, finding.scale)}")
    parts.append(finding.verdict or "not judged")
    return "; ".join(parts)


def in_words(finding: Finding) -> str:
    """Which way a metric went: "slower", "dearer", "higher"."""
    if finding.change is None:
        return "worse" if finding.verdict == "regressed" else "changed"
    words = _WORSE.get(finding.metric) or (("slower", "faster") if finding.unit == "ms" else ("higher", "lower"))
    return words[0] if worse(finding, finding.change.estimate) > 0 else words[1]


# --- the first line ------------------------------------------------------------------------------------------------


def headline(comparison: Comparison) -> str:
    """One sentence beside the verdict's word that can stand alone: the gate that decides, with its interval."""
    gates = comparison.gates
    of = {verdict: sorted((gate for gate in gates if gate.verdict == verdict), key=_weight) for verdict in TONES}
    if comparison.verdict == "invalid":
        return "too few valid runs to judge by: nothing is known of the change"
    if comparison.verdict == "regressed" and of["regressed"]:
        return _regressed(of["regressed"][-1]) + _more(len(of["regressed"]) - 1, len(gates), "worse")
    if comparison.verdict == "cannot tell":
        return _undecided(of["cannot tell"], comparison)
    if comparison.verdict == "improved" and of["improved"]:
        best = of["improved"][0]
        return f"{_measured(best)}: {in_words(best)}; {_none_is_worse(gates)}"
    return _nearest(gates) or _none_is_worse(gates)


def _measured(gate: Finding) -> str:
    return f"{name_of(gate)} {interval_text(gate)}" if gate.change is not None else name_of(gate)


def _regressed(gate: Finding) -> str:
    seen = seen_from_worse(gate)
    if seen is None or gate.margin is None:
        return f"{name_of(gate)} is worse"
    low = seen[0] if gate.method == "exact" else seen[1]
    surely, margin = "perhaps ", gate.margin.value
    if low is not None and low >= min(margin, gate.margin.asked):  # the lag's noise widens the margin, and excuses none
        surely, margin = "", margin if low >= margin else gate.margin.asked
    return f"{_measured(gate)}: {in_words(gate)}, {surely}by more than the {size_text(margin, gate.scale)} that matter"


def _weight(finding: Finding) -> float:
    """A change in multiples of what matters; what cannot be stated is beyond all."""
    seen = seen_from_worse(finding)
    if seen is None:
        return float("inf")
    return seen[0] / finding.margin.value if finding.margin is not None and finding.margin.value else seen[0]


def _more(more: int, gates: int, word: str) -> str:
    return f"; {more} more of {gates} gates {'is' if more == 1 else 'are'} {word}" if more else ""


def _none_is_worse(gates: Sequence[Finding]) -> str:
    if not gates:
        return "there was nothing to judge"
    return f"none of {len(gates)} gates is worse" if len(gates) > 1 else f"{name_of(gates[0])} is not worse"


def _nearest(gates: Sequence[Finding]) -> str:
    """The gate whose interval comes nearest to what matters to it."""
    near = [
        (seen[2] / gate.margin.value, gate)
        for gate in gates
        if gate.margin is not None and gate.margin.value and gate.method != "exact"
        if (seen := seen_from_worse(gate)) is not None and seen[2] is not None
    ]
    if not near:
        return ""
    nearest = max(near, key=lambda one: one[0])[1]
    matters = size_text(nearest.margin.value, nearest.scale) if nearest.margin is not None else ""
    of = f"the nearest of {len(gates)} gates: " if len(gates) > 1 else ""
    return f"{of}{_measured(nearest)}, within the {matters} that matter"


def _undecided(undecided: Sequence[Finding], comparison: Comparison) -> str:
    if not undecided:
        return "these runs cannot tell whether it is worse"
    widest = undecided[-1]
    known = [gate.needed for gate in undecided if gate.needed is not None]
    could = f"; {amount(max(known), comparison.design)} could tell" if len(known) == len(undecided) else ""
    both = ": no change and one that matters are both possible" if widest.change and widest.method != "none" else ""
    more = _more(len(undecided) - 1, len(comparison.gates), "undecided")
    return f"{_measured(widest)}{both or ': these runs cannot tell whether it is worse'}{more}{could}"


def amount(number: int, design: Literal["paired", "separate"]) -> str:
    """How many pairs, or runs of each side."""
    return f"{number:,} pairs" if design == "paired" else f"{number:,} runs a side"


def told_parts(likeness: Sequence[Likeness]) -> tuple[Likeness, ...]:
    """Parts that are the same and were meant to differ, where nothing differs that was meant to."""
    if any(part.status == "under test" for part in likeness):
        return ()
    return tuple(part for part in likeness if part.status == "same" and part.text)


def runs_text(side: Side) -> str:
    """A side's name and how many runs of it count: "v1.1, 10 runs"."""
    return f"{side.name}, {counted(len(side.runs), 'run')}"
