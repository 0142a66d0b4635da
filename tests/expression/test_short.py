"""A short form is the tree of the expression that it stands for; lists and maps are its own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.expression import (
    Boolean,
    ListValue,
    MapValue,
    Null,
    Number,
    Operand,
    Path,
    Placeholder,
    ShortFormError,
    Text,
    Update,
    condition_tree,
    parse_condition,
    parse_update,
    placeholders,
    render_request,
    unparse,
    update_tree,
)

FORMS: list[tuple[str, dict[str, Any], str]] = [
    ("a text", {"set": {"status": "paid"}}, "SET status = 'paid'"),
    ("a name alone keeps its type", {"set": {"total": "{total}"}}, "SET total = {total}"),
    ("a name within a text", {"set": {"ref": "o#{n}"}}, "SET ref = 'o#{n}'"),
    ("braces themselves", {"set": {"ref": "{{n}}"}}, "SET ref = '{{n}}'"),
    ("a quote needs no care", {"set": {"ref": "it's"}}, "SET ref = 'it''s'"),
    ("text that looks like an expression", {"set": {"ref": "a + 1"}}, "SET ref = 'a + 1'"),
    ("numbers", {"set": {"a": 1, "b": -1.5, "c": Decimal("2.50")}}, "SET a = 1, b = -1.5, c = 2.50"),
    ("truth and nothing", {"set": {"a": True, "b": False, "c": None}}, "SET a = true, b = false, c = null"),
    ("a path into the document", {"set": {"stats.views[0].n": "{n}"}}, "SET stats.views[0].n = {n}"),
    ("a word of the language", {"set": {"#set": 1}}, "SET #set = 1"),
    ("an odd name", {"set": {"#'odd.name'": 1}}, "SET #'odd.name' = 1"),
    ("letters of any language", {"set": {"größe": 1}}, "SET #'größe' = 1"),
    ("blanks and hyphens", {"set": {"my attr": 1}, "remove": ["my-attr"]}, "SET #'my attr' = 1 REMOVE #'my-attr'"),
    ("remove", {"remove": ["hold", "tags[2]"]}, "REMOVE hold, tags[2]"),
    ("add", {"add": {"version": 1, "seen": "{who}"}}, "ADD version 1, seen {who}"),
    ("delete", {"delete": {"tags": "{old}"}}, "DELETE tags {old}"),
    (
        "all of them",
        {"set": {"a": 1}, "remove": ["b"], "add": {"c": 1}, "delete": {"d": "{e}"}},
        "SET a = 1 REMOVE b ADD c 1 DELETE d {e}",
    ),
]


@pytest.mark.parametrize(("forms", "text"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS])
def test_a_short_form_is_the_tree_of_its_expression(forms: dict[str, Any], text: str) -> None:
    assert update_tree(**forms) == parse_update(text)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(
    lambda text: text.replace("{", "{{").replace("}", "}}")
)

scalars = st.one_of(texts, st.integers(), st.booleans(), st.none())


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.one_of(texts, st.integers(), st.booleans(), st.none()), min_size=1)
)
def test_whatever_the_constants_its_text_says_the_same(constants: dict[str, Any]) -> None:
    tree = update_tree(set=constants)
    assert parse_update(unparse(tree)) == tree


def test_lists_and_maps_hold_constants_of_every_kind() -> None:
    tree = update_tree(set={"doc": {"tags": ["x", "{tag}", 1, None], "deep": {"on": True, "ref": "o#{n}"}}, "none": []})
    tags = ListValue((Text(("x",)), Placeholder("tag"), Number("1"), Null()))
    deep = MapValue((("on", Boolean(value=True)), ("ref", Text(("o#", Placeholder("n"))))))
    document = MapValue((("tags", tags), ("deep", deep)))
    assert tree == Update(set=((Path(("doc",)), document), (Path(("none",)), ListValue(()))))
    assert placeholders(tree) == ("tag", "n")


def value_of(operand: Operand) -> dict[str, Any]:
    match operand:
        case Text(parts):
            return {"S": "".join(map(str, parts))}
        case Number(text):
            return {"N": text}
        case ListValue(elements):
            return {"L": [value_of(element) for element in elements]}
        case MapValue(entries):
            return {"M": {name: value_of(inner) for name, inner in entries}}
        case _:
            raise AssertionError(operand)


def test_dynamodb_local_takes_a_document(client: Any, table: str) -> None:
    key = {"pk": {"S": "x"}, "sk": {"S": "1"}}
    tree = update_tree(set={"doc": {"list": [1, {"a": "b"}], "empty": {}}}, add={"version": 1})
    request = render_request({"UpdateExpression": tree}, value_of)
    after = client.update_item(TableName=table, Key=key, ReturnValues="ALL_NEW", **request)["Attributes"]
    document = {"list": {"L": [{"N": "1"}, {"M": {"a": {"S": "b"}}}]}, "empty": {"M": {}}}
    assert after == {**key, "doc": {"M": document}, "version": {"N": "1"}}


WRONG: list[tuple[str, Mapping[str, Any], tuple[str | int, ...], int, str]] = [
    ("nothing", {}, (), 0, "nothing is changed"),
    ("a path that is none", {"set": {"a..b": 1}}, ("set", "a..b"), 2, "'.' does not fit"),
    ("an odd name within a path", {"set": {"maß.größe": 1}}, ("set", "maß.größe"), 0, "'maß' needs quotes"),
    ("two paths in one", {"remove": ["a", "b, c"]}, ("remove", 1), 3, "several paths"),
    ("a word of the language", {"set": {"add": 1}}, ("set", "add"), 0, "word of the language"),
    ("a lone brace", {"set": {"a": "x{"}}, ("set", "a"), 1, "lone '{'"),
    ("a lone brace far within", {"set": {"a": {"b": ["x", "}"]}}}, ("set", "a", "b", 1), 0, "lone '}'"),
    ("a number that is none", {"set": {"a": float("inf")}}, ("set", "a"), 0, "no such number"),
    ("a number too large", {"set": {"a": 10**130}}, ("set", "a"), 0, "no such number"),
    ("add of a text", {"add": {"a": "x"}}, ("add", "a"), 0, "a number or a set"),
    ("delete of a number", {"delete": {"a": 1}}, ("delete", "a"), 0, "out of a set"),
    ("one attribute twice", {"set": {"a": 1}, "add": {"a": 1}}, ("add", "a"), 0, "'a' is changed twice"),
    ("one within another", {"set": {"a.b": 1}, "remove": ["c", "a"]}, ("remove", 1), 0, "'a' is changed twice"),
    ("a list that is a map", {"set": {"a.b": 1, "a[0]": 2}}, ("set", "a[0]"), 0, "both a list and a map"),
]


@pytest.mark.parametrize(
    ("forms", "place", "offset", "message"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_wrong_short_form_is_refused_with_its_place(
    forms: Mapping[str, Any], place: tuple[str | int, ...], offset: int, message: str
) -> None:
    with pytest.raises(ShortFormError) as refused:
        update_tree(**forms)
    assert message in refused.value.message
    assert (refused.value.place, refused.value.offset) == (place, offset)
    assert refused.value.fits


@pytest.mark.parametrize(
    ("form", "text"),
    [("exists", "attribute_exists(pk)"), ("absent", "attribute_not_exists(pk)"), ("a = 1", "a = 1")],
)
def test_a_condition_has_short_forms(form: str, text: str) -> None:
    assert condition_tree(form, "pk") == parse_condition(text)
