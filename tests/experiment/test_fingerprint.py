"""A fingerprint says what makes two runs comparable, and no secret."""

from __future__ import annotations

import dataclasses
import json

import pytest

from ddbload.experiment.fingerprint import fingerprint
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
    assert (found.target["url"], found.target["region"]) == ("http://127.0.0.1:8000", "eu-west-1")
    assert {"numpy", "botocore", "orjson"} <= found.dependencies.keys()
    assert "the-secret" not in json.dumps(dataclasses.asdict(found))


def test_the_same_setting_has_the_same_fingerprint(scenario: Load) -> None:
    target = Target(kind="endpoint", endpoint=Endpoint("http://127.0.0.1:8000", "us-east-1"))
    assert fingerprint(scenario(), target, "wire", 1) == fingerprint(scenario(), target, "wire", 1)
    assert fingerprint(scenario(), target, "wire", 1) != fingerprint(scenario(seed=9), target, "wire", 1)
