"""The rule of decision: the cheapest that keeps the objective; least regret where it is not certain which that is.

A candidate's regret in a world is by how much it is dearer than the best one of that world, where what is throttled
beyond the objective has a price too, so that being too small is never free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ddbload.capacity.behaviour.assumptions import Assumptions
from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.choice.candidates import Evaluated

THROTTLED_FACTOR = Assumptions().throttled_factor.value
"""What a throttled unit beyond the objective is taken to cost, in prices of an on-demand unit; see the assumption."""
ALIKE = 0.005
"""Candidates whose costs differ by less than this share are equals: the simpler is taken."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided.

    Attributes:
        evaluated: all, the cheapest first, with their regret.
        chosen: None where none keeps the objective.
        uncertain: whether another one is cheaper in some of the worlds, so that regret decided.
    """

    evaluated: tuple[Evaluated, ...]
    chosen: Evaluated | None
    uncertain: bool


def decide(evaluated: Sequence[Evaluated], *, commit_years: int = 3) -> Decision:
    """Choose among candidates that were run in the same worlds.

    Args:
        evaluated: the candidates.
        commit_years: the longest term that may be committed to; longer ones are ranked, and not chosen.
    """
    burdens = [each.cost_usd + each.excess_usd for each in evaluated]
    best: Floats = np.min(burdens, axis=0)
    told = [
        replace(each, regret_usd=float(np.mean(burden - best))) for each, burden in zip(evaluated, burdens, strict=True)
    ]
    ranked = tuple(sorted(told, key=lambda each: (median_usd(each), each.candidate.complexity, each.candidate.name)))
    keeping = [each for each in ranked if each.keeps and _term(each) <= commit_years]
    if not keeping:
        return Decision(ranked, None, uncertain=False)
    cheapest = keeping[0]
    rivals = [each for each in keeping if np.any(each.cost_usd < cheapest.cost_usd)]
    least = min([cheapest, *rivals], key=lambda each: each.regret_usd)
    near = ALIKE * median_usd(least)
    equals = [
        each
        for each in keeping
        if each.regret_usd - least.regret_usd <= near and median_usd(each) - median_usd(least) <= near
    ]
    chosen = min(equals, key=lambda each: (each.candidate.complexity, each.regret_usd))
    return Decision(ranked, chosen, uncertain=bool(rivals))


def _term(each: Evaluated) -> int:
    return max((years for _, years in each.candidate.reserved), default=0)


def median_usd(each: Evaluated) -> float:
    """A month's cost in the median world, upfront fees spread over their terms."""
    return float(np.median(each.cost_usd))
