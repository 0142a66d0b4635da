"""What a scenario will do, in plain words on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ddbload.preflight.checks import full_load_units
from ddbload.preflight.demand import Demand, demands
from ddbload.scenario.extent import item_extent
from ddbload.scenario.levels import arrivals, levels
from ddbload.scenario.load import LoadedScenario
from ddbload.scenario.model import (
    AnyOperation,
    Chooser,
    ClosedArrivals,
    Hotspot,
    Objective,
    Provisioned,
    Query,
    Scenario,
    Zipf,
)
from ddbload.scenario.quantity import spell_duration

_API = {"get": "GetItem", "put": "PutItem", "update": "UpdateItem", "delete": "DeleteItem", "query": "Query"}
_LATENCIES = ("p50", "p90", "p95", "p99", "p99_9", "max")


def summary(loaded: LoadedScenario) -> str:
    """One screen: table, items, operations, load, units at full load, limits and objectives."""
    scenario = loaded.scenario
    sections = {
        "table": _table(scenario),
        "items": _items(scenario),
        "operations": _operations(scenario),
        "load": _load(scenario),
        "capacity": _capacity(scenario),
        "client": _client(scenario),
        "limits": _limits(scenario),
        "objectives": _objectives(scenario),
    }
    lines = [f"{scenario.name}, seed {scenario.seed}" + _parameters(loaded)]
    for title, content in sections.items():
        lines += [f"{title if first else '':<11}{line}" for first, line in _first_marked(content)]
    return "\n".join(lines)


def _first_marked(lines: Iterator[str]) -> Iterator[tuple[bool, str]]:
    return ((position == 0, line) for position, line in enumerate(lines))


def _parameters(loaded: LoadedScenario) -> str:
    given = ", ".join(f"{name}={_constant(value)}" for name, value in loaded.params.items())
    return f", {given}" if given else ""


def _constant(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _table(scenario: Scenario) -> Iterator[str]:
    table = scenario.table
    billing = table.billing
    mode = f"{billing.read} RCU, {billing.write} WCU" if isinstance(billing, Provisioned) else "on demand"
    yield f"{table.name}: {_key(table.key)}; {mode}"
    for name, index in table.indexes.items():
        held = f"with {', '.join(index.project)}" if isinstance(index.project, list) else f"projects {index.project}"
        yield f"{index.kind} index {name}: {_key(index.key)}; {held}"


def _key(key: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in key.items())


def _items(scenario: Scenario) -> Iterator[str]:
    for name, items in scenario.items.items():
        extent = item_extent(scenario, name)
        product = " x ".join(f"{count:,} {coordinate}" for coordinate, count in items.of.items())
        size = f"{n_bytes(extent.mean)} each" if extent.least == extent.most else f"about {n_bytes(extent.mean)} each"
        most = "" if extent.least == extent.most else f", {n_bytes(extent.most)} at most"
        yield f"{items.count:,} {name} ({product}), {size}{most}; {n_bytes(extent.mean * items.count)} in all"


def _operations(scenario: Scenario) -> Iterator[str]:
    found = demands(scenario)
    width = max(len(demand.name) for demand in found)
    for demand in found:
        rate = f" {demand.rate:>9,.1f}/s" if demand.rate is not None else ""
        yield f"{demand.name:<{width}} {demand.share:>6.1%}{rate}  {_words(scenario.operations[demand.name], demand)}"


def _words(operation: AnyOperation, demand: Demand) -> str:
    words = [f"{_API[demand.kind]} {demand.family}"]
    if isinstance(operation, Query) and operation.index:
        words[0] += f" by {operation.index}"
    words.append(_pick(operation.pick))
    if getattr(operation, "consistent", False):
        words.append("consistent")
    if getattr(operation, "condition", None):
        words.append("conditional")
    if isinstance(operation, Query) and operation.limit:
        words.append(f"at most {operation.limit}")
    if operation.missing:
        words.append(f"{operation.missing * 100:g}% missing")
    return ", ".join(words)


def _pick(pick: object) -> str:
    if isinstance(pick, dict):
        return ", ".join(f"{name} {_chooser(chooser)}" for name, chooser in pick.items())
    return "new items" if pick == "next" else _chooser(pick)


def _chooser(chooser: Chooser | object) -> str:
    if isinstance(chooser, Zipf):
        return f"zipf {chooser.zipf:g}"
    if isinstance(chooser, Hotspot):
        return f"{chooser.hotspot.share:.0%} to {chooser.hotspot.items:.1%}"
    return str(chooser)


def _load(scenario: Scenario) -> Iterator[str]:
    load = scenario.load
    if isinstance(load.arrivals, ClosedArrivals):
        loop = load.arrivals.closed
        yield f"closed loop: {loop.concurrency} calls in flight, {spell_duration(loop.think)} between"
    else:
        yield f"open loop: {load.arrivals} arrivals, {load.rate:g} a second at 100%"
    for level in levels(load):
        at = f"{level.start:.0%} to {level.end:.0%}" if level.kind == "ramp" else f"at {level.end:.0%}"
        count = f", {load.rate * level.seconds * level.mean:,.0f} requests" if load.rate else ""
        yield f"{level.kind} {spell_duration(level.seconds)} {at}{count}" + ("" if level.measured else ", not measured")
    total = spell_duration(sum(level.seconds for level in levels(load)))
    yield f"in all {total}" + (
        f", {arrivals(load):,.0f} requests, {arrivals(load, measured=True):,.0f} measured" if load.rate else ""
    )


def _capacity(scenario: Scenario) -> Iterator[str]:
    reads, writes = full_load_units(scenario)
    if scenario.load.rate:
        units = f"{_units(reads)} read and {_units(writes)} write units"
        yield f"about {units} a second at the peak, those of indexes aside"


def _units(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 10 or amount == int(amount) else f"{amount:.2g}"  # noqa: PLR2004 - two digits


def _client(scenario: Scenario) -> Iterator[str]:
    client = scenario.client
    retries = "no retries" if client.retries == 0 else f"up to {client.retries.attempts} attempts"
    yield f"{client.max_in_flight} in flight at most, timeout {spell_duration(client.timeout)}, {retries}"


def _limits(scenario: Scenario) -> Iterator[str]:
    limits = scenario.limits
    parts = [f"{limits.requests:,} requests"] if limits.requests else []
    parts += [f"{limits.spend_usd:g} USD"] if limits.spend_usd else []
    if parts:
        yield f"stops at {' or '.join(parts)}"


def _objectives(scenario: Scenario) -> Iterator[str]:
    for name, objective in scenario.objectives.items():
        yield f"{name}: {', '.join(_criteria(objective))}"


def _criteria(objective: Objective) -> Iterator[str]:
    for key, limit in objective.model_dump(exclude_none=True, exclude={"matters"}).items():
        shown = spell_duration(limit) if key in _LATENCIES else f"{limit * 100:g}%"
        yield f"{key.replace('p99_9', 'p99.9')} <= {shown}"


def n_bytes(count: float) -> str:
    """A size: 900 B, 1.2 KB (of 1,024 bytes), 3.4 MB."""
    for unit, size in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} B"
