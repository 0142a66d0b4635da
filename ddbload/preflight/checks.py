"""Beyond validity: what the client cannot carry, what a partition or a table cannot, and what a limit would cut short.

Pure. Everything here is a warning: the scenario can be run, and will likely hurt.
"""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.capacity import PAGE_BYTES
from ddbload.errors import Problem
from ddbload.preflight.demand import Demand, demands
from ddbload.preflight.hot import hottest_value
from ddbload.preflight.throughput import throughput_warnings
from ddbload.preflight.units import reading_of
from ddbload.preflight.words import counted
from ddbload.scenario.actions import actions_of
from ddbload.scenario.extent import index_share, item_extent
from ddbload.scenario.levels import arrivals
from ddbload.scenario.load import LoadedScenario
from ddbload.scenario.model import ClosedArrivals, Index, Query, Scan, Scenario
from ddbload.scenario.rules import Fault
from ddbload.scenario.rules.batches import MAX_TRANSACTION_BYTES
from ddbload.scenario.rules.table import placed_tables
from ddbload.scenario.source import Loc

PLAUSIBLE_RESPONSE_S = 0.010
"""A response time that a client should have room for; an answer of DynamoDB within its region is often faster."""
PARTITION_READ_UNITS, PARTITION_WRITE_UNITS = 3000, 1000
"""A second. Source: Developer Guide, "Designing partition keys to distribute your workload"."""
_LARGE_SCAN_BYTES = 100 * PAGE_BYTES


def warnings(loaded: LoadedScenario) -> tuple[Problem, ...]:
    """What is valid and yet likely not what was meant, in the order of the file; the loader's own warnings included."""
    scenario = loaded.scenario
    asked = demands(scenario)
    found = [
        *_client(scenario, asked),
        *_indexes(scenario),
        *_hot_keys(scenario, asked),
        *throughput_warnings(scenario, asked),
        *_reads(scenario, asked),
        *_absent_items(scenario, asked),
        *_transactions(scenario, asked),
        *_limits(scenario, asked),
    ]
    problems = [loaded.source.problem(fault.loc, fault.message, fault.fits, key=fault.at_key) for fault in found]
    return tuple(sorted([*loaded.warnings, *problems], key=lambda problem: (problem.line, problem.column)))


def peak_requests(asked: tuple[Demand, ...]) -> float:
    """Requests a second at the highest level; 0 where the load does not tell."""
    return sum((one.rate or 0.0) * one.requests for one in asked)


# --- the client ----------------------------------------------------------------------------------------------------


def _client(scenario: Scenario, asked: tuple[Demand, ...]) -> Iterator[Fault]:
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
    peak = peak_requests(asked)
    places: list[tuple[Loc, str, int]] = [(("client", key), key, most)]
    if client.serverless is not None:
        places.append((("client", "lambda", "concurrency"), "a concurrency of", client.serverless.concurrency))
    for loc, what, slots in places:
        if peak * PLAUSIBLE_RESPONSE_S > slots:
            carried = slots / PLAUSIBLE_RESPONSE_S
            message = (
                f"{what} {slots} carries {carried:,.0f} calls a second at 10 ms each; the load peaks at {peak:,.0f}"
            )
            yield Fault(loc, message, f"at least {peak * PLAUSIBLE_RESPONSE_S:,.0f}, and room for slow answers")
    if client.connections and client.connections > client.max_in_flight:
        message = f"{client.connections} connections for {client.max_in_flight} calls in flight: the rest stay idle"
        yield Fault(("client", "connections"), message, "connections: at most max_in_flight")


def _limits(scenario: Scenario, asked: tuple[Demand, ...]) -> Iterator[Fault]:
    expected = expected_requests(scenario, asked)
    limit = scenario.limits.requests
    if limit is not None and expected > limit:
        message = (
            f"the load has about {counted(f'{expected:,.0f}', 'request')}; the run stops after {limit:,}, incomplete"
        )
        yield Fault(("limits", "requests"), message, f"at least {expected * 1.05:,.0f}")


def expected_requests(scenario: Scenario, asked: tuple[Demand, ...], *, measured: bool = False) -> float:
    """The requests of a whole run, on average; 0 for a closed loop and for a trace."""
    each = sum(one.calls * one.requests for one in asked)
    return arrivals(scenario.load, measured=measured) * each


# --- indexes and keys ----------------------------------------------------------------------------------------------


def _indexes(scenario: Scenario) -> Iterator[Fault]:
    for loc, table in placed_tables(scenario):
        families = scenario.families_of(table)
        for name, index in table.indexes.items():
            if any(index_share(scenario, family, index) > 0 for family in families):
                continue
            shapes = [scenario.items[family].shape for family in families]
            absent = [key for key in index.attributes if all(key not in shape for shape in shapes)]
            which = f": no item has '{absent[0]}'" if absent else ""
            yield Fault((*loc, "indexes", name), f"no item enters the index '{name}'{which}", at_key=True)


def _hot_keys(scenario: Scenario, asked: tuple[Demand, ...]) -> Iterator[Fault]:
    for demand in asked:
        if demand.rate is None:
            continue
        for units, most, what in (
            (demand.rate * _hot_units(demand, "read"), PARTITION_READ_UNITS, "read"),
            (demand.rate * _hot_units(demand, "write"), PARTITION_WRITE_UNITS, "write"),
        ):
            if units > most:
                message = (
                    f"the busiest partition key would get about {units:,.0f} {what} units a second from '{demand.name}'"
                )
                fits = f"a partition serves {most:,}; a flatter `pick`, more keys, or a lower rate"
                yield Fault(("operations", demand.name), message, fits, at_key=True)
        yield from _hot_indexes(scenario, demand, demand.rate)


def _hot_units(demand: Demand, what: str) -> float:
    """Units of one call that go to the busiest partition key of a table."""
    of_table = (one for one in demand.charges if one.index is None)
    return sum((one.read if what == "read" else one.write) * demand.hottest[one.at] for one in of_table)


def _hot_indexes(scenario: Scenario, demand: Demand, rate: float) -> Iterator[Fault]:
    """Writes to an index, under the item's value of the index's partition key."""
    for charge in demand.charges:
        if charge.index is None or not charge.write:
            continue
        index = scenario.table_of(charge.action.family).indexes[charge.index]
        units = rate * charge.write * _hottest_of(scenario, charge.action.family, index)
        if units > PARTITION_WRITE_UNITS:
            partition = "', '".join(index.partition)
            place = next(loc for loc, table in placed_tables(scenario) if table.name == charge.table)
            message = (
                f"the busiest '{partition}' of the index '{charge.index}' would get about {units:,.0f} write units a"
                f" second from '{demand.name}'"
            )
            fits = f"a partition serves {PARTITION_WRITE_UNITS:,}; more values of '{partition}'"
            yield Fault((*place, "indexes", charge.index), message, fits, at_key=True)


def _hottest_of(scenario: Scenario, family: str, index: Index) -> float:
    share = 1.0
    for attribute in index.partition:
        share *= hottest_value(scenario, family, attribute)
    return share


# --- what is read, and what is there -------------------------------------------------------------------------------


def _reads(scenario: Scenario, asked: tuple[Demand, ...]) -> Iterator[Fault]:
    """Scans of large tables, and queries that a page cuts short."""
    for demand in asked:
        operation = scenario.operations[demand.name]
        if isinstance(operation, Scan):
            reading = reading_of(scenario, operation, actions_of(operation)[0])
            if reading.n_bytes > _LARGE_SCAN_BYTES:
                message = (
                    f"each scan reads about {reading.n_bytes / PAGE_BYTES:,.0f} MB in {reading.requests:,.0f} requests,"
                    f" {demand.read_units:,.0f} units"
                )
                yield Fault(
                    ("operations", demand.name), message, "a query, fewer pages, or a smaller table", at_key=True
                )
        elif isinstance(operation, Query) and operation.limit is None and operation.pages != "all":
            unbounded = operation.model_copy(update={"pages": "all"})
            whole = reading_of(scenario, unbounded, actions_of(unbounded)[0])
            if whole.requests > operation.pages:
                message = (
                    f"a query finds about {whole.n_bytes / PAGE_BYTES:,.1f} MB, and reads {operation.pages} MB of it"
                )
                fits = "pages: all reads the rest, a limit reads less on purpose"
                yield Fault(("operations", demand.name), message, fits, at_key=True)


def _absent_items(scenario: Scenario, asked: tuple[Demand, ...]) -> Iterator[Fault]:
    """Items that are not loaded, read or changed where nothing puts them."""
    actions = [(one.name, action) for one in asked for action in actions_of(scenario.operations[one.name])]
    put = {action.family for _, action in actions if action.kind in {"put", "update", "statement"}}
    for family, items in scenario.items.items():
        reads = [
            name for name, action in actions if action.family == family and action.kind in {"get", "check", "delete"}
        ]
        if not items.load and family not in put and reads:
            message = f"'{family}' is not loaded and nothing puts it: '{reads[0]}' never finds one"
            yield Fault(("items", family, "load"), message, "an operation that puts it, or load: true", at_key=True)


def _transactions(scenario: Scenario, asked: tuple[Demand, ...]) -> Iterator[Fault]:
    for one in asked:
        if one.kind not in {"transact_get", "transact_write"}:
            continue
        actions = actions_of(scenario.operations[one.name])
        most = sum(action.count * item_extent(scenario, action.family).most for action in actions)
        if most > MAX_TRANSACTION_BYTES:
            message = f"the items of one transaction may have {most / PAGE_BYTES:.1f} MB in all; DynamoDB takes 4 MB"
            yield Fault(("operations", one.name), message, "those that have more are rejected", at_key=True)
