"""Parameters: set on the command line, typed by their defaults, whole values only; and the scenario as it was run."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from ddbload.errors import ScenarioError, UsageError
from ddbload.scenario.load import parse_scenario
from ddbload.scenario.parameters import assignments
from ddbload.scenario.scalar import plain, spell


def test_a_parameter_takes_its_default_where_none_is_given(sample: str) -> None:
    loaded = parse_scenario(sample)
    assert loaded.params == {"rate": 800, "customers": 5000}
    assert (loaded.scenario.load.rate, loaded.scenario.items["order"].of["customer"]) == (800, 5000)


def test_a_given_parameter_replaces_the_default(sample: str) -> None:
    assert parse_scenario(sample, params={"rate": "1200"}).scenario.load.rate == 1200


@pytest.mark.parametrize(
    ("default", "given", "value"),
    [
        pytest.param("800", "1200", 1200, id="a whole number"),
        pytest.param("800.0", "0.5", 0.5, id="a number with a fraction"),
        pytest.param("800", "0.5", 0.5, id="a number with a fraction for a whole one"),
        pytest.param("800", "1e3", 1000, id="a whole number with an exponent"),
        pytest.param("800.0", "7", 7.0, id="a whole number for one with a fraction"),
        pytest.param("true", "false", False, id="true or false"),
        pytest.param("10s", "1m30s", "1m30s", id="text"),
        pytest.param("ten", "10", "10", id="text that looks like a number"),
        pytest.param("ten", 'a "b" \\ ü # $', 'a "b" \\ ü # $', id="text with everything in it"),
        pytest.param("|\n    a\n    b", "c", "c", id="text in place of a block"),
    ],
)
def test_a_parameter_has_the_type_of_its_default(sample: str, default: str, given: str, value: object) -> None:
    text = sample.replace(
        "params: {rate: 800, customers: 5000}", f"params:\n  rate: 800\n  customers: 5000\n  x: {default}\n"
    )
    loaded = parse_scenario(text, params={"x": given})
    assert loaded.params["x"] == value
    assert type(loaded.params["x"]) is type(value)
    assert parse_scenario(loaded.resolved_yaml).params == loaded.params


def test_a_number_with_a_fraction_is_refused_where_it_stands_for_a_whole_one(sample: str) -> None:
    assert parse_scenario(sample, params={"rate": "7.5"}).scenario.load.rate == 7.5
    with pytest.raises(ScenarioError, match=r"must be a whole number, found 7\.5, from the parameter"):
        parse_scenario(sample, params={"customers": "7.5"})


@pytest.mark.parametrize(
    ("default", "given", "told"),
    [
        ("800", "fast", "-p x=fast: 'fast' is not a number (its default is 800)"),
        ("800", "1_000", "-p x=1_000: '1_000' is not a number (its default is 800)"),
        ("800", "true", "-p x=true: 'true' is not a number (its default is 800)"),
        ("0.5", "inf", "-p x=inf: 'inf' is not a number (its default is 0.5)"),
        ("true", "yes", "-p x=yes: 'yes' is not true or false (its default is true)"),
    ],
)
def test_a_parameter_of_another_type_is_refused(sample: str, default: str, given: str, told: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        parse_scenario(sample.replace("customers: 5000", f"customers: 5000, x: {default}"), params={"x": given})
    assert str(refused.value) == told


def test_an_unknown_parameter_names_the_nearest(sample: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        parse_scenario(sample, params={"rat": "5"})
    assert (
        str(refused.value)
        == "-p rat=5: the scenario has no parameter 'rat' (did you mean 'rate'? it has: rate, customers)"
    )


def test_a_wrong_value_says_that_it_came_from_a_parameter(sample: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        parse_scenario(sample, "s.yaml", {"customers": "0"})
    told = "s.yaml:17:20: items.order.of.customer must be at least 1, found 0, from the parameter $customers"
    assert str(refused.value) == told


def test_two_dollar_signs_are_one_dollar_sign(sample: str) -> None:
    scenario = parse_scenario(sample.replace('note: "{note}"', 'note: "US$$ 5, $$rate and $5"')).scenario
    assert scenario.items["order"].shape["note"] == "US$ 5, $rate and $5"


def test_a_parameter_that_nothing_uses_is_told(sample: str) -> None:
    loaded = parse_scenario(sample.replace("rate: $rate", "rate: 5"), "s.yaml")
    assert [str(warning) for warning in loaded.warnings] == [
        "s.yaml:4:10: the parameter 'rate' is used nowhere ($rate would use it)"
    ]


@pytest.mark.parametrize("word", ["rate", "=5", " =5"])
def test_an_assignment_has_a_name_and_a_value(word: str) -> None:
    with pytest.raises(UsageError, match="name=value"):
        assignments([word])


def test_an_assignment_is_made_once() -> None:
    assert assignments(["a=1", "b=c=d", "e="]) == {"a": "1", "b": "c=d", "e": ""}
    with pytest.raises(UsageError, match="given twice"):
        assignments(["a=1", "a=2"])


# --- the scenario as it was run -------------------------------------------------------------------------------------


def test_the_scenario_as_run_loads_to_the_same_scenario_and_keeps_its_comments(sample: str) -> None:
    commented = sample.replace("customers: 5000}", "customers: 5000}   # über -p")
    loaded = parse_scenario(commented, params={"rate": "123456.7", "customers": "3"})
    assert "params: {rate: 123456.7, customers: 3}   # über -p" in loaded.resolved_yaml
    again = parse_scenario(loaded.resolved_yaml)
    assert again.scenario == loaded.scenario
    assert again.sha256 == loaded.sha256


def test_without_parameters_the_scenario_as_run_is_the_file_itself(sample: str) -> None:
    assert parse_scenario(sample).resolved_yaml == sample


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"), max_size=30))
def test_any_text_can_be_a_parameter(value: str) -> None:
    text = BASE + "params: {ü: '', x: old, y: 1}\n".replace("ü", "u")
    loaded = parse_scenario(text, params={"x": value})
    assert parse_scenario(loaded.resolved_yaml).params == {"u": "", "x": value, "y": 1}


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans()))
def test_a_constant_is_spelled_as_it_is_read(value: float) -> None:
    assert plain(spell(value)) == value
    assert type(plain(spell(value))) is type(value)


BASE = """\
ddbload: 1
name: x
table: {name: orders, key: {pk: S}}
items: {o: {of: {n: 10}, shape: {pk: "{n}"}}}
operations: {r: {get: o}}
load: {mix: {r: 1}, rate: 5, phases: [{hold: 1s}]}
"""


# --- what two scenarios have in common ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("name: x\n", "name: x   # a comment\n", id="comments"),
        pytest.param("rate: 5", "rate: 5.0", id="how a number is written"),
        pytest.param("1s", "1000ms", id="how a duration is written"),
        pytest.param("rate: 5", "arrivals: constant, rate: 5", id="a default that is written out"),
        pytest.param("rate: 5", "rate: $r", id="what a parameter is called"),
        pytest.param("name: x\n", "name: x\nobjectives: {all: {errors: 1%}}\n", id="what is asked of the run"),
    ],
)
def test_the_hash_does_not_depend_on(old: str, new: str) -> None:
    changed = BASE.replace(old, new) + ("params: {r: 5}\n" if "$r" in new else "")
    assert parse_scenario(changed).sha256 == parse_scenario(BASE).sha256


@pytest.mark.parametrize(
    ("old", "new"), [("rate: 5", "rate: 6"), ("n: 10", "n: 11"), ("1s", "2s"), ('"{n}"', '"k{n}"')]
)
def test_the_hash_depends_on_what_the_scenario_does(old: str, new: str) -> None:
    assert parse_scenario(BASE.replace(old, new)).sha256 != parse_scenario(BASE).sha256


def test_the_hash_depends_on_the_order_of_keys_that_have_one() -> None:
    two = BASE.replace("{pk: S}", "{pk: S, sk: S}").replace('{pk: "{n}"}', '{pk: "{n}", sk: "a"}')
    swapped = two.replace("{pk: S, sk: S}", "{sk: S, pk: S}")
    assert parse_scenario(two).sha256 != parse_scenario(swapped).sha256


WITH_A_PARAMETER = BASE.replace("rate: 5", "rate: $r") + "params: {r: 5}\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("r: 5", "r: 6", id="a default"),
        pytest.param("name: x\n", "name: x\nseed: 9\n", id="the seed"),
        pytest.param("name: x\n", "name: x   # a comment\n", id="a comment"),
        pytest.param("name: x\n", "name: x\nobjectives: {all: {errors: 1%}}\n", id="what is asked of the run"),
    ],
)
def test_what_is_written_stays_when_only_values_change(old: str, new: str) -> None:
    base, changed = parse_scenario(WITH_A_PARAMETER), parse_scenario(WITH_A_PARAMETER.replace(old, new))
    given = parse_scenario(WITH_A_PARAMETER, params={"r": "7"})
    assert base.written_sha256 == changed.written_sha256 == given.written_sha256
    assert given.sha256 != base.sha256


@pytest.mark.parametrize(("old", "new"), [("n: 10", "n: 11"), ("rate: $r", "rate: 5"), ('"{n}"', '"k{n}"')])
def test_what_is_written_changes_with_all_else(old: str, new: str) -> None:
    changed = parse_scenario(WITH_A_PARAMETER.replace(old, new))
    assert changed.written_sha256 != parse_scenario(WITH_A_PARAMETER).written_sha256
