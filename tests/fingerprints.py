"""The fingerprint of a run that never was, for tests of results and reports."""

from __future__ import annotations

from ddbload.results.record import Fingerprint


def fingerprint_of(scenario: str, *, rate: int) -> Fingerprint:
    """A run of a scenario on DynamoDB Local at a rate."""
    return Fingerprint(
        scenario=scenario,
        scenario_sha256="0" * 64,
        seed=42,
        params={"rate": rate},
        ddbload="0.1.0",
        dependencies={"numpy": "2.0"},
        python="3.11.2",
        host={"cpus": 2},
        target={"kind": "local", "url": "http://127.0.0.1:8000", "version": "3.3.1", "functional": False},
        transport="wire",
        workers=1,
    )
