"""`ddbload plan`: words of its options, what goes where, and with which code it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ddbload.cli import app
from ddbload.planner.document import Plan
from ddbload.planner.request import PlanRequest
from ddbload.planner.schema import plan_schema, plans_schema
from tests.report.plans import FLAT, NONE_KEEPS, ONE, SHOP

jsonschema: Any = pytest.importorskip("jsonschema")
Watch = Callable[[str], None]
SCENARIO = """\
ddbload: 1
name: orders
params: {rate: 10}
table: {name: orders, key: {pk: S}}
items: {order: {of: {n: 10}, shape: {pk: "order#{n}"}}}
operations: {read: {get: order}}
load: {mix: {read: 1}, rate: $rate, phases: [{hold: 10s}]}
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[PlanRequest]:
    """What the planner is asked for; it answers with a plan by the source's name."""
    requests: list[PlanRequest] = []
    answers = {"one": ONE, "flat": FLAT, "none": NONE_KEEPS}

    def plan(request: PlanRequest, watch: Watch) -> Plan:
        watch("units of 6 operations")
        requests.append(request)
        return answers.get(request.source.stem, SHOP)

    module = ModuleType("ddbload.planner.plan")
    monkeypatch.setattr(module, "plan", plan, raising=False)
    monkeypatch.setitem(sys.modules, "ddbload.planner.plan", module)
    return requests


@pytest.fixture
def scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "flat", "none", "shop"):
        (tmp_path / f"{name}.yaml").write_text(SCENARIO)
    return tmp_path


@pytest.mark.usefixtures("asked", "scenarios")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["one.yaml"], 0, id="a candidate keeps the objective"),
        pytest.param(["none.yaml"], 1, id="no candidate keeps it"),
        pytest.param(["none.yaml", "one.yaml"], 0, id="of several designs one keeps it"),
        pytest.param(["none.yaml", "none.yaml"], 1, id="of several designs none keeps it"),
    ],
)
@pytest.mark.parametrize("form", ["terminal", "json", "markdown"])
def test_a_plan_ends_with_its_code_in_every_format(words: list[str], code: int, form: str) -> None:
    assert app.run(["plan", *words, "--format", form]) == code


@pytest.mark.usefixtures("asked", "scenarios")
def test_standard_output_has_the_report_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    app.run(["plan", "one.yaml"])
    said = capsys.readouterr()
    assert said.out.startswith(" PASS  orders: auto scaling + 1 year reserved, $424")
    assert said.err == ""


@pytest.mark.usefixtures("asked", "scenarios")
def test_json_is_one_document_that_keeps_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    app.run(["plan", "one.yaml", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, plan_schema())
    assert document["tables"][0]["chosen"] == "auto scaling + 1 year reserved"


@pytest.mark.usefixtures("asked", "scenarios")
def test_several_designs_are_one_document_with_a_comparison(capsys: pytest.CaptureFixture[str]) -> None:
    app.run(["plan", "one.yaml", "shop.yaml", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, plans_schema())
    assert [plan["subject"] for plan in document["plans"]] == [ONE.subject, SHOP.subject]
    assert document["comparison"]["cheapest"] == "one"


def test_what_is_wrong_with_the_last_design_is_told_before_the_first_is_planned(
    asked: list[PlanRequest], scenarios: Path
) -> None:
    (scenarios / "wrong.yaml").write_text("ddbload: 1")
    assert app.run(["plan", "one.yaml", "wrong.yaml"]) == 2
    assert asked == []


@pytest.mark.usefixtures("scenarios")
def test_options_are_what_the_planner_is_asked_for(asked: list[PlanRequest]) -> None:
    words = "-p rate=20 --region eu-west-1 --demand load --month 2027-02 --worlds 50 --throttled 0.5% --confidence 90%"
    more = "--free-tier --assume split_delay_min=10 --prices book.json --seed 7 --allow-code"
    assert app.run(["plan", "one.yaml", *words.split(), *more.split()]) == 0
    assert asked == [
        PlanRequest(
            source=Path("one.yaml"),
            params={"rate": "20"},
            region="eu-west-1",
            demand="load",
            month="2027-02",
            worlds=50,
            throttled=0.005,
            confidence=0.9,
            free_tier=True,
            assume={"split_delay_min": 10.0},
            prices=Path("book.json"),
            allow_code=True,
            seed=7,
        )
    ]


@pytest.mark.usefixtures("scenarios")
def test_without_options_the_request_has_its_own_defaults(asked: list[PlanRequest]) -> None:
    app.run(["plan", "one.yaml"])
    assert asked == [PlanRequest(source=Path("one.yaml"))]


@pytest.mark.parametrize("files", [["reads.csv", "writes.csv"], ["reads.json", "writes.csv"]])
def test_the_files_of_an_export_are_one_design(asked: list[PlanRequest], files: list[str]) -> None:
    app.run(["plan", *files, "--describe", "orders.json"])
    (request,) = asked
    assert (request.source, request.exports) == (Path(files[0]), (Path(files[1]),))
    assert request.describe == (Path("orders.json"),)


WRONG = [
    pytest.param([], "name what to plan", id="no source"),
    pytest.param(["one.yaml", "--worlds", "0"], "worlds: 0 (1 to 10,000)", id="no world"),
    pytest.param(["one.yaml", "--worlds", "10001"], "worlds: 10001 (1 to 10,000)", id="too many worlds"),
    pytest.param(["one.yaml", "--throttled", "0.5"], "--throttled: '0.5' is not a percentage", id="no percent sign"),
    pytest.param(["one.yaml", "--throttled", "nan%"], "--throttled: 'nan%' is not a percentage", id="a share of NaN"),
    pytest.param(["one.yaml", "--throttled", "120%"], "more than the whole", id="more than all"),
    pytest.param(["one.yaml", "--confidence", "0%"], "confidence: 0.0", id="no confidence"),
    pytest.param(["one.yaml", "--assume", "burst_s"], "given as name=value", id="an assumption without a value"),
    pytest.param(["one.yaml", "--assume", "burst_s=nan"], "'nan' is not a finite number", id="NaN for an assumption"),
    pytest.param(["one.yaml", "--assume", "burst_s=x"], "'x' is not a finite number", id="a word for an assumption"),
    pytest.param(["one.yaml", "--assume", "a=1", "--assume", "a=2"], "given twice", id="an assumption twice"),
    pytest.param(["--assumptions", "--assume", "burst=1"], "did you mean 'burst_s'?", id="an unknown assumption"),
    pytest.param(["--assumptions", "--assume", "burst_s=-1"], "does not fit", id="an assumption out of its range"),
    pytest.param(["one.yaml", "--demand", "peak"], "'peak' is not one of", id="an unknown demand"),
    pytest.param(["one.yaml", "-p", "rate"], "name=value", id="a parameter without a value"),
]


@pytest.mark.usefixtures("asked", "scenarios")
@pytest.mark.parametrize(("words", "told"), WRONG)
def test_wrong_words_end_with_2(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["plan", *words]) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""


def test_assumptions_are_printed_without_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["plan", "--assumptions", "--assume", "split_delay_min=10"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Assumptions")
    (line,) = (line for line in said.splitlines() if line.strip().startswith("split_delay_min"))
    assert line.split() == ["split_delay_min", "10", "min"]  # given, so without a range


@pytest.mark.parametrize("form", ["json", "markdown"])
def test_assumptions_have_their_other_formats(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["plan", "--assumptions", "--format", form]) == 0
    said = capsys.readouterr().out
    assert "burst_s" in ([each["name"] for each in json.loads(said)] if form == "json" else said.replace("\\", ""))


@pytest.mark.usefixtures("scenarios")
def test_with_a_scenario_the_same_assumptions_are_printed_and_nothing_is_planned(
    asked: list[PlanRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for words in (["--assumptions"], ["one.yaml", "--assumptions"]):
        assert app.run(["plan", *words, "--format", "json"]) == 0
        said.append(json.loads(capsys.readouterr().out))
    assert said[0] == said[1]
    assert asked == []


@pytest.mark.usefixtures("asked", "scenarios")
def test_full_has_the_lines_that_are_counted_else(capsys: pytest.CaptureFixture[str]) -> None:
    app.run(["plan", "one.yaml"])
    assert "and 4 more lines" in capsys.readouterr().out
    app.run(["plan", "one.yaml", "--full"])
    assert "auto scaling's alarms" in capsys.readouterr().out
