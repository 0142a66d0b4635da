"""What build servers are given: JUnit XML of the common shape, workflow commands that nothing can break out of."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, strategies as st
from rich.console import Console

from ddbload.compare.document import Comparison, Excluded
from ddbload.compare.schema import comparison_schema, self_check_schema, trend_schema
from ddbload.report.cases import Case, comparison_cases, self_check_cases
from ddbload.report.comparison_formats import (
    Format,
    Judged,
    judged_comparison,
    judged_self_check,
    judged_trend,
    write_judged,
    write_summary,
)
from ddbload.report.github import MOST, command, commands
from ddbload.report.junit import junit
from tests.report.comparisons import (
    ALARMING,
    CANNOT_TELL,
    COMPARISONS,
    INVALID,
    NOT_WORSE,
    QUIET,
    READ_P50,
    REGRESSED,
    SELF_CHECKS,
    SLOWED,
    SLOWER,
    TOO_NOISY,
    TRENDS,
    comparison,
)

jsonschema: Any = pytest.importorskip("jsonschema")
JUDGED: dict[str, Judged] = {
    **{name: judged_comparison(each) for name, each in COMPARISONS.items()},
    **{f"trend {name}": judged_trend(each) for name, each in TRENDS.items()},
    **{f"self-check {name}": judged_self_check(each) for name, each in SELF_CHECKS.items()},
}


def written(judged: Judged, form: Format) -> str:
    console = Console(file=io.StringIO(), width=80)
    write_judged(judged, form, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


# --- cases ---------------------------------------------------------------------------------------------------------


def statuses(given: Comparison, *, inconclusive_ok: bool = False) -> dict[str, str]:
    return {case.name: case.status for case in comparison_cases(given, inconclusive_ok=inconclusive_ok)}


def test_a_gate_that_is_worse_is_a_failure_and_the_others_pass() -> None:
    assert statuses(REGRESSED) == {
        "read p50": "passed",
        "read p99": "failure",
        "place p99": "passed",
        "errors": "passed",
        "cost": "passed",
    }


def test_a_gate_that_cannot_be_told_is_an_error_and_skipped_where_that_is_let_pass() -> None:
    assert statuses(CANNOT_TELL)["read p99"] == "error"
    assert statuses(CANNOT_TELL, inconclusive_ok=True)["read p99"] == "skipped"


def test_an_invalid_comparison_is_an_error_whatever_is_let_pass() -> None:
    gates = replace(INVALID, findings=(replace(READ_P50, verdict="cannot tell"),))
    for each in (INVALID, gates):
        assert statuses(each, inconclusive_ok=True)["the comparison"] == "error"


def test_a_comparison_of_nothing_is_an_error() -> None:
    assert statuses(comparison("not worse", ())) == {"the comparison": "error"}


def test_a_verdict_that_is_no_gates_own_has_a_case_of_its_own() -> None:
    assert statuses(replace(NOT_WORSE, verdict="regressed"))["the comparison"] == "failure"
    assert statuses(replace(NOT_WORSE, verdict="cannot tell"))["the comparison"] == "error"


@pytest.mark.parametrize(
    ("check", "alarms", "floor"),
    [(QUIET, "passed", "passed"), (TOO_NOISY, "passed", "error"), (ALARMING, "failure", "passed")],
)
def test_a_self_check_has_a_case_for_its_false_alarms_and_for_each_floor(check: Any, alarms: str, floor: str) -> None:
    cases = {case.name: case.status for case in self_check_cases(check)}
    assert (cases["false alarms"], cases["floor of read p50"]) == (alarms, floor)


def test_a_self_check_of_nothing_is_an_error() -> None:
    assert self_check_cases(replace(QUIET, splits=0, false_alarms=0))[0].status == "error"


# --- JUnit ---------------------------------------------------------------------------------------------------------

CHILDREN = {
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase", "system-out", "system-err"],
    "properties": ["property"],
    "testcase": ["skipped", "error", "failure", "system-out"],
}
NEEDED = {
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "hostname"},
    "testcase": {"name", "classname", "time"},
    "property": {"name", "value"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
}


def read(document: str) -> ET.Element:
    return ET.fromstring(document)  # noqa: S314 - it is our own


def faults(element: ET.Element) -> Iterator[str]:
    """Where a document is not as the schemas of JUnit XML have it."""
    allowed = CHILDREN.get(element.tag, [])
    places = [allowed.index(child.tag) if child.tag in allowed else -1 for child in element]
    if -1 in places or (element.tag == "testsuite" and places != sorted(places)):
        yield f"{element.tag}: {[child.tag for child in element]}"
    if lacking := NEEDED.get(element.tag, set()) - set(element.attrib):
        yield f"{element.tag} lacks {lacking}"
    for child in element:
        yield from faults(child)


@pytest.mark.parametrize("name", JUDGED)
def test_junit_has_the_shape_that_build_servers_read(name: str) -> None:
    root = read(written(JUDGED[name], "junit"))
    assert list(faults(root)) == []


def test_the_root_of_junit_has_no_more_than_jenkins_takes() -> None:
    assert set(read(written(JUDGED["regressed"], "junit")).attrib) <= {"name", "time", "tests", "failures", "errors"}


@pytest.mark.parametrize("name", JUDGED)
def test_junit_counts_what_it_holds_and_is_never_empty(name: str) -> None:
    (suite,) = read(written(JUDGED[name], "junit"))
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.attrib["tests"]) > 0
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.attrib[count]) == len(suite.findall(f"testcase/{tag}"))


def test_the_time_of_a_suite_is_that_of_its_newest_run_without_a_zone() -> None:
    (suite,) = read(written(JUDGED["regressed"], "junit"))
    assert suite.attrib["timestamp"] == "2026-03-03T04:19:06"


@given(st.text(), st.text(), st.sampled_from(["passed", "failure", "error", "skipped"]))
def test_whatever_is_said_junit_can_be_read_again(name: str, text: str, status: Any) -> None:
    case = Case(name, status, text, text)
    root = read(junit("compare orders", [case], properties={"p": text}, started_at=None, output=text))
    assert list(faults(root)) == []


def test_a_character_that_xml_cannot_have_is_written_as_its_escape() -> None:
    text = junit("s", [Case("a", "failure", "\x1b[31mred", "\x00\ud800")], properties={}, started_at=None, output="")
    assert 'message="\\x1b[31mred"' in text
    assert ">\\x00\\ud800<" in text


# --- GitHub --------------------------------------------------------------------------------------------------------


def test_a_workflow_command_escapes_what_would_end_it() -> None:
    said = command("error", "a: b, c", "50% \r\nmore: x, y", "folder/a,b.yaml")
    assert said == "::error file=folder/a%2Cb.yaml,title=a%3A b%2C c::50%25 %0D%0Amore: x, y"


@given(st.text(), st.text(), st.text())
def test_whatever_is_said_a_command_is_one_line_and_can_be_read_back(title: str, text: str, place: str) -> None:
    said = command("warning", title, text, place)
    assert not set("\r\n") & set(said)
    match = re.fullmatch(r"::warning(?: ([^:]*))?::(.*)", said, re.DOTALL)
    assert match
    assert decoded(match[2]) == text
    given = dict(pair.split("=", 1) for pair in (match[1] or "").split(",") if pair)
    assert {name: decoded(value) for name, value in given.items()} == {
        name: value for name, value in (("file", place), ("title", title)) if value
    }


def decoded(text: str) -> str:
    for sign, code in (("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C"), ("%", "%25")):
        text = text.replace(code, sign)
    return text


LEVELS = [
    ("not_worse", {"notice", "warning"}, "of what is well there is a notice, and warnings of what is unlike"),
    ("regressed", {"error", "warning"}, "of what is worse there is an error"),
    ("cannot_tell", {"error", "warning"}, "what cannot be told fails the job as well"),
    ("invalid", {"error", "warning"}, "too few valid runs are an error, and those left out are named"),
]


@pytest.mark.parametrize(("name", "levels"), [pytest.param(*each[:2], id=each[2]) for each in LEVELS])
def test_annotations_have_the_levels_of_what_they_say(name: str, levels: set[str]) -> None:
    lines = written(JUDGED[name], "github").splitlines()
    assert {line.split()[0].strip(":").partition("::")[0] for line in lines} == levels


def test_annotations_stand_at_the_scenarios_file_and_else_at_the_newest_runs() -> None:
    known = written(judged_comparison(REGRESSED, place="scenarios/orders.yaml"), "github")
    assert known.startswith("::error file=scenarios/orders.yaml,title=read p99::")
    newest = max(REGRESSED.new.runs, key=lambda run: run.started_at)
    assert written(JUDGED["regressed"], "github").startswith(f"::error file={newest.path}/scenario.yaml,")


def test_every_run_that_is_not_counted_has_a_warning() -> None:
    lines = written(JUDGED["invalid"], "github")
    assert all(f"{each.path} is not counted" in lines for each in INVALID.new.excluded)


def test_no_more_annotations_than_github_shows_and_none_is_lost() -> None:
    cases = [Case(f"gate {number}", "failure", f"worse {number}", "") for number in range(15)]
    lines = list(commands(cases, headline="", warnings=(), place=None))
    assert len(lines) == MOST
    assert all(f"worse {number}" in "".join(lines) for number in range(15))


def test_a_summary_is_added_to_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("of another step\n")
    write_summary(JUDGED["regressed"], file)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("of another step\n\n### ❌ REGRESSED: read p99 +14.4%")


def test_names_cannot_bring_markup_into_a_summary(tmp_path: Path) -> None:
    hostile = "<script>|`*[x](y)\n# head"
    given = replace(
        REGRESSED,
        findings=(replace(SLOWER, operation=hostile),),
        new=replace(REGRESSED.new, name=hostile, excluded=(Excluded(hostile, hostile),)),
    )
    file = tmp_path / "summary.md"
    write_summary(judged_comparison(given), file)
    text = file.read_text(encoding="utf-8")
    inside = re.sub(r"```text.*?```", "", text, flags=re.DOTALL)  # where nothing is markup
    assert "<script>" not in inside.replace("\\<script\\>", "")
    assert not any(line.startswith("# head") for line in text.splitlines())


# --- JSON ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", JUDGED)
def test_json_is_what_its_schema_says(name: str) -> None:
    schema = trend_schema() if name.startswith("trend") else self_check_schema() if " " in name else comparison_schema()
    document = json.loads(written(JUDGED[name], "json"))
    jsonschema.Draft202012Validator(schema).validate(document)


@pytest.mark.parametrize("schema", [comparison_schema(), trend_schema(), self_check_schema()])
def test_every_property_of_a_schema_that_a_reader_needs_is_described(schema: dict[str, Any]) -> None:
    undescribed = [
        name for name, prop in schema["properties"].items() if name != "scenario" and "description" not in prop
    ]
    assert schema["description"]
    assert undescribed == []


def test_a_trend_is_judged_by_the_cases_of_its_last_tag() -> None:
    assert judged_trend(SLOWED).cases == comparison_cases(SLOWED.last)
