"""`check --explain`: in plain words what a scenario will do, with sizes, requests, units, sessions and the load."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ddbload.preflight.checks import expected_requests, peak_requests
from ddbload.preflight.curve import curves
from ddbload.preflight.demand import Demand, arriving, demands
from ddbload.preflight.forecast import later_words, month_words
from ddbload.preflight.request import request_lines
from ddbload.preflight.steps import session_lines
from ddbload.preflight.summary import arrival_words, client, heading, level_words, limits, objectives
from ddbload.preflight.throughput import asked_units
from ddbload.preflight.words import (
    API,
    WIDEST,
    action_words,
    billing_words,
    counted,
    index_key_words,
    key_words,
    n_bytes,
    rate_words,
    units_words,
    wrapped,
)
from ddbload.scenario.actions import actions_of, kind_of
from ddbload.scenario.extent import entry_extent, index_share, item_extent
from ddbload.scenario.levels import arrivals, levels, open_loops
from ddbload.scenario.load import LoadedScenario
from ddbload.scenario.model import Index, Replicas, Scenario, Session, Table
from ddbload.scenario.quantity import spell_duration

_BATCH = 25


def explanation(loaded: LoadedScenario, width: int = WIDEST) -> str:
    """Everything that the scenario will do, section by section, in lines of a width."""
    scenario = loaded.scenario
    asked = demands(scenario)
    sections = {
        "TABLES" if len(scenario.every_table) > 1 else "TABLE": _tables(scenario, width),
        "ITEMS": _items(scenario, width),
        "OPERATIONS": _operations(scenario, asked, width),
        "SESSIONS": _sessions(scenario, width),
        "LOAD": _load(scenario, width),
        "FORECAST": _forecast(scenario, width),
        "IN ALL": (line for text in _total(scenario, asked) for line in wrapped(text[:9], text[9:], width)),
    }
    lines = [*wrapped("", heading(loaded), width)]
    for title, content in sections.items():
        if body := list(content):
            lines += ["", f"── {title} {'─' * (width - 4 - len(title))}", *body]
    return "\n".join(lines)


# --- tables and items ----------------------------------------------------------------------------------------------


def _tables(scenario: Scenario, width: int) -> Iterator[str]:
    for table in scenario.every_table:
        yield from wrapped(f"{table.name}  ", f"{key_words(table.key)}; {billing_words(table.billing)}", width)
        for fact in _facts(table):
            yield from wrapped("  ", fact, width)
        for name, index in table.indexes.items():
            yield from wrapped(f"  {name}  ", _index_words(scenario, table, index), width)


def _index_words(scenario: Scenario, table: Table, index: Index) -> str:
    held = {"all": "whole items", "keys": "keys only"}.get(str(index.project), "")
    held = held or f"keys and {', '.join(index.project)}"
    entering = [_entering(scenario, family, index) for family in scenario.families_of(table)]
    who = ", ".join(one for one in entering if one) or "no item enters it"
    billing = f"; {billing_words(index.billing)}" if index.billing is not None else ""
    return f"{index.kind} index by {index_key_words(index)}; holds {held}; {who}{billing}"


def _entering(scenario: Scenario, family: str, index: Index) -> str:
    share = index_share(scenario, family, index)
    if not share:
        return ""
    which = f"every {family}" if share == 1 else f"{share * 100:.3g}% of {family}"
    return f"{which} enters it with {n_bytes(entry_extent(scenario, family, index).mean)}"


def _facts(table: Table) -> Iterator[str]:
    """What a run does not use, and the planner does."""
    facts = [f"class {table.table_class}"] if table.table_class != "standard" else []
    facts += [f"time to live by {table.ttl}"] if table.ttl else []
    facts += [f"stream of {table.streams}"] if table.streams else []
    if table.replicas is not None:
        strong = isinstance(table.replicas, Replicas) and table.replicas.consistency == "strong"
        regions = table.replicas.regions if isinstance(table.replicas, Replicas) else table.replicas
        facts.append(f"replicas in {', '.join(regions)}{', strongly consistent' if strong else ''}")
    facts += ["point-in-time recovery"] if table.recovery else []
    if facts:
        yield "; ".join(facts)


def _items(scenario: Scenario, width: int) -> Iterator[str]:
    longest = max(map(len, scenario.items))
    for name, items in scenario.items.items():
        extent = item_extent(scenario, name)
        product = " x ".join(f"{count:,} {coordinate}" for coordinate, count in items.of.items())
        sizes = (
            n_bytes(extent.mean)
            if extent.least == extent.most
            else (f"{n_bytes(extent.mean)} on average, {n_bytes(extent.least)} to {n_bytes(extent.most)}")
        )
        where = f" in {scenario.table_of(name).name}" if len(scenario.every_table) > 1 else ""
        total = f"{n_bytes(extent.mean * items.count)} in all" if items.load else "not written before the run"
        yield from wrapped(
            f"{name:<{longest}}  ", f"{items.count:,} items{where} ({product}), each {sizes}; {total}", width
        )
        keys = ", ".join(f"{key} = {items.shape[key]}" for key in scenario.table_of(name).key)
        yield from wrapped(" " * (longest + 2), f"key {keys}", width)
        if items.sparse:
            rare = ", ".join(f"{attribute} {share * 100:g}%" for attribute, share in items.sparse.items())
            yield from wrapped(" " * (longest + 2), f"only some have: {rare}", width)


# --- operations ----------------------------------------------------------------------------------------------------


def _operations(scenario: Scenario, asked: tuple[Demand, ...], width: int) -> Iterator[str]:
    for position, one in enumerate(asked):
        if position:
            yield ""
        yield from _operation(scenario, one, width)


def _operation(scenario: Scenario, one: Demand, width: int) -> Iterator[str]:
    operation = scenario.operations[one.name]
    rate = "" if one.rate is None else f"{rate_words(one.rate)}/s at the peak"
    share = f"{one.share:.1%} of arrivals" if one.share else ("in sessions" if one.calls else "")
    told = ", ".join(part for part in (API[kind_of(operation)], share, rate) if part)
    yield from wrapped(f"{one.name}  ", told, width)
    traced = scenario.load.replay is not None
    for action in actions_of(operation):
        kind = f"{action.kind} " if action.loc else ""
        yield from wrapped("  ", f"{kind}{action_words(action, traced=traced)}", width)
        for line in request_lines(scenario, action):
            yield from wrapped(f"    {line.name:<26}", line.text, width)
    yield from wrapped("  ", _cost(one), width)
    if not isinstance(operation, Session) and operation.capture:
        captures = ", ".join(f"{name} = {path}" for name, path in operation.capture.items())
        yield from wrapped("  captures ", captures, width)


def _cost(one: Demand) -> str:
    """Expected units of one call, and a second."""
    units = (("read", one.read_units), ("write", one.write_units), ("index write", one.index_write_units))
    told = [(what, amount) for what, amount in units if amount]
    what_of = "unit" if [amount for _, amount in told] == [1] else "units"
    words = f"costs {' and '.join(f'{units_words(amount)} {what}' for what, amount in told)} {what_of} a call"
    rate = one.rate
    if rate:
        words += f", {' and '.join(units_words(amount * rate) for _, amount in told)} a second"
    return words + (f"; {units_words(one.requests)} requests each" if one.requests > 1 else "")


def _sessions(scenario: Scenario, width: int) -> Iterator[str]:
    first = True
    for one in arriving(scenario):
        operation = scenario.operations[one.name]
        if isinstance(operation, Session):
            if not first:
                yield ""
            first = False
            rate = f", {rate_words(one.rate)}/s at the peak" if one.rate is not None else ""
            share = f"  {one.share:.1%} of arrivals{rate}" if one.share else ""
            yield f"{one.name}{share}"
            yield from session_lines(scenario, operation, width)


# --- the load ------------------------------------------------------------------------------------------------------


def _load(scenario: Scenario, width: int) -> Iterator[str]:
    for text in arrival_words(scenario):
        yield from wrapped("", text, width)
    for curve in curves(scenario.load, width - 4):
        yield f"  {curve}"
    if scenario.load.replay is None:
        yield from _phases(scenario, width)
    for text in (*client(scenario), *limits(scenario)):
        yield from wrapped("", text, width)
    for text in objectives(scenario):
        yield from wrapped("objective  ", text, width)


def _forecast(scenario: Scenario, width: int) -> Iterator[str]:
    if (forecast := scenario.forecast) is not None:
        yield from wrapped("month  ", f"{month_words(forecast)}; in percent of the rate, for the planner alone", width)
        if later := later_words(forecast):
            yield from wrapped("later  ", later, width)


def _phases(scenario: Scenario, width: int) -> Iterator[str]:
    found = levels(scenario.load)
    begins = itertools.accumulate((level.seconds for level in found), initial=0.0)
    rows = [(spell_duration(begin), level_words(level), level) for begin, level in zip(begins, found, strict=False)]
    longest = max(len(words) for _, words, _ in rows)
    for begin, words, level in rows:
        count = ""
        if loops := open_loops(scenario.load) if not scenario.load.streams else ():
            count = f"  {loops[0].rate * level.seconds * level.mean:>10,.0f} arrivals"
        told = f"{words:<{longest}}{count}{'' if level.measured else '  not measured'}"
        yield from wrapped(f"  {begin:>7}  ", told, width)


def _total(scenario: Scenario, asked: tuple[Demand, ...]) -> Iterator[str]:
    loaded = {name: items.count for name, items in scenario.items.items() if items.load}
    if count := sum(loaded.values()):
        size = sum(item_extent(scenario, name).mean * number for name, number in loaded.items())
        yield f"before   {count:,} items, {n_bytes(size)}, in about {-(-count // _BATCH):,} batches"
    expected = arrivals(scenario.load)
    if not expected:
        return
    seconds = spell_duration(sum(level.seconds for level in levels(scenario.load)))
    requests, peak = expected_requests(scenario, asked), rate_words(peak_requests(asked))
    sent = f"{counted(f'{expected:,.0f}', 'arrival')}, {counted(f'{requests:,.0f}', 'request')}"
    yield f"run      {seconds}: {sent}, at most {peak} a second"
    measured = counted(f"{expected_requests(scenario, asked, measured=True):,.0f}", "request")
    yield f"         {arrivals(scenario.load, measured=True):,.0f} arrivals are measured, {measured}"
    for (table, index), (read, write) in asked_units(asked).items():
        what = table if index is None else f"{table}, index {index}"
        yield f"peak     {what}: {units_words(read)} read and {units_words(write)} write units a second"
    reads, writes = (sum(expected * one.calls * amount for one, amount in pairs) for pairs in _amounts(asked))
    yield f"units    {reads:,.0f} read and {writes:,.0f} write units in the run, those of indexes with them"


def _amounts(asked: tuple[Demand, ...]) -> tuple[list[tuple[Demand, float]], list[tuple[Demand, float]]]:
    return [(one, one.read_units) for one in asked], [(one, one.write_units + one.index_write_units) for one in asked]
