"""run.json: what is written is what is read; what is damaged is named."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ddbload.results import ResultsError, RunRecord, from_json, to_json


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_record_comes_back_equal(any_record: st.SearchStrategy[RunRecord], data: st.DataObject) -> None:
    record = data.draw(any_record)
    text = to_json(record)
    assert from_json(text.encode(), "run.json") == record
    assert to_json(from_json(text.encode(), "run.json")) == text  # types too: 1, 1.0 and true stay apart


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_never_written(record: RunRecord, number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(dataclasses.replace(record, duration_s=number))


def test_the_keys_that_scripts_rely_on_are_there(record: RunRecord) -> None:
    document = json.loads(to_json(record))
    promised = ["schema", "verdict", "reasons", "complete", "stopped_by", "fingerprint", "path"]
    assert set(promised) <= set(document)
    assert {"offered", "achieved", "completed"} <= set(document["rate"])
    read = document["operations"]["read"]
    assert {"count", "outcomes", "response_ms", "queue_ms", "service_ms", "outcome_ms", "capacity"} <= set(read)
    assert {"p50", "p90", "p95", "p99", "p99_9", "max", "mean"} <= set(read["response_ms"])
    assert {"read", "write"} == set(read["capacity"]["reported"]) == set(read["capacity"]["modelled"])
    assert document["capacity"]["orders"] == {"read": 500.0, "write": 0.0, "indexes": {"by_status": _units(1.0, 0.0)}}
    assert {"usd_per_million_operations", "usd_per_month_at_this_rate", "price_date"} <= set(document["cost"])
    assert {"p50", "p99", "max"} <= set(document["client"]["lag_ms"])
    assert {"cpu_share", "workers"} <= set(document["client"])
    assert {"text", "limit", "observed", "samples", "verdict"} <= set(document["objectives"][0])


def test_keys_of_a_later_version_are_ignored(record: RunRecord) -> None:
    document = json.loads(to_json(record))
    document["novelty"] = {"a": 1}
    document["rate"]["novelty"] = 2
    assert from_json(json.dumps(document).encode(), "run.json") == record


DAMAGED: list[tuple[str, Any, str]] = [
    ("a key is gone", lambda d: d.pop("rate"), "rate: field required"),
    ("a number is a text", lambda d: d.update(duration_s="12"), "duration_s: input should be a valid number"),
    ("an unknown verdict", lambda d: d.update(verdict="maybe"), "verdict: input should be 'pass', 'fail' or 'invalid'"),
    ("a null deep inside", lambda d: d["operations"]["read"].update(count=None), "operations.read.count"),
    ("an older schema", lambda d: d.update(schema="ddbload-run/0"), "its schema is 'ddbload-run/0'; it reads"),
    ("no schema", lambda d: d.pop("schema"), 'it has no "schema"'),
]


@pytest.mark.parametrize(("damage", "change", "message"), DAMAGED, ids=[row[0] for row in DAMAGED])
def test_a_damaged_document_is_named_with_what_is_wrong(
    record: RunRecord, damage: str, change: Any, message: str
) -> None:
    document = json.loads(to_json(record))
    change(document)
    with pytest.raises(ResultsError) as caught:
        from_json(json.dumps(document).encode(), "some/run.json")
    assert "some/run.json" in str(caught.value), damage
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": NaN}', "\x00\x01", '{"schema": "ddbload-run/1", '])
def test_a_file_that_is_no_document_is_a_named_error(text: str) -> None:
    with pytest.raises(ResultsError, match=r"run\.json"):
        from_json(text.encode(), "run.json")


def test_nan_in_a_document_is_refused(record: RunRecord) -> None:
    text = to_json(record).replace('"duration_s": 12.5', '"duration_s": NaN')
    with pytest.raises(ResultsError, match="damaged"):
        from_json(text.encode(), "run.json")


def _units(read: float, write: float) -> dict[str, float]:
    return {"read": read, "write": write}
