"""What is written but does nothing is told, and does not keep a scenario from loading."""

from __future__ import annotations

import pytest

from ddbload.scenario.load import parse_scenario


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param(
            "  placed: {timestamp: {within: 90d}}\n",
            "  placed: {timestamp: {within: 90d}}\n  id: uuid\n",
            ["s.yaml:14:3: the value 'id' is used nowhere"],
            id="a value that nothing uses",
        ),
        pytest.param(
            ", forget: 1}",
            "}",
            ["s.yaml:38:3: the operation 'forget' is never called (give it a weight in load.mix)"],
            id="an operation outside the mix",
        ),
        pytest.param(
            "read_order: 70",
            "read_order: 0",
            [
                "s.yaml:25:3: the operation 'read_order' is never called (give it a weight in load.mix)",
                "s.yaml:50:3: an objective for 'read_order', which is never called",
            ],
            id="an objective for an operation of weight 0",
        ),
    ],
)
def test_what_does_nothing_is_told(sample: str, old: str, new: str, told: list[str]) -> None:
    assert old in sample
    assert [str(warning) for warning in parse_scenario(sample.replace(old, new), "s.yaml").warnings] == told


def test_a_value_is_used_by_a_shape_or_by_an_expression(sample: str) -> None:
    text = sample.replace("values:\n", "values:\n  fresh: uuid\n").replace("'paid' REMOVE", "'x{fresh}' REMOVE")
    assert parse_scenario(text).warnings == ()
