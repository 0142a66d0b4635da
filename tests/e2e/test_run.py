"""`ddbload run`, from the command to the files: what a user sees, on the embedded stand-in and on DynamoDB Local."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ddbload.results.store import each_interval, read_run, read_timeline
from tests.e2e.conftest import ONLY_READS, SCENARIOS, Command, Ran, begun, shipped

Small = Callable[..., Path]


def test_a_run_on_the_embedded_stand_in_ends_with_a_report_a_verdict_and_a_whole_result(
    ddbload: Command, small: Small, tmp_path: Path
) -> None:
    ran = ddbload("run", small(), "--tag", "first try")
    assert ran.code == 0, ran.err + ran.out
    assert "functional" in ran.out
    assert "modelled" in ran.out
    (folder,) = (tmp_path / "results" / "small").glob("*/*")
    assert {path.name for path in folder.iterdir()} == {"run.json", "scenario.yaml", "histograms.hlog", "timeline.csv"}
    record = read_run(folder)
    assert (record.tag, record.verdict, record.complete, record.stopped_by) == ("first try", "pass", True, None)
    assert sum(operation.count for operation in record.operations.values()) == 200
    assert record.rate.offered == record.rate.achieved == 100
    assert sum(second.due for second in read_timeline(folder)) == 200
    counted = sum(i.histogram.get_total_count() for i in each_interval(folder) if i.tag.endswith("/response"))
    assert counted == 200


def test_json_is_one_document_on_standard_output_and_nothing_else(ddbload: Command, small: Small) -> None:
    ran = ddbload("run", small(), "--format", "json")
    assert ran.code == 0, ran.err
    record = json.loads(ran.out)
    assert record["fingerprint"]["target"]["functional"] is True
    assert record["operations"]["read"]["outcomes"]["not_found"] > 0
    assert Path(record["path"]).name


@pytest.mark.parametrize("transport", ["wire", "sdk"])
def test_units_that_dynamodb_local_reports_are_those_of_the_rules(
    ddbload: Command, small: Small, dynamodb_local: str, transport: str
) -> None:
    path = small(table={"name": f"ddbload-units-{transport}"}, load={"mix": ONLY_READS})
    ran = ddbload("run", path, "--target", dynamodb_local, "--transport", transport, "--format", "json")
    assert ran.code == 0, ran.err
    record = ran.record
    assert record["operations"]["read"]["capacity"]["reported"] == {"read": 100.0, "write": 0.0}
    assert record["operations"]["read"]["capacity"]["modelled"] == {"read": 0.0, "write": 0.0}


def test_both_transports_see_the_same_outcomes_and_units_for_the_same_seed(
    ddbload: Command, small: Small, dynamodb_local: str
) -> None:
    """One call at a time, so that the order of writes is the same."""
    seen: list[dict[str, Any]] = []
    for transport in ("wire", "sdk"):
        path = small(
            table={"name": f"ddbload-same-{transport}"},
            load={"arrivals": {"closed": {"concurrency": 1}}, "rate": None, "phases": [{"hold": "60s"}]},
            limits={"requests": 300},
        )
        ran = ddbload("run", path, "--target", dynamodb_local, "--transport", transport, "--format", "json")
        assert ran.record["stopped_by"] == "limits.requests", ran.err
        seen.append(
            {name: (op["outcomes"], op["reasons"], op["capacity"]) for name, op in ran.record["operations"].items()}
        )
    assert seen[0] == seen[1]


def test_several_workers_offer_what_one_offers(ddbload: Command, small: Small, dynamodb_local: str) -> None:
    counts = []
    for workers in ("1", "3"):
        path = small(table={"name": f"ddbload-workers-{workers}"})
        ran = ddbload("run", path, "--target", dynamodb_local, "--workers", workers, "--format", "json")
        assert ran.code == 0, ran.err
        counts.append({name: op["count"] for name, op in ran.record["operations"].items()})
        assert ran.record["client"]["workers"] == int(workers)
    assert counts[0] == counts[1]


def test_a_second_run_on_the_same_table_does_not_load_again(
    ddbload: Command, small: Small, dynamodb_local: str
) -> None:
    path = small(table={"name": "ddbload-again"}, load={"mix": ONLY_READS})
    first = ddbload("run", path, "--target", dynamodb_local)
    second = ddbload("run", path, "--target", dynamodb_local)
    assert (first.code, second.code) == (0, 0)
    assert "100 of 100" in first.err
    assert "already" in second.err


def test_a_missed_objective_exits_1_and_says_by_how_much(ddbload: Command, small: Small) -> None:
    ran = ddbload("run", small(objectives={"all": {"p50": "1us"}, "read": {"errors": "0%"}}))
    assert ran.code == 1, ran.err
    assert "all p50" in ran.out


@pytest.mark.parametrize(
    ("limit", "said"), [({"requests": 50}, "limits.requests"), ({"spend_usd": 1e-5}, "limits.spend")]
)
def test_a_limit_stops_the_run_and_makes_it_invalid(
    ddbload: Command, small: Small, limit: dict[str, float], said: str
) -> None:
    ran = ddbload("run", small(limits=limit, load={"phases": [{"hold": "30s"}]}), "--format", "json")
    assert ran.code == 3, ran.err
    record = ran.record
    assert record["stopped_by"].startswith(said)
    assert record["complete"] is False
    assert sum(op["count"] for op in record["operations"].values()) < 1500  # of 3,000


@pytest.fixture(scope="module")
def shipped_run(request: pytest.FixtureRequest, dynamodb_local: str) -> Iterator[Callable[[str], Ran]]:
    """How the run of a shipped scenario ended."""

    def run(name: str, folder: Path, ddbload: Command) -> Ran:
        path = folder / f"{name}.yaml"
        text = json.dumps(shipped(name))  # JSON is YAML, and quotes times of day
        path.write_text(text.replace('"ddbload-', f'"ddbload-{name}-'))  # tables of its own
        for beside in SCENARIOS.glob("*.csv"):
            (folder / beside.name).symlink_to(beside)
        return ddbload("run", path, "--target", dynamodb_local, "--drop", "--format", "json")

    with begun(request, "name", run) as runs:
        yield runs


@pytest.mark.parametrize("name", sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
def test_a_shipped_scenario_runs_on_dynamodb_local(name: str, shipped_run: Callable[[str], Ran]) -> None:
    ran = shipped_run(name)
    assert ran.code == 0, ran.err + ran.out
    told = ran.record["operations"]
    expected = {"ok", "not_found", "condition_failed"}
    assert {name: one["reasons"] for name, one in told.items() if not one["outcomes"].keys() <= expected} == {}
    assert sum(one["count"] for one in told.values()) > 0
    units = ran.record["capacity"].values()
    assert sum(table["read"] for table in units) > 0 or name == "bulk-load"
    assert sum(table["write"] for table in units) > 0 or name == "ycsb-c"


@pytest.mark.parametrize("name", sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
def test_a_shipped_scenario_passes_its_check_without_a_warning(name: str, ddbload: Command) -> None:
    ran = ddbload("check", SCENARIOS / f"{name}.yaml", "--strict")
    assert ran.code == 0, ran.err
