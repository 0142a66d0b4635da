"""What is parsed is written again: in DynamoDB's text with aliases, or in the language itself."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings, strategies as st

from ddbload.expression import (
    And,
    Between,
    Boolean,
    Compare,
    Condition,
    IfNotExists,
    In,
    Not,
    Null,
    Number,
    Operand,
    Or,
    Path,
    Placeholder,
    Projection,
    Size,
    Sum,
    Test as Call,
    Text,
    Update,
    parse_condition,
    parse_projection,
    parse_update,
    render,
    render_request,
    unparse,
)

names = st.one_of(
    st.sampled_from(["a", "status", "AND", "set", "null", "n1", "_x"]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
)
placeholder = st.builds(Placeholder, st.sampled_from(["n", "customer", "x_1"]))
plain = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
texts = st.one_of(
    st.just(Text(())),
    plain.map(lambda text: Text((text,))),
    st.builds(lambda before, inner, after: Text((before, inner, after)), plain, placeholder, plain),
    st.builds(lambda first, second: Text((first, second)), placeholder, placeholder),
)
numbers = st.decimals(Decimal(-(10**9)), Decimal(10**9), places=3).map(lambda number: Number(f"{number:f}"))
operands: st.SearchStrategy[Operand] = st.one_of(
    texts, numbers, st.booleans().map(Boolean), st.just(Null()), placeholder
)
paths = st.builds(
    lambda first, rest: Path((first, *rest)), names, st.lists(st.one_of(names, st.integers(0, 99)), max_size=3)
)
terms = st.one_of(paths, operands, paths.map(Size))
tests = st.one_of(
    st.builds(Call, st.sampled_from(["attribute_exists", "attribute_not_exists"]), paths),
    st.builds(Call, st.sampled_from(["begins_with", "contains"]), paths, terms),
)
leaves: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Compare, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), terms, terms).filter(
        lambda node: node.left != node.right
    ),
    st.builds(Between, paths, placeholder, placeholder),
    st.builds(In, terms, st.lists(terms, min_size=1, max_size=3).map(tuple)),
    tests,
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner.filter(lambda c: not isinstance(c, And)), min_size=2, max_size=3).map(lambda p: And(tuple(p))),
        st.lists(inner.filter(lambda c: not isinstance(c, Or)), min_size=2, max_size=3).map(lambda p: Or(tuple(p))),
    ),
    max_leaves=6,
)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(conditions)
def test_a_condition_written_and_parsed_is_itself(tree: Condition) -> None:
    assert parse_condition(unparse(tree)) == tree


@st.composite
def updates(draw: st.DrawFn) -> Update:
    attributes = iter(draw(st.lists(names, min_size=4, max_size=4, unique=True)))
    numeric = st.one_of(numbers, paths, placeholder)
    assigned = st.one_of(
        operands,
        paths,
        st.builds(IfNotExists, paths, operands),
        st.builds(Sum, st.sampled_from("+-"), numeric, numeric),
    )
    return Update(
        set=((Path((next(attributes),)), draw(assigned)), (Path((next(attributes), 0)), draw(assigned))),
        remove=draw(st.sampled_from([(), (Path((next(attributes),)),)])),
        add=draw(st.sampled_from([(), ((Path((next(attributes),)), draw(numbers)),)])),
    )


@settings(max_examples=100, derandomize=True, deadline=None)
@given(updates())
def test_an_update_written_and_parsed_is_itself(tree: Update) -> None:
    assert parse_update(unparse(tree)) == tree


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(paths, min_size=1, max_size=4, unique_by=lambda path: path.attribute))
def test_a_projection_written_and_parsed_is_itself(several: list[Path]) -> None:
    tree = Projection(tuple(several))
    assert parse_projection(unparse(tree)) == tree


def test_every_name_and_value_becomes_an_alias_and_equal_ones_share_it() -> None:
    rendered = render(parse_condition("status = 'open' AND a.status <> 'open' OR a.b[3] IN ({n}, 'o#{n}', {n})"), repr)
    assert rendered.text == "#n0 = :v0 AND #n1.#n0 <> :v0 OR #n1.#n2[3] IN (:v1, :v2, :v1)"
    assert rendered.names == {"#n0": "status", "#n1": "a", "#n2": "b"}
    assert list(rendered.values) == [":v0", ":v1", ":v2"]


def test_a_value_is_bound_once() -> None:
    seen: list[Operand] = []
    render(parse_update("SET a = 1, b = 1, c = {n}, d = {n}, e = '1'"), seen.append)
    assert seen == [Number("1"), Placeholder("n"), Text(("1",))]


def test_parentheses_are_written_only_where_they_are_needed() -> None:
    tree = parse_condition("((a = 1) OR (b = 1 AND (c = 1))) AND (NOT (d = 1))")
    assert unparse(tree) == "(a = 1 OR b = 1 AND c = 1) AND NOT d = 1"


def test_the_expressions_of_a_request_share_their_aliases() -> None:
    request = render_request(
        {"UpdateExpression": parse_update("SET a = 'x'"), "ConditionExpression": parse_condition("a <> 'x' AND b = 2")},
        lambda operand: operand,
    )
    assert request == {
        "UpdateExpression": "SET #n0 = :v0",
        "ConditionExpression": "#n0 <> :v0 AND #n1 = :v1",
        "ExpressionAttributeNames": {"#n0": "a", "#n1": "b"},
        "ExpressionAttributeValues": {":v0": Text(("x",)), ":v1": Number("2")},
    }


def test_a_projection_shares_the_names_of_its_request() -> None:
    request = render_request(
        {"KeyConditionExpression": parse_condition("a = 1"), "ProjectionExpression": parse_projection("b.a[0], a")},
        repr,
    )
    assert request["ProjectionExpression"] == "#n1.#n0[0], #n0"
    assert request["ExpressionAttributeNames"] == {"#n0": "a", "#n1": "b"}


def test_a_request_without_values_has_no_empty_mapping() -> None:
    request = render_request({"ConditionExpression": parse_condition("attribute_exists(a)")}, repr)
    assert set(request) == {"ConditionExpression", "ExpressionAttributeNames"}
