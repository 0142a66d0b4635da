"""From what a trial came to, to the units of each operation: what is expected goes before what was tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ddbload.planner.calls import Calls, arriving_of, calls_of
from ddbload.planner.resource import Consumption, Estimate, OperationUnits, Resource, Source
from ddbload.planner.trial.course import Trial
from ddbload.planner.trial.tally import Tally
from ddbload.preflight.units import charges_of, requests_per_call
from ddbload.scenario.model import Scenario
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.replay import Survey

_DISAGREES = 0.2


def calls_in(scenario: Scenario, survey: Survey | None, trial: Trial) -> Calls:
    """How often operations are called in one arrival of each stream; in one of a session as often as in the trial."""

    def within(name: str) -> Mapping[str, float]:
        if name not in trial.visits:
            return {name: 1.0}
        return {step: count / trial.visits[name] for step, count in trial.steps[name].items()}

    return calls_of(arriving_of(scenario, {} if survey is None else survey.counts), within)


def operation_units_of(
    scenario: Scenario,
    compiled: CompiledOperation,
    calls: Mapping[str, float],
    tally: Tally | None,
    measured: Tally | None,
    *,
    sampled: bool,
    notes: Sequence[str] = (),
) -> OperationUnits:
    """The units of one operation.

    Args:
        scenario: whose operation it is.
        compiled: the operation.
        calls: stream -> its calls in one arrival of the stream.
        tally: what all its calls came to; None, or one without calls, where none came up.
        measured: what those of the measured phases came to.
        sampled: whether only a sample is held of the items that it reads.
        notes: what the trial could not follow.
    """
    name = name_of(compiled)
    if tally is None or not tally.calls:
        note = f"no call of {name} came up in the trial: its units are those of mean sizes"
        return OperationUnits(
            name,
            compiled.operation.api,
            calls,
            requests_per_call(scenario, scenario.operations[name]),
            _rough(scenario, name),
            consistent=_consistent(compiled),
            notes=(note,),
        )
    many = compiled.parts[0].kind in {"query", "scan"} or tally.rows > 0
    source: Source = "estimated" if sampled else "simulated"
    outcomes = {outcome: count / tally.calls for outcome, count in sorted(tally.outcomes.items())}
    tried = OperationUnits(
        name,
        compiled.operation.api,
        calls,
        requests=tally.requests / tally.calls,
        consumption=tally.consumption(source),
        outcomes=outcomes,
        rows=tally.rows / tally.calls if many else None,
        added={family: count / tally.calls for family, count in tally.added.items() if count},
        consistent=_consistent(compiled),
        notes=(*notes, *_said(outcomes, source)),
        tried=measured.consumption(source) if measured is not None else {},
    )
    return _with_rows(_with_failures(tried, scenario, tally), scenario)


def name_of(compiled: CompiledOperation) -> str:
    """The scenario's name of an operation, without the page or the segment that a request of it is."""
    return compiled.operation.name.partition("/")[0]


def _consistent(compiled: CompiledOperation) -> bool:
    return any(part.consistent for part in compiled.parts)


def _said(outcomes: Mapping[str, float], source: Source) -> Iterator[str]:
    if source == "estimated":
        yield "read from a sample of the items, scaled up"
    if refused := outcomes.get("rejected"):
        yield f"DynamoDB would refuse {refused:.0%} of its calls, since the items do not fit: they cost nothing"


def _with_failures(tried: OperationUnits, scenario: Scenario, tally: Tally) -> OperationUnits:
    """With as many failed conditions as `expect` says."""
    fails = getattr(getattr(scenario.operations[tried.name], "expect", None), "fails", None)
    if fails is None or not tally.writes:
        return tried
    share, failed = float(fails), tried.outcomes.get("condition_failed", 0.0)
    said = f"expect says that {share:.0%} of the conditions fail; in the trial {failed:.0%} did"
    return replace(
        tried,
        consumption=tally.with_failures(share),
        tried={},
        outcomes={"ok": 1 - share, "condition_failed": share},
        notes=(*tried.notes, said) if abs(failed - share) > max(0.05, _DISAGREES * share) else tried.notes,
    )


def _with_rows(tried: OperationUnits, scenario: Scenario) -> OperationUnits:
    """With as many rows as `expect` says: units are those of mean sizes then."""
    spec = scenario.operations[tried.name]
    expected = getattr(getattr(spec, "expect", None), "rows", None)
    if expected is None or tried.rows is None:
        return tried
    said = f"expect says that {expected:g} rows are read; in the trial it were {tried.rows:.1f}"
    return replace(
        tried,
        requests=requests_per_call(scenario, spec),
        consumption=_of_rows(scenario, tried.name),
        tried={},
        rows=float(expected),
        notes=(*tried.notes, said) if abs(tried.rows - expected) > max(1.0, _DISAGREES * expected) else tried.notes,
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
