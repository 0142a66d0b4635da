"""A tag against itself: how often halves of the same runs come out "regressed", and what each gate cannot resolve."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from ddbload.compare.background import background_of
from ddbload.compare.batches import batches, clock_jumps, overlaps, start_of
from ddbload.compare.compare import overall, selected
from ddbload.compare.document import SELF_CHECK, Finding, Floor, SelfCheck
from ddbload.compare.drifts import DriftOf, between_batches, drifts
from ddbload.compare.findings import gate_findings
from ddbload.compare.gates import Gate, gates_of
from ddbload.compare.likeness import uniform
from ddbload.compare.observe import value_of
from ddbload.compare.reasons import spell_change
from ddbload.compare.request import CompareRequest, ComparisonError, TooFewRunsError
from ddbload.compare.runs import valid_of
from ddbload.compare.scales import level_of
from ddbload.compare.seen import Sides
from ddbload.results.record import RunRecord

LEAST = 4
"""Runs that have two halves with a spread each."""
MOST_SPLITS = 100
PASSING = 0.9
"""Share of the splits that the floor lets pass."""
_SEED = 20_260_302
_Z = 1.959963984540054  # of 95 %, two-sided

Split = tuple[tuple[int, ...], tuple[int, ...]]


def self_check(request: CompareRequest) -> SelfCheck:
    """Halves of a tag's runs compared with one another, in many ways.

    Raises:
        ResultsError: the word names no runs.
        TooFewRunsError: fewer than four of its runs are valid.
        ComparisonError: there is not one word, or runs are unlike among themselves.
    """
    if len(request.sides) != 1:
        raise ComparisonError(f"a self-check is of one tag; {len(request.sides)} were given")
    word = request.sides[0]
    chosen = selected(request, word)
    background = background_of(request.results, chosen.runs[-1])
    found = check_runs(chosen.runs, word, margins=request.margins, background=background.runs)
    return replace(found, warnings=(*found.warnings, *background.notes))


def check_runs(
    runs: Sequence[RunRecord], name: str, *, margins: Mapping[str, float], background: Sequence[RunRecord] = ()
) -> SelfCheck:
    """The same of runs at hand.

    Raises:
        TooFewRunsError, ComparisonError: as `self_check`.
    """
    valid = valid_of(runs)
    if len(valid) < LEAST:
        raise TooFewRunsError(
            f"{name} has {len(valid)} valid runs of {len(runs)}: halves of a tag need {LEAST}, and 10 or more say much"
        )
    uniform(name, valid)
    gates = gates_of(valid, valid, margins)
    numbers = batches(valid)[0]
    drift = drifts((valid,), background)
    results = [_compared(valid, split, gates.gates, drift) for split in splits(numbers)]
    alarms = sum(overall(found) == "regressed" for found in results)
    passed = sum(overall(found) in {"not worse", "improved"} for found in results)
    groups = len(set(numbers))
    low, high = interval(alarms / len(results), groups)
    floors = tuple(_floors(valid, gates.gates, results))
    return SelfCheck(
        schema=SELF_CHECK,
        scenario=valid[0].fingerprint.scenario,
        tag=name,
        runs=len(valid),
        batches=groups,
        splits=len(results),
        false_alarms=alarms,
        rate=alarms / len(results),
        low=low,
        high=high,
        passed=passed / len(results),
        floors=floors,
        warnings=(*_warnings(runs, valid, groups, floors, gates.gates), *gates.notes),
        refused=tuple(_refused(floors)),
    )


def splits(numbers: Sequence[int]) -> list[Split]:
    """Ways of halving runs, given the batch of each: whole batches against whole batches, and at random.

    Those of batches are what a comparison of two tags is like, those at random what interleaved runs are like.
    """
    found: dict[Split, None] = dict.fromkeys(_of_batches(numbers))
    runs = range(len(numbers))
    half = len(numbers) // 2
    possible = math.comb(len(numbers), half)
    draw = random.Random(_SEED)  # the same runs have the same answer
    if possible <= MOST_SPLITS - len(found):
        found |= dict.fromkeys(_split(chosen, len(numbers)) for chosen in combinations(runs, half))
    for _ in range(10 * MOST_SPLITS):  # draws may come again
        if len(found) >= min(MOST_SPLITS, possible):
            break
        found[_split(sorted(draw.sample(runs, half)), len(numbers))] = None
    return list(found)


def interval(rate: float, observations: int) -> tuple[float, float]:
    """95 % about a rate that so many independent observations tell of: batches of runs, and not splits of the same.

    Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22.
    """
    weight = _Z**2 / observations
    center = (rate + weight / 2) / (1 + weight)
    half = _Z / (1 + weight) * math.sqrt(rate * (1 - rate) / observations + weight / (4 * observations))
    return max(0.0, center - half), min(1.0, center + half)


def _of_batches(numbers: Sequence[int]) -> Iterator[Split]:
    """Whole batches on either side, as near to halves as they come; of a single batch its first half and its second."""
    names = sorted(set(numbers))
    runs = len(numbers)
    if len(names) == 1:
        first = tuple(range(runs // 2))
        yield _split(first, runs)
        yield _turned(_split(first, runs))
        return
    ways = [
        _split([place for place, number in enumerate(numbers) if number in chosen], runs)
        for size in range(1, len(names))
        for chosen in _some(names, size)
    ]
    whole = [way for way in ways if min(map(len, way)) >= LEAST // 2]
    whole.sort(key=lambda way: abs(len(way[0]) - len(way[1])))
    yield from whole[: MOST_SPLITS // 2]


def _some(names: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    """The choices of so many batches; of very many, some at random."""
    if math.comb(len(names), size) <= MOST_SPLITS:
        yield from combinations(names, size)
        return
    draw = random.Random(_SEED)
    for _ in range(MOST_SPLITS):
        yield tuple(sorted(draw.sample(names, size)))


def _split(chosen: Sequence[int], runs: int) -> Split:
    inside = set(chosen)
    return tuple(chosen), tuple(place for place in range(runs) if place not in inside)


def _turned(split: Split) -> Split:
    return split[1], split[0]


def _compared(runs: Sequence[RunRecord], split: Split, gates: Sequence[Gate], drift_of: DriftOf) -> tuple[Finding, ...]:
    base, new = (tuple(runs[place] for place in side) for side in split)
    return gate_findings(Sides("separate", base, new), gates, drift_of)


def _floors(runs: Sequence[RunRecord], gates: Sequence[Gate], results: Sequence[Sequence[Finding]]) -> Iterator[Floor]:
    """Of each gate, the least margin that nine of ten splits keep; without one where they have no interval."""
    for place, gate in enumerate(gates):
        bounds = sorted(_worst(found[place]) for found in results)
        floor = bounds[math.ceil(PASSING * len(bounds)) - 1]
        if not math.isfinite(floor):
            continue
        asked = gate.margin.asked
        yield Floor(
            operation=gate.measure.operation,
            metric=gate.measure.metric,
            scale=gate.measure.scale,
            spread=level_of(gate.measure, [value_of(run, gate.measure) for run in runs]).spread or 0.0,
            drift=between_batches(runs, gate.measure),
            floor=floor,
            margin=asked,
            kept=asked >= floor,
            source=gate.margin.source,
        )


def _worst(finding: Finding) -> float:
    """The most that a split could not rule out, a fraction towards worse."""
    change = finding.change
    if change is None or change.low is None or change.high is None:
        return math.inf
    return max(0.0, -change.low if finding.better == "higher" else change.high)


def _refused(floors: Sequence[Floor]) -> Iterator[str]:
    for floor in floors:
        if floor.kept or floor.source == "default":
            continue
        margin, least = (spell_change(floor, each, signed=False) for each in (floor.margin, floor.floor))
        where = "the scenario" if floor.source == "scenario" else "--matters"
        yield (
            f"{floor.name.replace('p99_9', 'p99.9')}: {where} asks for {margin}, below the floor of {least}: halves"
            " of the same runs differ by more; more or longer runs lower the floor, a larger margin keeps to it"
        )


def _warnings(
    runs: Sequence[RunRecord],
    valid: Sequence[RunRecord],
    groups: int,
    floors: Sequence[Floor],
    gates: Sequence[Gate],
) -> Iterator[str]:
    if left := len(runs) - len(valid):
        which = "1 run is" if left == 1 else f"{left} runs are"
        yield f"{which} not counted: cut short, invalid, or of a pair that is thrown away"
    if groups == 1:
        yield "all runs were made on one occasion: nothing here says how one occasion differs from another"
    known = {floor.name for floor in floors}
    lost = [gate.measure.name for gate in gates if gate.measure.name not in known]
    if lost:
        yield f"{', '.join(lost)}: no floor, since too many halves have no interval for it"
    low = [floor.name for floor in floors if not floor.kept and floor.source == "default"]
    if low:
        yield f"{', '.join(low)}: the default margin is below the floor; runs like these will often not tell"
    yield from overlaps(valid)
    yield from clock_jumps(valid, max(start_of(run) for run in valid))
