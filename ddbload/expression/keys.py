"""What a key condition may be: narrower than a condition."""

from __future__ import annotations

from ddbload.expression.error import ExpressionError
from ddbload.expression.tree import And, Between, Compare, Condition, In, Not, Or, Path, Size, Term, Test


def check_key_condition(tree: Condition, partition: str, sort: str | None) -> None:
    """See that a condition is one of keys: `partition = value`, and at most one condition on the sort key.

    Source: Developer Guide, "Key condition expressions for the Query operation".

    Raises:
        ExpressionError: where it is not.
    """
    form = f"{partition} = …" + (f" [AND one condition on {sort}: = < <= > >= BETWEEN begins_with]" if sort else "")
    parts = tree.parts if isinstance(tree, And) else (tree,)
    seen: set[str] = set()
    for part in parts:
        attribute = _key_of(part, form)
        if attribute not in {partition, sort}:
            raise ExpressionError(
                f"'{attribute}' is not a key attribute here", _offset(part), f"{form}; a filter takes the rest"
            )
        if attribute in seen:
            raise ExpressionError(f"'{attribute}' has two conditions", _offset(part), form)
        if attribute == partition and not (isinstance(part, Compare) and part.op == "="):
            raise ExpressionError(f"the partition key '{partition}' is only compared with =", _offset(part), form)
        seen.add(attribute)
    if partition not in seen:
        raise ExpressionError(f"the partition key '{partition}' has no condition", 0, form)


def _key_of(part: Condition, form: str) -> str:
    """The attribute that a part is about, when it has a form that a key condition knows."""
    match part:
        case Compare("=" | "<" | "<=" | ">" | ">=", Path((str(attribute),)), value):
            _check_values(part, form, value)
            return attribute
        case Between(Path((str(attribute),)), low, high):
            _check_values(part, form, low, high)
            return attribute
        case Test("begins_with", Path((str(attribute),)), value) if value is not None:
            _check_values(part, form, value)
            return attribute
        case _:
            raise ExpressionError("this is not a condition on a key", _offset(part), form)


def _check_values(part: Condition, form: str, *terms: Term) -> None:
    if any(isinstance(term, (Path, Size)) for term in terms):
        raise ExpressionError("a key is compared with values, not with attributes", _offset(part), form)


def _offset(part: Condition) -> int:
    match part:
        case Not(inner):
            return _offset(inner)
        case And(parts) | Or(parts):
            return _offset(parts[0])
        case Compare() | Between() | In() | Test():
            return part.offset
