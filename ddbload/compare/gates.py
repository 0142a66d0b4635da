"""Which metrics the verdict rests on, and the change of each that matters. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ddbload.compare.document import Margin
from ddbload.compare.observe import ALL, COMPLETED, COST, ERRORS, Measure, latency_of, objective_of, share_of, value_of
from ddbload.compare.request import ComparisonError
from ddbload.measure.objectives import PERCENTILES
from ddbload.results.record import ObjectiveRecord, RunRecord

DEFAULTS: Mapping[str, float] = {
    "p50": 0.03,
    "p90": 0.05,
    "p95": 0.07,
    "p99": 0.10,
    "p99_9": 0.20,
    "cost": 0.03,
    "completed": 0.03,
}
"""The change that matters where neither the scenario nor the command line says: fractions of the base."""
DEFAULT_SHARE = 0.001
"""Likewise of a share of the calls: a tenth of a percentage point."""
MOST = 8
"""Latency gates without objectives: more would ask for more runs to tell any of them."""
_WITHOUT_OBJECTIVES = ("p50", "p99")


@dataclass(frozen=True, slots=True)
class Gate:
    """A metric that the verdict rests on, and the change towards worse that it must not let pass."""

    measure: Measure
    margin: Margin


@dataclass(frozen=True, slots=True)
class Gates:
    """All of them, in the order in which they are shown; and what is to be said of how they were chosen."""

    gates: tuple[Gate, ...]
    notes: tuple[str, ...]


def gates_of(base: Sequence[RunRecord], new: Sequence[RunRecord], margins: Mapping[str, float]) -> Gates:
    """The gates of two sides.

    Args:
        base: runs, at least one.
        new: likewise.
        margins: by gate ("read.p99") or metric ("p99"), fractions; they win over the scenario's.

    Raises:
        ComparisonError: a margin is for no gate, or out of range; names the gates.
    """
    notes: list[str] = []
    objectives = list(_objectives(base[-1], new[-1]))  # a side's runs are alike
    added = [name for name in new[-1].operations if name not in base[-1].operations]
    if added:
        notes.append(f"{', '.join(added)}: only the new side has it, there is nothing to compare it with")
    measures = {measure.name: measure for measure in _latency_gates(base, new, objectives, notes)}
    for measure in (ERRORS, *_shares(objectives)):
        measures.setdefault(measure.name, measure)
    if any(value_of(run, COST) is not None for run in (*base, *new)):
        measures[COST.name] = COST
    else:
        notes.append("the cost is no gate: no run has a price")
    if any(run.rate.loop == "closed" for run in (*base, *new)):
        measures[COMPLETED.name] = COMPLETED
    asked = _asked(margins, measures)
    return Gates(tuple(Gate(each, _margin(each, objectives, asked)) for each in measures.values()), tuple(notes))


def _objectives(base: RunRecord, new: RunRecord) -> Iterator[ObjectiveRecord]:
    """Those of both sides, but for operations that only the new side has: there is nothing to judge them by."""
    yield from base.objectives
    for objective in new.objectives:
        if objective.operation == ALL or objective.operation in base.operations:
            yield objective


def _latency_gates(
    base: Sequence[RunRecord], new: Sequence[RunRecord], objectives: Sequence[ObjectiveRecord], notes: list[str]
) -> Iterator[Measure]:
    percentiles = [each for each in objectives if each.metric in PERCENTILES]
    if not percentiles:
        yield from _by_default(base, notes)
    for objective in percentiles:
        measure = latency_of(objective.operation, objective.metric)
        both = all(objective_of(run, objective.operation, objective.metric) for run in (base[-1], new[-1]))
        if not both:
            notes.append(
                f"{measure.name} is an objective of one side only: both are judged on the calls that were answered"
            )
        yield replace(measure, by_objective=both)


def _by_default(base: Sequence[RunRecord], notes: list[str]) -> Iterator[Measure]:
    """p50 and p99 of the operations that arrive, the busiest first."""
    busiest = sorted(
        (name for name, operation in base[-1].operations.items() if operation.arrivals > 0),
        key=lambda name: -base[-1].operations[name].arrivals,
    )
    found = [latency_of(name, metric) for name in busiest for metric in _WITHOUT_OBJECTIVES]
    supported = [measure for measure in found if all(value_of(run, measure) is not None for run in base)]
    unsupported = [measure.name for measure in found if measure not in supported]
    if unsupported:
        notes.append(f"{', '.join(unsupported)}: no gate, since runs of the base have too few samples for it")
    if len(supported) > MOST:
        rest = ", ".join(measure.name for measure in supported[MOST:])
        notes.append(f"{rest}: no gate, {MOST} are the most without objectives; an objective makes a gate of each")
    yield from supported[:MOST]


def _shares(objectives: Sequence[ObjectiveRecord]) -> Iterator[Measure]:
    for objective in objectives:
        if objective.metric not in PERCENTILES and objective.metric != "max":
            yield share_of(objective.operation, objective.metric)


def _margin(measure: Measure, objectives: Sequence[ObjectiveRecord], asked: Mapping[str, float]) -> Margin:
    if measure.name in asked:
        return Margin(asked[measure.name], asked[measure.name], "option")
    own = [each for each in objectives if each.operation == measure.operation]
    if measure.unit == "ms":
        said = [each.matters for each in own if each.matters is not None]
        if said:
            return Margin(min(said), min(said), "scenario")
        return Margin(DEFAULTS[measure.metric], DEFAULTS[measure.metric], "default")
    if measure.unit == "share":
        limits = [each.limit for each in own if each.metric == measure.metric and each.limit > 0]
        if limits:
            return Margin(min(limits), min(limits), "scenario")
        return Margin(DEFAULT_SHARE, DEFAULT_SHARE, "default")
    return Margin(DEFAULTS[measure.metric], DEFAULTS[measure.metric], "default")


def _asked(margins: Mapping[str, float], gates: Mapping[str, Measure]) -> dict[str, float]:
    """The margins of the command line by gate; a gate's own wins over its metric's."""
    found: dict[str, float] = {}
    for word, value in sorted(margins.items(), key=lambda item: "." in _plain(item[0])):
        if not 0 < value < 10:  # noqa: PLR2004 - tenfold; written so that NaN does not pass
            raise ComparisonError(f"{word}={value:g}: what matters is a share above 0, such as {word}=5%")
        name = _plain(word)
        meant = [each.name for each in gates.values() if name in {each.name, each.metric}]
        if not meant:
            raise ComparisonError(f"{word}: no gate of that name; there are {', '.join(gates)}")
        found |= dict.fromkeys(meant, value)
    return found


def _plain(word: str) -> str:
    """A gate's name with p99.9 as the records have it."""
    return word[: -len("p99.9")] + "p99_9" if word.endswith("p99.9") else word
