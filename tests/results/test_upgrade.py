"""Documents of other schemas: older ones are led forward, newer ones say what to do."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from ddbload.results import ResultsError, RunRecord, from_json, to_json
from ddbload.results.upgrade import NEWEST, UPGRADES, SchemaError, upgraded


def rename(old: str, new: str) -> Any:
    return lambda document: {(new if key == old else key): value for key, value in document.items()}


STEPS = {1: rename("a", "b"), 2: rename("b", "c")}


@pytest.mark.parametrize(("version", "key"), [(1, "a"), (2, "b"), (3, "c")])
def test_a_document_goes_through_every_upgrade_since_its_own_version(version: int, key: str) -> None:
    document = {"schema": f"ddbload-run/{version}", key: 7}
    assert upgraded(document, upgrades=STEPS, newest=3) == {"schema": "ddbload-run/3", "c": 7}


def test_what_is_of_today_is_left_alone_and_what_is_older_is_not_changed_in_place() -> None:
    today, older = {"schema": "ddbload-run/3"}, {"schema": "ddbload-run/1", "a": 7}
    assert upgraded(today, upgrades=STEPS, newest=3) is today
    upgraded(older, upgrades=STEPS, newest=3)
    assert older == {"schema": "ddbload-run/1", "a": 7}


CANNOT = [
    ("newer", "ddbload-run/4", "is newer than ddbload-run/3, the newest that it knows; upgrade ddbload"),
    ("older than any", "ddbload-run/0", "its schema is 'ddbload-run/0'; it reads 'ddbload-run/3'"),
    ("another document", "ddbload-plan/1", "its schema is 'ddbload-plan/1'"),
    ("not a version", "ddbload-run/1.5", "its schema is 'ddbload-run/1.5'"),
    ("a number without end", "ddbload-run/" + "9" * 5000, "its schema is"),
    ("not a text", 3, "its schema is 3"),
    ("none", None, 'it has no "schema"'),
]


@pytest.mark.parametrize(("what", "schema", "message"), CANNOT, ids=[row[0] for row in CANNOT])
def test_a_schema_that_cannot_be_read_is_named(what: str, schema: object, message: str) -> None:
    with pytest.raises(SchemaError) as caught:
        upgraded({"schema": schema}, upgrades=STEPS, newest=3)
    assert message in str(caught.value), what


def test_an_older_document_that_is_damaged_is_named_not_a_crash() -> None:
    with pytest.raises(SchemaError, match="of ddbload-run/1 and damaged"):
        upgraded({"schema": "ddbload-run/1"}, upgrades={1: lambda document: {"b": document["a"]}}, newest=2)


def test_there_is_an_upgrade_from_every_version_that_was_ever_written() -> None:
    assert sorted(UPGRADES) == list(range(1, NEWEST))


def test_a_run_of_a_newer_ddbload_says_to_upgrade(record: RunRecord) -> None:
    document = to_json(dataclasses.replace(record, schema=f"ddbload-run/{NEWEST + 1}"))
    with pytest.raises(ResultsError, match=r"a/run\.json is not a run that this ddbload can read: .*; upgrade ddbload"):
        from_json(document.encode(), "a/run.json")


@pytest.mark.parametrize("start", ["", "yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_start_that_is_no_time_is_damage(record: RunRecord, start: str) -> None:
    document = json.loads(to_json(record)) | {"started_at": start}
    with pytest.raises(ResultsError, match="damaged: started_at: "):
        from_json(json.dumps(document).encode(), "run.json")
