"""What each operation will ask of its tables at full load: calls, requests, units, and what one partition key gets.

Estimates from the scenario alone, for warnings and the summary; of mean sizes and of what is expected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ddbload.preflight.flow import flow_of
from ddbload.preflight.hot import hottest_share, session_shares
from ddbload.preflight.units import Charge, charges_of, requests_per_call
from ddbload.scenario.actions import actions_of, arrivals_of, kind_of
from ddbload.scenario.levels import open_loops
from ddbload.scenario.model import Scenario, Session


@dataclass(frozen=True, slots=True)
class Demand:
    """One operation of the load, called by itself and by sessions.

    Attributes:
        share: of the arrivals that are this operation itself; 0 for one that only sessions call.
        calls: calls in one arrival of the load, on average.
        rate: calls a second at the highest level of the load; None in a closed loop, whose rate is found out, and for
            a trace.
        requests: requests of one call: more than one for pages and segments.
        charges: units of one call.
        hottest: the share of its items that have the busiest partition key, action by action.
    """

    name: str
    kind: str
    family: str
    share: float
    calls: float
    rate: float | None
    requests: float
    charges: tuple[Charge, ...]
    hottest: tuple[float, ...]

    @property
    def read_units(self) -> float:
        """Read units of one call, of tables and indexes."""
        return sum(charge.read for charge in self.charges)

    @property
    def write_units(self) -> float:
        """Write units of one call on the tables; index writes aside."""
        return sum(charge.write for charge in self.charges if charge.index is None)

    @property
    def index_write_units(self) -> float:
        """Write units of one call on global indexes."""
        return sum(charge.write for charge in self.charges if charge.index is not None)


@dataclass(frozen=True, slots=True)
class Arriving:
    """One operation or session that arrives: its share of a run's arrivals, and how many a second at the peak."""

    name: str
    share: float
    rate: float | None
    stream: str = ""


def arriving(scenario: Scenario) -> tuple[Arriving, ...]:
    """What arrives by itself, in the order of the mixes; of a trace what it may name, without shares."""
    load = scenario.load
    if loops := open_loops(load):
        expected = [loop.arrivals for loop in loops]
        found = []
        for loop, own in zip(loops, expected, strict=True):
            part = float(own / sum(expected)) if any(expected) else 1 / len(loops)
            for name, share in _shares(loop.mix):
                found.append(Arriving(name, share * part, loop.peak_rate * share, loop.name))
        return tuple(found)
    if load.mix is not None:
        return tuple(Arriving(name, share, None) for name, share in _shares(load.mix))
    return tuple(Arriving(name, 0.0, None) for name in arrivals_of(scenario))


def _shares(mix: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    total = sum(mix.values())
    return ((name, weight / total) for name, weight in mix.items() if weight > 0)


def demands(scenario: Scenario) -> tuple[Demand, ...]:
    """Every operation that is sent, in the order of the mix; those of sessions where the first of these stands."""
    called: dict[str, list[tuple[float, float, float | None, tuple[float, ...]]]] = {}
    for one in arriving(scenario):
        for name, share, calls, hottest in _called(scenario, one):
            rate = None if one.rate is None else one.rate * calls
            called.setdefault(name, []).append((share, one.share * calls, rate, hottest))
    return tuple(_demand(scenario, name, paths) for name, paths in called.items())


def _called(scenario: Scenario, one: Arriving) -> Iterator[tuple[str, float, float, tuple[float, ...]]]:
    """The operations of an arrival: their share of arrivals, calls in it, and the hottest share of each action."""
    operation = scenario.operations[one.name]
    if not isinstance(operation, Session):
        fixed: dict[str, float] = {}
        yield one.name, one.share, 1.0, tuple(hottest_share(scenario, a, fixed) for a in actions_of(operation))
        return
    calls, seen = flow_of(scenario, operation).calls, set[str]()
    for name, hottest in session_shares(scenario, operation):
        if name not in seen and calls.get(name):
            seen.add(name)
            yield name, 0.0, calls[name], hottest


def _demand(scenario: Scenario, name: str, paths: list[tuple[float, float, float | None, tuple[float, ...]]]) -> Demand:
    operation = scenario.operations[name]
    calls = sum(path[1] for path in paths)
    weights = [path[1] / calls if calls else 1 / len(paths) for path in paths]
    hottest = tuple(
        sum(weight * path[3][k] for weight, path in zip(weights, paths, strict=True)) for k in range(len(paths[0][3]))
    )
    rates = [path[2] for path in paths]
    rate = None if any(rate is None for rate in rates) else sum(rate for rate in rates if rate is not None)
    return Demand(
        name,
        kind_of(operation),
        actions_of(operation)[0].family,
        sum(path[0] for path in paths),
        calls,
        rate,
        requests_per_call(scenario, operation),
        charges_of(scenario, operation),
        hottest,
    )
