"""What each operation will ask of the table at full load: calls, units, and the share that one partition key gets.

Estimates from the scenario alone, for warnings and the summary; of mean sizes, without index writes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ddbload.capacity import PAGE_BYTES, read_units, write_units
from ddbload.scenario.extent import item_extent
from ddbload.scenario.levels import peak_rate
from ddbload.scenario.model import AnyOperation, Choice, Chooser, Get, Hotspot, Items, Query, Scenario, Zipf
from ddbload.scenario.rules.expressions import family_of
from ddbload.scenario.template import alone, names, parse_template

_EXACT_TERMS = 10_000


@dataclass(frozen=True, slots=True)
class Demand:
    """One operation at the highest level of the load.

    Attributes:
        share: of the arrivals.
        rate: calls a second; None in a closed loop, whose rate is found out.
        read_units, write_units: of one call, on the table or the index it reads.
        hottest: the share of its calls that goes to the busiest partition key.
    """

    name: str
    kind: str
    family: str
    share: float
    rate: float | None
    read_units: float
    write_units: float
    hottest: float


def demands(scenario: Scenario) -> tuple[Demand, ...]:
    """Every operation that is called, in the order of the mix."""
    load = scenario.load
    total = sum(load.mix.values())
    peak = peak_rate(load)
    found: list[Demand] = []
    for name, weight in load.mix.items():
        if weight <= 0:
            continue
        operation = scenario.operations[name]
        kind, family = family_of(operation)
        reads, writes = _units(scenario, operation, family)
        rate = None if peak is None else peak * weight / total
        hottest = hottest_share(scenario, operation, family)
        found.append(Demand(name, kind, family, weight / total, rate, reads, writes, hottest))
    return tuple(found)


def _units(scenario: Scenario, operation: AnyOperation, family: str) -> tuple[float, float]:
    mean = math.ceil(item_extent(scenario, family).mean)
    if isinstance(operation, Get):
        return read_units(mean, consistent=operation.consistent), 0.0
    if isinstance(operation, Query):
        count = operation.limit or items_of_a_partition(scenario, family)
        n_bytes = min(PAGE_BYTES, mean * min(count, items_of_a_partition(scenario, family)))
        return read_units(n_bytes, consistent=operation.consistent), 0.0
    return 0.0, float(write_units(mean))


def items_of_a_partition(scenario: Scenario, family: str) -> int:
    """How many items share a partition key of the table."""
    items = scenario.items[family]
    return items.count // math.prod(items.of[name] for name in _partition_coordinates(scenario, items))


def _partition_coordinates(scenario: Scenario, items: Items) -> tuple[str, ...]:
    spelled = items.shape[next(iter(scenario.table.key))]
    return tuple(n for n in names(parse_template(spelled)) if n in items.of) if isinstance(spelled, str) else ()


def hottest_share(scenario: Scenario, operation: AnyOperation, family: str) -> float:
    """The share of an operation's calls that goes to the busiest partition key of the table.

    0 where it is not estimated: for a query of an index, and for new items.
    """
    items = scenario.items[family]
    coordinates = _partition_coordinates(scenario, items)
    if isinstance(operation, Query) and operation.index is not None:
        return 0.0
    if not coordinates:
        return 1.0
    if operation.pick == "next":
        return 0.0
    if isinstance(operation.pick, dict):
        return math.prod(_most(operation.pick.get(name, "uniform"), items.of[name]) for name in coordinates)
    partitions = math.prod(items.of[name] for name in coordinates)
    most = _most(operation.pick, items.count)
    return max(1 / partitions, most + (1 - most) / partitions if most > 1 / items.count else 0.0)


def _most(chooser: Chooser | str, n: int) -> float:
    """The probability of the likeliest of n: 1 / H(n, s) by zipf, b / h by a hot set of h that gets b."""
    if isinstance(chooser, Zipf):
        return 1 / harmonic(n, chooser.zipf)
    if isinstance(chooser, Hotspot):
        hot = chooser.hotspot.hot(n)
        return max(chooser.hotspot.share / hot, (1 - chooser.hotspot.share) / (n - hot)) if hot < n else 1 / n
    return 1 / n


def harmonic(n: int, s: float) -> float:
    """Sum of 1 / k**s for k = 1 .. n; beyond 10,000 terms by the integral between the midpoints."""
    exact = min(n, _EXACT_TERMS)
    total = math.fsum(k**-s for k in range(1, exact + 1))
    if n <= exact:
        return total
    low, high = exact + 0.5, n + 0.5
    return total + (math.log(high / low) if s == 1 else (high ** (1 - s) - low ** (1 - s)) / (1 - s))


def hottest_value(scenario: Scenario, family: str, attribute: str) -> float:
    """The share of a family's items that have the likeliest value of an attribute; 0 where it is not estimated."""
    items = scenario.items[family]
    spelled = items.shape.get(attribute)
    if not isinstance(spelled, str):
        return 1.0 if attribute in items.shape else 0.0
    template = parse_template(spelled)
    if not names(template):
        return 1.0
    value = scenario.values.get(alone(template) or "")
    if not isinstance(value, Choice):
        return 0.0
    weights = [weight for _, weight in value.weighted]
    return max(weights) / sum(weights)
