"""What a key condition may be: narrower than a condition."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from ddbload.expression.error import ExpressionError
from ddbload.expression.tree import And, Between, Compare, Condition, In, Not, Or, Path, Size, Term, Test


def check_key_condition(
    tree: Condition, partition: str | Sequence[str], sort: str | Sequence[str] | None = None
) -> None:
    """See that a condition is one of keys.

    Every partition attribute is compared with =. Of the sort attributes those from the left may have a condition: all
    but the last of these with =, the last with = < <= > >= BETWEEN or begins_with. No attribute has two conditions;
    their order in the text is free.

    Args:
        tree: the condition.
        partition: the attribute of the partition key, or the attributes of a multi-attribute one, in their order.
        sort: the same of the sort key; None or empty without one.

    Sources: Developer Guide, "Key condition expressions for the Query operation"; "Multi-attribute keys pattern" of
    global secondary indexes; DynamoDB Local 3.3.1 agrees.

    Raises:
        ExpressionError: where it is not.
    """
    partitions, sorts = _names(partition), _names(sort)
    form = _form(partitions, sorts)
    seen: dict[str, Condition] = {}
    for part in tree.parts if isinstance(tree, And) else (tree,):
        attribute = _key_of(part, form)
        if attribute not in (*partitions, *sorts):
            raise ExpressionError(
                f"'{attribute}' is not a key attribute here", _offset(part), f"{form}; a filter takes the rest"
            )
        if attribute in seen:
            raise ExpressionError(f"'{attribute}' has two conditions", _offset(part), form)
        if attribute in partitions and not _is_equality(part):
            raise ExpressionError(f"the partition key '{attribute}' is only compared with =", _offset(part), form)
        seen[attribute] = part
    for name in partitions:
        if name not in seen:
            raise ExpressionError(f"the partition key '{name}' has no condition", 0, form)
    _check_order(seen, sorts, form)


def _check_order(seen: Mapping[str, Condition], sorts: Sequence[str], form: str) -> None:
    used = [name for name in sorts if name in seen]
    for name, expected in zip(used, sorts, strict=False):
        if name != expected:
            message = f"'{name}' has a condition, but '{expected}' before it in the key has none"
            raise ExpressionError(message, _offset(seen[name]), form)
    for name, after in itertools.pairwise(used):
        if not _is_equality(seen[name]):
            message = f"'{name}' is only compared with =, since '{after}' after it in the key has a condition"
            raise ExpressionError(message, _offset(seen[name]), form)


def _names(key: str | Sequence[str] | None) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else tuple(key or ())


def _form(partitions: Sequence[str], sorts: Sequence[str]) -> str:
    form = " AND ".join(f"{name} = …" for name in partitions)
    if not sorts:
        return form
    if len(sorts) == 1:
        return f"{form} [AND one condition on {sorts[0]}: = < <= > >= BETWEEN begins_with]"
    return (
        f"{form} [AND conditions on {', '.join(sorts)} from the left: =, the last also < <= > >= BETWEEN begins_with]"
    )


def _is_equality(part: Condition) -> bool:
    return isinstance(part, Compare) and part.op == "="


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
