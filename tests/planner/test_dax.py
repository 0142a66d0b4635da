"""DAX: the guide's sizing, hit ratios of a cache, and what a cluster saves of a workload's reads."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings, strategies as st

from ddbload.planner.dax.cache import Passing, Population, served
from ddbload.planner.dax.nodes import (
    NODES,
    Traffic,
    cluster_of,
    node_prices,
    normalised_rps,
    smallest,
    target_rps,
)
from ddbload.planner.dax.plan import DaxSettings, dax_plan
from ddbload.planner.dax.popularity import of_chooser, of_items, one, product
from ddbload.planner.resource import Consumption, Estimate, FamilyStorage, OperationUnits, Resource, WorkloadUnits
from ddbload.pricing import Price, PriceBook, PriceError
from ddbload.scenario.load import parse_scenario
from ddbload.scenario.model import Gaussian, Hotspot, Items, Latest, Scenario, Zipf
from ddbload.scenario.model.picks import Chooser

VECTORS = [
    vector
    for vector in yaml.safe_load((Path(__file__).parents[1] / "data" / "plan.yaml").read_text())["vectors"]
    if vector["kind"] == "dax" and not vector["stale"]
]
GUIDE = Traffic(hits=50_000, misses=1_000, writes=100, item_bytes=2048)

# --- the guide's sizing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_published_examples_come_to_their_own_figures(vector: dict[str, Any]) -> None:
    given, expected = vector["inputs"], vector["expected"]
    traffic = [Traffic(given["hits_s"], given["misses_s"], given["writes_s"], given["kb"] * 1024)]
    cluster = smallest(given["nodes"], traffic, given["target"])
    assert cluster is not None
    assert cluster.normalised_rps == pytest.approx(expected["normalised_rps"])
    assert cluster.target_rps == pytest.approx(expected["target_rps"])
    assert cluster.node == expected["node"]
    # the other set of prices, which AWS's calculator has
    assert cluster.nodes * 720 * 0.171 == pytest.approx(expected["month_720h"], abs=vector["tolerance"]["abs_usd"])


def test_the_smallest_type_that_carries_the_traffic_and_keeps_the_data_is_chosen() -> None:
    by_traffic = smallest(3, [replace(GUIDE, hits=200_000)])
    by_data = smallest(3, [GUIDE], dataset_bytes=20 * 2**30)
    assert by_traffic is not None
    assert by_data is not None
    assert (by_traffic.node, by_data.node) == ("dax.r5.2xlarge", "dax.r5.xlarge")
    assert smallest(3, [GUIDE], dataset_bytes=800 * 2**30) is None


@pytest.mark.parametrize(
    ("nodes", "factor", "why"),
    [
        (1, 1 / 0.7, "a single node has no others to lose"),
        (3, 1.5, "two nodes carry what three did"),
        (5, 1 / 0.7, "1.25 for a lost node is less than 70 % asks for"),
        (11, 1 / 0.7, "so is 1.1"),
    ],
)
def test_the_greater_of_utilisation_and_the_loss_of_a_node_counts(nodes: int, factor: float, why: str) -> None:
    assert target_rps(1000, nodes) == pytest.approx(1000 * factor), why


def test_sizes_are_rounded_up_to_a_kilobyte() -> None:
    assert normalised_rps([Traffic(100, 0, 0, 1025)], 3) == 200
    assert normalised_rps([Traffic(100, 0, 0, 0)], 3) == 100


def test_more_nodes_carry_no_more_writes() -> None:
    writes = [Traffic(0, 0, 40_001, 1000)]
    assert all(cluster_of("dax.r5.24xlarge", nodes, writes, utilisation=1.0) is None for nodes in range(1, 12))
    assert cluster_of("dax.r5.24xlarge", 11, [Traffic(0, 0, 36_000, 1000)], utilisation=1.0) is not None


@pytest.mark.parametrize(("nodes", "utilisation"), [(0, 0.7), (12, 0.7), (3, 0.0), (3, 1.1)])
def test_what_no_cluster_can_be_is_refused(nodes: int, utilisation: float) -> None:
    with pytest.raises(ValueError, match=r"nodes|utilisation"):
        cluster_of("dax.r5.large", nodes, [GUIDE], utilisation)


# --- popularity ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 7, 5000, 10**7])
@pytest.mark.parametrize(
    "chooser",
    [
        "uniform",
        "latest",
        Zipf(zipf=0.99),
        Zipf(zipf=1.0),
        Latest(latest=2.5),
        Hotspot.model_validate({"hotspot": {"items": "1%", "share": "80%"}}),
        Gaussian.model_validate({"gaussian": {"mean": "30%", "deviation": "20%"}}),
    ],
)
def test_all_choices_go_to_all_things(chooser: Chooser, n: int) -> None:
    found = of_chooser(chooser, n)
    assert found.things == pytest.approx(n)
    assert float(found.share @ found.count) == pytest.approx(1)


def test_ranks_in_classes_are_as_the_power_law_has_them() -> None:
    n, s = 100_000, 0.8
    found = of_chooser(Zipf(zipf=s), n)
    exact = np.arange(1, n + 1, dtype=np.float64) ** -s
    exact /= exact.sum()
    ttl_hits = [float((rate * exact / (1 + rate * exact)) @ exact) for rate in (1e2, 1e5)]
    classes = [
        float((rate * found.share / (1 + rate * found.share)) @ (found.share * found.count)) for rate in (1e2, 1e5)
    ]
    assert classes == pytest.approx(ttl_hits, rel=1e-3)


def test_pairs_of_independent_choices_multiply() -> None:
    both = product([of_chooser(Zipf(zipf=0.9), 100), of_chooser("uniform", 20)])
    assert both.things == pytest.approx(2000)
    assert float(both.share @ both.count) == pytest.approx(1)
    assert both.share.max() == pytest.approx(of_chooser(Zipf(zipf=0.9), 100).share.max() / 20, rel=0.02)


def test_groups_of_scattered_items_have_one_of_the_most_popular_each() -> None:
    items = Items(of={"a": 10, "b": 1000}, shape={"pk": "{a}"})
    found = of_items(items, Zipf(zipf=0.99), ["a"])
    assert found.things == pytest.approx(10)
    assert float(found.share @ found.count) == pytest.approx(1)
    assert found.share.max() < 0.25, "a tenth of most of it, and the most popular item"


# --- hit ratios ----------------------------------------------------------------------------------------------------


def test_a_time_to_live_alone_gives_the_known_ratio() -> None:
    found = served([Population(one(), reads=0.02, refills=0, entry_bytes=100, ttl_s=300)], math.inf)
    assert found.hits[0] == pytest.approx(6 / 7)


def test_memory_alone_gives_the_known_ratio_of_the_least_recently_used() -> None:
    """Of n equally popular things, the part that fits is hit."""
    even = of_chooser("uniform", 1000)
    found = served([Population(even, reads=50, refills=0, entry_bytes=100, ttl_s=math.inf)], 250 * 100)
    assert found.hits[0] == pytest.approx(0.25, abs=1e-3)
    assert found.held_bytes <= 25_000 * (1 + 1e-9)


def test_what_is_asked_for_once_pushes_others_out_but_not_all_of_them() -> None:
    even = Population(of_chooser("uniform", 100), 100, 0, 1.0, math.inf)
    alone = served([even], 50)
    crowded = served([even], 50, [Passing(bytes_per_second=100, ttl_s=math.inf)])
    assert alone.hits[0] == pytest.approx(0.5, abs=1e-3)
    assert crowded.hits[0] == pytest.approx(0.23375, abs=1e-4), "1 - e^-c, where 100 (1 - e^-c) + 100 c = 50"
    assert served([even], 500, [Passing(100, 1.0)]).hits == (1.0,), "what expires leaves room enough"


def test_without_bounds_everything_that_is_asked_for_is_there() -> None:
    assert served([Population(one(), 1, 0, 100, math.inf)], math.inf).hits == (1.0,)
    assert served([Population(one(), 0, 0, 100, math.inf)], math.inf).hits == (0.0,)


def test_what_is_never_kept_is_never_hit() -> None:
    assert served([Population(one(), 100, 0, 100, 0.0)], math.inf).hits == (0.0,)


@given(
    reads=st.floats(0.01, 1e5),
    refills=st.floats(0, 1e4),
    ttl_s=st.floats(0.1, 1e5),
    memory=st.floats(100, 1e6),
    exponent=st.floats(0.1, 2),
)
@settings(max_examples=40, deadline=None)
def test_more_memory_and_longer_lives_never_lower_a_ratio(
    reads: float, refills: float, ttl_s: float, memory: float, exponent: float
) -> None:
    things = of_chooser(Zipf(zipf=exponent), 100)

    def ratio(times_memory: float = 1, times_ttl: float = 1) -> float:
        population = Population(things, reads, refills, 100, ttl_s * times_ttl)
        found = served([population], memory * times_memory)
        assert found.held_bytes <= memory * times_memory * (1 + 1e-6) + 1e-3
        return found.hits[0]

    assert 0 <= ratio() <= 1
    assert ratio(times_memory=2) >= ratio() - 1e-9
    assert ratio(times_ttl=2) >= ratio() - 1e-3, "but for what others push out"


@pytest.mark.parametrize(
    ("memory_things", "writes", "ttl_s"),
    [(10_000, 0.0, 60.0), (10_000, 5.0, 60.0), (100, 0.0, 60.0), (60, 3.0, 30.0), (150, 0.0, 1e9)],
)
def test_a_simulated_cache_agrees(memory_things: int, writes: float, ttl_s: float) -> None:
    n, reads = 500, 20.0
    popularity = of_chooser(Zipf(zipf=0.9), n)
    found = served([Population(popularity, reads, writes, 1.0, ttl_s)], memory_things)
    assert found.hits[0] == pytest.approx(_simulated(popularity.share, reads, writes, ttl_s, memory_things), abs=0.03)


def _simulated(shares: np.ndarray, reads: float, writes: float, ttl_s: float, most: int) -> float:
    """A plain cache that forgets what has expired, and the least recently used beyond its bounds."""
    rng = np.random.default_rng(7)
    count = 120_000
    things = rng.choice(len(shares), count, p=shares / shares.sum())
    gaps = rng.exponential(1 / (reads + writes), count)
    is_write = rng.random(count) < writes / (reads + writes)
    kept: dict[int, float] = {}
    now, hits, asked = 0.0, 0, 0
    for thing, gap, write in zip(things.tolist(), gaps.tolist(), is_write.tolist(), strict=True):
        now += gap
        filled = kept.pop(thing, None)
        there = filled is not None and now - filled < ttl_s
        if not write and now > 200:
            asked += 1
            hits += there
        kept[thing] = filled if there and not write and filled is not None else now
        if len(kept) > most:
            expired = [other for other, since in kept.items() if now - since >= ttl_s]
            for other in expired:
                del kept[other]
            if len(kept) > most:
                del kept[next(iter(kept))]
    return hits / asked


# --- a workload ----------------------------------------------------------------------------------------------------

SCENARIO = """
ddbload: 1
name: cached
table: {name: users, key: {pk: S}, indexes: {by_team: {key: {team: S}, project: [points]}}}
values: {any: {number: {min: 0, max: 1000000}}, kind: {choice: {a: 9, b: 1}}}
items: {user: {of: {squad: 50, n: 200}, shape: {pk: "u#{squad}#{n}", team: "t{squad}", kind: "{kind}",
                points: "{any}"}}}
operations:
  read: {get: user, pick: {zipf: 0.99}}
  strong: {get: user, pick: {zipf: 0.99}, consistent: true}
  batch: {batch_get: [{get: user, pick: {zipf: 0.99}, count: 10}]}
  team: {query: user, index: by_team, key: "team = {team}"}
  points: {query: user, index: by_team, key: "team = {team}", filter: "points > {any}"}
  save: {put: user, pick: {zipf: 0.99}}
  swap: {transact_write: [{put: user, pick: {zipf: 0.99}}]}
load: {mix: {read: 1, strong: 1, batch: 1, team: 1, points: 1, save: 1, swap: 1}, rate: 100, phases: [{hold: 1m}]}
"""
TABLE, INDEX = Resource("users"), Resource("users", "by_team")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return parse_scenario(SCENARIO, folder=Path()).scenario


def _operation(
    name: str, api: str, read: float, resource: Resource = TABLE, rows: float | None = None
) -> OperationUnits:
    return OperationUnits(
        name, api, {name: 1.0}, 1.0, {resource: Consumption(read=Estimate(read), write=Estimate(0.0))}, rows=rows
    )


UNITS = WorkloadUnits(
    (
        _operation("read", "GetItem", 0.5),
        _operation("strong", "GetItem", 1.0),
        _operation("batch", "BatchGetItem", 5.0),
        _operation("team", "Query", 3.0, INDEX, rows=200),
        _operation("points", "Query", 3.0, INDEX, rows=200),
        _operation("save", "PutItem", 0.0),
        _operation("swap", "TransactWriteItems", 0.0),
    ),
    (FamilyStorage("user", "users", 10_000, 100.0),),
)


def _book(**usd: float) -> PriceBook:
    def price(amount: float) -> Price:
        return Price(amount, "x", "reported", "a test", "2026-11-22")

    names = {f"on_demand.standard.{unit}": price(0.125) for unit in ("rru", "wru", "rwru")}
    return PriceBook("nowhere-1", "Nowhere", date(2026, 11, 22), names | {k: price(v) for k, v in usd.items()})


NODE_PRICES = {node: 0.2 * (k + 1) for k, node in enumerate(NODES)}


def test_nodes_without_a_price_are_a_price_error_that_names_one() -> None:
    with pytest.raises(PriceError, match=r"nowhere-1, such as 'dax\.r5\.large'"):
        node_prices(_book())


def test_reads_by_key_that_may_be_old_are_saved_by_their_hit_ratio(scenario: Scenario) -> None:
    found = dax_plan(scenario, UNITS, {"read": 1000.0}, _book(**NODE_PRICES))
    assert found is not None
    popularity = of_items(scenario.items["user"], Zipf(zipf=0.99))
    load = 1000 * popularity.share * 300
    expected = float((load / (1 + load)) @ (popularity.share * popularity.count))
    assert found.hits["read"] == pytest.approx(expected)
    assert found.saved == {TABLE: pytest.approx(500 * expected)}
    assert found.saved_usd == pytest.approx(500 * expected * 3600 * 730 / 1e6 * 0.125)
    assert (found.cluster.node, found.cluster.nodes) == ("dax.r5.large", 3)
    assert found.usd_per_month == pytest.approx(3 * 0.2 * 730)


def test_strong_reads_are_not_served_and_it_is_said(scenario: Scenario) -> None:
    assert dax_plan(scenario, UNITS, {"strong": 1000.0}, _book(**NODE_PRICES)) is None
    found = dax_plan(scenario, UNITS, {"strong": 1000.0, "read": 1.0}, _book(**NODE_PRICES))
    assert found is not None
    assert "strong" not in found.hits
    assert any(note.startswith("strong: strongly consistent") for note in found.notes)


def test_a_query_is_kept_by_its_parameters(scenario: Scenario) -> None:
    found = dax_plan(scenario, UNITS, {"team": 10.0, "points": 10.0}, _book(**NODE_PRICES))
    assert found is not None
    assert found.hits["team"] == pytest.approx(60 / 61), "50 teams, each asked for 0.2 times a second"
    assert found.hits["points"] == 0, "its filter differs from call to call"
    assert found.saved == {INDEX: pytest.approx(30 * 60 / 61)}


def test_a_query_by_one_of_few_values_repeats_itself() -> None:
    text = SCENARIO.replace('filter: "points > {any}"', 'filter: "points > 3", limit: 5').replace(
        "project: [points]", "project: [points, kind]"
    )
    few = parse_scenario(text.replace('"points > 3"', '"kind = {kind}"'), folder=Path()).scenario
    found = dax_plan(few, UNITS, {"points": 10.0}, _book(**NODE_PRICES))
    assert found is not None
    rates = [10 * share / 50 * 300 for share in (0.9, 0.1)]
    expected = sum(share * rate / (1 + rate) for share, rate in zip((0.9, 0.1), rates, strict=True))
    assert found.hits["points"] == pytest.approx(expected, rel=1e-6)


def test_writes_through_renew_items_and_writes_around_do_not(scenario: Scenario) -> None:
    book, arrivals = _book(**NODE_PRICES), {"read": 10.0, "save": 100.0}
    through = dax_plan(scenario, UNITS, arrivals, book)
    around = dax_plan(scenario, UNITS, arrivals, book, settings=DaxSettings(write_through=False))
    assert through is not None
    assert around is not None
    assert through.hits["read"] > around.hits["read"]
    assert through.cluster.normalised_rps > around.cluster.normalised_rps


def test_transactional_writes_through_the_cluster_cost_reads(scenario: Scenario) -> None:
    found = dax_plan(scenario, UNITS, {"read": 1e-9, "swap": 100.0}, _book(**NODE_PRICES))
    assert found is not None
    assert found.saved[TABLE] == pytest.approx(-200), "two units for each item of up to 4 KB"


def test_the_cluster_is_sized_for_the_peak(scenario: Scenario) -> None:
    book = _book(**NODE_PRICES)
    mean = dax_plan(scenario, UNITS, {"read": 1000.0}, book)
    peak = dax_plan(scenario, UNITS, {"read": 1000.0}, book, peak={"read": 200_000.0})
    assert mean is not None
    assert peak is not None
    assert peak.cluster.capacity_rps >= peak.cluster.target_rps > mean.cluster.target_rps
    assert peak.saved == mean.saved


def test_a_load_that_no_cluster_carries_has_no_plan(scenario: Scenario) -> None:
    assert dax_plan(scenario, UNITS, {"read": 1e9}, _book(**NODE_PRICES)) is None


def test_keys_that_are_not_there_are_not_counted_on() -> None:
    missing = SCENARIO.replace("read: {get: user, pick: {zipf: 0.99}}", "read: {get: user, missing: 50%}")
    scenario = parse_scenario(missing, folder=Path()).scenario
    found = dax_plan(scenario, UNITS, {"read": 1e5}, _book(**NODE_PRICES))
    assert found is not None
    assert found.hits["read"] == pytest.approx(0.5, abs=0.01)


def test_a_larger_memory_is_chosen_where_it_saves_more_than_it_costs(scenario: Scenario) -> None:
    """Not realistic sizes: 10,000 things of 8 MB, each read for 10,000 units."""
    read = replace(UNITS.operations[0], consumption={TABLE: Consumption(read=Estimate(10_000.0))})
    units = WorkloadUnits((read,), (FamilyStorage("user", "users", 10_000, 8e6),))
    settings = DaxSettings(item_ttl_s=0)
    small = dax_plan(scenario, units, {"read": 10.0}, _book(**{"dax.r5.large": 0.2}), settings=settings)
    found = dax_plan(scenario, units, {"read": 10.0}, _book(**NODE_PRICES), settings=settings)
    assert small is not None
    assert found is not None
    assert small.held_bytes == pytest.approx(2**34, rel=0.01)
    assert found.hits["read"] > small.hits["read"]
    assert found.saved_usd - small.saved_usd > found.usd_per_month - small.usd_per_month > 0
