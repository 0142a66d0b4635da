"""How many pairs an experiment needs, from the noise of a pilot. The pilot's difference plays no part. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ddbload.compare.decided import in_words
from ddbload.compare.gates import gates_of
from ddbload.compare.names import gate_name
from ddbload.compare.observe import Measure
from ddbload.compare.power import needed_for
from ddbload.compare.reasons import spell_change
from ddbload.compare.request import ComparisonError
from ddbload.compare.runs import counted
from ddbload.compare.samples import ENOUGH, NO_DRIFT
from ddbload.compare.scales import margin_on_scale
from ddbload.compare.seen import Sides, samples_of, see
from ddbload.results.record import RunRecord


@dataclass(frozen=True, slots=True)
class Planned:
    """What a pilot asks for.

    Attributes:
        pairs: that tell a change of the margin from none in nine of ten cases, in every gate; None where a thousand
            would not.
        gate: the one that needs the most, such as "read.p99".
        text: a sentence that says so, with the noise.
    """

    pairs: int | None
    gate: str
    text: str


@dataclass(frozen=True, slots=True)
class _Need:
    """What one gate asks for; `spread` is that of one run, on the analysis scale."""

    measure: Measure
    margin: float
    spread: float
    pairs: int | None


def planned_pairs(base: Sequence[RunRecord], new: Sequence[RunRecord], margins: Mapping[str, float]) -> Planned:
    """How many pairs the gates need, by the spread of the differences within the pilot's pairs.

    The spread knows nothing of the mean difference, so that looking at it does not touch the level of the test that the
    same pairs take part in later.

    Args:
        base: the pilot's runs of one side.
        new: of the other; interleaved with them.
        margins: as `compare_runs` has them.

    Raises:
        ComparisonError: there are fewer than two valid pairs, or a margin is for no gate.
    """
    kept = counted(base, new, ("base", "new"))
    if kept.design != "paired":
        out = [*kept.base_excluded, *kept.new_excluded]
        why = f": {out[0].path}: {out[0].reason}" if out else ""
        raise ComparisonError(f"the pilot has fewer than {ENOUGH} pairs of valid runs{why}")
    sides = Sides(kept.design, kept.base, kept.new)
    needs = list(_needs(sides, margins))
    if not needs:
        return Planned(ENOUGH, "", f"nothing that varies is a gate: {ENOUGH} pairs will do")
    worst = max(needs, key=lambda need: math.inf if need.pairs is None else need.pairs)
    pairs = None if worst.pairs is None else max(ENOUGH, worst.pairs)
    return Planned(pairs, worst.measure.name, _text(worst, pairs, len(kept.base)))


def _needs(sides: Sides, margins: Mapping[str, float]) -> Iterator[_Need]:
    seen = [see(sides, gate) for gate in gates_of(sides.base, sides.new, margins).gates]
    asked = [each for each in seen if in_words(sides, each) is None]
    for each in asked:
        samples = samples_of(sides, each.measure, NO_DRIFT)
        differences = samples.new - samples.base
        differences = differences[~np.isnan(differences)]
        if differences.size < ENOUGH:
            continue
        variance = max(float(differences.var(ddof=1)), 2 * samples.rounding)
        spread = math.sqrt(variance / 2)  # a difference has the variance of two runs
        margin = margin_on_scale(each.measure, each.gate.margin.value)
        df = differences.size - 1
        yield _Need(
            each.measure,
            each.gate.margin.value,
            spread,
            needed_for(spread, margin, len(asked), paired=True, spread_df=df) if spread else ENOUGH,
        )


def _text(worst: _Need, pairs: int | None, have: int) -> str:
    measure = worst.measure
    noise = f"{spell_change(measure, worst.spread, signed=False)} between runs, by {have} pairs"
    matters = spell_change(measure, worst.margin, signed=False)
    name = gate_name(measure.operation, measure.metric)
    if pairs is None:
        return f"{name} differs by {noise}: not even a thousand pairs would show the {matters} that matter"
    return f"{name} differs by {noise}: {pairs} pairs show the {matters} that matter in nine of ten cases"
