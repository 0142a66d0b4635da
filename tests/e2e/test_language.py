"""The README's pieces of the scenario language run as they stand there, and its reference is the schema's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ddbload.scenario.reference import reference
from tests.e2e.conftest import Command, Ran, begun

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
QUIET: dict[str, Any] = {"validity": {"lag": "10s", "late": "100%", "released": "0%"}}


def blocks(marker: str) -> list[dict[str, Any]]:
    """The YAML blocks behind a marker."""
    found = re.findall(rf"<!-- {marker} -->\n```yaml\n(.*?)```", README, re.DOTALL)
    return [yaml.safe_load(text) for text in found]


(BASE,) = blocks("base")
EXAMPLES = blocks("example")


def whole(example: dict[str, Any], number: int) -> dict[str, Any]:
    """An example on top of the base: a scenario. Without a load of its own, everything in it is called as often."""
    laid: dict[str, Any] = {"ddbload": 1, "name": f"readme-{number}", **BASE, **example}
    laid["values"] = {**BASE["values"], **example.get("values", {})}
    if "tables" in example:
        del laid["table"]
    else:
        laid["items"] = {**BASE["items"], **example.get("items", {})}
    arriving = {"mix": dict.fromkeys(example["operations"], 1), "rate": 20, "phases": [{"hold": "2s"}]}
    laid["load"] = example.get("load", arriving)
    laid["client"] = {"max_in_flight": 32, "timeout": "30s", **example.get("client", {}), **QUIET}
    return laid


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 7


@pytest.fixture(scope="module")
def example_run(request: pytest.FixtureRequest, dynamodb_local: str) -> Iterator[Callable[[int], Ran]]:
    """How the run of an example ended."""

    def run(number: int, folder: Path, ddbload: Command) -> Ran:
        scenario = folder / "example.yaml"
        laid = yaml.safe_dump(whole(EXAMPLES[number], number), sort_keys=False)
        scenario.write_text(laid.replace("readme-", f"readme-{number}-"))  # tables of its own
        return ddbload("run", scenario, "--target", dynamodb_local, "--drop", "--format", "json")

    with begun(request, "number", run) as runs:
        yield runs


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_each_example_runs_without_an_error(number: int, example_run: Callable[[int], Ran]) -> None:
    ran = example_run(number)
    assert ran.code in {0, 3}, ran.err  # 3: a busy machine
    told = ran.record["operations"]
    assert told.keys() >= set(EXAMPLES[number]["operations"])
    headline = {"ok", "not_found", "condition_failed"}
    failed = {name: one["reasons"] for name, one in told.items() if not one["outcomes"].keys() <= headline}
    assert failed == {}
    assert all(one["count"] for one in told.values())


def test_the_reference_is_that_of_the_schema() -> None:
    found = re.search(r"<!-- reference -->\n(.*?)<!-- end of reference -->", README, re.DOTALL)
    assert found
    assert found[1].strip() == reference().strip()
