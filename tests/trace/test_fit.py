"""A trace made of known parts gives them back, and the scenario of its fit loads."""

# ruff: noqa: E501 - a case stands on one line, as a person reads it

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from ddbload.scenario.load import parse_scenario
from ddbload.scenario.model import Scenario
from ddbload.trace import TraceRow, open_trace, write_trace
from ddbload.trace.fit import Fit, fit, scenario_text
from ddbload.values import LognormalSize, Scatter, Uniform, Zipf, words
from ddbload.values.transforms import thresholds, weighted
from tests.trace.made import SEED, arrivals_ns, rows_wanted

MIX = {"read_order": 62.0, "recent": 18.0, "place": 12.0, "pay": 8.0}
CUSTOMERS, ORDERS = 5_000, 20
SHAPE = [(0.0, 0.25), (60.0, 0.25), (120.0, 1.0), (360.0, 1.0)]


def shop(count: int) -> Iterator[TraceRow]:
    """The requests of a shop: reads by a Zipf over customers, new orders, sizes with a long tail."""
    times = arrivals_ns(SHAPE, count, poisson=True)
    count = len(times)
    names = list(MIX)
    chosen = weighted(words(SEED, "mix", 0, count)[:, 0], thresholds(tuple(MIX.values()))).tolist()
    customers = Scatter(CUSTOMERS, SEED, "s")(Zipf(CUSTOMERS, 0.99).draw(words(SEED, "c", 0, count))).tolist()
    orders = Uniform(ORDERS).draw(words(SEED, "o", 0, count)).tolist()
    sizes = LognormalSize(700, 6000, 32000).draw(words(SEED, "z", 0, count)[:, 0]).tolist()
    carts = 0
    for time, which, customer, order, size in zip(times, chosen, customers, orders, sizes, strict=True):
        name = names[which]
        key = f"customer#{customer}" if name == "recent" else f"customer#{customer}/order#{order}"
        if name == "place":
            key, carts = f"cart#{carts}/1", carts + 1
        yield TraceRow(time, name, key, size_bytes=None if name == "recent" else size, table="shop")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    path = tmp_path_factory.mktemp("fit") / "shop.csv"
    write_trace(path, shop(rows_wanted(100_000)))
    return fit(open_trace(path))


@pytest.fixture(scope="module")
def scenario(found: Fit) -> Scenario:
    return parse_scenario(scenario_text(found, "shop")).scenario


def test_the_mix_comes_back_within_a_point(found: Fit) -> None:
    assert {name: 100 * share for name, share in found.mix.items()} == pytest.approx(MIX, abs=1)


def test_the_zipf_comes_back_within_five_hundredths(found: Fit) -> None:
    for group in found.groups:
        if group.operation != "place":
            skew = group.picks["customer"]
            assert skew.kind == "zipf"
            assert skew.n == pytest.approx(CUSTOMERS, rel=0.01)
            assert skew.exponent == pytest.approx(0.99, abs=0.05)


def test_the_sizes_come_back_within_five_percent(found: Fit) -> None:
    size = found.groups[0].size
    assert size is not None
    assert size.kind == "lognormal"
    assert size.parameters["median"] == pytest.approx(700, rel=0.05)
    assert size.parameters["p99"] == pytest.approx(6000, rel=0.05)
    assert (abs(size.mean_error) < 0.05, abs(size.p99_error) < 0.05) == (True, True)


def test_the_shape_of_the_rate_comes_back(found: Fit) -> None:
    assert found.rate.arrivals == "poisson"
    assert [piece.kind for piece in found.rate.pieces] == ["hold", "ramp", "hold"]
    assert [piece.seconds for piece in found.rate.pieces] == pytest.approx([60, 60, 240], abs=8)
    assert found.rate.pieces[0].start / found.rate.peak == pytest.approx(0.25, abs=0.02)


def test_its_scenario_has_the_same_load_and_items(scenario: Scenario, found: Fit) -> None:
    assert scenario.load.mix == pytest.approx(MIX, abs=1)
    assert scenario.load.rate == pytest.approx(found.rate.peak, rel=1e-3)
    assert dict(scenario.items["order"].of) == pytest.approx({"customer": CUSTOMERS, "order": ORDERS}, rel=0.01)
    assert scenario.items["order"].shape["pk"] == "customer#{customer}"
    assert scenario.table is not None
    assert (scenario.table.name, dict(scenario.table.key)) == ("shop", {"pk": "S", "sk": "S"})


def test_its_operations_pick_as_the_trace_did(found: Fit) -> None:
    text = scenario_text(found, "shop")
    lines = {line.split(":")[0].strip(): line for line in text.split("operations:")[1].split("load:")[0].splitlines()}
    assert "{get: order, pick: {customer: {zipf: 0.9" in lines["read_order"]
    assert "query: order, pick: {customer: {zipf: " in lines["recent"]
    assert "put: cart, pick: next" in lines["place"]
    assert "update: order" in lines["pay"]


def made(tmp_path: Path, rows: Sequence[TraceRow], **options: int) -> Fit:
    write_trace(tmp_path / "trace.csv", rows)
    return fit(open_trace(tmp_path / "trace.csv"), **options)


def test_sessions_of_few_sequences_become_sessions(tmp_path: Path) -> None:
    pauses = np.random.Generator(np.random.Philox(SEED)).exponential(0.3, (3_000, 2))
    rows = []
    for session in range(3_000):
        start, (first, second) = session * 20_000_000, (pauses[session] * 1e9).astype(int).tolist()
        steps = [("browse", start), ("read", start + first), ("pay", start + first + second)]
        for name, time in steps[: 1 + 2 * (session % 4 > 0)]:
            rows.append(TraceRow(time, name, f"user#{session % 100}", session=f"s{session}"))
    found = made(tmp_path, sorted(rows))
    assert found.sessions is not None
    assert [(one.steps, one.count) for one in found.sessions.sequences] == [(("browse", "read", "pay"), 2250)]
    assert found.sessions.single == {"browse": 750}
    think = found.sessions.sequences[0].think[0]
    assert think.kind == "exponential"
    assert think.mean_s == pytest.approx(0.3, rel=0.1)
    text = scenario_text(found, "sessions")
    assert "session: [browse, {think: {exponential: " in text
    loaded = parse_scenario(text).scenario
    assert loaded.load.mix == pytest.approx({"browse": 25, "session_1": 75}, abs=0.1)
    assert loaded.load.rate == pytest.approx(50, rel=0.1)


def test_sessions_of_many_sequences_are_told_not_to_be_fitted(tmp_path: Path) -> None:
    names = ["get_a", "put_b", "query_c", "delete_d"]
    picked = Uniform(4).draw(words(SEED, "steps", 0, 4_000)).tolist()
    rows = [TraceRow(n * 10**7, names[one], f"k#{n % 50}", session=f"s{n // 8}") for n, one in enumerate(picked)]
    found = made(tmp_path, rows)
    assert found.sessions is not None
    assert not found.sessions.fitted
    assert "not fitted" in str(found.sessions)


def test_more_keys_than_are_counted_are_sampled_and_it_is_said(tmp_path: Path) -> None:
    keys = Scatter(20_000, SEED, "k")(Zipf(20_000, 0.8).draw(words(SEED, "k", 0, 60_000))).tolist()
    rows = [TraceRow(n * 10**6, "get", f"user#{key}") for n, key in enumerate(keys)]
    found = made(tmp_path, rows, most_keys=5_000)
    assert found.notes == ("more than 5,000 different keys: one of 4 was counted, chosen by a hash",)
    assert found.groups[0].picks["user"].exponent == pytest.approx(0.8, abs=0.05)


ODD: list[tuple[str, list[TraceRow]]] = [
    ("one row", [TraceRow(0, "get", "a")]),
    ("rows of one moment", [TraceRow(0, "get", "a")] * 3),
    ("no keys at all", [TraceRow(n * 10**9, "scan", "") for n in range(50)]),
    ("numbers of items alone", [TraceRow(n * 10**8, "get", "", item=n % 30) for n in range(500)]),
    ("names that no scenario allows", [TraceRow(n * 10**8, "1-Frage/ö", f"a b'\"{{{n}}}\\", table="t") for n in range(60)]),
    ("several tables", [TraceRow(n * 10**8, "GetItem", f"u#{n % 20}", None, n % 7, None, f"t{n % 2}") for n in range(400)]),
    ("an operation on keys of two shapes", [TraceRow(n * 10**8, "GetItem", f"{'ab'[n % 2]}#{n % 20}") for n in range(400)]),
    ("a key that needs a sort key beside one that has none", [TraceRow(n * 10**8, "PutItem", f"a#{n}/b" if n % 2 else f"c#{n}") for n in range(400)]),
    ("items beyond what DynamoDB holds", [TraceRow(n * 10**8, "put", f"a#{n}", size_bytes=900_000 + n) for n in range(100)]),
    ("sizes of a few kinds", [TraceRow(n * 10**8, "put", f"a#{n}", size_bytes=(1, 50, 9000)[n % 3]) for n in range(100)]),
    ("words that YAML has a meaning for", [TraceRow(n * 10**8, ("on", "null")[n % 2], f"no#{n % 20}", table="123") for n in range(400)]),
    ("stairs", [TraceRow(time, "get", f"a#{n % 99}") for n, time in enumerate(arrivals_ns([(0, 1), (50, 1), (50, 2), (100, 2), (100, 3), (150, 3)], 30_000, poisson=True))]),
    ("a wave", [TraceRow(time, "get", f"a#{n % 99}") for n, time in enumerate(arrivals_ns([(s, 1 + 0.6 * np.sin(s / 20)) for s in range(500)], 30_000, poisson=False))]),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "rows"), ODD, ids=[case[0] for case in ODD])
def test_the_scenario_of_every_trace_loads(tmp_path: Path, sentence: str, rows: list[TraceRow]) -> None:
    loaded = parse_scenario(scenario_text(made(tmp_path, rows), "odd trace!"))
    assert not loaded.warnings, sentence


def test_a_coarse_clock_is_told(tmp_path: Path) -> None:
    found = made(tmp_path, [TraceRow(n // 50 * 10**9, "get", f"a#{n % 9}") for n in range(5_000)])
    assert found.notes[0].startswith("times have a resolution of 1s")


def test_what_a_name_does_not_tell_may_be_told(tmp_path: Path) -> None:
    found = made(tmp_path, [TraceRow(n * 10**8, "checkout", f"a#{n % 9}") for n in range(100)])
    assert "checkout: {get: a}   # its name does not tell what it does" in scenario_text(found, "x")
    assert "checkout: {delete: a}\n" in scenario_text(found, "x", kinds={"checkout": "delete"})
