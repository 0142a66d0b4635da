"""Beyond validity: what the client cannot carry, what a partition cannot, and what a limit would cut short. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.errors import Problem
from ddbload.preflight.demand import Demand, demands, hottest_value
from ddbload.scenario.levels import arrivals, peak_rate
from ddbload.scenario.load import LoadedScenario
from ddbload.scenario.model import ClosedArrivals, Provisioned, Scenario
from ddbload.scenario.rules import Fault

PLAUSIBLE_RESPONSE_S = 0.010
"""A response time that a client should have room for; an answer of DynamoDB within its region is often faster."""
PARTITION_READ_UNITS, PARTITION_WRITE_UNITS = 3000, 1000
"""A second. Source: Developer Guide, "Designing partition keys to distribute your workload"."""
NEW_TABLE_READ_UNITS, NEW_TABLE_WRITE_UNITS = 12_000, 4_000
"""A second, of a new table on demand. Source: Developer Guide, "On-demand capacity mode", initial throughput."""


def warnings(loaded: LoadedScenario) -> tuple[Problem, ...]:
    """What is valid and yet likely not what was meant, in the order of the file; the loader's own warnings included."""
    scenario = loaded.scenario
    found = [*_client(scenario), *_indexes(scenario), *_hot_keys(scenario), *_table(scenario), *_limits(scenario)]
    problems = [loaded.source.problem(fault.loc, fault.message, fault.fits, key=fault.at_key) for fault in found]
    return tuple(sorted([*loaded.warnings, *problems], key=lambda problem: (problem.line, problem.column)))


def _client(scenario: Scenario) -> Iterator[Fault]:
    """Little's law: calls in flight = rate x response time."""
    client, load = scenario.client, scenario.load
    most = min(client.max_in_flight, client.connections or client.max_in_flight)
    key = "max_in_flight" if most == client.max_in_flight else "connections"
    if isinstance(load.arrivals, ClosedArrivals):
        concurrency = load.arrivals.closed.concurrency
        if concurrency > most:
            message = f"{concurrency} concurrent calls do not fit into {key} {most}"
            yield Fault(("client", key), message, f"client: {{{key}: {concurrency}}}", at_key=True)
        return
    peak = peak_rate(load) or 0.0
    if peak * PLAUSIBLE_RESPONSE_S > most:
        carried = most / PLAUSIBLE_RESPONSE_S
        message = f"{key} {most} carries {carried:,.0f} calls a second at 10 ms each; the load peaks at {peak:,.0f}"
        yield Fault(("client", key), message, f"at least {peak * PLAUSIBLE_RESPONSE_S:,.0f}, and room for slow answers")
    if client.connections and client.connections > client.max_in_flight:
        message = f"{client.connections} connections for {client.max_in_flight} calls in flight: the rest stay idle"
        yield Fault(("client", "connections"), message, "connections: at most max_in_flight")


def _indexes(scenario: Scenario) -> Iterator[Fault]:
    for name, index in scenario.table.indexes.items():
        if not any(index.key.keys() <= items.shape.keys() for items in scenario.items.values()):
            absent = [key for key in index.key if all(key not in items.shape for items in scenario.items.values())]
            which = f": no item has '{absent[0]}'" if absent else ""
            yield Fault(("table", "indexes", name), f"no item enters the index '{name}'{which}", at_key=True)


def _hot_keys(scenario: Scenario) -> Iterator[Fault]:
    for demand in demands(scenario):
        if demand.rate is None:
            continue
        hot = demand.rate * demand.hottest
        for units, most, what in (
            (hot * demand.read_units, PARTITION_READ_UNITS, "read"),
            (hot * demand.write_units, PARTITION_WRITE_UNITS, "write"),
        ):
            if units > most:
                message = (
                    f"the busiest partition key would get about {units:,.0f} {what} units a second from '{demand.name}'"
                )
                fits = f"a partition serves {most:,}; a flatter `pick`, more keys, or a lower rate"
                yield Fault(("operations", demand.name), message, fits, at_key=True)
        if demand.kind in {"put", "delete"}:
            yield from _hot_index_keys(scenario, demand, demand.rate)


def _hot_index_keys(scenario: Scenario, demand: Demand, rate: float) -> Iterator[Fault]:
    """Each put or delete writes at least one unit to the index, under the item's value of the index's partition key."""
    for name, index in scenario.table.indexes.items():
        partition = next(iter(index.key))
        if index.kind == "local" or not index.key.keys() <= scenario.items[demand.family].shape.keys():
            continue
        units = rate * hottest_value(scenario, demand.family, partition)
        if units > PARTITION_WRITE_UNITS:
            message = (
                f"the busiest '{partition}' of the index '{name}' would get at least {units:,.0f} write units a second"
                f" from '{demand.name}'"
            )
            fits = f"a partition serves {PARTITION_WRITE_UNITS:,}; more values of '{partition}'"
            yield Fault(("table", "indexes", name), message, fits, at_key=True)


def _table(scenario: Scenario) -> Iterator[Fault]:
    """The table's own capacity; index writes come on top."""
    reads, writes = full_load_units(scenario)
    billing = scenario.table.billing
    if isinstance(billing, Provisioned):
        for units, most, what in ((reads, billing.read, "read"), (writes, billing.write, "write")):
            if units > most:
                message = f"the load asks for about {units:,.0f} {what} units a second of {most:,} provisioned"
                yield Fault(("table", "billing", what), message, "throttled beyond it, once burst capacity is used up")
        return
    for units, most, what in ((reads, NEW_TABLE_READ_UNITS, "read"), (writes, NEW_TABLE_WRITE_UNITS, "write")):
        if units > most:
            message = (
                f"the load asks for about {units:,.0f} {what} units a second; a new table on demand serves {most:,}"
            )
            yield Fault(("table", "billing"), message, "raise warm throughput first, or ramp over 30 minutes or more")


def full_load_units(scenario: Scenario) -> tuple[float, float]:
    """Read and write units a second on the table at the highest level; 0 for a closed loop."""
    on_table = [d for d in demands(scenario) if d.rate is not None and not _reads_index(scenario, d)]
    return (
        sum((d.rate or 0.0) * d.read_units for d in on_table),
        sum((d.rate or 0.0) * d.write_units for d in on_table),
    )


def _reads_index(scenario: Scenario, demand: Demand) -> bool:
    return getattr(scenario.operations[demand.name], "index", None) is not None


def _limits(scenario: Scenario) -> Iterator[Fault]:
    expected = arrivals(scenario.load)
    limit = scenario.limits.requests
    if limit is not None and expected > limit:
        message = f"the load has about {expected:,.0f} requests; the run stops after {limit:,}, incomplete"
        yield Fault(("limits", "requests"), message, f"at least {expected * 1.05:,.0f}")
