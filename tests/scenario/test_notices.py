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


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("[{repeat: [place, {think: 1s}], times: 3}]", True),
        ("[{fresh: all}, {repeat: [{branch: {ok: [place]}}, recent], times: {uniform: {min: 0, max: 2}}}]", True),
        ("[{repeat: [{repeat: [place], times: 2}, {fresh: [order]}], times: 2}]", True),
        ("[{repeat: [{fresh: [order]}, place], times: 3}]", False),
        ("[{repeat: [place, {fresh: [number]}], times: 3}]", False),
        ("[{repeat: [place, {fresh: all}], times: 3}]", False),
        ("[{repeat: [place], times: 1}, {repeat: [recent], times: 2}]", False),
    ],
)
def test_new_items_in_a_loop_are_the_same_one_unless_it_is_forgotten(sample: str, steps: str, told: bool) -> None:
    steps = steps.replace("[{branch", "[read_order, {branch")
    text = sample.replace("operations:\n", f"operations:\n  buy: {{session: {steps}}}\n").replace(
        "pay: 2", "buy: 2, pay: 2"
    )
    said = [warning for warning in parse_scenario(text, "s.yaml").warnings if "every turn" in warning.message]
    assert len(said) == told
    if told:
        assert (said[0].line, text.splitlines()[24][said[0].column - 1 :][:5]) == (25, "place")
        assert said[0].fits == "{fresh: [order]} in the loop, to put another one on each turn"


def test_a_time_to_live_is_written_by_a_shape_or_by_an_update(sample: str) -> None:
    text = sample.replace("  billing: on-demand\n", "  billing: on-demand\n  ttl: expires\n")
    (told,) = parse_scenario(text, "s.yaml").warnings
    assert str(told) == (
        "s.yaml:11:8: no item of the table has the time-to-live attribute 'expires', and no update sets it"
        " (they have: pk, sk, status, placed, note)"
    )
    text = text.replace("SET #status = 'paid' REMOVE", "SET expires = {placed} REMOVE")
    assert parse_scenario(text).warnings == ()
