"""What the language says: each form of DynamoDB's expressions has its tree."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ddbload.expression import (
    And,
    Between,
    Boolean,
    Compare,
    Condition,
    Expression,
    IfNotExists,
    In,
    ListAppend,
    Not,
    Null,
    Number,
    Or,
    Path,
    Placeholder,
    Projection,
    Size,
    Sum,
    Test as Call,
    Text,
    Update,
    attribute_names,
    parse_condition,
    parse_projection,
    parse_update,
    placeholders,
)

A, B, C = (Path((name,)) for name in "abc")
ONE, TWO = Number("1"), Number("2")
A1, B1, C1 = (Compare("=", path, ONE) for path in (A, B, C))

CONDITIONS: list[tuple[str, str, Condition]] = [
    ("a comparison of an attribute with a number", "a = 1", A1),
    ("of two attributes", "a <> b", Compare("<>", A, B)),
    ("a negative number keeps its digits", "a > -1.50", Compare(">", A, Number("-1.50"))),
    ("a text", "a <= 'x'", Compare("<=", A, Text(("x",)))),
    ("a quote in a text is doubled", "a = 'it''s'", Compare("=", A, Text(("it's",)))),
    ("the empty text", "a = ''", Compare("=", A, Text(()))),
    ("a placeholder in a text", "a = 'o#{n}'", Compare("=", A, Text(("o#", Placeholder("n"))))),
    ("braces in a text are doubled", "a = '{{n}}'", Compare("=", A, Text(("{n}",)))),
    ("a placeholder alone", "a < {n}", Compare("<", A, Placeholder("n"))),
    ("true, in any case", "a = TRUE", Compare("=", A, Boolean(value=True))),
    ("null", "a = null", Compare("=", A, Null())),
    ("a document path", "a.b[0].c = 1", Compare("=", Path(("a", "b", 0, "c")), ONE)),
    ("# before a name is no part of it", "#status = 1", Compare("=", Path(("status",)), ONE)),
    ("# before a word of the language", "#and = 1 AND b = 1", And((Compare("=", Path(("and",)), ONE), B1))),
    ("a quoted name holds any character", "#'my-name.x' = 1", Compare("=", Path(("my-name.x",)), ONE)),
    ("a name that begins like a word", "android = 1", Compare("=", Path(("android",)), ONE)),
    ("BETWEEN takes its own AND", "a BETWEEN 1 AND 2 AND b = 1", And((Between(A, ONE, TWO), B1))),
    ("IN", "a IN (1, {n})", In(A, (ONE, Placeholder("n")))),
    ("AND binds closer than OR", "a = 1 OR b = 1 AND c = 1", Or((A1, And((B1, C1))))),
    ("parentheses bind first", "(a = 1 OR b = 1) AND c = 1", And((Or((A1, B1)), C1))),
    ("a chain of AND is one", "a = 1 AND (b = 1 AND c = 1)", And((A1, B1, C1))),
    ("NOT binds closest", "NOT a = 1 AND b = 1", And((Not(A1), B1))),
    ("words in any case", "not a = 1 Or b = 1", Or((Not(A1), B1))),
    ("attribute_exists", "attribute_exists(a.b)", Call("attribute_exists", Path(("a", "b")))),
    ("attribute_not_exists", "attribute_not_exists(a)", Call("attribute_not_exists", A)),
    ("attribute_type", "attribute_type(a, 'SS')", Call("attribute_type", A, Text(("SS",)))),
    ("begins_with", "begins_with(a, 'x')", Call("begins_with", A, Text(("x",)))),
    ("contains, with an attribute", "contains(a, b)", Call("contains", A, B)),
    ("size is compared", "size(a) >= size(b)", Compare(">=", Size(A), Size(B))),
    ("no blanks are needed", "a=1AND(b=1)", And((A1, B1))),
    ("lines may be broken", "a = 1\n  AND b = 1\n", And((A1, B1))),
]

UPDATES: list[tuple[str, str, Update]] = [
    ("SET to a value", "SET a = 'x'", Update(set=((A, Text(("x",))),))),
    ("SET to another attribute", "set a = b", Update(set=((A, B),))),
    ("a sum", "SET a = a + 1", Update(set=((A, Sum("+", A, ONE)),))),
    ("a difference, without blanks", "SET a=a-1", Update(set=((A, Sum("-", A, ONE)),))),
    ("a difference with a negative number", "SET a = a - -1", Update(set=((A, Sum("-", A, Number("-1"))),))),
    (
        "if_not_exists in a sum",
        "SET a = if_not_exists(a, 1) + 2",
        Update(set=((A, Sum("+", IfNotExists(A, ONE), TWO)),)),
    ),
    ("list_append", "SET a = list_append(a, {n})", Update(set=((A, ListAppend(A, Placeholder("n"))),))),
    ("REMOVE of paths", "REMOVE a, b[1]", Update(remove=(A, Path(("b", 1))))),
    ("ADD, negative too", "ADD a 1, b -1", Update(add=((A, ONE), (B, Number("-1"))))),
    ("DELETE", "DELETE a {n}", Update(delete=((A, Placeholder("n")),))),
    ("clauses in any order", "REMOVE b SET a = 1, c = 2", Update(set=((A, ONE), (C, TWO)), remove=(B,))),
]


PROJECTIONS: list[tuple[str, str, Projection]] = [
    ("one path", "a", Projection((A,))),
    ("paths into the document", "a, b.c[0], b.c[1].d", Projection((A, Path(("b", "c", 0)), Path(("b", "c", 1, "d"))))),
    ("names of any kind", "#status, #'odd name'", Projection((Path(("status",)), Path(("odd name",))))),
]


@pytest.mark.parametrize(("text", "tree"), [row[1:] for row in CONDITIONS], ids=[row[0] for row in CONDITIONS])
def test_a_condition_has_its_tree(text: str, tree: Condition) -> None:
    assert parse_condition(text) == tree


@pytest.mark.parametrize(("text", "tree"), [row[1:] for row in UPDATES], ids=[row[0] for row in UPDATES])
def test_an_update_has_its_tree(text: str, tree: Update) -> None:
    assert parse_update(text) == tree


@pytest.mark.parametrize(("text", "tree"), [row[1:] for row in PROJECTIONS], ids=[row[0] for row in PROJECTIONS])
def test_a_projection_has_its_tree(text: str, tree: Projection) -> None:
    assert parse_projection(text) == tree


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        (parse_condition("a = {z} AND b IN ({y}, {z}) AND begins_with(c, '{x}#{y}')"), ("z", "y", "x")),
        (parse_update("SET a = if_not_exists(a, {z}) + {y} ADD b {x} DELETE c {w}"), ("z", "y", "x", "w")),
        (parse_condition("a = 'plain'"), ()),
    ],
)
def test_placeholders_come_in_the_order_of_their_first_appearance(tree: Expression, names: tuple[str, ...]) -> None:
    assert placeholders(tree) == names


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        (parse_condition("a.b = 1 AND size(#c) > d OR NOT attribute_exists(#'e f')"), {"a", "c", "d", "e f"}),
        (parse_update("SET a.x = if_not_exists(b, 1) - c REMOVE d[0] ADD e 1 DELETE f {n}"), set("abcdef")),
        (parse_projection("a.x, b[0], #'c d'"), {"a", "b", "c d"}),
    ],
)
def test_attribute_names_are_those_of_the_top_level(tree: Expression, names: set[str]) -> None:
    assert attribute_names(tree) == names


def test_a_node_knows_where_it_stood() -> None:
    tree = parse_condition("a = 1 AND  b = 'x{n}'")
    assert isinstance(tree, And)
    second = tree.parts[1]
    assert isinstance(second, Compare)
    assert isinstance(second.right, Text)
    placeholder = second.right.parts[1]
    assert isinstance(placeholder, Placeholder)
    assert (second.offset, placeholder.offset) == (11, 17)


def test_importing_the_room_does_not_import_the_parser() -> None:
    script = "import sys, ddbload.expression; print('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
