"""From what a trial came to, to the units of each operation: what is expected goes before what was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ddbload.planner.resource import Consumption, Estimate, OperationUnits, Resource, Source
from ddbload.planner.trial.course import Trial
from ddbload.planner.trial.tally import Tally
from ddbload.preflight.units import charges_of, requests_per_call
from ddbload.scenario.actions import mixes
from ddbload.scenario.model import Scenario
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.replay import Survey

Shares = Mapping[str, Mapping[str, float]]
"""Operation -> stream -> its calls in one arrival of the stream."""
_DISAGREES = 0.2


def shares_of(scenario: Scenario, survey: Survey | None, trial: Trial) -> Shares:
    """How often operations are called in one arrival of each stream: by themselves, and by sessions."""
    found: dict[str, dict[str, float]] = {}
    for stream, arriving in _arriving(scenario, survey).items():
        total = sum(arriving.values()) or 1.0
        for name, weight in arriving.items():
            if name in trial.visits:
                within = {step: count / trial.visits[name] for step, count in trial.steps[name].items()}
            else:
                within = {name: 1.0}
            for step, count in within.items():
                of = found.setdefault(step, {})
                of[stream] = of.get(stream, 0.0) + weight / total * count
    return found


def _arriving(scenario: Scenario, survey: Survey | None) -> Mapping[str, Mapping[str, float]]:
    if survey is not None:
        return {"": survey.counts}
    named = scenario.load.streams
    return {
        (str(loc[2]) if named else ""): {name: weight for name, weight in mix.items() if weight}
        for loc, mix in mixes(scenario.load)
    }


def operation_units_of(
    scenario: Scenario,
    name: str,
    compiled: CompiledOperation,
    tally: Tally | None,
    measured: Tally | None,
    shares: Shares,
    *,
    sampled: bool,
    notes: Sequence[str] = (),
) -> OperationUnits:
    """The units of one operation."""
    spec = scenario.operations[name]
    expect = getattr(spec, "expect", None)
    consistent = any(part.consistent for part in compiled.parts)
    calls = shares.get(name, {})
    if tally is None or not tally.calls:
        note = f"no call of {name} came up in the trial: its units are those of mean sizes"
        return OperationUnits(
            name,
            compiled.operation.api,
            calls,
            requests_per_call(scenario, spec),
            _rough(scenario, name),
            consistent=consistent,
            notes=(note,),
        )
    many = compiled.parts[0].kind in {"query", "scan"} or tally.rows > 0
    source: Source = "estimated" if sampled else "simulated"
    consumption, said = tally.consumption(source), list(notes)
    tried = measured.consumption(source) if measured is not None else {}
    outcomes = {outcome: count / tally.calls for outcome, count in sorted(tally.outcomes.items())}
    requests, rows = tally.requests / tally.calls, tally.rows / tally.calls
    if source == "estimated":
        said.append("read from a sample of the items, scaled up")
    if refused := outcomes.get("rejected"):
        said.append(f"DynamoDB would refuse {refused:.0%} of its calls, since the items do not fit: they cost nothing")
    fails, expected = getattr(expect, "fails", None), getattr(expect, "rows", None)
    if fails is not None and tally.writes:
        share = float(fails)
        failed = outcomes.get("condition_failed", 0.0)
        if abs(failed - share) > max(0.05, _DISAGREES * share):
            said.append(f"expect says that {share:.0%} of the conditions fail; in the trial {failed:.0%} did")
        consumption, tried = tally.with_failures(share), {}
        outcomes = {"ok": 1 - share, "condition_failed": share}
    if expected is not None and many:
        if abs(rows - expected) > max(1.0, _DISAGREES * expected):
            said.append(f"expect says that {expected:g} rows are read; in the trial it were {rows:.1f}")
        tried = {}
        consumption, requests, rows = _of_rows(scenario, name), requests_per_call(scenario, spec), float(expected)
    return OperationUnits(
        name,
        compiled.operation.api,
        calls,
        requests,
        consumption,
        outcomes,
        rows if many else None,
        {family: count / tally.calls for family, count in tally.added.items() if count},
        consistent,
        tuple(said),
        tried,
    )


def _of_rows(scenario: Scenario, name: str) -> dict[Resource, Consumption]:
    found = _rough(scenario, name)
    return {
        resource: Consumption(Estimate(one.read.mean, source="expect"), Estimate(one.write.mean, source="expect"))
        for resource, one in found.items()
    }


def _rough(scenario: Scenario, name: str) -> dict[Resource, Consumption]:
    """Units from mean sizes and what is expected."""
    sums: dict[Resource, list[float]] = {}
    for charge in charges_of(scenario, scenario.operations[name]):
        pair = sums.setdefault(Resource(charge.table, charge.index or ""), [0.0, 0.0])
        pair[0] += charge.read
        pair[1] += charge.write
    return {
        resource: Consumption(Estimate(read, source="estimated"), Estimate(write, source="estimated"))
        for resource, (read, write) in sums.items()
    }
