"""Design lint: for each rule a design in which it fires, with its dollars, and designs in which it must not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from ddbload.capacity import ITEM_OVERHEAD_BYTES
from ddbload.planner.document import Finding
from ddbload.planner.lint import RULES, findings
from ddbload.planner.resource import FamilyStorage, WorkloadUnits
from ddbload.planner.trial.trial import workload_units
from ddbload.pricing import Price, PriceBook, PriceError
from ddbload.scenario.load import parse_scenario
from ddbload.scenario.model import Scenario

SECONDS = 730 * 3600
READ_USD, WRITE_USD, STORED_USD = 0.125e-6, 0.625e-6, 0.25e-9
"""Of a unit, and of a byte for a month: prices of a book that is only made for this."""


def _book(**more: float) -> PriceBook:
    usd = {
        "on_demand.standard.rru": 0.125,
        "on_demand.standard.wru": 0.625,
        "on_demand.standard_ia.rru": 0.155,
        "on_demand.standard_ia.wru": 0.78,
        "storage.standard": 0.25,
        "storage.standard_ia": 0.10,
        **more,
    }
    prices = {name: Price(amount, "x", "reported", "a test", "2026-11-22") for name, amount in usd.items()}
    return PriceBook("nowhere-1", "Nowhere", date(2026, 11, 22), prices)


def _scenario(operations: str, index: str = "", shape: str = "", table: str = "", values: str = "") -> Scenario:
    names = [line.split(":")[0].strip() for line in operations.strip().splitlines()]
    mix = ", ".join(f"{name}: 1" for name in names)
    text = f"""
ddbload: 1
name: linted
table: {{name: things, key: {{pk: S, sk: S}}{f", indexes: {{{index}}}" if index else ""}{table}}}
values: {{pay: {{text: {{size: 100}}}}, state: {{choice: {{open: 5, done: 95}}}}{values}}}
items:
  thing: {{of: {{a: 20, b: 5}}, shape: {{pk: "a{{a}}", sk: "b{{b}}", state: "{{state}}", pay: "{{pay}}"{shape}}}}}
operations:
  {operations.strip()}
load: {{mix: {{{mix}}}, rate: 100, phases: [{{hold: 10s}}]}}
"""
    return parse_scenario(text, folder=Path()).scenario


def _found(
    scenario: Scenario, rule: str, book: PriceBook | None = None, units: WorkloadUnits | None = None
) -> list[Finding]:
    units = units or workload_units(scenario)
    every = findings(scenario, units, {"": 100.0}, book or _book())
    return [finding for finding in every if finding.rule == rule]


# --- where a rule fires, and where it must not ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Case:
    """A design; `index`, `shape`, `table` and `values` as in `_scenario`."""

    operations: str
    index: str = ""
    shape: str = ""
    table: str = ""
    values: str = ""


BY_STATE = "by_state: {key: {state: S}}"
FIRES = {
    "unread-index": Case("save: {put: thing, pick: next}", BY_STATE),
    "wide-projection": Case(
        "save: {put: thing, pick: next}\n"
        "  seek: {query: thing, index: by_state, key: \"state = 'open'\", projection: pk}",
        BY_STATE,
        ', big: "{big}"',
        values=", big: {text: {size: 2500}}",
    ),
    "little-over-a-step": Case("save: {put: thing}", shape=', more: "{more}"', values=", more: {text: {size: 930}}"),
    "scan-for-query": Case("look: {scan: thing, filter: \"pk = 'a3'\"}"),
    "wasteful-filter": Case('seek: {query: thing, key: "pk = {pk}", filter: "state = \'open\'"}'),
    "strong-reads": Case("read: {get: thing, consistent: true}"),
    "transaction-of-one": Case("save: {transact_write: [{put: thing}]}"),
    "paid-deletes": Case("drop: {delete: thing}"),
}
RESTS = {
    "an index that is queried": (
        "unread-index",
        Case('seek: {query: thing, index: by_state, key: "state = {state}"}', BY_STATE),
    ),
    "an index that is scanned": ("unread-index", Case("every: {scan: thing, index: by_state}", BY_STATE)),
    "an index that a statement reads": (
        "unread-index",
        Case('seek: {execute: \'SELECT * FROM "things"."by_state" WHERE state = {state}\', about: thing}', BY_STATE),
    ),
    "a query that returns all of an entry": (
        "wide-projection",
        Case("seek: {query: thing, index: by_state, key: \"state = 'open'\"}", BY_STATE),
    ),
    "an index of keys": (
        "wide-projection",
        Case(
            "n: {query: thing, index: by_state, key: \"state = 'open'\", select: count}",
            BY_STATE[:-1] + ", project: keys}",
        ),
    ),
    "a projection that is all read": (
        "wide-projection",
        Case(
            "n: {query: thing, index: by_state, key: \"state = 'open'\", projection: pay}",
            BY_STATE[:-1] + ", project: [pay]}",
        ),
    ),
    "items well within a step": ("little-over-a-step", Case("save: {put: thing}")),
    "items of many sizes": (
        "little-over-a-step",
        Case(
            "save: {put: thing}",
            shape=', more: "{more}"',
            values=", more: {text: {size: {uniform: {min: 1, max: 1860}}}}",
        ),
    ),
    "items that are only read in a write's step": (
        "little-over-a-step",
        Case("read: {get: thing}", shape=', more: "{more}"', values=", more: {text: {size: 930}}"),
    ),
    "a scan of all": ("scan-for-query", Case("every: {scan: thing}")),
    "a scan by what nothing is known of": ("scan-for-query", Case("every: {scan: thing, filter: \"pay = 'x'\"}")),
    "a filter that lets most through": (
        "wasteful-filter",
        Case('seek: {query: thing, key: "pk = {pk}", filter: "state = \'done\'"}'),
    ),
    "an eventual read": ("strong-reads", Case("read: {get: thing}")),
    "a session that reads its own write": (
        "strong-reads",
        Case("save: {put: thing}\n  read: {get: thing, consistent: true}\n  both: {session: [save, read]}"),
    ),
    "a transaction of two": ("transaction-of-one", Case("save: {transact_write: [{put: thing, count: 2}]}")),
    "a plain put": ("transaction-of-one", Case("save: {put: thing}")),
    "a batch that writes as well": (
        "paid-deletes",
        Case("swap: {batch_write: [{delete: thing, count: 2}, {put: thing, pick: next}]}"),
    ),
}


@pytest.mark.parametrize("rule", FIRES)
def test_a_rule_fires_and_says_where_and_what_to_do(rule: str) -> None:
    case = FIRES[rule]
    scenario = _scenario(case.operations, case.index, case.shape, case.table, case.values)
    (finding,) = _found(scenario, rule)
    assert finding.usd_per_month > 0
    assert finding.place
    assert finding.advice


@pytest.mark.parametrize("case", RESTS)
def test_a_rule_does_not_fire_for(case: str) -> None:
    rule, design = RESTS[case]
    scenario = _scenario(design.operations, design.index, design.shape, design.table, design.values)
    assert _found(scenario, rule) == []


def test_every_rule_says_when_it_fires_and_how_its_dollars_are_computed() -> None:
    for rule in RULES:
        assert rule.__doc__
        assert "Dollars:" in rule.__doc__


# --- the dollars ---------------------------------------------------------------------------------------------------


def _dollars(rule: str) -> float:
    case = FIRES[rule]
    (finding,) = _found(_scenario(case.operations, case.index, case.shape, case.table, case.values), rule)
    return finding.usd_per_month


def test_an_unread_index_costs_its_writes_and_its_storage() -> None:
    case = FIRES["unread-index"]
    scenario = _scenario(case.operations, case.index)
    units = workload_units(scenario)
    (family,) = units.families
    (writes,) = (found.write.mean for r, found in units.operations[0].consumption.items() if r.index)
    share, n_bytes = family.entries["by_state"]
    (finding,) = _found(scenario, "unread-index", units=units)
    stored = family.items * share * (n_bytes + ITEM_OVERHEAD_BYTES) * STORED_USD
    assert finding.usd_per_month == pytest.approx(100 * writes * SECONDS * WRITE_USD + stored)
    assert finding.usd_per_month > 100 * SECONDS * WRITE_USD, "each put moves its entry or rewrites it"


def test_an_index_of_a_global_table_is_written_in_every_region() -> None:
    case = FIRES["unread-index"]
    alone, everywhere = (
        _found(_scenario(case.operations, case.index, table=table), "unread-index")[0].usd_per_month
        for table in ("", ", replicas: [eu-west-1, us-east-1]")
    )
    assert everywhere == pytest.approx(3 * alone)


def test_a_narrow_projection_saves_reads_writes_and_storage() -> None:
    scenario = _scenario(
        "save: {put: thing, pick: next}\n  n: {query: thing, index: by_state, key: \"state = 'done'\", select: count}",
        BY_STATE,
        ', big: "{big}"',
        values=", big: {text: {size: 2500}}",
    )
    units = workload_units(scenario)
    (finding,) = _found(scenario, "wide-projection", units=units)
    save, count = units.operations
    (writes,) = (found.write.mean for r, found in save.consumption.items() if r.index)
    (reads,) = (found.read.mean for r, found in count.consumption.items() if r.index)
    assert finding.advice == "project: keys"
    assert finding.usd_per_month > 50 * SECONDS * writes * 2 / 3 * WRITE_USD, "an entry of 3 KB is written as one of 1"
    assert finding.usd_per_month < 50 * SECONDS * (writes * 2 / 3 * WRITE_USD + reads * READ_USD) + 0.01


def test_a_step_less_saves_a_unit_of_each_write() -> None:
    assert _dollars("little-over-a-step") == pytest.approx(100 * SECONDS * WRITE_USD)
    case = replace(FIRES["little-over-a-step"], operations="save: {transact_write: [{put: thing, count: 2}]}")
    (finding,) = _found(_scenario(case.operations, shape=case.shape, values=case.values), "little-over-a-step")
    assert finding.usd_per_month == pytest.approx(100 * SECONDS * WRITE_USD * 2 * 2)


def test_long_attribute_names_are_named_as_a_cause() -> None:
    long = "a_rather_long_name_of_an_attribute_that_takes_as_many_bytes_as_it_has_letters"
    scenario = _scenario("save: {put: thing}", shape=f', {long}: "{{more}}"', values=", more: {text: {size: 860}}")
    (finding,) = _found(scenario, "little-over-a-step")
    assert "shorter attribute names" in finding.advice


def test_a_step_of_reads_is_half_a_unit_or_one_if_consistent() -> None:
    for consistent, units in (("false", 0.5), ("true", 1.0)):
        scenario = _scenario(
            f"read: {{get: thing, consistent: {consistent}}}",
            shape=', more: "{more}"',
            values=", more: {text: {size: 4000}}",
        )
        (finding,) = _found(scenario, "little-over-a-step")
        assert finding.usd_per_month == pytest.approx(100 * SECONDS * READ_USD * units)


def test_a_scan_is_weighed_against_a_query_of_the_table() -> None:
    case = FIRES["scan-for-query"]
    scenario = _scenario(case.operations, shape=', big: "{big}"', values=", big: {text: {size: 20000}}")
    units = workload_units(scenario)
    (finding,) = _found(scenario, "scan-for-query", units=units)
    (scan,) = (found.read.mean for found in units.operations[0].consumption.values())
    assert "query the table by 'pk'" in finding.advice
    query = 12.5  # 5 items of 20,130 bytes or so: 25 blocks of 4 KB, half a unit each
    assert finding.usd_per_month == pytest.approx(100 * SECONDS * READ_USD * (scan - query), rel=1e-3)


@pytest.mark.parametrize(("attribute", "scans"), [("sk", True), ("pk", False)])
def test_a_statement_without_the_partition_key_is_a_scan(attribute: str, scans: bool) -> None:
    statement = f'SELECT * FROM \\"things\\" WHERE {attribute} = {{{attribute}}}'  # noqa: S608 - words of this test
    found = _found(_scenario(f'look: {{execute: "{statement}", about: thing}}'), "scan-for-query")
    assert [finding.place for finding in found] == (["look"] if scans else [])


def test_a_new_index_must_be_worth_its_writes() -> None:
    scan = "look: {scan: thing, filter: \"state = 'open'\"}"
    (worth,) = _found(_scenario(scan), "scan-for-query")
    assert "an index with the partition key 'state'" in worth.advice
    writes = "\n  ".join(f"save_{k}: {{put: thing}}" for k in range(30))
    assert _found(_scenario(f"{scan}\n  {writes}"), "scan-for-query") == []


def test_a_filter_wastes_what_it_throws_away() -> None:
    reads = 0.5
    assert _dollars("wasteful-filter") == pytest.approx(0.95 * 100 * SECONDS * READ_USD * reads)


def test_a_strong_read_costs_twice() -> None:
    assert _dollars("strong-reads") == pytest.approx(100 * SECONDS * READ_USD / 2)


def test_a_transaction_of_one_costs_twice() -> None:
    assert _dollars("transaction-of-one") == pytest.approx(100 * SECONDS * WRITE_USD)


def test_deletes_by_time_to_live_are_free_but_for_the_replicas() -> None:
    assert _dollars("paid-deletes") == pytest.approx(100 * SECONDS * WRITE_USD)
    (finding,) = _found(_scenario("drop: {delete: thing}", table=", replicas: [eu-west-1]"), "paid-deletes")
    assert finding.usd_per_month == pytest.approx(100 * SECONDS * WRITE_USD), "of two deletes one stays paid"


@pytest.mark.parametrize(
    ("now", "gigabytes", "advice"),
    [
        ("standard", 10_000, "class: infrequent-access"),
        ("standard", 1, None),
        ("infrequent-access", 10_000, None),
        ("infrequent-access", 1, "class: standard"),
    ],
)
def test_the_class_goes_by_storage_against_requests(now: str, gigabytes: int, advice: str | None) -> None:
    scenario = _scenario("save: {put: thing}", table=f", class: {now}")
    stored = FamilyStorage("thing", "things", gigabytes * 1e9 / 1000, 900.0)
    units = replace(workload_units(scenario), families=(stored,))
    found = _found(scenario, "table-class", units=units)
    assert [finding.advice.split(" (")[0] for finding in found] == ([advice] if advice else [])
    if advice == "class: infrequent-access":
        requests = 100 * SECONDS * units.operations[0].consumption[units.resources[0]].write.mean
        dearer = requests * (0.78e-6 - 0.625e-6)
        assert found[0].usd_per_month == pytest.approx(gigabytes * 0.15 - dearer)


def test_the_class_breaks_even_where_storage_is_42_percent_of_requests() -> None:
    scenario = _scenario("save: {put: thing}")
    units = workload_units(scenario)
    requests = 100 * SECONDS * units.operations[0].consumption[units.resources[0]].write.mean * WRITE_USD
    for share, fires in ((0.40, False), (0.45, True)):
        items = requests * share / 0.25 * 1e9 / 1000
        stored = replace(units, families=(FamilyStorage("thing", "things", items, 900.0),))
        assert bool(_found(scenario, "table-class", units=stored)) is fires


def test_a_cache_is_told_of_where_it_pays_and_where_its_price_is_known() -> None:
    scenario = _scenario("read: {get: thing}")
    units = workload_units(scenario)
    cheap = _book(**{"dax.r5.large": 0.001})
    (finding,) = _found(scenario, "reads-for-a-cache", cheap, units)
    assert finding.place == "read"
    assert 0 < finding.usd_per_month < 100 * 0.5 * SECONDS * READ_USD
    assert _found(scenario, "reads-for-a-cache", _book(**{"dax.r5.large": 0.255}), units) == []
    assert _found(scenario, "reads-for-a-cache", _book(), units) == []


# --- all together --------------------------------------------------------------------------------------------------


def test_findings_come_dearest_first_and_what_is_nothing_is_left_out() -> None:
    scenario = _scenario(
        "save: {transact_write: [{put: thing, pick: next}]}\n  read: {get: thing, consistent: true}", BY_STATE
    )
    units = workload_units(scenario)
    found = findings(scenario, units, {"": 100.0}, _book())
    assert [finding.usd_per_month for finding in found] == sorted((f.usd_per_month for f in found), reverse=True)
    assert {finding.rule for finding in found} == {"unread-index", "transaction-of-one", "strong-reads"}
    assert findings(scenario, units, {"": 0.0}, _book()) == ()


def test_a_price_that_is_missing_is_an_error() -> None:
    scenario = _scenario("save: {put: thing}")
    book = _book()
    short = replace(book, prices={name: price for name, price in book.prices.items() if "storage" not in name})
    with pytest.raises(PriceError, match="storage"):
        findings(scenario, workload_units(scenario), {"": 100.0}, short)
