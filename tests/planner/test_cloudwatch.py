"""Exports of CloudWatch's metrics as demand, and DescribeTable's answer as facts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ddbload.errors import UsageError
from ddbload.planner.cloudwatch.demand import CloudWatchDemand, read_export
from ddbload.planner.cloudwatch.describe import Throughput, read_description
from ddbload.planner.resource import Dimension, Resource

DATA = Path(__file__).parents[1] / "data" / "cloudwatch"
TABLE, INDEX = Resource("orders"), Resource("orders", "by_status")
MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
DAY = 1440


def _units(found: CloudWatchDemand, resource: Resource, dimension: Dimension) -> Any:
    return found.demand.units[resource][dimension]


# --- the forms -----------------------------------------------------------------------------------------------------


def test_get_metric_data_is_read_by_its_labels() -> None:
    found = read_export([DATA / "metric-data.json"], [DATA / "table.json"], worlds=2)
    reads = _units(found, TABLE, "read")
    assert reads.shape == (2, 30 * DAY)
    assert reads[0, :DAY].reshape(24, 60) == pytest.approx(np.tile(np.arange(1.0, 25.0)[:, None], 60))
    assert found.demand.month.start == MONDAY
    assert _units(found, INDEX, "write")[0, :60] == pytest.approx(2.0)
    assert np.all(_units(found, TABLE, "write") == 0)


def test_a_missing_value_is_nothing_consumed_and_said() -> None:
    found = read_export([DATA / "metric-data.json"], [DATA / "table.json"], worlds=1)
    assert np.all(_units(found, INDEX, "write")[0, 180:240] == 0)
    assert any("by_status: 1 of 24 periods have no value" in warning for warning in found.warnings)


def test_the_queries_say_what_the_answer_does_not(tmp_path: Path) -> None:
    answer = json.loads((DATA / "metric-data.json").read_text())
    for result in answer["MetricDataResults"]:
        del result["Label"]
    (tmp_path / "answer.json").write_text(json.dumps(answer))
    found = read_export([DATA / "queries.json", tmp_path / "answer.json"], worlds=1)
    assert set(found.demand.units) == {TABLE, INDEX}
    assert not any("statistic" in warning for warning in found.warnings)


def test_get_metric_statistics_is_read_in_any_order() -> None:
    found = read_export([DATA / "statistics.json"], [DATA / "table.json"], worlds=1)
    assert np.all(_units(found, TABLE, "write") == 0.5)


def test_an_answer_of_statistics_may_name_the_index_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "by_status.json").write_text((DATA / "statistics.json").read_text())
    found = read_export([tmp_path / "by_status.json"], [DATA / "table.json"], worlds=1)
    assert np.all(_units(found, INDEX, "write") == 0.5)


def test_the_consoles_csv_is_read_with_its_headings() -> None:
    found = read_export([DATA / "console.csv"], [DATA / "table.json"], worlds=1)
    assert _units(found, TABLE, "read")[0, 60:120] == pytest.approx(2.0)
    assert _units(found, INDEX, "read")[0, :180] == pytest.approx(0.2)
    assert "5 reads of orders were throttled: more was asked than the consumed units say" in found.warnings
    assert any("name no zone" in warning for warning in found.warnings)


def test_times_without_a_zone_are_in_the_zone_that_is_given() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    found = read_export([DATA / "console.csv"], [DATA / "table.json"], worlds=1, zone=berlin)
    assert found.demand.month.start == datetime(2026, 10, 5, tzinfo=berlin)


def test_files_are_put_together() -> None:
    files = [DATA / "metric-data.json", DATA / "statistics.json", DATA / "console.csv"]
    found = read_export(files, [DATA / "table.json"], worlds=1)
    assert {r: {d: u[0].max() for d, u in of.items()} for r, of in found.demand.units.items()} == {
        TABLE: {"read": 24.0, "write": 0.5},
        INDEX: {"read": 0.2, "write": 2.0},
    }


def test_pages_of_one_metric_are_one_series(tmp_path: Path) -> None:
    pages = [_answer(lambda _: 60.0, minutes=DAY // 2, first=half * DAY // 2) for half in range(2)]
    (tmp_path / "pages.json").write_text(json.dumps(pages))
    found = read_export([tmp_path / "pages.json"], worlds=1)
    assert np.all(_units(found, Resource("table"), "read") == 1.0)
    assert not any("no value" in warning for warning in found.warnings)


# --- days and worlds -----------------------------------------------------------------------------------------------


def _answer(
    value: Callable[[int], float], minutes: int, first: int = 0, period: int = 1, **more: Any
) -> dict[str, Any]:
    at = range(first, first + minutes, period)
    return {
        "MetricDataResults": [
            {
                "Id": "consumed_read",
                "Label": "ConsumedReadCapacityUnits",
                "Timestamps": [(MONDAY + timedelta(minutes=k)).isoformat() for k in at],
                "Values": [value(k) for k in at],
                **more,
            }
        ]
    }


def _export(
    tmp_path: Path, value: Callable[[int], float], minutes: int, worlds: int = 1, **more: Any
) -> CloudWatchDemand:
    file = tmp_path / "metrics.json"
    file.write_text(json.dumps(_answer(value, minutes, **more)))
    return read_export([file], worlds=worlds)


def _days(found: CloudWatchDemand) -> Any:
    return _units(found, Resource("table"), "read").reshape(found.demand.worlds, 30, DAY)[:, :, 0]


def _day(minute: int) -> float:
    return 60.0 * (minute // DAY)


@pytest.mark.parametrize(
    ("recorded", "month"),
    [
        (1, [0] * 30),
        (3, [0, 1, 2] * 10),
        (7, [k % 7 for k in range(30)]),
        (10, [*range(10), *(3 + k % 7 for k in range(20))]),
        (30, list(range(30))),
        (33, list(range(3, 33))),
    ],
)
def test_the_likely_world_is_as_recorded_and_goes_on_by_weeks(tmp_path: Path, recorded: int, month: list[int]) -> None:
    found = _export(tmp_path, _day, recorded * DAY, period=60)
    assert _days(found)[0].tolist() == [day / 60 for day in month]
    assert found.recorded_days == recorded


def test_the_newest_whole_days_are_taken(tmp_path: Path) -> None:
    found = _export(tmp_path, _day, 2 * DAY + 300, period=60)
    assert found.recorded_days == 2
    assert found.demand.month.start == MONDAY + timedelta(minutes=300)


def test_worlds_draw_days_of_the_same_weekday(tmp_path: Path) -> None:
    found = _days(_export(tmp_path, _day, 21 * DAY, worlds=40, period=60)) * 60
    assert np.all(found % 7 == np.arange(30) % 7)
    assert len(np.unique(found[1:, 0])) == 3


def test_of_less_than_two_weeks_worlds_draw_any_day(tmp_path: Path) -> None:
    found = _days(_export(tmp_path, _day, 3 * DAY, worlds=40, period=60)) * 60
    assert len(np.unique(found[1:, 0])) == 3


def test_worlds_do_not_depend_on_how_many_there_are_in_world_0(tmp_path: Path) -> None:
    few, many = (_days(_export(tmp_path, _day, 3 * DAY, worlds=w, period=60)) for w in (1, 9))
    assert few[0].tolist() == many[0].tolist()


def test_minutes_keep_their_peaks(tmp_path: Path) -> None:
    found = _export(tmp_path, lambda k: 6000.0 if k == 77 else 60.0, DAY)
    units = _units(found, Resource("table"), "read")[0]
    assert units[77] == 100.0
    assert units[:77].max() == 1.0
    assert not any("hide peaks" in warning for warning in found.warnings)


def test_an_index_without_a_series_is_taken_to_have_none_and_it_is_said() -> None:
    found = read_export([DATA / "statistics.json"], [DATA / "table.json"], worlds=1)
    assert "the export has no consumed write units of orders/by_status: taken as none" in found.warnings


def test_provisioned_capacity_is_told(tmp_path: Path) -> None:
    answer = _answer(lambda _: 60.0, DAY, period=60)
    capacity = _answer(lambda k: 100.0 + k, DAY, period=60, Label="ProvisionedReadCapacityUnits Average", Id="p")
    (tmp_path / "all.json").write_text(json.dumps([answer, capacity]))
    found = read_export([tmp_path / "all.json"], worlds=1)
    assert found.provisioned == {Resource("table"): {"read": (100.0, 100.0 + 23 * 60)}}


def test_other_statistics_beside_the_sum_do_no_harm(tmp_path: Path) -> None:
    answers = [
        _answer(lambda _: 60.0, DAY, period=60, Label=f"ConsumedReadCapacityUnits {s}") for s in ("Average", "Sum")
    ]
    (tmp_path / "both.json").write_text(json.dumps(answers))
    found = read_export([tmp_path / "both.json"], worlds=1)
    assert np.all(_units(found, Resource("table"), "read") == 60.0 / 3600)


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"Label": "ConsumedReadCapacityUnits Average"},
            r"Average of Consumed.* is that of a request.*Sum",
        ),
        ({"Label": "ConsumedReadCapacityUnits SampleCount"}, "is the number of requests"),
        ({"Label": "SuccessfulRequestLatency", "Id": "x"}, "no values of consumed capacity units"),
        ({"Values": [1.0]}, "24 Timestamps and 1 Values"),
        ({"Values": [float("nan")] * 24}, r"Values\[0\]: nan is no number of 0 or more"),
        ({"Values": [1.0] * 23 + [-4.0]}, r"Values\[23\]: -4.0 is no number of 0 or more"),
        ({"Values": [None] * 24}, "None is no number"),
        ({"Timestamps": ["yesterday"] * 24}, r"Timestamps\[0\]: 'yesterday' is no time"),
        ({"Timestamps": None}, "has no Timestamps and Values"),
        ({"Timestamps": [], "Values": []}, "no values of consumed capacity units"),
    ],
)
def test_what_is_no_export_of_sums_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        _export(tmp_path, lambda _: 60.0, DAY, period=60, **change)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no rows that begin with a time"),
        ("{", "is no JSON"),
        ("[3]", "entry 1 is no answer of CloudWatch"),
        ('{"Table": 3}', r"is no answer of CloudWatch: it has 'Table'"),
        ("2026/10/05 00:00:00,1\n", "no heading says what its columns are"),
        ("Label,ConsumedReadCapacityUnits\n2026/10/05 00:00:00,NaN\n", r"2:2: 'NaN' is no number"),
        ("Label,ConsumedReadCapacityUnits\n2026/10/05 00:00:00,1\nlater,1\n", r":3: 'later' is no time"),
        ("Label,ConsumedReadCapacityUnits\n2026/10/05 00:00:00,1\n", "does not say its period"),
        (
            "Label,ConsumedReadCapacityUnits\n2026/10/05 00:00:00,1\n2026/10/05 00:00:30,1\n",
            "a period of 30 s is no whole minutes",
        ),
        (
            "Label,ConsumedReadCapacityUnits\n2026/10/05 00:00:00,1\n2026/10/05 00:05:00,1\n2026/10/05 00:12:00,1\n",
            "7|420 s apart",
        ),
        ("Label,ConsumedReadCapacityUnits\n2026/10/05 00:00:00,1\n2026/10/05 00:05:00,1\n", "a day is the least"),
        (
            "Label,ConsumedReadCapacityUnits\n2026/10/05 00:00:00,1\n2026/10/05 00:00:00,2\n2026/10/05 01:00:00,2\n",
            "two values",
        ),
    ],
)
def test_what_is_no_export_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "export.csv").write_text(text)
    with pytest.raises(UsageError, match=message):
        read_export([tmp_path / "export.csv"])


def test_two_series_that_claim_to_be_the_same_are_refused(tmp_path: Path) -> None:
    both = [_answer(lambda _: 1.0, DAY, period=60), _answer(lambda _: 2.0, DAY, period=60)]
    (tmp_path / "both.json").write_text(json.dumps(both))
    with pytest.raises(UsageError, match=r"both ConsumedReadCapacityUnits of table, with other values.*Dim\."):
        read_export([tmp_path / "both.json"])


def test_a_series_of_a_table_that_is_not_described_is_refused(tmp_path: Path) -> None:
    other = json.loads((DATA / "table.json").read_text())
    other["Table"]["TableName"] = "users"
    (tmp_path / "users.json").write_text(json.dumps(other))
    with pytest.raises(UsageError, match="'orders', of which there is no description"):
        read_export([DATA / "queries.json", DATA / "metric-data.json"], [tmp_path / "users.json"])


# --- DescribeTable -------------------------------------------------------------------------------------------------


def test_a_description_is_read_as_facts() -> None:
    found = read_description(DATA / "table.json")
    assert (found.name, found.region, found.billing) == ("orders", "eu-west-1", "provisioned")
    assert found.table_class == "infrequent-access"
    assert found.capacity == {"": Throughput(400, 100), "by_status": Throughput(50, 120)}
    assert found.warm == {"": Throughput(12000, 4000)}
    assert found.size_bytes == {"": 52e9, "by_status": 3e9}
    assert found.items == {"": 41e6, "by_status": 40e6}
    assert found.replicas == ("us-east-1",)
    assert found.streams


def test_a_table_on_demand_has_a_maximum_and_no_capacity(tmp_path: Path) -> None:
    table = json.loads((DATA / "table.json").read_text())["Table"]
    table |= {
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "OnDemandThroughput": {"MaxReadRequestUnits": 5000, "MaxWriteRequestUnits": -1},
        "Replicas": [{"RegionName": "eu-west-1"}, {"RegionName": "us-east-1"}],
        "MultiRegionConsistency": "STRONG",
    }
    (tmp_path / "t.json").write_text(json.dumps(table))
    found = read_description(tmp_path / "t.json")
    assert (found.billing, found.capacity) == ("on-demand", {})
    assert found.maximum == {"": Throughput(5000, None)}
    assert found.replicas == ("us-east-1",), "its own region is none of the others"
    assert found.strong


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "is no JSON"),
        ("{}", "describes no table"),
        ('{"Table": {"KeySchema": [], "AttributeDefinitions": []}}', "'TableName'"),
    ],
)
def test_what_is_no_description_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(UsageError, match=message):
        read_description(tmp_path / "t.json")
    with pytest.raises(UsageError, match="cannot be read"):
        read_description(tmp_path / "none.json")
