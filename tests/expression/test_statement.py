"""A statement's names in braces become parameters; its kind, table and index are read off it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.expression import ExpressionError, Placeholder, Statement, Text, parse_statement

PK, SK = Placeholder("pk"), Placeholder("sk")
N = Placeholder("n")

STATEMENTS: list[tuple[str, str, Statement]] = [
    (
        "names become parameters in their order",
        'SELECT * FROM "my-orders" WHERE pk = {pk} AND sk = {sk}',
        Statement('SELECT * FROM "my-orders" WHERE pk = ? AND sk = ?', (PK, SK), "select", "my-orders"),
    ),
    (
        "a name that stands twice is two parameters",
        "SELECT * FROM t WHERE pk = {pk} AND b = {pk}",
        Statement("SELECT * FROM t WHERE pk = ? AND b = ?", (PK, PK), "select", "t"),
    ),
    (
        "a text with a name becomes one parameter",
        "SELECT * FROM t WHERE pk = 'it''s {{{n}}}'",
        Statement("SELECT * FROM t WHERE pk = ?", (Text(("it's {", N, "}")),), "select", "t"),
    ),
    (
        "a text without one stays, its doubled braces single",
        "SELECT * FROM t WHERE pk = 'it''s {{n}}'",
        Statement("SELECT * FROM t WHERE pk = 'it''s {n}'", (), "select", "t"),
    ),
    (
        "maps and sets stay",
        "INSERT INTO \"t\" VALUE {'pk': {pk}, 'm': {'a': {'b': 1}}, 's': <<'x'>>, 'l': [1, 2]}",
        Statement(
            "INSERT INTO \"t\" VALUE {'pk': ?, 'm': {'a': {'b': 1}}, 's': <<'x'>>, 'l': [1, 2]}", (PK,), "insert", "t"
        ),
    ),
    (
        "the quotes of a name keep what they hold",
        'SELECT "a{n}""?" FROM "t"."by-status" WHERE "s" = {n}',
        Statement('SELECT "a{n}""?" FROM "t"."by-status" WHERE "s" = ?', (N,), "select", "t", "by-status"),
    ),
    (
        "comments too",
        "SELECT * -- {pk} it's FROM x\nFROM t /* ' {sk} */ WHERE pk = {pk}",
        Statement("SELECT * -- {pk} it's FROM x\nFROM t /* ' {sk} */ WHERE pk = ?", (PK,), "select", "t"),
    ),
    (
        "words in any case",
        "update t set a = {n} where pk = {pk} returning all new *",
        Statement("update t set a = ? where pk = ? returning all new *", (N, PK), "update", "t"),
    ),
    ("delete", "DELETE FROM t WHERE pk = {pk}", Statement("DELETE FROM t WHERE pk = ?", (PK,), "delete", "t")),
    (
        "exists",
        "EXISTS(SELECT * FROM t WHERE pk = {pk} AND a = 1)",
        Statement("EXISTS(SELECT * FROM t WHERE pk = ? AND a = 1)", (PK,), "exists", "t"),
    ),
    (
        "an attribute called from is quoted",
        'SELECT "from" FROM t',
        Statement('SELECT "from" FROM t', (), "select", "t"),
    ),
]


@pytest.mark.parametrize(("text", "statement"), [row[1:] for row in STATEMENTS], ids=[row[0] for row in STATEMENTS])
def test_a_statement_is_read(text: str, statement: Statement) -> None:
    assert replace(parse_statement(text), equalities=frozenset()) == statement


EQUALITIES: list[tuple[str, str, set[str]]] = [
    (
        "each comparison with a value",
        "SELECT * FROM t WHERE pk = {pk} AND \"sk\" = 'x{n}' AND a = 1",
        {"pk", "sk", "a"},
    ),
    ("a choice of values", "SELECT * FROM t WHERE pk IN [{a}, 'b']", {"pk"}),
    ("no ranges or functions", "SELECT * FROM t WHERE pk >= 1 AND begins_with(sk, 'x') AND a <> 1 AND b = {n}", {"b"}),
    ("no comparison of attributes", "SELECT * FROM t WHERE pk = sk", set()),
    ("not what lies within", "SELECT * FROM t WHERE a.b = 1 AND pk = 1", {"pk"}),
    ("nothing beside an OR", "SELECT * FROM t WHERE pk = 1 OR sk = 2", set()),
    ("nothing beside a NOT", "SELECT * FROM t WHERE NOT pk = 1", set()),
    ("IS NOT is another thing", "SELECT * FROM t WHERE a IS NOT MISSING AND pk = 1", {"pk"}),
    ("not what is set", "UPDATE t SET a = 1 WHERE pk = 1", {"pk"}),
    ("nothing without a WHERE", "SELECT * FROM t", set()),
]


@pytest.mark.parametrize(("text", "names"), [row[1:] for row in EQUALITIES], ids=[row[0] for row in EQUALITIES])
def test_the_equalities_of_a_where_are_found(text: str, names: set[str]) -> None:
    assert parse_statement(text).equalities == names


def test_its_names_come_in_the_order_of_their_first_appearance() -> None:
    assert parse_statement("SELECT * FROM t WHERE a = '{z}-{y}' AND b = {x} AND c = {z}").names == ("z", "y", "x")


WRONG = [
    ("", 0, "empty", "SELECT"),
    ("SELEC * FROM t", 0, "'SELEC' begins no statement", "SELECT"),
    ("DROP TABLE t", 0, "'DROP' begins no statement", "INSERT"),
    ("SELECT * FROM t WHERE a = 'x", 26, "text that starts here has no end", "single quote"),
    ('SELECT * FROM "t', 14, "name that starts here has no end", "double quote"),
    ("SELECT * FROM t /* x", 16, "comment that starts here has no end", "*/"),
    ("SELECT * FROM t WHERE a = `1", 26, "Ion literal that starts here has no end", "`"),
    ("SELECT * FROM t WHERE a = ?", 26, "makes by itself", "{name}"),
    ("SELECT * FROM t WHERE a = 'x{'", 28, "lone '{'", "{{"),
    ("INSERT INTO t VALUE {'a{n}' : 1}", 21, "map's key", "constant"),
    ("SELECT 1", 8, "names no table", 'FROM "table"'),
    ("SELECT * FROM", 13, "table's name is missing", 'FROM "table"'),
    ("INSERT INTO 'orders' VALUE {'a': 1}", 12, "table's name is missing", 'INTO "table"'),
    ('SELECT * FROM "t".', 18, "index's name is missing", '"index"'),
    ('UPDATE "t"."i" SET a = 1', 11, "an index is only read", 'UPDATE "table"'),
    ("SELECT * FROM t WHERE a = 1" + " " * 8192, 0, "8,219 characters", "at most 8,192"),
]


@pytest.mark.parametrize(("text", "offset", "message", "fits"), WRONG)
def test_a_wrong_statement_is_refused(text: str, offset: int, message: str, fits: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_statement(text)
    assert message in refused.value.message
    assert fits in refused.value.fits
    assert refused.value.offset == offset


def test_the_longest_statement_is_counted_as_it_is_sent() -> None:
    start = "SELECT * FROM t WHERE a = {a_long_name} AND b = '"
    sent = "SELECT * FROM t WHERE a = ? AND b = ''"
    assert len(parse_statement(start + "x" * (8192 - len(sent)) + "'").text) == 8192


PIECES = [
    "SELECT",
    "FROM",
    "t",
    '"t"',
    ".",
    "'",
    "'x'",
    "{n}",
    "'{n}'",
    "{",
    "}",
    "?",
    "--",
    "/*",
    "*/",
    ":",
    "\n",
    '"',
]


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_whatever_is_no_statement_is_refused_with_a_place_within_it(text: str) -> None:
    refused: ExpressionError | None = None
    try:
        statement = parse_statement(text)
    except ExpressionError as error:
        refused = error
    else:
        assert statement.kind == "select"
    assert refused is None or (refused.message and 0 <= refused.offset <= len(text))


def test_dynamodb_local_takes_what_is_made_of_statements(client: Any, table: str) -> None:
    drawn = {"pk": {"S": "cust#1"}, "sk": {"S": "2"}}

    def value(parameter: Text | Placeholder) -> dict[str, str]:
        parts = parameter.parts if isinstance(parameter, Text) else (parameter,)
        return {"S": "".join(part if isinstance(part, str) else drawn[part.name]["S"] for part in parts)}

    def execute(text: str) -> list[Any]:
        statement = parse_statement(text.replace("TABLE", f'"{table}"'))
        assert statement.table == table
        parameters = [value(parameter) for parameter in statement.parameters]
        return list(client.execute_statement(Statement=statement.text, Parameters=parameters)["Items"])

    execute("INSERT INTO TABLE VALUE {'pk': {pk}, 'sk': 'o#{sk}', 'm': {'a': {'b': 'it''s {{}}'}}}")
    execute("UPDATE TABLE SET n = {sk} WHERE pk = {pk} AND sk = 'o#{sk}'")
    (item,) = execute("SELECT * FROM TABLE WHERE pk = {pk} AND begins_with(sk, 'o#{sk}') -- {nothing}")
    document = {"M": {"a": {"M": {"b": {"S": "it's {}"}}}}}
    assert item == {"pk": {"S": "cust#1"}, "sk": {"S": "o#2"}, "m": document, "n": {"S": "2"}}


@pytest.mark.parametrize(
    ("where", "compared"),
    [
        ("pk = {pk} AND 'x' = sk", (("pk", PK), ("sk", None))),
        ("pk = {pk} AND (sk = {n} OR NOT a = 1)", (("pk", PK), ("sk", N), ("a", None))),
        ("pk IN [{pk}] AND sk > {sk} AND begins_with(b, {n})", ()),
    ],
)
def test_what_stands_beside_an_equals_sign_is_read_off(
    where: str, compared: tuple[tuple[str, Placeholder | None], ...]
) -> None:
    assert parse_statement(f"SELECT * FROM t WHERE {where}").compared == compared  # noqa: S608 - parsed, not sent
