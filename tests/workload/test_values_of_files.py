"""Values from outside the scenario: columns and histograms of files beside it, functions that a person allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ddbload.errors import ScenarioError, UsageError
from ddbload.operation import fill
from ddbload.scenario.model import Scenario
from ddbload.workload import compile_workload, item_at

Made = Callable[[Any], Scenario]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A scenario beside some files, with one value."""
    (tmp_path / "cities.csv").write_text("city,people\nParis,2100000\nLyon,520000\nNice,340000\n")
    (tmp_path / "sizes.csv").write_text("size,count\n10,1\n20,3\n")
    (tmp_path / "ddbload_basket.py").write_text("def basket(rng, number):\n    return f'{number}:{rng.randrange(9)}'\n")

    def scenario(value: Any) -> Scenario:
        return Scenario.model_validate(
            {
                "ddbload": 1,
                "name": "files",
                "table": {"name": "files", "key": {"pk": "N"}},
                "values": {"it": value},
                "items": {"row": {"of": {"n": 100}, "shape": {"pk": "{n}", "it": "{it}"}}},
                "operations": {"note": {"update": "row", "set": {"it": "{it}"}}},
                "load": {"mix": {"note": 1}, "rate": 100.0, "phases": [{"hold": "1s"}]},
            },
            context={"folder": tmp_path},
        )

    return scenario


def test_a_column_of_a_file_beside_the_scenario(made: Made) -> None:
    scenario = made({"csv": {"file": "cities.csv", "column": "city"}})
    assert {item["it"]["S"] for item in item_at(scenario, "row").items(0, 100)} == {"Paris", "Lyon", "Nice"}


def test_a_column_in_its_order_goes_by_the_items_number(made: Made) -> None:
    scenario = made({"csv": {"file": "cities.csv", "column": "people", "type": "N", "pick": "sequential"}})
    maker = item_at(scenario, "row")
    assert [item["it"]["N"] for item in maker.items(0, 4)] == ["2100000", "520000", "340000", "2100000"]
    assert maker.item(50)["it"] == maker.items(50, 51)[0]["it"] == {"N": "340000"}


def test_sizes_of_a_file_beside_the_scenario(made: Made) -> None:
    scenario = made({"text": {"size": {"histogram": "sizes.csv"}}})
    assert {len(item["it"]["S"]) for item in item_at(scenario, "row").items(0, 100)} == {10, 20}


def test_a_file_that_is_not_there_is_told(made: Made) -> None:
    with pytest.raises(ScenarioError, match=r"towns\.csv"):
        compile_workload(made({"csv": {"file": "towns.csv", "column": "city"}}))


CODE = {"python": {"function": "ddbload_basket:basket", "max_bytes": 20}}


def test_a_function_runs_only_where_it_is_allowed(made: Made) -> None:
    with pytest.raises(UsageError, match="--allow-code"):
        compile_workload(made(CODE))
    with pytest.raises(UsageError, match="--allow-code"):
        item_at(made(CODE), "row").items(0, 1)


def test_a_function_is_given_the_number_of_the_item_or_of_the_call(made: Made) -> None:
    maker = item_at(made(CODE), "row", allow_code=True)
    assert [item["it"]["S"].split(":")[0] for item in maker.items(5, 8)] == ["5", "6", "7"]
    workload = compile_workload(made(CODE), allow_code=True)
    block = next(workload.open_loop(0, 1))
    sent = [fill(workload.operations[0].request, draw)["ExpressionAttributeValues"][":v0"] for draw in block.draws]
    assert [one["S"].split(":")[0] for one in sent] == [str(slot) for slot in block.slots]
