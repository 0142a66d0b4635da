"""A run's folder as the source of units: what operations consumed goes before what was estimated, and why they differ.

A run records the units of each operation in reads and writes; over table and indexes they are spread as the estimate
has it, unless the sums of an index say otherwise. Units are those that the service reported and those that the
capacity model adds where it reports none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ddbload.errors import DdbloadError
from ddbload.planner.demand.model import Demand, Month
from ddbload.planner.demand.month import steps_of
from ddbload.planner.measured.calls import measured_calls
from ddbload.planner.measured.spread import respread
from ddbload.planner.measured.words import why
from ddbload.planner.resource import DIMENSIONS, Consumption, Dimension, Estimate, OperationUnits, WorkloadUnits
from ddbload.results.record import ConsumedUnits, OperationRecord, RunRecord
from ddbload.results.store import SCENARIO, read_run
from ddbload.scenario.load import read_scenario, read_text
from ddbload.scenario.model import Scenario

SAID_FROM = 0.02
"""Measured and estimated units that differ by more than this share are explained."""
_PAGE = "/page"
_UNCHARGED = ("throttled", "rejected", "late", "connection", "server_error")
"""Outcomes of calls that consumed nothing, though they would have with capacity: they are left out of the mean."""
_NOTABLE = 0.01
_STEP_S = 60


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run says of the units.

    Attributes:
        units: measured ones in place of estimates, where there are any.
        by_operation: name -> (read, write) units of one call, as measured.
        differs: name -> why they differ from the estimate by more than 2 %, in one sentence.
        warnings: what speaks against the run as a source.
    """

    units: WorkloadUnits
    by_operation: Mapping[str, tuple[float, float]]
    differs: Mapping[str, str]
    warnings: tuple[str, ...] = ()


def measured_units(run: Path, units: WorkloadUnits, *, scenario_sha256: str | None = None) -> Measured:
    """Units of a run in place of estimates.

    Args:
        run: its folder.
        units: estimates for the same scenario: what the run did not measure stays, and so does the spread over indexes.
        scenario_sha256: of the scenario that the estimates are of; None: it is the run's own.

    Raises:
        ResultsError: there is no run, or it is damaged.
    """
    record = read_run(run)
    warnings = [*_warnings(record, scenario_sha256)]
    calls = _calls(run, record, warnings)
    found, by_operation, differs = list[OperationUnits](), dict[str, tuple[float, float]](), dict[str, str]()
    for one in units.operations:
        of = _Counted.of(record, one.name)
        if of is None:
            warnings.append(f"the run completed no call of {one.name}: its units stay estimated")
            found.append(one)
            continue
        after = _replaced(one, of, calls.get(one.name, one.calls), units)
        found.append(after)
        by_operation[one.name] = (of.read, of.write)
        if sentence := _difference(one, of):
            differs[one.name] = sentence
        if of.uncharged > _NOTABLE:
            warnings.append(f"{of.uncharged:.1%} of the calls of {one.name} were not served: units are of the others")
    counts = {one.name: of.calls for one in found if (of := _Counted.of(record, one.name)) is not None}
    operations, moved = respread(tuple(found), counts, record.capacity, SAID_FROM)
    return Measured(replace(units, operations=operations), by_operation, differs, (*warnings, *moved))


def run_demand(record: RunRecord, month: Month, worlds: int) -> Demand:
    """The rate that a run achieved, all month: what there is to go by after a closed loop, whose rate nobody set.

    Arrivals are of the load's own mix, stream "": a closed loop has no streams.
    """
    rate = record.rate.achieved
    return Demand(
        month=month,
        step_s=_STEP_S,
        arrivals={"": np.full((worlds, steps_of(month, _STEP_S)), rate)},
        dispersion={"": 1.0},
        growth=np.zeros(worlds),
        kind="run",
        words=f"flat at {rate:,.4g} arrivals a second, which the run achieved ({record.rate.loop} loop)",
        upper_bound=True,
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a run counted of an operation: units of one call that was served, and how many were.

    `whole` is its record by calls, `sent` by requests: of a compound operation its pages, else the same.
    """

    whole: OperationRecord
    sent: OperationRecord
    calls: int
    read: float
    write: float

    @classmethod
    def of(cls, record: RunRecord, name: str) -> _Counted | None:
        whole = record.operations.get(name)
        if whole is None:
            return None
        calls = whole.count - sum(whole.outcomes.get(outcome, 0) for outcome in _UNCHARGED)
        if calls <= 0:
            return None
        sent = record.operations.get(name + _PAGE, whole) if whole.whole else whole
        capacity = sent.capacity
        read, write = (_total(capacity, dimension) / calls for dimension in DIMENSIONS)
        return cls(whole, sent, calls, read, write)

    @property
    def uncharged(self) -> float:
        """The share of the calls that consumed nothing for want of an answer."""
        return 1 - self.calls / self.whole.count

    @property
    def outcomes(self) -> dict[str, float]:
        """Shares of the calls that were served."""
        served = {name: count for name, count in self.whole.outcomes.items() if name not in _UNCHARGED}
        return {name: count / self.calls for name, count in served.items()}


def _total(capacity: ConsumedUnits, dimension: str) -> float:
    return float(getattr(capacity.reported, dimension) + getattr(capacity.modelled, dimension))


# --- in place of estimates -----------------------------------------------------------------------------------------


def _replaced(one: OperationUnits, of: _Counted, calls: Mapping[str, float], units: WorkloadUnits) -> OperationUnits:
    read, write = _scale(one, "read", of.read), _scale(one, "write", of.write)
    consumption = {
        resource: Consumption(_scaled(found.read, read, of.calls), _scaled(found.write, write, of.calls))
        for resource, found in one.consumption.items()
    }
    table = next((resource for resource in (*one.consumption, *units.resources) if not resource.index), None)
    if table is not None and (math.isinf(read) or math.isinf(write)):
        own = consumption.get(table, Consumption())
        consumption[table] = Consumption(
            _plain(of.read, of.calls) if math.isinf(read) else own.read,
            _plain(of.write, of.calls) if math.isinf(write) else own.write,
        )
    rows = of.whole.observed.rows
    return replace(
        one,
        calls=calls,
        requests=of.sent.count / of.whole.count if of.whole.whole else one.requests,
        consumption=consumption,
        outcomes=of.outcomes,
        rows=rows if rows is not None and one.rows is not None else one.rows,
    )


def _scale(one: OperationUnits, dimension: Dimension, measured: float) -> float:
    """By what the estimate is multiplied; infinite where it is 0 and the measured units are not."""
    estimated = _estimated(one, dimension)
    if estimated:
        return measured / estimated
    return math.inf if measured else 1.0


def _estimated(one: OperationUnits, dimension: Dimension) -> float:
    """What the run's own calls were to consume; where they were not tried, the mean in the long run."""
    return math.fsum(found.of(dimension).mean for found in (one.tried or one.consumption).values())


def _scaled(estimate: Estimate, scale: float, calls: int) -> Estimate:
    if math.isinf(scale):
        return estimate
    return Estimate(estimate.mean * scale, estimate.variance * scale**2, calls, "measured")


def _plain(mean: float, calls: int) -> Estimate:
    return Estimate(mean, 0.0, calls, "measured")


def _difference(one: OperationUnits, of: _Counted) -> str:
    """Why units differ by more than 2 %; "" where they do not."""
    parts = list[str]()
    for dimension, measured in zip(DIMENSIONS, (of.read, of.write), strict=True):
        estimated = _estimated(one, dimension)
        if abs(measured - estimated) > SAID_FROM * max(estimated, 1e-9):
            parts.append(f"{measured:.4g} {dimension} units a call instead of {estimated:.4g}")
    if not parts:
        return ""
    variance = math.fsum(c.read.variance + c.write.variance for c in one.consumption.values())
    error = math.sqrt(math.fsum(c.read.std_err**2 + c.write.std_err**2 for c in one.consumption.values()))
    off = abs(of.read + of.write - _estimated(one, "read") - _estimated(one, "write"))
    by_chance = off < 2 * math.hypot(math.sqrt(variance / of.calls), error)
    return f"{' and '.join(parts)}: {why(one, of.whole, of.outcomes, by_chance, of.calls)}"


# --- what speaks against it ----------------------------------------------------------------------------------------


def _warnings(record: RunRecord, scenario_sha256: str | None) -> Iterator[str]:
    if record.verdict == "invalid":
        yield f"the run is invalid ({'; '.join(record.reasons) or 'no reason given'}): its load was not what was asked"
    if not record.complete:
        yield f"the run is not complete (stopped by {record.stopped_by or 'nobody knows what'})"
    if scenario_sha256 is not None and record.fingerprint.scenario_sha256 != scenario_sha256:
        yield "the run was made with another version of the scenario"
    capacities = [one.capacity for one in record.operations.values()]
    reported, modelled = (
        math.fsum(getattr(of, kind).read + getattr(of, kind).write for of in capacities)
        for kind in ("reported", "modelled")
    )
    kind = record.fingerprint.target.get("kind")
    if modelled and not reported:
        yield f"the target ({kind}) reports no units: those of the run are our model's, with the items as they were"
    elif modelled > SAID_FROM * (reported + modelled):
        share = modelled / (reported + modelled)
        yield f"{share:.0%} of the run's units are our model's, for what the service charges and does not report"


def _calls(run: Path, record: RunRecord, warnings: list[str]) -> Mapping[str, Mapping[str, float]]:
    """Calls in an arrival, as sessions went; none where they are not known."""
    scenario = _scenario(run)
    if scenario is None:
        warnings.append("the run's scenario cannot be read: calls of a session stay estimated")
        return {}
    found = measured_calls(record, scenario)
    if found is None:
        warnings.append("a session of the mix did not come up in the run: calls of sessions stay estimated")
    return found or {}


def _scenario(run: Path) -> Scenario | None:
    folder = run if run.is_dir() else run.parent
    try:
        return read_scenario(read_text(folder / SCENARIO), str(folder / SCENARIO), folder)
    except DdbloadError:
        return None
