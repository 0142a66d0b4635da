"""`ddbload plan` as a person uses it: a scenario, its run, an export, designs, mistakes, and the README's pieces."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.conftest import Command, Ran, begun, shipped

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SMALL = ("--worlds", "4", "--format", "json")


def example(marker: str) -> dict[str, Any]:
    """The README's piece of a scenario behind a marker."""
    found = re.search(rf"<!-- {marker} example -->\n```yaml\n(.*?)```", README, re.DOTALL)
    assert found
    piece: dict[str, Any] = yaml.safe_load(found[1])
    return piece


README_SAID = example("forecast") | example("bill")


def planned(ddbload: Command, *words: str | Path) -> dict[str, Any]:
    done = ddbload("plan", *words, *SMALL)
    assert done.code in {0, 1}, done.err
    document: dict[str, Any] = json.loads(done.out)
    return document


def small_scenario(tmp_path: Path, **changes: Any) -> Path:
    scenario = yaml.safe_load((ROOT / "scenarios" / "quickstart.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "small.yaml"
    path.write_text(json.dumps({**scenario, **changes}, indent=1))  # JSON is YAML, and quotes times of day
    return path


# --- plans that several tests look at, or one: begun together, two at a time ------------------------------------------

FORECAST = {"day": {"trough": "20%", "peak_at": "20:00"}, "retain": "30d"}
TABLE = {"name": "shop", "key": {"pk": "S", "sk": "S"}}
FULL_TABLE = {**TABLE, "recovery": True, "replicas": ["eu-west-1"]}
REPLICAS = ["eu-west-1", "eu-north-1"]
PLANS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "flat": ({}, ()),
    "billed": (
        {"forecast": FORECAST, "table": FULL_TABLE, "bill": {"backups": 2, "alarms": 3, "free_tier": False}},
        (),
    ),
    "with a free tier": (
        {"forecast": FORECAST, "table": FULL_TABLE, "bill": {"backups": 2, "alarms": 3, "free_tier": True}},
        (),
    ),
    "replicas": ({"table": {**TABLE, "replicas": REPLICAS}}, ("--region", "eu-west-1")),
    "a cluster": ({"bill": {"dax": {"node": "dax.r5.large", "nodes": 3}}}, ("-p", "rate=20", "--no-free-tier")),
    "the README's": ({"table": {**TABLE, "recovery": True}, **README_SAID}, ()),
}
"""The small scenario's changes, and the words."""


@pytest.fixture(scope="module")
def plans(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Ran]]:
    """How the planning of one of `PLANS` ended."""

    def run(name: str, folder: Path, ddbload: Command) -> Ran:
        changes, words = PLANS[name]
        return ddbload("plan", small_scenario(folder, **changes), *words, *SMALL)

    with begun(request, "plan", run, at_once=2) as ended:
        yield ended


@pytest.fixture
def plan(request: pytest.FixtureRequest, plans: Callable[[str], Ran]) -> dict[str, Any]:
    """The document of a plan."""
    done = plans(request.param)
    assert done.code in {0, 1}, done.err
    return done.record


def of(*names: str) -> pytest.MarkDecorator:
    """Which of `PLANS` a test looks at."""
    return pytest.mark.parametrize("plan", names, indirect=True)


@of("flat")
def test_without_a_forecast_the_month_is_an_upper_bound(plan: dict[str, Any]) -> None:
    assert plan["upper_bound"]
    assert "flat at the rate" in plan["demand"]
    assert plan["billed_hours"] == 730


@of("billed", "with a free tier")
def test_a_bill_adds_up_to_the_candidates_month(plan: dict[str, Any]) -> None:
    (table,) = plan["tables"]
    chosen = next(one for one in table["candidates"] if one["name"] == table["chosen"])
    lines = [line for line in table["bill"] if not line["once"]]
    assert sum(line["usd"]["likely"] for line in lines) == pytest.approx(chosen["monthly_usd"]["likely"], rel=1e-6)
    for line in lines:
        assert line["paid"] * line["usd_per_unit"] == pytest.approx(line["usd"]["likely"], rel=1e-6), line["item"]
    assert any(line["paid"] < line["quantity"] for line in lines if line["item"] == "storage_gb") == plan["free_tier"]
    assert {"storage_gb", "pitr_gb", "backup_gb", "alarms"} <= {line["item"] for line in lines}
    assert {line["region"] for line in lines} == {"us-east-1", "eu-west-1"}


def test_units_from_a_run_agree_with_those_of_the_scenario(
    ddbload: Command, tmp_path: Path, dynamodb_local: str
) -> None:
    scenario = tmp_path / "orders.yaml"
    orders = shipped("orders", faster=4)
    del orders["forecast"]  # the units of a call do not depend on the month
    scenario.write_text(json.dumps(orders))
    with ThreadPoolExecutor() as pool:
        plan = pool.submit(planned, ddbload, scenario)
        ran = ddbload("run", scenario, "--target", dynamodb_local, "--drop", "--format", "json")
        assert ran.code in {0, 1, 3}, ran.err  # a busy machine
        by_scenario = plan.result()
    by_run = planned(ddbload, Path(ran.record["path"]))
    assert "from the run" in by_run["subject"]
    for before, after in zip(by_scenario["operations"], by_run["operations"], strict=True):
        assert after["source"] == "measured"
        for dimension in ("read", "write"):
            planned_units, of_run = (sum(one[dimension] for one in each["units"]) for each in (before, after))
            assert of_run == pytest.approx(planned_units, rel=0.02), (before["name"], dimension)


def test_designs_stand_side_by_side(ddbload: Command, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(small_scenario(tmp_path).read_text().replace('"limit": 5', '"limit": 50'))
    document = planned(ddbload, small_scenario(tmp_path), other)
    assert [one["name"] for one in document["comparison"]["designs"]] == ["small", "other"]
    assert document["comparison"]["cheapest"] == "small"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("--region", "eu-west-9"), "eu-west-9", id="an unknown region"),
        pytest.param(("--month", "2027-13"), "2027-13", id="a month that is none"),
        pytest.param(("--worlds", "0"), "worlds", id="no world"),
        pytest.param(("--assume", "split_delay=3"), "split_delay_min", id="a mistyped assumption"),
        pytest.param(("--assume", "burst_s=nan"), "nan", id="a number that is none"),
        pytest.param(("--throttled", "120%"), "120%", id="more than the whole"),
        pytest.param(("--demand", "forecast"), "no forecast", id="a forecast that is not there"),
        pytest.param(("--prices", "nowhere.json"), "nowhere.json", id="a price book that is not there"),
        pytest.param(("--describe", "table.json"), "--describe", id="a description, and no export"),
    ],
)
def test_wrong_usage_is_told_and_exits_2(words: tuple[str, ...], told: str, ddbload: Command, tmp_path: Path) -> None:
    done = ddbload("plan", small_scenario(tmp_path), *words)
    assert done.code == 2
    assert told in done.err
    assert not done.out


@pytest.mark.parametrize(
    ("forecast", "told"),
    [
        pytest.param({"day": {"trough": "120%", "peak": "100%", "peak_at": "20:00"}}, "trough", id="trough over peak"),
        pytest.param({"growth": {"monthly": "-120%"}}, "-120%", id="growth below -100 %"),
        pytest.param({"day": {"trough": "10%", "peak_at": "20:00", "zone": "Mars/Base"}}, "Mars/Base", id="no zone"),
    ],
)
def test_an_impossible_forecast_exits_2_at_its_place(
    forecast: dict[str, Any], told: str, ddbload: Command, tmp_path: Path
) -> None:
    done = ddbload("plan", small_scenario(tmp_path, forecast=forecast))
    assert done.code == 2
    assert told in done.err
    assert "small.yaml:" in done.err


def test_an_empty_export_exits_2(ddbload: Command, tmp_path: Path) -> None:
    export = tmp_path / "metrics.json"
    export.write_text('{"MetricDataResults": []}')
    done = ddbload("plan", export)
    assert done.code == 2
    assert "metrics.json" in done.err


def test_an_objective_that_asks_for_nothing_exits_2(ddbload: Command, tmp_path: Path) -> None:
    done = ddbload("plan", small_scenario(tmp_path, objectives={"all": {"throttled": "100%"}}))
    assert done.code == 2
    assert "objectives: throttled: 100%" in done.err


@of("replicas")
def test_a_replica_in_the_tables_own_region_is_told_not_to_count(plan: dict[str, Any]) -> None:
    assert any("its own region is eu-west-1" in warning for warning in plan["warnings"])
    assert {line["region"] for line in plan["tables"][0]["bill"]} == set(REPLICAS)


def test_an_export_has_no_parameters(ddbload: Command, tmp_path: Path) -> None:
    export = tmp_path / "metrics.json"
    export.write_text('{"MetricDataResults": []}')
    done = ddbload("plan", export, "-p", "rate=3")
    assert done.code == 2
    assert "-p: an export has no parameters" in done.err


@of("a cluster")
def test_what_the_cluster_of_a_design_answers_is_told(plan: dict[str, Any]) -> None:
    assert any(re.match(r"3 x dax\.r5\.large \(DAX\) answer \d+% of", warning) for warning in plan["warnings"])
    assert "rate=20" in plan["subject"]


def test_a_price_that_is_missing_is_an_error_that_names_it(ddbload: Command, tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path, bill={"dax": {"node": "dax.r5.large"}})
    done = ddbload("plan", scenario, "--region", "eu-west-1", *SMALL)
    assert done.code == 2
    assert "dax.r5.large" in done.err
    assert "eu-west-1" in done.err


# --- the README ------------------------------------------------------------------------------------------------------


@of("the README's")
def test_the_readmes_forecast_and_bill_can_be_planned(plan: dict[str, Any]) -> None:
    assert plan["free_tier"]
    assert [month["month"] for month in plan["months"]][-1] == 12


def test_the_readmes_planning_in_python_runs(tmp_path: Path) -> None:
    found = re.search(r"<!-- planning example -->\n```python\n(.*?)```", README, re.DOTALL)
    assert found
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    done = subprocess.run(
        [sys.executable, "-c", found[1]],
        cwd=tmp_path,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    put, index, usd, throttled, *chosen = done.stdout.split()
    assert (float(put), float(index)) == (4.0, 1.0)
    assert float(usd) == pytest.approx(3 * 0.705 + 15 * 0.283, abs=0.01)
    assert float(throttled) > 0
    assert chosen
