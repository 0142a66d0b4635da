"""The baseline that is kept with the code: what a first comparison is made against."""

from __future__ import annotations

from pathlib import Path

from ddbload.results.selection import select
from ddbload.scenario.load import load_scenario

ROOT = Path(__file__).parents[2]


def test_the_baseline_is_of_the_quickstart_as_it_is() -> None:
    """A quickstart that changes takes new runs: `ddbload run scenarios/quickstart.yaml --tag baseline`."""
    found = select(ROOT / "results", "quickstart@baseline")
    today = load_scenario(ROOT / "scenarios" / "quickstart.yaml").sha256
    assert [run.fingerprint.scenario_sha256 for run in found.runs] == [today] * 3
    assert not found.damaged
    assert {run.verdict for run in found.runs} == {"pass"}
