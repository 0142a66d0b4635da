"""Operations as requests in DynamoDB's JSON, with templates where drawn values stand; and what those are.

Shapes of the requests: Amazon DynamoDB API Reference, GetItem, PutItem, UpdateItem, DeleteItem and Query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

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
    parse_condition,
    parse_update,
    render_request,
)
from ddbload.operation import Operation
from ddbload.scenario import model
from ddbload.scenario.model import Scenario
from ddbload.scenario.rules.expressions import family_of, meanings
from ddbload.workload.shape import FreshValue, ItemNumber, Layout, Shaper, Source, joined
from ddbload.workload.translate import problem


@dataclass(frozen=True, slots=True)
class CompiledOperation:
    """An operation, what its draws are made of, and what the capacity model needs to know of it.

    Attributes:
        operation: ready to be sent.
        family: the items that it is about.
        sources: what stands at each position of a draw.
        number: the position of the item's number in a draw; the request does not use it. None for a query.
        update: the parsed update expression of an update.
        bound: the values written in its expressions -> what is sent for them.
    """

    operation: Operation
    family: str
    sources: tuple[Source, ...]
    number: int | None
    update: Update | None
    bound: Mapping[Operand, Any]


def compile_operation(scenario: Scenario, name: str) -> CompiledOperation:
    """The request of a named operation.

    A name in braces in an expression stands for a coordinate or a table key of the picked item; else for a value of
    `values`, drawn anew for every call; else for another attribute of the picked item. A name that occurs several
    times in a call has one value.

    Raises:
        ScenarioError: an expression cannot be read, or a name stands for nothing.
    """
    spec = scenario.operations[name]
    _, family = family_of(spec)
    shaper = Shaper(scenario, family, Layout())
    binder = _Binder(name, shaper, {})
    request: dict[str, Any] = {"TableName": scenario.table.name}
    index = update = None
    match spec:
        case model.Get():
            request |= {"Key": shaper.attributes(scenario.table.key), **_flag("ConsistentRead", on=spec.consistent)}
            api = "GetItem"
        case model.Put():
            request |= {"Item": shaper.attributes(scenario.items[spec.put].shape)}
            request |= binder.expressions({"ConditionExpression": spec.condition})
            api = "PutItem"
        case model.Update():
            update = binder.parsed_update(spec.update_expression)
            request |= {"Key": shaper.attributes(scenario.table.key)}
            request |= binder.expressions({"ConditionExpression": spec.condition}, {"UpdateExpression": update})
            api = "UpdateItem"
        case model.Delete():
            request |= {"Key": shaper.attributes(scenario.table.key)}
            request |= binder.expressions({"ConditionExpression": spec.condition})
            api = "DeleteItem"
        case model.Query():
            index = spec.index
            request |= _query(spec, binder)
            api = "Query"
        case _:
            assert_never(spec)
    request["ReturnConsumedCapacity"] = "INDEXES"
    number = None if isinstance(spec, model.Query) else shaper.layout.slot(ItemNumber()).index
    writes = api in {"PutItem", "UpdateItem", "DeleteItem"}
    operation = Operation(name, api, scenario.table.name, request, index, writes)
    return CompiledOperation(operation, family, shaper.layout.sources, number, update, binder.bound)


def _query(spec: model.Query, binder: _Binder) -> dict[str, Any]:
    request: dict[str, Any] = {} if spec.index is None else {"IndexName": spec.index}
    request |= binder.expressions({"KeyConditionExpression": spec.key, "FilterExpression": spec.filter})
    if spec.limit is not None:
        request["Limit"] = spec.limit
    request |= _flag("ConsistentRead", on=spec.consistent)
    if spec.descending:
        request["ScanIndexForward"] = False
    return request


def _flag(name: str, *, on: bool) -> dict[str, bool]:
    return {name: True} if on else {}


@dataclass(frozen=True, slots=True)
class _Binder:
    """Puts values and templates in the places of what an operation's expressions write."""

    operation: str
    shaper: Shaper
    bound: dict[Operand, Any]

    def expressions(
        self, texts: Mapping[str, str | None], parsed: Mapping[str, Expression] | None = None
    ) -> dict[str, Any]:
        """The expressions of the request, with their names and values."""
        trees: dict[str, Expression] = dict(parsed or {})
        for parameter, text in texts.items():
            if text is not None:
                trees[parameter] = self._parsed_condition(text)
        return render_request(trees, self._bind)

    def parsed_update(self, text: str) -> Update:
        """The tree of an update expression."""
        try:
            return parse_update(text)
        except ExpressionError as error:
            raise self._problem(text, error) from error

    def _parsed_condition(self, text: str) -> Expression:
        try:
            return parse_condition(text)
        except ExpressionError as error:
            raise self._problem(text, error) from error

    def _problem(self, text: str, error: ExpressionError) -> Exception:
        where = f"operations.{self.operation}: {error.message}, at position {error.offset + 1} of {text!r}"
        return problem(self.shaper.scenario, where, error.fits)

    def _bind(self, operand: Operand) -> Any:
        self.bound[operand] = self._value(operand)
        return self.bound[operand]

    def _value(self, operand: Operand) -> Any:  # noqa: PLR0911 - one branch a kind of value
        match operand:
            case Text():
                try:
                    return joined(operand, "S", self._named)
                except ValueError as error:
                    raise problem(self.shaper.scenario, f"operations.{self.operation}: {error}") from error
            case Number(text):
                return {"N": text}
            case Boolean(value):
                return {"BOOL": value}
            case Null():
                return {"NULL": True}
            case ListValue(elements):
                return {"L": [self._value(element) for element in elements]}
            case MapValue(entries):
                return {"M": {name: self._value(inner) for name, inner in entries}}
            case Placeholder(name):
                return self._named(name)

    def _named(self, name: str) -> Any:
        """What a name in an expression stands for; the rule is in `compile_operation`."""
        scenario, shaper = self.shaper.scenario, self.shaper
        items = scenario.items[shaper.family]
        if name in items.of:
            return shaper.template(shaper.source(name))
        if name in items.shape and (name in scenario.table.key or name not in scenario.values):
            return shaper.attribute(name)
        if name in scenario.values:
            return shaper.template(FreshValue(name))
        message = f"operations.{self.operation}: nothing is named '{name}'"
        raise problem(scenario, message, f"there are {', '.join(meanings(scenario, shaper.family))}")
