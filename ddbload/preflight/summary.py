"""What a scenario will do, in plain words on one screen."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.preflight.checks import expected_requests
from ddbload.preflight.demand import Arriving, Demand, arriving, demands
from ddbload.preflight.flow import flow_of
from ddbload.preflight.words import (
    API,
    WIDEST,
    action_words,
    billing_words,
    counted,
    held_words,
    index_key_words,
    key_words,
    n_bytes,
    units_words,
    wrapped,
)
from ddbload.scenario.actions import actions_of, kind_of
from ddbload.scenario.extent import item_extent
from ddbload.scenario.levels import Level, levels, open_loops
from ddbload.scenario.load import LoadedScenario
from ddbload.scenario.model import ClosedArrivals, Objective, Scenario, Session
from ddbload.scenario.quantity import spell_duration

_LATENCIES = ("p50", "p90", "p95", "p99", "p99_9", "max")
_MARGIN = 11


def summary(loaded: LoadedScenario, width: int = WIDEST) -> str:
    """One screen of a width: tables, items, operations, load, units at full load, limits and objectives."""
    scenario = loaded.scenario
    asked = demands(scenario)
    sections = {
        "table" if len(scenario.every_table) == 1 else "tables": tables(scenario),
        "items": items(scenario),
        "operations": _operations(scenario, width - _MARGIN),
        "load": load(scenario, asked),
        "capacity": _capacity(asked),
        "client": client(scenario),
        "limits": limits(scenario),
        "objectives": objectives(scenario),
    }
    lines = [*wrapped("", heading(loaded), width)]
    for title, content in sections.items():
        narrow = (part for line in content for part in wrapped("", line, width - _MARGIN))
        lines += [f"{title if first else '':<{_MARGIN}}{line}" for first, line in _first_marked(narrow)]
    return "\n".join(lines)


def heading(loaded: LoadedScenario) -> str:
    """The scenario's name, its seed and the parameters of this run."""
    given = ", ".join(f"{name}={_constant(value)}" for name, value in loaded.params.items())
    return f"{loaded.scenario.name}, seed {loaded.scenario.seed}" + (f", {given}" if given else "")


def _first_marked(lines: Iterator[str]) -> Iterator[tuple[bool, str]]:
    return ((position == 0, line) for position, line in enumerate(lines))


def _constant(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def tables(scenario: Scenario) -> Iterator[str]:
    """Each table and its indexes."""
    for table in scenario.every_table:
        yield f"{table.name}: {key_words(table.key)}; {billing_words(table.billing)}"
        for name, index in table.indexes.items():
            yield f"{index.kind} index {name}: {index_key_words(index)}; {held_words(index)}"


def items(scenario: Scenario) -> Iterator[str]:
    """Each family of items: how many, and how large."""
    for name, family in scenario.items.items():
        extent = item_extent(scenario, name)
        product = " x ".join(f"{count:,} {coordinate}" for coordinate, count in family.of.items())
        size = f"{n_bytes(extent.mean)} each" if extent.least == extent.most else f"about {n_bytes(extent.mean)} each"
        most = "" if extent.least == extent.most else f", {n_bytes(extent.most)} at most"
        total = f"{n_bytes(extent.mean * family.count)} in all" if family.load else "not loaded"
        yield f"{family.count:,} {name} ({product}), {size}{most}; {total}"


def _operations(scenario: Scenario, width: int) -> Iterator[str]:
    found = arriving(scenario)
    longest = max(len(one.name) for one in found)
    for one in found:
        share = f" {one.share:>6.1%}" if one.share else ""
        rate = f" {one.rate:>9,.1f}/s at the peak" if one.rate is not None else ""
        stream = f", in {one.stream}" if one.stream else ""
        head = f"{one.name:<{longest}}{share}{rate}  "
        if len(head) > width // 2:
            yield head
            head = "  "
        yield from wrapped(head, f"{_words(scenario, one)}{stream}", width)


def _words(scenario: Scenario, one: Arriving) -> str:
    operation = scenario.operations[one.name]
    if isinstance(operation, Session):
        flow = flow_of(scenario, operation)
        return f"session, about {counted(f'{flow.requests:.2g}', 'request')}: {', '.join(flow.calls)}"
    actions, api = actions_of(operation), API[kind_of(operation)]
    if len(actions) == 1:
        return f"{api} {action_words(actions[0], traced=scenario.load.replay is not None)}"
    parts = (f"{action.kind} {f'{action.count} ' if action.count > 1 else ''}{action.family}" for action in actions)
    return f"{api}: {', '.join(parts)}"


def load(scenario: Scenario, asked: tuple[Demand, ...]) -> Iterator[str]:
    """What arrives, phase by phase, and in all."""
    over = scenario.load
    yield from arrival_words(scenario)
    each = sum(one.calls * one.requests for one in asked)
    for level in levels(over):
        requests = (over.rate or 0.0) * level.seconds * level.mean * each
        count = f", {counted(f'{requests:,.0f}', 'request')}" if open_loops(over) and not over.streams else ""
        yield f"{level_words(level)}{count}" + ("" if level.measured else ", not measured")
    if over.replay is None:
        total = spell_duration(sum(level.seconds for level in levels(over)))
        told = f", {counted(f'{expected_requests(scenario, asked):,.0f}', 'request')}" if open_loops(over) else ""
        told += f", {expected_requests(scenario, asked, measured=True):,.0f} measured" if told else ""
        yield f"in all {total}{told}"


def arrival_words(scenario: Scenario) -> Iterator[str]:
    """How calls arrive: at a rate, in streams, in a closed loop, or as a trace has them."""
    over = scenario.load
    if over.replay is not None:
        replay = over.replay
        loops = f", {replay.loop} times over" if replay.loop > 1 else ""
        yield f"replay of {replay.file} at {replay.speed:g} times its speed{loops}"
    elif isinstance(over.arrivals, ClosedArrivals) and over.streams is None:
        loop = over.arrivals.closed
        yield f"closed loop: {loop.concurrency} calls in flight, {spell_duration(loop.think)} between"
    for one in open_loops(over):
        kind = "poisson" if one.poisson else "constant"
        name = f"stream {one.name}" if one.name else "open loop"
        own = f" for {spell_duration(float(sum(level.length for level in one.levels)))}"
        separate = one.name and over.streams and over.streams[one.name].phases is not None
        yield f"{name}: {kind} arrivals, {one.rate:g} a second at 100%{own if separate else ''}"


def level_words(level: Level) -> str:
    """A phase: hold 1m at 100%."""
    if level.kind in {"ramp", "steps"}:
        at = f"{level.start:.0%} to {level.end:.0%}"
    elif level.kind == "wave":
        lowest = min(float(min(piece.start, piece.end)) for piece in level.turn)
        at = f"between {lowest:.0%} and {level.peak:.0%}"
    elif level.kind == "burst":
        at = f"at {float(level.turn[-1].end):.0%}, bursts of {level.peak:.0%}"
    else:
        at = f"at {level.end:.0%}"
    return f"{level.kind} {spell_duration(level.seconds)} {at}"


def _capacity(asked: tuple[Demand, ...]) -> Iterator[str]:
    told = [one for one in asked if one.rate is not None]
    if told:
        reads = sum((one.rate or 0.0) * one.read_units for one in told)
        writes = sum((one.rate or 0.0) * one.write_units for one in told)
        indexes = sum((one.rate or 0.0) * one.index_write_units for one in told)
        more = f", and {units_words(indexes)} of indexes" if indexes else ""
        yield f"about {units_words(reads)} read and {units_words(writes)} write units a second at the peak{more}"


def client(scenario: Scenario) -> Iterator[str]:
    """The limits of the client."""
    it = scenario.client
    retries = "no retries" if it.retries == 0 else f"up to {it.retries.attempts} attempts"
    yield f"{it.max_in_flight} in flight at most, timeout {spell_duration(it.timeout)}, {retries}"
    if it.serverless is not None:
        cold = f", {it.serverless.cold * 100:g}% cold at least" if it.serverless.cold else ""
        idle = spell_duration(it.serverless.reuse)
        yield f"serverless: {it.serverless.concurrency:,} environments at most, kept {idle} idle{cold}"


def limits(scenario: Scenario) -> Iterator[str]:
    """What stops the run."""
    it = scenario.limits
    parts = [f"{it.requests:,} requests"] if it.requests else []
    parts += [f"{it.spend_usd:g} USD"] if it.spend_usd else []
    if parts:
        yield f"stops at {' or '.join(parts)}"


def objectives(scenario: Scenario) -> Iterator[str]:
    """What must hold."""
    for name, objective in scenario.objectives.items():
        yield f"{name}: {', '.join(_criteria(objective))}"


def _criteria(objective: Objective) -> Iterator[str]:
    for key, limit in objective.model_dump(exclude_none=True, exclude={"matters"}).items():
        shown = spell_duration(limit) if key in _LATENCIES else f"{limit * 100:g}%"
        yield f"{key.replace('p99_9', 'p99.9')} <= {shown}"
