"""The workflow that users copy: its commands are those that ddbload has, and it asks for no more than it needs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from ddbload.cli.app import application

ROOT = Path(__file__).parents[2]
FILE = ROOT / ".github" / "workflows" / "regress.yml"
TEXT = FILE.read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


def commands() -> Iterator[list[str]]:
    """The words of every `ddbload ...` in the steps, with the workflow's own variables in place."""
    across = "--across scenario --across params --across files"
    known = {**WORKFLOW["env"], "1": WORKFLOW["env"]["SCENARIO"], "2": "base", "across": across}
    for step in STEPS:
        for line in step.get("run", "").replace("\\\n", " ").splitlines():
            text = re.sub(r"\$\(.*?\)", "http://127.0.0.1:8000", line)
            text = re.sub(r"\$\{?(\w+)\}?", lambda found: known[found[1]] if found[1] in known else found[0], text)
            words = shlex.split(text, comments=True)
            if words[:1] == ["ddbload"]:
                end = next((n for n, word in enumerate(words) if word in {">", "||", "&", "&&", ";"}), len(words))
                yield words[1:end]


COMMANDS = list(commands())


def parsed(words: list[str]) -> dict[str, Any]:
    """The options of a command, parsed and not run."""
    command: Any = typer.main.get_command(application([words[0]]))
    context: Any = None
    while hasattr(command, "resolve_command"):  # a group
        context = command.make_context(command.name, list(words), parent=context)
        _, command, words = command.resolve_command(context, words)
    options: dict[str, Any] = command.make_context(command.name, list(words), parent=context).params
    return options


def test_every_command_of_ddbload_in_it_is_found() -> None:
    assert len(COMMANDS) == TEXT.count(" ddbload ") - len(re.findall(r"^\s*#.* ddbload ", TEXT, re.MULTILINE))
    assert {words[0] for words in COMMANDS} == {"local", "regress", "compare", "check", "run"}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_ddbload_has_the_command_and_all_its_options(words: list[str]) -> None:
    assert parsed(words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["compare", "a", "b", "--nope"], "No such option"),
        (["local", "instal"], "No such command"),
        (["regress"], "Missing parameter"),
    ],
)
def test_a_command_that_ddbload_does_not_have_would_be_found(words: list[str], told: str) -> None:
    with pytest.raises(Exception, match=told):
        parsed(words)


def test_the_scenario_is_there_and_has_that_name() -> None:
    scenario = yaml.safe_load((ROOT / WORKFLOW["env"]["SCENARIO"]).read_text(encoding="utf-8"))
    assert scenario["name"] == WORKFLOW["env"]["NAME"]


def test_it_may_only_read_the_repository() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in WORKFLOW["jobs"].values())
    assert "pull_request_target" not in TEXT
    assert "secrets." not in TEXT


def test_actions_are_pinned_by_version() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})", action)] == []


def test_nothing_that_a_pull_request_says_becomes_part_of_a_script() -> None:
    assert [step["run"] for step in STEPS if "${{" in step.get("run", "")] == []


def test_every_job_ends_in_time_and_keeps_its_junit_file_and_its_page_even_when_it_is_red() -> None:
    for job in WORKFLOW["jobs"].values():
        assert job["timeout-minutes"] <= 60
        (upload,) = (step for step in job["steps"] if step.get("uses", "").startswith("actions/upload-artifact@"))
        assert "cancelled()" in upload["if"]
        assert {"regress.html", "regress.xml"} <= set(upload["with"]["path"].split())
