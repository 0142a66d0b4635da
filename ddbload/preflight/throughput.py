"""What tables and indexes serve, beside what the load asks of them."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.preflight.demand import Demand
from ddbload.scenario.model import OnDemand, Provisioned, Scenario, Table
from ddbload.scenario.rules import Fault
from ddbload.scenario.rules.table import placed_tables
from ddbload.scenario.source import Loc

NEW_TABLE_READ_UNITS, NEW_TABLE_WRITE_UNITS = 12_000, 4_000
"""A second, of a new table on demand. Source: Developer Guide, "On-demand capacity mode", initial throughput."""

Units = dict[tuple[str, str | None], tuple[float, float]]
"""(table, global index or None) -> read and write units a second."""


def asked_units(asked: tuple[Demand, ...]) -> Units:
    """Units a second of each table and each global index at the highest level; nothing of a closed loop."""
    found: Units = {}
    for one in asked:
        for charge in one.charges:
            read, write = found.get((charge.table, charge.index), (0.0, 0.0))
            rate = one.rate or 0.0
            found[charge.table, charge.index] = (read + rate * charge.read, write + rate * charge.write)
    return found


def throughput_warnings(scenario: Scenario, asked: tuple[Demand, ...]) -> Iterator[Fault]:
    """Tables and indexes of which more is asked than they serve."""
    units = asked_units(asked)
    for loc, table in placed_tables(scenario):
        yield from _of_table(loc, table, units)
        for name, index in table.indexes.items():
            if index.kind == "global" and (table.name, name) in units:
                here: Loc = (*loc, "indexes", name)
                billing = table.billing if index.billing is None else index.billing
                place = (*here, "billing") if index.billing is not None else here
                yield from _compare(place, billing, units[table.name, name], f"the index '{name}'", f"of '{name}' ")


def _of_table(loc: Loc, table: Table, units: Units) -> Iterator[Fault]:
    yield from _compare((*loc, "billing"), table.billing, units.get((table.name, None), (0.0, 0.0)), "a new table", "")


def _compare(loc: Loc, billing: object, asked: tuple[float, float], what: str, whose: str) -> Iterator[Fault]:
    if isinstance(billing, Provisioned):
        yield from _provisioned(loc, billing, asked, whose)
        return
    most_read = billing.on_demand.max_read if isinstance(billing, OnDemand) else None
    most_write = billing.on_demand.max_write if isinstance(billing, OnDemand) else None
    for units, most, new, kind in (
        (asked[0], most_read, NEW_TABLE_READ_UNITS, "read"),
        (asked[1], most_write, NEW_TABLE_WRITE_UNITS, "write"),
    ):
        if most is not None and units > most:
            message = f"the load asks for about {units:,.0f} {kind} units {whose}a second; max_{kind} is {most:,}"
            yield Fault((*loc, "on_demand", f"max_{kind}"), message, "throttled beyond it")
        elif units > new:
            message = (
                f"the load asks for about {units:,.0f} {kind} units {whose}a second; {what} on demand serves {new:,}"
            )
            fits = "raise warm throughput first, or ramp over 30 minutes or more"
            yield Fault(loc, message, fits, at_key=loc[-1] != "billing")


def _provisioned(loc: Loc, billing: Provisioned, asked: tuple[float, float], whose: str) -> Iterator[Fault]:
    scaling = billing.autoscaling
    for units, start, follows, kind in (
        (asked[0], billing.read, scaling.read if scaling else None, "read"),
        (asked[1], billing.write, scaling.write if scaling else None, "write"),
    ):
        place: Loc = (*loc, kind)
        if follows is not None and units > follows.max:
            asks = f"the load asks for about {units:,.0f} {kind} units {whose}a second"
            message = f"{asks}; auto scaling ends at {follows.max:,}"
            yield Fault((*loc, "autoscaling", kind, "max"), message, "throttled beyond it")
        elif units > start:
            message = f"the load asks for about {units:,.0f} {kind} units {whose}a second of {start:,} provisioned"
            late = "auto scaling follows after some minutes; throttled until then, once burst capacity is used up"
            yield Fault(place, message, late if follows else "throttled beyond it, once burst capacity is used up")
