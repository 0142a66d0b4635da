"""A scenario, or the run of one, as the subject of a plan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ddbload.errors import UsageError
from ddbload.planner.choice.candidates import DIMENSIONS, QUOTA_UNITS, Standing
from ddbload.planner.choice.priced import Books
from ddbload.planner.choice.standing import standing
from ddbload.planner.choice.table_plan import band
from ddbload.planner.choice.tables import replica_regions, table_facts
from ddbload.planner.dax.design import behind, cluster_for, dax_variants, through, with_nodes
from ddbload.planner.dax.plan import DaxPlan
from ddbload.planner.demand.asked import unit_demand
from ddbload.planner.demand.forecast import demand_of, later
from ddbload.planner.demand.model import Demand, Month, UnitDemand
from ddbload.planner.demand.month import month_of
from ddbload.planner.demand.storage import Storage, storage_of, with_deletes
from ddbload.planner.document import Band, Finding, OperationPlan, UnitsOf
from ddbload.planner.hot import hot_warnings, quota_warnings
from ddbload.planner.kept import answered_gb, kept_of
from ddbload.planner.lint import findings
from ddbload.planner.measured.units import SAID_FROM, Measured, measured_units, run_demand
from ddbload.planner.request import DEFAULT_OBJECTIVE, DEFAULT_REGION, DEFAULT_WORLDS, PlanRequest
from ddbload.planner.resource import OperationUnits, WorkloadUnits
from ddbload.planner.subject import Later, PlannedTable, Subject
from ddbload.planner.trial.trial import workload_units
from ddbload.planner.watching import Watch
from ddbload.preflight.recorded import surveyed
from ddbload.results.store import SCENARIO, read_run
from ddbload.scenario.levels import is_closed
from ddbload.scenario.load import LoadedScenario, load_scenario
from ddbload.scenario.model import Scenario, Table

FEW_WORLDS = 50
_LATER = (1, 3, 6, 12, 24, 36)
_WEAKEST = ("exact", "measured", "simulated", "expect", "estimated")


def subject_of_scenario(request: PlanRequest, books: Books, watch: Watch) -> Subject:
    """The subject of a scenario's file, or of a run's folder.

    Raises:
        ScenarioError, UsageError, ResultsError, PriceError: what was given cannot be planned.
    """
    if request.describe:
        raise UsageError(
            f"--describe: it goes with the files of an export, and {request.source} is none (leave it out, or plan the"
            " export by itself)"
        )
    run = request.source if request.source.is_dir() else None
    loaded = load_scenario(request.source if run is None else run / SCENARIO, request.params)
    scenario = loaded.scenario
    seed = scenario.seed if request.seed is None else request.seed
    zone = scenario.forecast.zone if scenario.forecast is not None else "UTC"
    month = month_of(zone, request.month)
    survey = surveyed(scenario)
    watch(f"demand in {request.worlds:,} worlds")
    demand = _demand(scenario, run, month, request, seed)
    watch(f"units of {len(scenario.operations)} operations")
    units = workload_units(scenario, allow_code=request.allow_code, survey=survey)
    measured = None
    if run is not None:
        measured = measured_units(run, units)
        units = measured.units
    stored = storage_of(units, demand, scenario.every_table)
    planning = _Planning(scenario, request, units, demand, stored, books, seed)
    asked = planning.asked(demand, stored)
    found = measured.warnings if measured is not None else ()
    return Subject(
        words=_words(loaded, request, run),
        seed=seed,
        zone=zone,
        region=planning.region,
        demand=asked,
        told=demand.words,
        upper_bound=demand.upper_bound,
        arrivals=_arrivals(demand),
        operations=tuple(_operation(one, units, demand, measured) for one in units.operations),
        tables=tuple(planning.table(table, asked, first=at == 0) for at, table in enumerate(scenario.every_table)),
        objective=_objective(scenario) if request.throttled is None else request.throttled,
        free_tier=scenario.bill.free_tier if request.free_tier is None else request.free_tier,
        findings=planning.findings,
        later=planning.later if np.any(demand.growth) or _grows(stored) else None,
        months=_months(scenario),
        warnings=(
            *found,
            *_few_worlds(request.worlds, demand),
            *_own_replicas(scenario, planning.region),
            *hot_warnings(units.heat, asked),
            *quota_warnings(asked, QUOTA_UNITS),
            *through(planning.cluster),
            *stored.notes,
        ),
    )


@dataclass(frozen=True)
class _Planning:
    """What the parts of the subject are made from."""

    scenario: Scenario
    request: PlanRequest
    units: WorkloadUnits
    demand: Demand
    stored: Storage
    books: Books
    seed: int

    @property
    def region(self) -> str:
        return self.request.region or DEFAULT_REGION

    @cached_property
    def cluster(self) -> DaxPlan | None:
        """The DAX cluster that the design has."""
        if self.scenario.bill.dax is None:
            return None
        found = cluster_for(self.scenario, self.units, self.demand, self.region, self.books)
        if found is None:
            raise UsageError("bill.dax: nothing is read that DAX serves, or no cluster carries it (leave it out)")
        return found

    def asked(self, demand: Demand, stored: Storage) -> UnitDemand:
        """The units of a demand: what DAX answers is not among them, what the application deletes is."""
        units = with_deletes(unit_demand(demand, self.units), stored)
        return units if self.cluster is None else behind(self.units, demand, units, self.cluster)

    def _paid(self, table: Table, demand: Demand, asked: UnitDemand, stored: Storage, *, first: bool) -> Standing:
        """What is paid whatever the capacity; what is for all tables together stands with the first."""
        facts, bill = table_facts(table, self.region), self.scenario.bill
        kept = kept_of(table, asked, stored, answered_gb(self.units, demand, table.name))
        own = bill if first else bill.model_copy(update={"alarms": 0})
        paid = standing(facts, kept, own, asked.month.billed_hours)
        return with_nodes(paid, self.region, self.cluster) if first and self.cluster is not None else paid

    def table(self, table: Table, asked: UnitDemand, *, first: bool) -> PlannedTable:
        """A table, with DAX in front of it as a variant where that could pay."""
        facts = table_facts(table, self.region)
        paid = self._paid(table, self.demand, asked, self.stored, first=first)
        variants, missing = dax_variants(self.scenario, self.units, self.demand, asked, paid, facts, self.books)
        gb = [course for resource, course in self.stored.gb.items() if resource.table == table.name]
        return PlannedTable(
            facts,
            paid,
            variants,
            self.units.heat,
            items=float(self.stored.items[table.name][0, 0]) if table.name in self.stored.items else 0.0,
            stored_gb=math.fsum(float(course[0, 0]) for course in gb),
            stored_gb_end=math.fsum(float(course[0, -1]) for course in gb),
            missing=missing,
        )

    def findings(self, books: Books) -> tuple[Finding, ...]:
        """What the design costs that it need not."""
        hours = self.demand.month.billed_hours
        code = self.request.allow_code
        return findings(self.scenario, self.units, self.demand.means, books(self.region), hours=hours, allow_code=code)

    def later(self, months: int) -> Later:
        """So many months later."""
        grown = later(self.demand, months)
        stored = storage_of(self.units, self.demand, self.scenario.every_table, months=months)
        asked = self.asked(grown, stored)
        paid = {
            table.name: self._paid(table, grown, asked, stored, first=at == 0)
            for at, table in enumerate(self.scenario.every_table)
        }
        return Later(asked, paid, _arrivals(grown)["greatest"])


# --- demand ----------------------------------------------------------------------------------------------------------


def _demand(scenario: Scenario, run: Path | None, month: Month, request: PlanRequest, seed: int) -> Demand:
    closed = is_closed(scenario.load)
    record = read_run(run) if run is not None else None
    if closed and record is not None and scenario.forecast is None and request.demand is None:
        return run_demand(record, month, request.worlds)
    rate = record.rate.achieved if closed and record is not None else None
    return demand_of(scenario, month, request.worlds, seed, kind=request.demand, rate=rate)


def _arrivals(demand: Demand) -> Mapping[str, Band]:
    total = sum(demand.arrivals.values(), np.zeros(1))
    of = {"least": total.min(axis=1), "mean": total.mean(axis=1), "greatest": total.max(axis=1)}
    return {name: band(figures) for name, figures in of.items()}


def _objective(scenario: Scenario) -> float:
    """The strictest of the scenario's own; 0.1 % where it has none.

    Raises:
        UsageError: it allows all to be throttled, so that any capacity would do.
    """
    named = [one.throttled for one in scenario.objectives.values() if one.throttled is not None]
    strictest = min(named, default=DEFAULT_OBJECTIVE)
    if strictest >= 1:
        raise UsageError("objectives: throttled: 100% asks for no capacity (a share below it, or --throttled 0.5%)")
    return strictest


def _own_replicas(scenario: Scenario, region: str) -> list[str]:
    """Replicas that are said to be where the table itself is."""
    return [
        f"{table.name}: its own region is {region}, so that the replica there is not counted (--region is the table's)"
        for table in scenario.every_table
        if region in replica_regions(table)
    ]


def _grows(stored: Storage) -> bool:
    return any(course[0, -1] > course[0, 0] * 1.001 for course in stored.gb.values())


def _months(scenario: Scenario) -> tuple[int, ...]:
    growth = scenario.forecast.growth if scenario.forecast is not None else None
    last = 12 if growth is None else growth.months
    return tuple(sorted({*(month for month in _LATER if month < last), last}))


# --- words and operations --------------------------------------------------------------------------------------------


def _words(loaded: LoadedScenario, request: PlanRequest, run: Path | None) -> str:
    given = "".join(f", {name}={value}" for name, value in request.params.items())
    name = loaded.scenario.name
    return f"{name}, from the run {run}{given}" if run is not None else f"{name} ({request.source}{given})"


def _few_worlds(worlds: int, demand: Demand) -> tuple[str, ...]:
    if worlds >= FEW_WORLDS or demand.upper_bound:
        return ()
    return (f"{worlds} worlds tell little of what is seldom, and the choice may be another in {DEFAULT_WORLDS}",)


def _operation(one: OperationUnits, units: WorkloadUnits, demand: Demand, measured: Measured | None) -> OperationPlan:
    means = demand.means
    calls = {each.name: each.per_second(means) for each in units.operations}
    total = math.fsum(calls.values())
    source = max(
        (est.source for each in one.consumption.values() for est in (each.read, each.write) if est.mean),
        key=_WEAKEST.index,
        default="exact",
    )
    return OperationPlan(
        name=one.name,
        api=one.api,
        share=calls.get(one.name, 0.0) / total if total else 0.0,
        units=tuple(
            UnitsOf(str(of), each.read.mean, each.write.mean, each.read.std_err, each.write.std_err)
            for of, each in sorted(one.consumption.items())
        ),
        source=source,
        notes=one.notes,
        measured=None if measured is None else measured.by_operation.get(one.name),
        differs="" if measured is None else measured.differs.get(one.name, "") or _by_draw(one, measured),
    )


def _by_draw(one: OperationUnits, measured: Measured) -> str:
    """Where a run's own items were other than they are in the long run, which is what the plan reckons with."""
    parts = []
    for dimension, had in zip(DIMENSIONS, measured.by_operation.get(one.name, ()), strict=False):
        used = math.fsum(each.of(dimension).mean for each in one.consumption.values())
        if abs(had - used) > SAID_FROM * max(used, had):
            parts.append(f"{had:.4g} {dimension} units a call in the run, {used:.4g} in the long run")
    return (
        f"{' and '.join(parts)}: the run's own items differ by the draw, as a trial of its very calls shows"
        if parts
        else ""
    )
