"""Why a candidate was chosen, in sentences that a manager can follow; every figure in them was computed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.choice.candidates import DIMENSIONS, Choice, Evaluated, Measured
from ddbload.planner.choice.evaluate import Judging
from ddbload.planner.choice.regret import median_usd
from ddbload.planner.resource import Dimension
from ddbload.pricing import breakeven_utilisation, reserved_breakeven

_SECONDS_OF_HOUR = 3600


def why(choice: Choice, judging: Judging) -> Choice:
    """The choice with its reasons."""
    chosen = choice.chosen
    if chosen is None:
        return replace(choice, why=_none_keeps(choice, judging))
    sentences = [
        _what(chosen, judging),
        *_against(choice, chosen),
        *_regret(choice, chosen, judging),
        *_break_even(choice, chosen, judging),
        *_commitment(choice, chosen, judging),
        *chosen.notes,
        *choice.untried,
    ]
    return replace(
        choice, why=tuple(sentence[0].upper() + sentence[1:].removesuffix(".") + "." for sentence in sentences)
    )


def _none_keeps(choice: Choice, judging: Judging) -> tuple[str, ...]:
    best = choice.shown
    return (
        f"No candidate throttles at most {judging.objective:.2%} in {judging.confidence:.0%} of the worlds.",
        f"{best.candidate.name} comes nearest, with {best.kept:.0%}; it throttles {np.median(best.share):.2%} mostly.",
        *(f"{note[0].upper()}{note[1:]}." for note in best.notes),
    )


def _what(chosen: Evaluated, judging: Judging) -> str:
    allowed = f"at most {judging.objective:.2%} of its units" if judging.objective else "nothing"
    return (
        f"{chosen.candidate.name} is recommended for {judging.facts.name}, at {median_usd(chosen):,.2f} USD a month:"
        f" in {chosen.kept:.0%} of the simulated worlds it throttles {allowed}"
    )


def _against(choice: Choice, chosen: Evaluated) -> list[str]:
    """Against the best of another kind, and against what is written now."""
    sentences = []
    others = [each for each in choice.evaluated if each.keeps and _kind(each) != _kind(chosen)]
    if others:
        sentences.append(_compared(others[0], chosen))
    written = [each for each in choice.evaluated if each.candidate.name == "as written" and each is not chosen]
    sentences += [_compared(each, chosen) for each in written if each not in others[:1]]
    cheaper = [each for each in choice.evaluated if not each.keeps and median_usd(each) < median_usd(chosen)]
    if cheaper:
        each = cheaper[0]
        sentences.append(
            f"{each.candidate.name} would cost {median_usd(each):,.2f} USD, but keeps the objective in {_worlds(each)}"
        )
    return sentences


def _kind(each: Evaluated) -> tuple[object, ...]:
    return each.candidate.mode, bool(each.candidate.reserved), each.candidate.table_class, each.candidate.variant


def _compared(other: Evaluated, chosen: Evaluated) -> str:
    difference = median_usd(other) - median_usd(chosen)
    share = abs(difference) / max(median_usd(other), 1e-9)
    word = "more" if difference >= 0 else "less"
    kept = "" if other.keeps else f", and keeps the objective in {_worlds(other)}"
    return (
        f"{other.candidate.name} would cost {median_usd(other):,.2f} USD a month, {abs(difference):,.2f} USD {word}"
        f" (the recommendation is {share:.1%} {'below' if difference >= 0 else 'above'} it){kept}"
    )


def _worlds(each: Evaluated) -> str:
    return f"only {each.kept:.0%} of the worlds" if each.kept else "none of the worlds"


def _regret(choice: Choice, chosen: Evaluated, judging: Judging) -> list[str]:
    if not choice.uncertain:
        return []
    told = (
        f"which candidate is cheapest depends on how the demand turns out; this one is {chosen.regret_usd:,.2f} USD a"
        " month dearer than the best of each world on average (a unit throttled beyond the objective counts as"
        f" {judging.throttled_factor:g} on-demand units)"
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
    book = judging.books(judging.facts.region)
    sentences = []
    for unit, years in chosen.candidate.reserved:
        least = reserved_breakeven(book, unit, 1 if years == 1 else 3)
        term = "a year" if years == 1 else f"{years} years"
        sentences.append(
            f"reserved {unit} capacity pays where it is used in more than {least:.0%} of the hours of {term}"
        )
    if sentences:
        sentences.append("a commitment is reckoned as if every month of its term were like this one")
    free = [each for each in choice.evaluated if each.keeps and not each.candidate.reserved]
    if chosen.candidate.reserved and free:
        sentences.append(f"without a commitment, {free[0].candidate.name} costs {median_usd(free[0]):,.2f} USD a month")
    return sentences
