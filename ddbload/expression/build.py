"""From the grammar's rules to the tree."""

from __future__ import annotations

import itertools
from typing import Any, cast

from lark import Token, Transformer_NonRecursive, v_args

from ddbload.expression.arguments import FUNCTIONS, TESTS, At, as_part, as_term, as_value, expect
from ddbload.expression.error import ExpressionError, nearest
from ddbload.expression.literals import check_number, is_after, text_parts, unquoted
from ddbload.expression.paths import changed_paths, check_apart
from ddbload.expression.tree import (
    And,
    Assigned,
    Between,
    Boolean,
    Comparator,
    Compare,
    Condition,
    In,
    Not,
    Null,
    Number,
    Or,
    Path,
    Placeholder,
    Projection,
    Size,
    Sum,
    Test,
    Text,
    Update,
)

_MOST_CHOICES = 100  # Developer Guide, "Quotas in Amazon DynamoDB", Expression parameters: operands of IN


@v_args(inline=True)
class Build(Transformer_NonRecursive[Token, Any]):
    """One method a rule of grammar.lark; operands travel as `At`, conditions as nodes."""

    # --- names, paths and values ---

    def name(self, token: Token) -> At:
        text = str(token).removeprefix("#")
        return At(unquoted(text) if text.startswith("'") else text, _start(token))

    def element(self, token: Token) -> At:
        return At(int(token), _start(token))

    def path(self, *steps: At) -> At:
        offset = steps[0].offset
        return At(Path(tuple(step.node for step in steps), offset), offset)

    def text(self, token: Token) -> At:
        return At(Text(text_parts(str(token), _start(token))), _start(token))

    def number(self, *tokens: Token) -> At:
        text, offset = "".join(tokens), _start(tokens[0])
        check_number(text, offset)
        return At(Number(text), offset)

    def placeholder(self, token: Token) -> At:
        return At(Placeholder(str(token)[1:-1], _start(token)), _start(token))

    def true(self, token: Token) -> At:
        return At(Boolean(value=True), _start(token))

    def false(self, token: Token) -> At:
        return At(Boolean(value=False), _start(token))

    def null(self, token: Token) -> At:
        return At(Null(), _start(token))

    def call(self, token: Token, *arguments: At) -> At:
        name, offset = str(token), _start(token)
        function = FUNCTIONS.get(name)
        if function is None:
            near = nearest(name, FUNCTIONS)
            fits = f"{near}(…)" if near else f"one of {', '.join(FUNCTIONS)}"
            raise ExpressionError(f"'{name}' is not a function of DynamoDB", offset, fits)
        words, make = function
        if len(arguments) != len(words):
            fits = f"{name}({', '.join(words)})"
            raise ExpressionError(f"{name} takes {len(words)}, not {len(arguments)}, in its brackets", offset, fits)
        return At(make(offset, *arguments), offset)

    # --- conditions ---

    def compare(self, left: At, op: Token, right: At) -> Compare:
        comparator = cast("Comparator", str(op))
        node = Compare(comparator, as_term(left), as_term(right), left.offset)
        if node.left == node.right:
            raise ExpressionError("both sides are the same", right.offset, "DynamoDB compares two different things")
        return node

    def between(self, term: At, low: At, high: At) -> Between:
        node = Between(as_term(term), as_term(low), as_term(high), term.offset)
        if is_after(node.low, node.high):
            raise ExpressionError("the lower bound is above the upper", low.offset, "BETWEEN lower AND upper")
        return node

    def one_of(self, term: At, *choices: At) -> In:
        if len(choices) > _MOST_CHOICES:
            raise ExpressionError(f"IN has {len(choices)} choices", choices[_MOST_CHOICES].offset, "at most 100")
        return In(as_term(term), tuple(as_term(choice) for choice in choices), term.offset)

    def truth(self, call: At) -> Test:
        if isinstance(call.node, Size):
            raise ExpressionError("size(…) is a number, not yet a condition", call.offset, "compare it: size(a) > 10")
        return expect(call, Test, "SET computes with this function; it is no condition", ", ".join(TESTS))

    def negate(self, part: Condition) -> Not:
        return Not(part)

    def both(self, *parts: Condition) -> And:
        nested = (part.parts if isinstance(part, And) else (part,) for part in parts)
        return And(tuple(itertools.chain.from_iterable(nested)))

    def either(self, *parts: Condition) -> Or:
        nested = (part.parts if isinstance(part, Or) else (part,) for part in parts)
        return Or(tuple(itertools.chain.from_iterable(nested)))

    # --- updates ---

    def sum(self, left: At, sign: Token, right: At) -> At:
        for side in (left, right):
            if isinstance(side.node, (Text, Boolean, Null)):
                raise ExpressionError(f"'{sign}' takes numbers", side.offset, "a number, an attribute or {name}")
        node = Sum("+" if sign == "+" else "-", as_part(left), as_part(right))
        return At(node, left.offset)

    def assignment(self, path: At, _equal: Token, assigned: At) -> tuple[Path, Assigned]:
        return path.node, assigned.node if isinstance(assigned.node, Sum) else as_part(assigned)

    def change(self, path: At, value: At) -> tuple[Path, At]:
        return path.node, value

    def set_clause(self, word: Token, *assignments: tuple[Path, Assigned]) -> tuple[str, int, Any]:
        return "set", _start(word), assignments

    def remove_clause(self, word: Token, *paths: At) -> tuple[str, int, Any]:
        return "remove", _start(word), tuple(path.node for path in paths)

    def add_clause(self, word: Token, *changes: tuple[Path, At]) -> tuple[str, int, Any]:
        message, fits = "ADD takes a number or a set", "ADD count 1; SET gives an attribute another value"
        return (
            "add",
            _start(word),
            tuple((path, as_value(at, (Number, Placeholder), message, fits)) for path, at in changes),
        )

    def delete_clause(self, word: Token, *changes: tuple[Path, At]) -> tuple[str, int, Any]:
        message, fits = "DELETE takes members out of a set", "a {name} that is a set; REMOVE takes an attribute away"
        return (
            "delete",
            _start(word),
            tuple((path, as_value(at, (Placeholder,), message, fits)) for path, at in changes),
        )

    def update(self, *clauses: tuple[str, int, Any]) -> Update:
        found: dict[str, Any] = {}
        for word, offset, content in clauses:
            if word in found:
                raise ExpressionError(
                    f"{word.upper()} is there twice", offset, "one clause with commas between its parts"
                )
            found[word] = content
        update = Update(**found)
        check_apart(changed_paths(update), "changed")
        return update

    # --- projections ---

    def projection(self, *paths: At) -> Projection:
        projection = Projection(tuple(path.node for path in paths))
        check_apart(projection.paths, "asked for")
        return projection


def _start(token: Token) -> int:
    return token.start_pos or 0
