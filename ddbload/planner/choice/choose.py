"""The capacity of one table: every way to run it, what each costs and throttles, and which one to take.

How it stays fast: settings are screened for each table and index alone, on a few days and a dozen worlds (`search`);
those near the limit are run together on two weeks of some dozens of worlds, and the best of them over the month in all
(`confirm`). Reads and writes are searched apart and paired at the end, where the objective must hold for both in the
same worlds. The same seed gives the same choice: what a world draws does not depend on how many candidates there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import ceil

import numpy as np

from ddbload.capacity.behaviour.settings import OnDemand, Tracked
from ddbload.planner.choice.candidates import (
    DIMENSIONS,
    Candidate,
    Choice,
    Evaluated,
    Measured,
    Settings,
    Simulate,
    Standing,
    TableFacts,
)
from ddbload.planner.choice.confirm import Confirmed, Confirming, provisioned
from ddbload.planner.choice.evaluate import Judging, Paid, best_pair, evaluate, paid_of
from ddbload.planner.choice.lanes import Heats, Load, load_of, measure
from ddbload.planner.choice.priced import NEW_TABLE_WARM, Books
from ddbload.planner.choice.regret import THROTTLED_FACTOR, decide, median_usd
from ddbload.planner.choice.reserve import Years
from ddbload.planner.choice.search import Family
from ddbload.planner.choice.together import carried_out, side_by_side
from ddbload.planner.choice.why import why
from ddbload.planner.demand.model import UnitDemand
from ddbload.planner.resource import Dimension
from ddbload.pricing import FreeTier, PriceError, load_book
from ddbload.pricing.free import NOTHING_FREE
from ddbload.pricing.usage import TableClass, Unit

_NAMES: Mapping[Family, str] = {
    "fixed": "fixed",
    "auto-scaling": "auto scaling",
    "scheduled": "auto scaling with a schedule",
}
_CLASSES: Mapping[TableClass, str] = {"standard": ", Standard class", "infrequent-access": ", infrequent access"}
_WARM_FACTORS = (0.5, 0.75, 1.0, 1.25, 1.6)


def choose(
    facts: TableFacts,
    demand: UnitDemand,
    *,
    standing: Standing,
    simulate: Simulate,
    objective: float = 0.001,
    confidence: float = 0.95,
    books: Books = load_book,
    seed: int = 0,
    heat: Heats | None = None,
    variants: Mapping[str, tuple[UnitDemand, Standing]] | None = None,
    commit_years: int = 3,
    free: FreeTier = NOTHING_FREE,
    throttled_factor: float = THROTTLED_FACTOR,
) -> Choice:
    """Choose how to run one table with its global indexes.

    Args:
        facts: the table.
        demand: of all resources; those of other tables are not looked at.
        standing: what is paid whatever the capacity, by table class: storage, recovery, streams.
        simulate: the behaviour, with its assumptions.
        objective: the share of read units, and of write units, that may be throttled; 0: none.
        confidence: in this share of the worlds.
        books: region -> prices.
        seed: of what the behaviour draws.
        heat: how uneven the load is.
        variants: other designs of the same table, such as "with DAX" -> (its demand, all that it pays besides).
        commit_years: the longest term of reserved capacity that may be recommended; 0: none. All are listed.
        free: what is left of the account's free tier.
        throttled_factor: for regret, what a unit throttled beyond the objective costs, in on-demand units.

    Raises:
        PriceError: the price of something that the table already has is missing.
        ValueError: an objective or a confidence is not a share.
    """
    if not 0 <= objective < 1 or not 0 < confidence <= 1:
        raise ValueError(f"an objective and a confidence are shares: {objective}, {confidence}")
    minutes = load_of(facts, demand, "read").minutes
    scale = demand.month.billed_hours / (minutes / 60)
    judging = Judging(facts, objective, confidence, scale, books, free, throttled_factor)
    runs = _Runs(judging, Confirming(objective, confidence), simulate, seed, heat)
    designs = {"": (demand, standing), **(variants or {})}
    untried: list[str] = []
    found: list[Evaluated] = []
    for variant, (asked, paid) in designs.items():
        found += _of_design(runs, variant, asked, paid, untried)
    decision = decide(found, commit_years=commit_years)
    choice = Choice(
        facts,
        decision.evaluated,
        decision.chosen,
        (),
        scale,
        {name: paid for name, (_, paid) in designs.items()},
        tuple(dict.fromkeys(untried)),
        decision.uncertain,
        free,
    )
    return why(choice, judging)


@dataclass(frozen=True, slots=True)
class _Runs:
    """Simulated dimensions, kept so that designs that ask the same are run once."""

    judging: Judging
    confirming: Confirming
    simulate: Simulate
    seed: int
    heat: Heats | None
    lanes: dict[tuple[object, ...], list[Confirmed]] = field(default_factory=dict)
    served: dict[tuple[object, ...], list[Measured]] = field(default_factory=dict)

    def load(self, demand: UnitDemand, dimension: Dimension) -> Load:
        return load_of(self.judging.facts, demand, dimension, self.heat)

    def provisioned(self, loads: Mapping[Dimension, Load]) -> dict[Dimension, list[Confirmed]]:
        """Lanes of provisioned capacity."""
        new = {key: load for load in loads.values() if (key := _key(load)) not in self.lanes}
        searches = side_by_side([provisioned(load, self.confirming) for load in new.values()])
        self.lanes.update(zip(new, carried_out(searches, self.simulate, seed=self.seed), strict=True))
        return {dimension: self.lanes[_key(load)] for dimension, load in loads.items()}

    def on_demand(self, load: Load) -> list[Measured]:
        """As it is, and pre-warmed as far as it takes, where throttling asks for it."""
        key = _key(load)
        if key not in self.served:
            plain = self.measured(load, [_on_demand(self.judging.facts, load, 0.0)])
            if np.mean(plain[0].share <= self.judging.limit) < self.judging.confidence:
                warmed = self.measured(load, [_on_demand(self.judging.facts, load, by) for by in _WARM_FACTORS])
                kept = [each for each in warmed if self._keeps(each)] or warmed[-1:]
                plain.append(kept[0])
            self.served[key] = plain
        return self.served[key]

    def measured(self, load: Load, lanes: Sequence[Mapping[str, object]]) -> list[Measured]:
        """Lanes in all worlds."""
        return measure(load, lanes, self.simulate, seed=self.seed)  # type: ignore[arg-type]  # settings

    def _keeps(self, each: Measured) -> bool:
        return bool(np.mean(each.share <= self.judging.limit) >= self.judging.confidence)


def _key(load: Load) -> tuple[object, ...]:
    """Two loads of one table are the same when their arrays are."""
    units = load.asked.units if load.asked else {}
    return (load.dimension, *((name, id(series)) for name, series in units.items()))


def _on_demand(facts: TableFacts, load: Load, by: float) -> dict[str, OnDemand]:
    """On demand; with `by` above 0, names that ask for more than is warm are warmed to that share of their peak."""
    lane = {}
    for name in load.names:
        warm = facts.warm.get(load.dimension, {}).get(name)
        peak = float(np.quantile(load.of(name).max(axis=1), 0.99)) if by and name in load.busy else 0.0
        if peak * by > max(warm or 0.0, NEW_TABLE_WARM[load.dimension]):
            warm = float(ceil(peak * by / 100) * 100)
        lane[name] = OnDemand(maximum=facts.maximum.get(load.dimension, {}).get(name), warm=warm)
    return lane


def _of_design(
    runs: _Runs, variant: str, demand: UnitDemand, standing: Standing, untried: list[str]
) -> list[Evaluated]:
    """All candidates of one design."""
    judging, facts = runs.judging, runs.judging.facts
    loads = {dimension: runs.load(demand, dimension) for dimension in DIMENSIONS}
    tail = f", {variant}" if variant else ""
    make = partial(_evaluated, judging, variant, paid_of(standing, facts.table_class, judging.books, judging.free))
    own = _candidates(runs, loads, facts.table_class, make, tail)
    if facts.written is not None:
        lanes = {dimension: runs.measured(loads[dimension], [facts.written[dimension]])[0] for dimension in DIMENSIONS}
        own.append(make("as written" + tail, lanes, facts.table_class, {}))
    if not facts.other_class:
        return own
    other: TableClass = "standard" if facts.table_class == "infrequent-access" else "infrequent-access"
    try:
        make = partial(_evaluated, judging, variant, paid_of(standing, other, judging.books, judging.free))
        others = _candidates(runs, loads, other, make, _CLASSES[other] + tail)
    except PriceError as missing:
        untried.append(f"the {other} class was not tried: {missing}")
        return own
    best = min(median_usd(each) for each in own if each.keeps or not any(every.keeps for every in own))
    return own + [each for each in others if median_usd(each) < best]


def _candidates(
    runs: _Runs, loads: Mapping[Dimension, Load], table_class: TableClass, make: partial[Evaluated], tail: str
) -> list[Evaluated]:
    """On demand, fixed, auto scaling without and with a schedule; the provisioned ones with reserved capacity too."""
    judging = runs.judging
    served = {dimension: runs.on_demand(load) for dimension, load in loads.items()}
    found = [make("on demand" + tail, {of: each[0] for of, each in served.items()}, table_class, {})]
    if any(len(each) > 1 for each in served.values()):
        warmed = {of: each[-1] for of, each in served.items()}
        found.append(make("on demand, pre-warmed" + tail, warmed, table_class, {}))
    lanes = runs.provisioned(loads)
    for years in (None, 1, 3):
        if years and (table_class != "standard" or not judging.facts.may_reserve):
            continue
        for family in _NAMES:
            allowed = list(_NAMES)[: list(_NAMES).index(family) + 1]
            mine = {of: [lane for lane in each if lane.family in allowed] for of, each in lanes.items()}
            one = _provisioned(judging, mine, family, table_class, years, make, tail)
            if one is None and years is None and family == "auto-scaling":  # shown even where it is no way to go
                only = {of: [lane for lane in each if lane.family == family] or each for of, each in mine.items()}
                one = _provisioned(judging, only, family, table_class, years, make, tail)
            found += [one] if one else []
    return found


def _provisioned(
    judging: Judging,
    lanes: Mapping[Dimension, Sequence[Confirmed]],
    family: Family,
    table_class: TableClass,
    years: Years | None,
    make: partial[Evaluated],
    tail: str,
) -> Evaluated | None:
    """The best of a family; None where it comes to a simpler one, or where reserving saves nothing or has no price."""
    try:
        pair = best_pair(judging, lanes["read"], lanes["write"], table_class, years)
        reserved = judging.reserved(pair, years) if years else {}
    except PriceError:
        if years is None:
            raise
        return None
    if (years and not reserved) or not _is_of(family, {of: each.settings for of, each in pair.items()}):
        return None
    units: dict[tuple[Unit, int], float] = {(unit, of.years): float(of.units) for unit, of in reserved.items()}
    name = _NAMES[family] + (f" + {years} year{'s' if years > 1 else ''} reserved" if years else "")
    return make(name + tail, pair, table_class, units)


def _is_of(family: Family, settings: Settings) -> bool:
    tracked = [each for of in settings.values() for each in of.values() if isinstance(each, Tracked)]
    return {"fixed": True, "auto-scaling": bool(tracked), "scheduled": any(each.schedule for each in tracked)}[family]


def _evaluated(
    judging: Judging,
    variant: str,
    paid: Paid,
    name: str,
    measured: Mapping[Dimension, Measured],
    table_class: TableClass,
    reserved: Mapping[tuple[Unit, int], float],
) -> Evaluated:
    settings = {dimension: of.settings for dimension, of in measured.items()}
    return evaluate(judging, Candidate(name, settings, table_class, reserved, variant), measured, paid)
