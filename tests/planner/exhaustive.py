"""The recommendation against every setting of a coarse grid: `python -m tests.planner.exhaustive --days 14`.

Both are held to the same throttle limit in the same worlds of the same behaviour. The grid has fixed capacity, auto
scaling by minimum, maximum and target for the table and its index each, and on demand. Reads and writes are taken at
their own cheapest each, which together cost at most what any pair of them does that holds in the same worlds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import ceil

import numpy as np

from ddbload.capacity.behaviour.settings import Fixed, OnDemand, Setting, Tracked
from ddbload.planner.choice.candidates import DIMENSIONS, Simulate, TableFacts
from ddbload.planner.choice.choose import choose
from ddbload.planner.choice.lanes import Load, load_of, measure
from ddbload.planner.choice.priced import capacity_usd, quantities
from ddbload.planner.choice.regret import median_usd
from ddbload.planner.demand.model import UnitDemand
from ddbload.planner.resource import Dimension
from ddbload.pricing.usage import TableClass, Usage
from tests.planner.demands import SHAPES, demand

WITHIN = 1.02
"""The recommendation costs at most this many times what the best of the grid does."""
CONFIDENCE = 0.95
_FINE = ((0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9), (0.4, 0.55, 0.7, 0.85, 1.0, 1.25), (0.3, 0.5, 0.6, 0.7, 0.8, 0.9))
_COARSE = ((0.0, 0.4, 0.8), (0.8, 1.0, 1.3), (0.5, 0.7, 0.9))
_LANES_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Compared:
    """A demand: what is recommended, at what cost, and the best of the grid."""

    name: str
    recommended: str
    recommended_usd: float
    best: str
    best_usd: float

    @property
    def ratio(self) -> float:
        """1 is as cheap as the grid's best."""
        return self.recommended_usd / self.best_usd


def compare(
    name: str, simulate: Simulate, *, days: int, worlds: int, objective: float = 0.001, seed: int = 7
) -> Compared:
    """The recommendation and the grid's best for one of the demands."""
    facts = TableFacts("t", indexes=("i",) if name == "write heavy" else (), may_reserve=False, other_class=False)
    asked = demand(name, days=days, worlds=worlds, seed=seed)
    asked = replace(asked, month=replace(asked.month, billed_hours=730.0))
    choice = choose(facts, asked, standing=_nothing, simulate=simulate, objective=objective, seed=seed)
    found = _best(facts, asked, simulate, objective, seed)
    if choice.chosen is None:
        return Compared(name, "none", float("inf") if found else 1.0, *(found or ("none", 1.0)))
    best, usd = found or ("none", float("inf"))
    return Compared(name, choice.chosen.candidate.name, median_usd(choice.chosen), best, usd)


def _nothing(table_class: TableClass) -> Sequence[Sequence[Usage]]:
    return [[Usage(table_class=table_class)]]


def _best(
    facts: TableFacts, asked: UnitDemand, simulate: Simulate, objective: float, seed: int
) -> tuple[str, float] | None:
    """The best of the grid; None where nothing of it holds."""
    scale = asked.month.billed_hours / (asked.month.days * 24)
    totals: dict[str, float] = {}
    for dimension in DIMENSIONS:
        load = load_of(facts, asked, dimension)
        kinds: Mapping[str, list[dict[str, Setting]]] = {
            "provisioned": _grid(load),
            "on demand": [{name: OnDemand() for name in load.names}],
        }
        for kind, lanes in kinds.items():
            usd = _cheapest(facts, load, lanes, simulate, objective, seed, scale)
            totals[kind] = totals.get(kind, 0.0) + usd
    kind, usd = min(totals.items(), key=lambda each: each[1])
    return (kind, usd) if np.isfinite(usd) else None


def _cheapest(
    facts: TableFacts,
    load: Load,
    lanes: Sequence[Mapping[str, Setting]],
    simulate: Simulate,
    objective: float,
    seed: int,
    scale: float,
) -> float:
    dimension: Dimension = load.dimension
    best = float("inf")
    for first in range(0, len(lanes), _LANES_AT_ONCE):
        for measured in measure(load, lanes[first : first + _LANES_AT_ONCE], simulate, seed=seed):
            if np.mean(measured.share <= max(objective, 1e-6)) >= CONFIDENCE:
                usd = capacity_usd(quantities(facts, {dimension: measured}, scale), "standard")
                best = min(best, float(np.median(usd)))
    return best


def _grid(load: Load) -> list[dict[str, Setting]]:
    """Every setting of the table with every setting of each index."""
    shape = _FINE if len(load.busy) < 2 else _COARSE
    settings = [_settings(load, name, *shape) for name in load.names]
    return [dict(zip(load.names, lane, strict=True)) for lane in product(*settings)]


def _settings(
    load: Load, name: str, lows: Sequence[float], highs: Sequence[float], targets: Sequence[float]
) -> list[Setting]:
    """Between the trough and beyond the peak of a name, in shares of the peak."""
    if name not in load.busy:
        return [Fixed(1.0)]
    units = load.of(name)
    trough, peak = float(np.quantile(units, 0.02)), float(units.max())
    steps = np.linspace(max(1.0, units.mean()), peak * 1.1, 4 * len(lows))
    fixed = sorted({ceil(each) for each in steps})
    scaled = {
        (max(1, ceil(trough + low * (peak - trough))), ceil(high * peak), target)
        for low in lows
        for high in highs
        for target in targets
    }
    return [
        *(Fixed(float(each)) for each in fixed),
        *(Tracked(float(low), float(high), target) for low, high, target in sorted(scaled) if low < high),
    ]


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 where a recommendation costs more than it may."""
    from ddbload.capacity.behaviour import simulate

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--worlds", type=int, default=40)
    parser.add_argument("--throttled", type=float, default=0.001)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("demands", nargs="*", choices=[*SHAPES, []])
    asked = parser.parse_args(arguments)
    print(
        f"{'demand':<16}{'recommended':<30}{'USD a month':>12}  {'best of the grid':<18}{'USD a month':>12}{'ratio':>8}"
    )
    worst = 0.0
    for name in asked.demands or SHAPES:
        each = compare(name, simulate, days=asked.days, worlds=asked.worlds, objective=asked.throttled, seed=asked.seed)
        worst = max(worst, each.ratio)
        print(
            f"{each.name:<16}{each.recommended:<30}{each.recommended_usd:>12,.2f}"
            f"  {each.best:<18}{each.best_usd:>12,.2f}{each.ratio:>8.3f}",
            flush=True,
        )
    print(f"worst ratio {worst:.3f} (at most {WITHIN})")
    return int(worst > WITHIN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
