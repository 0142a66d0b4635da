"""A fingerprint says what makes two runs comparable, and no secret."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from ddbload.experiment.fingerprint import fingerprint
from ddbload.scenario.load import load_scenario, parse_scenario
from ddbload.target import Target
from ddbload.transport.protocol import Endpoint
from tests.experiment.conftest import Load


def test_a_fingerprint_names_scenario_versions_host_and_target_but_no_credential(
    scenario: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "the-secret")
    target = Target(kind="endpoint", endpoint=Endpoint("http://127.0.0.1:8000", "eu-west-1", profile="the-secret"))
    loaded = scenario()
    found = fingerprint(loaded, target, "sdk", 3)
    assert (found.scenario, found.scenario_sha256, found.transport, found.workers) == (
        "experiment",
        loaded.sha256,
        "sdk",
        3,
    )
    assert found.written_sha256 == loaded.written_sha256
    assert (found.target["url"], found.target["region"]) == ("http://127.0.0.1:8000", "eu-west-1")
    assert {"numpy", "botocore", "orjson"} <= found.dependencies.keys()
    assert "the-secret" not in json.dumps(dataclasses.asdict(found))


def test_the_same_setting_has_the_same_fingerprint(scenario: Load) -> None:
    target = Target(kind="endpoint", endpoint=Endpoint("http://127.0.0.1:8000", "us-east-1"))
    assert fingerprint(scenario(), target, "wire", 1) == fingerprint(scenario(), target, "wire", 1)
    assert fingerprint(scenario(), target, "wire", 1) != fingerprint(scenario(seed=9), target, "wire", 1)


def test_the_files_that_a_scenario_reads_are_told_with_their_hash(tmp_path: Path) -> None:
    (tmp_path / "sizes.csv").write_text("size,count\n9,1\n")
    (tmp_path / "gone.csv").write_text("city\nBerlin\n")
    text = (
        "{ddbload: 1, name: read, table: {name: read, key: {pk: S}},"
        " values: {note: {text: {size: {histogram: sizes.csv}}}, city: {csv: {file: gone.csv, column: city}}},"
        ' items: {a: {of: {n: 5}, shape: {pk: "{n}", note: "{note}", city: "{city}"}}},'
        " operations: {read: {get: a}}, load: {mix: {read: 1}, rate: 1, phases: [{hold: 1s}]}}"
    )
    loaded = parse_scenario(text, folder=tmp_path)
    (tmp_path / "gone.csv").unlink()
    target = Target(kind="endpoint", endpoint=Endpoint("http://127.0.0.1:8000", "us-east-1"))
    told = fingerprint(loaded, target, "wire", 1).files
    assert told == {"sizes.csv": hashlib.sha256(b"size,count\n9,1\n").hexdigest()}


def test_a_replayed_trace_is_a_file_that_the_scenario_reads() -> None:
    folder = Path(__file__).parents[2] / "scenarios"
    target = Target(kind="endpoint", endpoint=Endpoint("http://127.0.0.1:8000", "us-east-1"))
    told = fingerprint(load_scenario(folder / "replay.yaml"), target, "wire", 1).files
    assert told == {"replay.csv": hashlib.sha256((folder / "replay.csv").read_bytes()).hexdigest()}
