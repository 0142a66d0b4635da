"""Two actions of one call that are about the same item, since what they draw is shared by name."""

from typing import Any

import pytest
import yaml

from ddbload.errors import ScenarioError
from ddbload.scenario.load import parse_scenario

SCENARIO: dict[str, Any] = {
    "ddbload": 1,
    "name": "same",
    "table": {"name": "things", "key": {"pk": "S", "sk": "S"}},
    "items": {"thing": {"of": {"n": 5, "a": 5}, "shape": {"pk": "a{a}", "sk": "n{n}", "count": 0}}},
    "load": {"mix": {"both": 1}, "rate": 1, "phases": [{"hold": "2s"}]},
}
PUT, ADD = {"put": "thing"}, {"update": "thing", "add": {"count": 1}}


@pytest.mark.parametrize(
    ("sentence", "actions"),
    [
        ("a put and an update", [PUT, ADD]),
        ("a new item, and the update that shares its coordinates", [{**PUT, "pick": "next"}, ADD]),
        ("a new value of the first coordinate", [{**PUT, "pick": {"n": "next"}}, ADD]),
        ("an update, and the put that shares its coordinates", [ADD, {**PUT, "pick": "next"}]),
    ],
)
def test_a_transaction_that_has_an_item_twice_is_refused(sentence: str, actions: list[Any]) -> None:
    document = {**SCENARIO, "operations": {"both": {"transact_write": actions}}}
    with pytest.raises(ScenarioError, match="are of the same 'thing': DynamoDB takes an item once"):
        parse_scenario(yaml.safe_dump(document), sentence)


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        ([{"get": "thing", "count": 26}], "26 different items of 'thing' are too many .there are 25."),
        ([{"get": "thing"}, {"get": "thing", "count": 3}], "3 different items of 'thing', but all its coordinates are"),
    ],
)
def test_different_items_must_be_there_to_be_picked(actions: list[Any], told: str) -> None:
    document = {**SCENARIO, "operations": {"both": {"batch_get": actions}}}
    with pytest.raises(ScenarioError, match=told):
        parse_scenario(yaml.safe_dump(document))


def test_different_keys_are_different_items() -> None:
    actions = [PUT, {**ADD, "key": {"sk": "total"}}]
    parse_scenario(yaml.safe_dump({**SCENARIO, "operations": {"both": {"transact_write": actions}}}))
