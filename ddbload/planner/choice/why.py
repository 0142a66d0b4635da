"""Why a candidate was chosen, in sentences that a manager can follow; every figure in them was computed."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.choice.candidates import DIMENSIONS, Choice, Evaluated, Measured
from ddbload.planner.choice.evaluate import Judging
from ddbload.planner.choice.regret import median_usd
from ddbload.planner.resource import Dimension
from ddbload.planner.words import money
from ddbload.pricing import breakeven_utilisation, reserved_breakeven
from ddbload.scenario.quantity import spell_percent

_SECONDS_OF_HOUR = 3600
_WRITTEN = "as written"
_NOTHING = "nothing (at most a millionth of its units)"
_LEAST_USD = 1e-9
_TELLING = 0.005  # of an amount: what is less is as good as nothing


def why(choice: Choice, judging: Judging) -> Choice:
    """The choice with its reasons. What is to be known of a candidate itself is in its notes, and not said again."""
    chosen = choice.chosen
    if chosen is None:
        return replace(choice, why=_none_keeps(choice, judging))
    sentences = [
        _what(chosen, judging),
        *_against(choice, chosen),
        *_regret(choice, chosen, judging),
        *_break_even(choice, chosen, judging),
        *_commitment(choice, chosen, judging),
        *choice.untried,
    ]
    return replace(
        choice, why=tuple(sentence[0].upper() + sentence[1:].removesuffix(".") + "." for sentence in sentences)
    )


def likely_usd(each: Evaluated) -> float:
    """A month's cost in the likely world, upfront fees spread over their terms: what tables of candidates show."""
    return float(each.cost_usd[0])


def _none_keeps(choice: Choice, judging: Judging) -> tuple[str, ...]:
    """Which one comes nearest, and what to do."""
    best = max(choice.evaluated, key=lambda each: (each.kept, -likely_usd(each)))
    near, cost = _sentence(best.candidate.name), money(likely_usd(best))
    limit = float(np.quantile(best.share, judging.confidence))
    sentences = [
        f"No candidate throttles {_allowed(judging)} in {spell_percent(judging.confidence)} of the worlds.",
        f"{near} comes nearest, in {best.kept:.0%} of them, at {cost} a month.",
    ]
    if float(np.median(best.headroom)) > 0:
        sentences.append(
            "It has capacity left at the highest minute, so that more would not help: a partition is at its ceiling."
            " Spread the hottest keys over more partition keys."
        )
    else:
        sentences.append("Its capacity is used up at the highest minute: raise its limits, or smooth the peak.")
    if limit < 1:
        sentences.append(f"An objective of {_rounded_up(limit)} would be kept (--throttled {_rounded_up(limit)}).")
    return tuple(sentences)


def _rounded_up(share: float) -> str:
    """A share that is no less, in two digits."""
    digits = 1 - math.floor(math.log10(max(share, 1e-6)))
    return spell_percent(math.ceil(share * 10**digits) / 10**digits)


def _sentence(name: str) -> str:
    return name[0].upper() + name[1:]


def _allowed(judging: Judging) -> str:
    return f"at most {spell_percent(judging.objective)} of its units" if judging.objective else _NOTHING


def _what(chosen: Evaluated, judging: Judging) -> str:
    spread = ", its upfront fee spread over the term" if chosen.candidate.reserved else ""
    return (
        f"{chosen.candidate.name} is recommended for {judging.facts.name}, at {money(likely_usd(chosen))} a"
        f" month{spread}: in {chosen.kept:.0%} of the simulated worlds it throttles {_allowed(judging)}"
    )


def _against(choice: Choice, chosen: Evaluated) -> list[str]:
    """Against the best of another kind, and against what is written now."""
    sentences = []
    rival = _rival(choice, chosen)
    if rival is not None:
        sentences.append(_compared(rival, chosen))
    written = [each for each in choice.evaluated if each.candidate.name == _WRITTEN and each is not chosen]
    sentences += [_compared(each, chosen) for each in written if each is not rival]
    cheaper = [
        each
        for each in choice.evaluated
        if not each.keeps and each.candidate.name != _WRITTEN and median_usd(each) < median_usd(chosen)
    ]
    if cheaper:
        each = cheaper[0]
        sentences.append(
            f"{each.candidate.name} would cost {money(likely_usd(each))}, but keeps the objective in {_worlds(each)}"
        )
    return sentences


def _rival(choice: Choice, chosen: Evaluated) -> Evaluated | None:
    """The best of another kind that keeps the objective."""
    return next((each for each in choice.evaluated if each.keeps and _kind(each) != _kind(chosen)), None)


def _kind(each: Evaluated) -> tuple[object, ...]:
    return each.candidate.mode, bool(each.candidate.reserved), each.candidate.table_class, each.candidate.variant


def _compared(other: Evaluated, chosen: Evaluated) -> str:
    difference = likely_usd(other) - likely_usd(chosen)
    cost = f"{other.candidate.name} would cost {money(likely_usd(other))} a month"
    if not other.keeps:
        return f"{cost}, but keeps the objective in {_worlds(other)}"
    share = difference / max(likely_usd(other), _LEAST_USD)
    if difference >= 0:
        below = f" (the recommendation is {share:.0%} below it)" if share >= _TELLING else ""
        return f"{cost}, {money(difference)} more{below}"
    regret = other.regret_usd - chosen.regret_usd
    if regret > 0:
        return f"{cost} in the likely world, but {money(regret)} more on average over all of them"
    if -share >= _TELLING and _term(other) > _term(chosen):
        return f"{cost}, {money(-difference)} less, for a commitment that is longer than --commit allows"
    return f"{cost}, too little less for what it adds in upkeep"


def _term(each: Evaluated) -> int:
    return max((years for _, years in each.candidate.reserved), default=0)


def _worlds(each: Evaluated) -> str:
    return f"only {each.kept:.0%} of the worlds" if each.kept else "none of the worlds"


def _regret(choice: Choice, chosen: Evaluated, judging: Judging) -> list[str]:
    if not choice.uncertain:
        return []
    told = (
        "which candidate is cheapest depends on how the demand turns out; this one is"
        f" {money(max(0.0, chosen.regret_usd))} a month dearer than the best of each world on average"
        f" (a unit throttled beyond the objective counts as {judging.throttled_factor:g} on-demand units)"
    )
    return [told]


def _break_even(choice: Choice, chosen: Evaluated, judging: Judging) -> list[str]:
    """At what mean use of provisioned capacity on demand would cost the same, and what the mean use is."""
    provisioned = [each for each in choice.evaluated if each.keeps and each.candidate.mode != "on-demand"]
    of = chosen if chosen in provisioned else next(iter(provisioned), None)
    if of is None or chosen.candidate.reserved:
        return []
    dearest = max(DIMENSIONS, key=lambda dimension: _capacity_usd(of, judging, dimension))
    book = judging.books(judging.facts.region)
    limit = breakeven_utilisation(book, dearest, of.candidate.table_class)
    use = _use(of.measured[dearest])
    if of is chosen:
        return [f"on average {use:.1%} of the {dearest} capacity is used; below {limit:.1%} on demand would be cheaper"]
    told = (
        f"provisioned {dearest} capacity pays where more than {limit:.1%} of it is used on average;"
        f" {of.candidate.name} would be used {use:.1%}"
    )
    return [told]


def _use(of: Measured) -> float:
    """The mean use of provisioned capacity, table and indexes together, in the median world."""
    served: Floats = np.sum(list(of.consumed.values()), axis=0)
    provisioned: Floats = np.sum(list(of.unit_hours.values()), axis=0)
    return float(np.median(served / (_SECONDS_OF_HOUR * provisioned)))


def _capacity_usd(chosen: Evaluated, judging: Judging, dimension: Dimension) -> float:
    return float(np.median(judging.usd({dimension: chosen.measured[dimension]}, chosen.candidate.table_class, None)))


def _commitment(choice: Choice, chosen: Evaluated, judging: Judging) -> list[str]:
    """From when on a commitment pays, and what it would cost not to commit."""
    reserved = chosen.candidate.reserved
    if not reserved:
        return []
    book = judging.books(judging.facts.region)
    sentences = []
    years = max(term for _, term in reserved)
    least = max(reserved_breakeven(book, unit, 1 if term == 1 else 3) for unit, term in reserved)
    units = " and ".join(unit for unit, _ in reserved)
    term = "a year" if years == 1 else f"{years} years"
    sentences.append(
        f"reserved {units} capacity pays where it is used in more than {least:.0%} of the hours of {term}, and is"
        " reckoned as if every month of them were like this one"
    )
    free = [each for each in choice.evaluated if each.keeps and not each.candidate.reserved]
    if free and free[0] is not _rival(choice, chosen):
        sentences.append(f"without a commitment, {free[0].candidate.name} costs {money(likely_usd(free[0]))} a month")
    return sentences
