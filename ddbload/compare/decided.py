"""Gates that words decide: nothing there, nothing but zeros, percentiles that fall on failed calls. Pure."""

from __future__ import annotations

import math
from dataclasses import replace

from ddbload.compare.document import Change, Finding
from ddbload.compare.names import metric_name
from ddbload.compare.observe import FAILED, Measure, calls
from ddbload.compare.power import FAMILY_LEVEL
from ddbload.compare.samples import ENOUGH
from ddbload.compare.seen import Seen, Sides, finding_of
from ddbload.measure.objectives import PERCENTILES

_SHARES = 200


def in_words(sides: Sides, each: Seen) -> Finding | None:
    """A gate that no statistic is needed for, or possible."""
    return _gone(sides, each) or _failing(each) or _few(each) or _zeros(sides, each)


def _gone(sides: Sides, each: Seen) -> Finding | None:
    name = each.measure.operation
    has = [any(name in run.operations for run in runs) for runs in (sides.base, sides.new)]
    if has[0] and not has[1]:
        return finding_of(each, "cannot tell", f"no run of the new side has the operation {name} any more")
    return None


def _failing(each: Seen) -> Finding | None:
    """A percentile that falls on failed calls is slower than any limit, and has no number."""
    base, new = each.base.count(FAILED), each.new.count(FAILED)
    percentile = metric_name(each.measure.metric)
    if not base and 2 * new >= len(each.new) and chance_of(new, len(each.new), len(each.base)) <= FAMILY_LEVEL:
        reason = f"in {new} of {len(each.new)} runs the {percentile} falls on calls that failed; in none of the base"
        return finding_of(each, "regressed", reason)
    if not new and 2 * base >= len(each.base) and chance_of(base, len(each.base), len(each.new)) <= FAMILY_LEVEL:
        reason = (
            f"in {base} of {len(each.base)} runs of the base the {percentile} falls on calls that failed; in no new one"
        )
        return finding_of(each, "improved", reason)
    return None


def chance_of(hits: int, runs: int, others: int) -> float:
    """The chance that at least so many runs of one side fail and none of the other, where both fail as often.

    At the share of failing runs for which it is largest: Barnard 1945, "A new test for 2 x 2 tables", Nature 156. Two
    of two runs against none of two come out so in up to one case of sixteen, three of three in one of 64.
    """

    def chance(share: float) -> float:
        failing, good = math.log(share), math.log1p(-share)
        ways = ((some, math.log(math.comb(runs, some))) for some in range(hits, runs + 1))
        return sum(math.exp(way + some * failing + (runs - some + others) * good) for some, way in ways)

    return max(chance(step / _SHARES) for step in range(1, _SHARES))


def _few(each: Seen) -> Finding | None:
    for name, values in (("base", each.base), ("new side", each.new)):
        there = sum(value is not None and math.isfinite(value) for value in values)
        if there < min(ENOUGH, len(values)) or not there:
            why = "too few samples" if each.measure.metric in PERCENTILES else "nothing to go by"
            if FAILED in values:
                why = "calls that failed where the percentile falls" + (f", or {why}" if None in values else "")
            reason = f"{there} of {len(values)} runs of the {name} have a value; the others have {why}"
            return finding_of(each, "cannot tell", reason)
    return None


def _zeros(sides: Sides, each: Seen) -> Finding | None:
    measure = each.measure
    base, new = ([value for value in side if value is not None] for side in (each.base, each.new))
    if not any(base) and not any(new):
        exact = replace(finding_of(each, "not worse", _none_of(sides, measure)), change=Change(0.0, 0.0, 0.0))
        return replace(exact, method="exact")
    if measure.scale == "difference" or (all(base) and all(new)):
        return None
    if not any(base) and all(new):
        worse = measure.better != "higher"
        return finding_of(each, "regressed" if worse else "improved", "nothing on the base, something on the new side")
    if not any(new) and all(base):
        worse = measure.better == "higher"
        return finding_of(each, "regressed" if worse else "improved", "something on the base, nothing on the new side")
    return finding_of(each, "cannot tell", "some runs have 0, of which there is no ratio, and others have not")


def _none_of(sides: Sides, measure: Measure) -> str:
    if measure.unit != "share":
        return "0 on both sides"
    fewest = min(sum(calls(run, measure.operation) for run in runs) for runs in (sides.base, sides.new))
    what = "failed" if measure.metric == "errors" else f"ended {measure.metric}"
    if not fewest:
        return f"no call {what} on either side"
    # the rule of three: Hanley & Lippman-Hand 1983, "If nothing goes wrong, is everything all right?", JAMA 249 (13)
    return f"none {what} in {fewest:,} calls a side: with 95% confidence below {_plain(300 / fewest)}% of them"


def _plain(percent: float) -> str:
    """Two significant digits, never with an exponent: "0.003", "0.00003", "30"."""
    places = max(0, 1 - math.floor(math.log10(percent)))
    text = f"{percent:.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text
