"""What the names and values of an action stand for in its request: the expressions, the key, the item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ddbload.expression import (
    Boolean,
    Expression,
    ExpressionError,
    ListValue,
    MapValue,
    Null,
    Number,
    Operand,
    Placeholder,
    Text,
    Update,
    condition_tree,
    parse_projection,
    parse_text,
    parse_update,
    render_request,
)
from ddbload.operation import AttributeType, Template
from ddbload.scenario.model import Changes
from ddbload.scenario.rules.expressions import Parser, meanings, short_update
from ddbload.scenario.template import alone
from ddbload.workload.shape import Shaper, Unjoinable, joined
from ddbload.workload.sources import Captured, FreshValue
from ddbload.workload.translate import problem


@dataclass(frozen=True, slots=True)
class Binder:
    """Puts values and templates in the places of what an action on one item writes.

    A name in braces stands for what an earlier step of the session captured, if one does; else for a coordinate or a
    table key of the picked item; else for a value of `values`, drawn anew for every call; else for another attribute of
    the picked item. A name that occurs several times in a call has one value. A key attribute that a step about the
    same items captured is also the key of the item.
    """

    operation: str
    shaper: Shaper
    captured: frozenset[str]
    captured_of_family: frozenset[str]  # of these, those that a step about the same items may have captured
    bound: dict[Operand, Any] = field(default_factory=dict)

    # --- parts of a request ---

    def key(self, given: Mapping[str, str | float]) -> dict[str, Any]:
        """The key of the item; `given` are attributes that are not the picked item's own."""
        return {name: self._key_attribute(name, kind, given.get(name)) for name, kind in self._declared.items()}

    def item(self) -> dict[str, Any]:
        """The whole item."""
        node = self.shaper.whole_item()
        captured = [name for name in self._declared if name in self.captured_of_family]
        return node | {name: self._captured(name) for name in captured}

    def expressions(self, trees: Mapping[str, Expression | None]) -> dict[str, Any]:
        """The expressions of a request by their parameters, with their names and values; None: there is none."""
        return render_request({name: tree for name, tree in trees.items() if tree is not None}, self._bind)

    def condition(self, text: str | None) -> Expression | None:
        """The tree of a condition, which may be one word."""
        return self._parsed(text, partial(condition_tree, partition=next(iter(self._declared))))

    def projection(self, text: str | None) -> Expression | None:
        """The tree of a projection."""
        return self._parsed(text, parse_projection)

    def update(self, spec: Changes) -> Update:
        """The tree of an update, from its expression or its short forms."""
        try:
            tree = short_update(spec) if spec.update_expression is None else parse_update(spec.update_expression)
        except ExpressionError as error:
            raise self._problem(spec.update_expression or "", error) from error
        if tree is None:
            message = f"operations.{self.operation}: nothing is changed"
            raise problem(self.shaper.scenario, message, "an update_expression, or set, remove and add")
        return tree

    def value(self, operand: Operand) -> Any:  # noqa: PLR0911 - one branch a kind of value
        """What is sent for a value written in an expression."""
        match operand:
            case Text():
                return self._text(operand)
            case Number(text):
                return {"N": text}
            case Boolean(value):
                return {"BOOL": value}
            case Null():
                return {"NULL": True}
            case ListValue(elements):
                return {"L": [self.value(element) for element in elements]}
            case MapValue(entries):
                return {"M": {name: self.value(inner) for name, inner in entries}}
            case Placeholder(name):
                return self._named(name)

    # --- names ---

    @property
    def _declared(self) -> Mapping[str, AttributeType]:
        return self.shaper.scenario.table_of(self.shaper.family).key

    def _key_attribute(self, name: str, kind: AttributeType, given: str | float | None) -> Any:
        match given:
            case None:
                return self._captured(name) if name in self.captured_of_family else self.shaper.attribute(name)
            case str():
                text = parse_text(given)
                if (only := alone(text)) is None:
                    return self._text(text, kind)
                node = self._named(only)
                return Template(kind, node.parts) if isinstance(node, Template) else node
            case _:
                return {kind: repr(given)}

    def _text(self, text: Text, kind: AttributeType = "S") -> Any:
        try:
            return joined(text, kind, self._named_within)
        except Unjoinable as error:
            raise problem(self.shaper.scenario, f"operations.{self.operation}: {error}") from error

    def _named(self, name: str) -> Any:
        return self._captured(name) if name in self.captured else self._own(name)

    def _named_within(self, name: str) -> Any:
        """What a name within a text stands for."""
        if name not in self.captured:
            return self._own(name)
        return Template("S", (self.shaper.layout.slot(self._source_of_captured(name, text=True)),))

    def _captured(self, name: str) -> Any:
        return self.shaper.layout.whole(self._source_of_captured(name, text=False))

    def _source_of_captured(self, name: str, *, text: bool) -> Captured:
        if name not in meanings(self.shaper.scenario, self.shaper.family):
            return Captured(name, text=text)
        return Captured(name, self.shaper.item, self._own(name), text)

    def _own(self, name: str) -> Any:
        """What a name that is not captured stands for."""
        scenario, shaper = self.shaper.scenario, self.shaper
        if name in shaper.items.of:
            return shaper.template(shaper.source(name))
        if name in shaper.items.shape and (name in self._declared or name not in scenario.values):
            return shaper.attribute(name)
        if name in scenario.values:
            return shaper.template(FreshValue(name))
        message = f"operations.{self.operation}: nothing is named '{name}'"
        raise problem(scenario, message, f"there are {', '.join(meanings(scenario, shaper.family))}")

    # --- texts ---

    def _bind(self, operand: Operand) -> Any:
        self.bound[operand] = self.value(operand)
        return self.bound[operand]

    def _parsed(self, text: str | None, parse: Parser) -> Expression | None:
        if text is None:
            return None
        try:
            return parse(text)
        except ExpressionError as error:
            raise self._problem(text, error) from error

    def _problem(self, text: str, error: ExpressionError) -> Exception:
        where = f"operations.{self.operation}: {error.message}, at position {error.offset + 1} of {text!r}"
        return problem(self.shaper.scenario, where, error.fits)
