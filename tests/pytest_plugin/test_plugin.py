"""A team's own suite: what it may say of scenarios, and what pytest then says. It is run by a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import indent
from xml.etree import ElementTree as ET

import pytest

from ddbload.pytest_plugin.comparing import Against, compared
from ddbload.results.names import tag_folder
from ddbload.results.pins import pin
from ddbload.results.record import ObjectiveRecord
from ddbload.results.store import read_run, write_run

ROOT = Path(__file__).parents[2]
SCENARIO = """\
ddbload: 1
name: small
params: {limit: 10s}
table: {name: small, key: {pk: S}}
items: {thing: {of: {n: 10}, shape: {pk: "n#{n}"}}}
operations: {read: {get: thing}}
load: {mix: {read: 1}, rate: 100, phases: [{hold: 300ms}]}
client: {timeout: 30s, connect_timeout: 30s, validity: {lag: 10s}}
objectives: {read: {p50: $limit}}
"""
INI = """\
[pytest]
ddbload_results = kept
filterwarnings = error
junit_logging = all
addopts = -p no:cacheprovider -p no:asyncio --junitxml=said.xml
"""
WRONG = {
    "a scenario that is not there": ("ddbload.run('none.yaml')", "none.yaml: there is no such file"),
    "no run": ("ddbload.run('small.yaml', times=0)", "times=0"),
    "no target": ("ddbload.run('small.yaml', target='lokal')", "did you mean local"),
    "a parameter that is none": ("ddbload.run('small.yaml', params={'rate': 3})", "rate"),
    "no such scenario in the store": ("ddbload.assert_not_worse('other', than='v1')", "other@v1 is neither"),
    "nothing pinned": ("ddbload.assert_not_worse('small', than='pinned')", "is pinned"),
    "a margin that is none": (
        "ddbload.assert_not_worse('small', than='v1', matters={'p99': '5'})",
        "is not a percentage",
    ),
    "an async test": (
        "import asyncio\nasync def inside():\n    ddbload.run('small.yaml')\nasyncio.run(inside())",
        "make it a plain `def`",
    ),
}
QUIET = [1.0, 1.01, 0.99, 1.005, 0.995, 1.008, 0.992, 1.0]
NOISY = [1.0, 1.6, 0.7, 1.3]
STORE = {"v1": QUIET, "v2": QUIET[::-1], "slow": [2 * each for each in QUIET], "hazy": NOISY, "damaged": QUIET[:4]}
"""Tags of the store that a team's tests find, and what each of their runs saw: milliseconds of an objective."""
COMPARED = {
    "not worse": ("ddbload.assert_not_worse('kept', than='v1', tag='v2', matters={'all.p50': '50%'})", "passed", ""),
    "the pinned one": (
        "ddbload.assert_not_worse('kept', than='pinned', tag='v2', matters={'all.p50': 0.5})",
        "passed",
        "",
    ),
    "slower": (
        "ddbload.assert_not_worse('kept', than='v1', tag='slow')",
        "failed",
        "regressed: kept, kept@slow",
    ),
    "noise": (
        "ddbload.assert_not_worse('kept', than='v1', tag='hazy')",
        "failed",
        "cannot tell: kept, kept@hazy",
    ),
    "noise that is fine": (
        """
import warnings
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    ddbload.assert_not_worse("kept", than="v1", tag="hazy", inconclusive_ok=True)
assert "cannot tell: kept" in str(told[0].message)
assert told[0].filename == __file__
""",
        "passed",
        "",
    ),
    "slower, and noise would be fine": (
        "ddbload.assert_not_worse('kept', than='v1', tag='slow', inconclusive_ok=True)",
        "failed",
        "regressed: kept",
    ),
    "a tag against itself": ("ddbload.assert_not_worse('kept', than='v1', tag='v1')", "failed", "v1"),
    "a damaged run": ("ddbload.assert_not_worse('kept', than='damaged', tag='v2')", "failed", "cannot be read"),
    "a tag without runs": ("ddbload.assert_not_worse('kept', than='v1', tag='v3')", "failed", "the nearest: v2, v1"),
}
AWS = ["aws", "aws:eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com"]


@dataclass(frozen=True, slots=True)
class Said:
    """How a test of the team ended: "passed", "failed" or "skipped", and what JUnit's file holds of it."""

    outcome: str
    text: str  # its message and what was captured
    properties: tuple[str, ...]


def pytest_of(folder: Path, tests: Mapping[str, str], *words: str) -> dict[str, Said]:
    """Run tests (name -> body) beside the scenario small.yaml in a pytest of their own; `words` are its options."""
    (folder / "small.yaml").write_text(SCENARIO)
    (folder / "pytest.ini").write_text(INI)
    bodies = [f"def test_{n}(ddbload):\n{indent(body, '    ')}\n" for n, body in enumerate(tests.values())]
    (folder / "test_team.py").write_text("\n".join(bodies))
    command = [sys.executable, "-m", "pytest", *words]
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    (folder / "printed.txt").write_text(done.stdout)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    cases = {case.attrib["name"]: case for case in ET.parse(folder / "said.xml").iter("testcase")}  # noqa: S314 - our own
    return {name: _said(cases[f"test_{n}"]) for n, name in enumerate(tests)}


def _said(case: ET.Element) -> Said:
    outcomes = {"failure": "failed", "error": "failed", "skipped": "skipped"}
    (outcome,) = {outcomes[part.tag] for part in case if part.tag in outcomes} or {"passed"}
    properties = tuple(one.attrib["value"] for one in case.iter("property") if one.attrib["name"] == "ddbload")
    text = "\n".join((part.attrib.get("message", "") + "\n" + (part.text or "")) for part in case)
    return Said(outcome, text, properties)


def keep(results: Path, tag: str, seen_ms: Sequence[float]) -> None:
    """Runs under a tag, an hour of a day of their own each; only their objective differs."""
    folder = min((ROOT / "results" / "quickstart" / "baseline").iterdir())
    record = read_run(folder)
    hour = 1 + list(STORE).index(tag)
    for minute, seen in enumerate(seen_ms):
        objective = ObjectiveRecord("all p50 <= 10s", "all", "p50", 10_000.0, seen, 1000, "pass")
        changed = replace(
            record,
            id=f"{hour:04}{minute:04}",
            tag=tag,
            started_at=f"2026-11-01T{hour:02}:{minute:02}:00+00:00",
            fingerprint=replace(record.fingerprint, scenario="kept"),
            objectives=[objective],
        )
        write_run(results, changed, "", [], [])


def runs_in(folder: Path) -> list[str]:
    return ["/".join(run.parts[-4:-2]) for run in sorted(folder.glob("*/*/*/run.json"))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the team's tests lie."""
    return tmp_path_factory.mktemp("team")


@pytest.fixture(scope="module")
def team(folder: Path) -> dict[str, Said]:
    """The tests of a team, run once."""
    for tag, seen_ms in STORE.items():
        keep(folder / "kept", tag, seen_ms)
    pin(tag_folder(folder / "kept", "kept", "v1"))
    next((folder / "kept" / "kept" / "damaged").glob("*/run.json")).write_text("{")
    tests = {
        "passes": "ddbload.run('small.yaml', tag='v1', times=2).assert_passes()",
        "misses": "ddbload.run('small.yaml', tag='slow', params={'limit': '1us'}).assert_passes()",
        **{what: body for what, (body, _) in WRONG.items()},
        **{what: body for what, (body, _, _) in COMPARED.items()},
        **{target: f"ddbload.run('small.yaml', target={target!r})" for target in AWS},
    }
    return pytest_of(folder, tests)


def test_the_plugin_costs_nothing_until_a_test_asks_for_it(tmp_path: Path) -> None:
    head = (
        "import sys\n"
        "OURS = {name for name in sys.modules if name.partition('.')[0] == 'ddbload'}\n"
        "HEAVY = {'numpy', 'rich', 'pydantic', 'botocore', 'aiohttp'} & sys.modules.keys()\n"
        "def test_nothing():\n"
        "    assert OURS == {'ddbload', 'ddbload.pytest_plugin'}\n"
        "    assert not HEAVY\n"
    )
    (tmp_path / "test_team.py").write_text(head)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_team.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert "1 passed" in done.stdout, done.stdout


def test_a_scenario_that_passes_is_a_green_test_and_its_runs_are_kept(team: dict[str, Said], folder: Path) -> None:
    assert team["passes"].outcome == "passed", team["passes"].text
    assert runs_in(folder / "kept").count("small/v1") == 2
    assert team["passes"].properties == ("small@v1: pass", "small@v1: pass")


def test_a_missed_objective_fails_with_the_reports_sentences_at_the_teams_own_line(
    team: dict[str, Said], folder: Path
) -> None:
    said = team["misses"]
    assert said.outcome == "failed"
    assert "small@slow did not pass" in said.text
    assert "fail: the objective was missed" in said.text
    assert "  - read p50 <= 0.001ms: observed" in said.text
    assert "RunRecord(" not in said.text
    assert "pytest_plugin/bench.py" not in said.text
    assert "dispatch lag" in (folder / "printed.txt").read_text()  # the whole report stands below


@pytest.mark.parametrize("target", AWS)
def test_load_for_aws_is_skipped_without_the_word_for_it(target: str, team: dict[str, Said]) -> None:
    assert team[target].outcome == "skipped"
    assert "--ddbload-aws" in team[target].text


@pytest.mark.parametrize("what", WRONG)
def test_what_is_missing_or_wrong_never_passes_and_is_told_in_a_sentence(what: str, team: dict[str, Said]) -> None:
    assert team[what].outcome == "failed"
    assert WRONG[what][1] in team[what].text
    assert "pytest_plugin/bench.py" not in team[what].text


@pytest.mark.parametrize("what", COMPARED)
def test_a_comparison_passes_only_where_it_says_not_worse(what: str, team: dict[str, Said]) -> None:
    _, outcome, told = COMPARED[what]
    assert (team[what].outcome, told in team[what].text) == (outcome, True), team[what].text
    assert "Comparison(" not in team[what].text
    assert "pytest_plugin/" not in team[what].text


def test_the_verdict_of_a_comparison_stands_in_junits_file(team: dict[str, Said]) -> None:
    assert team["not worse"].properties == ("kept@v2 against kept@v1: not worse",)


def test_runs_that_a_test_made_are_compared_without_those_made_earlier_under_their_tag(tmp_path: Path) -> None:
    for tag in ("v1", "v2"):
        keep(tmp_path, tag, STORE[tag])
    own = [read_run(path) for path in sorted((tmp_path / "kept" / "v2").iterdir())][:3]
    comparison = compared(tmp_path, "kept", "v2", Against("v1"), own)
    assert [line.id for line in comparison.new.runs] == [run.id for run in own]
    assert len(comparison.base.runs) == len(STORE["v1"])


def test_an_option_says_where_runs_are_kept_and_wins_over_the_ini_file(tmp_path: Path) -> None:
    said = pytest_of(tmp_path, {"run": "ddbload.run('small.yaml', tag='v1')"}, "--ddbload-results", "elsewhere")
    assert said["run"].outcome == "passed", said["run"].text
    assert runs_in(tmp_path / "elsewhere") == ["small/v1"]
    assert not (tmp_path / "kept").exists()
