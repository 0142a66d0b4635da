"""The nodes of an expression, and what can be read off them without knowing DynamoDB's text.

Nodes are values: equal when they mean the same, wherever they stood. `offset` (characters from 0) says where.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`{name}`: a value that is drawn for each call, of its own type when it stands alone."""

    name: str
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """`'text'`: a string, whole or with placeholders in it. No part is an empty string, no two strings are adjacent."""

    parts: tuple[str | Placeholder, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written, so that no digit is lost."""

    text: str


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Null:
    """`null`: DynamoDB's NULL value, not the absence of an attribute."""


@dataclass(frozen=True, slots=True)
class ListValue:
    """A list of constants; of the short forms only, no text of an expression has one."""

    elements: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class MapValue:
    """A map of constants, in the order written; of the short forms only."""

    entries: tuple[tuple[str, Operand], ...]


Operand: TypeAlias = Text | Number | Boolean | Null | Placeholder | ListValue | MapValue
"""A value written in the expression: what `render` binds to a `:vN`."""


@dataclass(frozen=True, slots=True)
class Path:
    """A document path: `a.b[0]` is ("a", "b", 0). The first step is the attribute."""

    steps: tuple[str | int, ...]
    offset: int = field(default=0, compare=False, repr=False)

    @property
    def attribute(self) -> str:
        """The top-level attribute."""
        return str(self.steps[0])


@dataclass(frozen=True, slots=True)
class Size:
    """`size(path)`, an operand of a comparison."""

    path: Path


Term: TypeAlias = Operand | Path | Size
"""What a condition compares."""

Comparator = Literal["=", "<>", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Compare:
    """`left = right` and its like."""

    op: Comparator
    left: Term
    right: Term
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Between:
    """`term BETWEEN low AND high`, both included."""

    term: Term
    low: Term
    high: Term
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class In:
    """`term IN (…)`."""

    term: Term
    choices: tuple[Term, ...]
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Test:
    """A function that is a condition by itself, such as `begins_with(path, 'a')`; some have no argument."""

    function: Literal["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"]
    path: Path
    argument: Term | None = None
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`NOT part`."""

    part: Condition


@dataclass(frozen=True, slots=True)
class And:
    """Two parts or more, none of them an `And`."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Two parts or more, none of them an `Or`."""

    parts: tuple[Condition, ...]


Condition: TypeAlias = Compare | Between | In | Test | Not | And | Or
"""A condition, filter or key condition expression."""


@dataclass(frozen=True, slots=True)
class IfNotExists:
    """`if_not_exists(path, default)`: what the item has at the path, else the default."""

    path: Path
    default: Part


@dataclass(frozen=True, slots=True)
class ListAppend:
    """`list_append(first, second)`."""

    first: Part
    second: Part


Part: TypeAlias = Operand | Path | IfNotExists | ListAppend
"""What SET can add up."""


@dataclass(frozen=True, slots=True)
class Sum:
    """`left + right` or `left - right`, on numbers."""

    sign: Literal["+", "-"]
    left: Part
    right: Part


Assigned: TypeAlias = Part | Sum
"""The right side of an assignment."""


@dataclass(frozen=True, slots=True)
class Update:
    """An update expression by clauses, each in the order written."""

    set: tuple[tuple[Path, Assigned], ...] = ()
    remove: tuple[Path, ...] = ()
    add: tuple[tuple[Path, Operand], ...] = ()
    delete: tuple[tuple[Path, Operand], ...] = ()


@dataclass(frozen=True, slots=True)
class Projection:
    """A projection expression: the paths of what is returned, in the order written."""

    paths: tuple[Path, ...]


Expression: TypeAlias = Condition | Update | Projection
Node: TypeAlias = Expression | Assigned | Term


def walk(node: Node) -> Iterator[Path | Operand]:  # noqa: C901, PLR0912 - one branch a kind of node
    """Every path and value of an expression, in the order written (an update's by SET, REMOVE, ADD, DELETE).

    Of lists and maps it gives the values within.
    """
    match node:
        case Size(path):
            yield path
        case Compare() | Sum():
            yield from _walk_all(node.left, node.right)
        case Between(term, low, high):
            yield from _walk_all(term, low, high)
        case In(term, choices):
            yield from _walk_all(term, *choices)
        case Test(_, path, argument):
            yield path
            if argument is not None:
                yield from walk(argument)
        case Not(part):
            yield from walk(part)
        case And(parts) | Or(parts):
            yield from _walk_all(*parts)
        case IfNotExists(path, default):
            yield from _walk_all(path, default)
        case ListAppend(first, second):
            yield from _walk_all(first, second)
        case Update():
            for path, assigned in node.set:
                yield from _walk_all(path, assigned)
            yield from node.remove
            for path, value in (*node.add, *node.delete):
                yield from (path, value)
        case Projection(paths):
            yield from paths
        case ListValue(elements):
            yield from _walk_all(*elements)
        case MapValue(entries):
            yield from _walk_all(*(value for _, value in entries))
        case _:
            yield node


def _walk_all(*nodes: Node) -> Iterator[Path | Operand]:
    for node in nodes:
        yield from walk(node)


def placeholders(tree: Expression) -> tuple[str, ...]:
    """The names in braces, standalone and inside texts, in the order of their first appearance."""
    found: dict[str, None] = {}
    for leaf in walk(tree):
        parts = leaf.parts if isinstance(leaf, Text) else (leaf,)
        found.update((part.name, None) for part in parts if isinstance(part, Placeholder))
    return tuple(found)


def attribute_names(tree: Expression) -> frozenset[str]:
    """The top-level attributes that the expression names."""
    return frozenset(leaf.attribute for leaf in walk(tree) if isinstance(leaf, Path))
