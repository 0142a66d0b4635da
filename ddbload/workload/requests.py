"""Operations as requests in DynamoDB's JSON, with templates where drawn values stand; and what those are.

Shapes of the requests: Amazon DynamoDB API Reference, GetItem, PutItem, UpdateItem, DeleteItem, Query and Scan; those
of several actions are in `several`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ddbload.expression import And, Compare, Expression, Operand, Path, Size, attribute_names
from ddbload.scenario import model
from ddbload.scenario.actions import Action, actions_of, kind_of
from ddbload.scenario.model import Scenario
from ddbload.scenario.rules.expressions import captured_before
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.several import SEVERAL
from ddbload.workload.sources import FreshValue, Given
from ddbload.workload.translate import Generators
from ddbload.workload.writing import Writer, flag, returned

__all__ = ["CompiledOperation", "Compiler", "compile_operation"]


@dataclass(frozen=True, slots=True)
class Compiler:
    """What compiling an operation needs to know of the scenario."""

    scenario: Scenario
    generators: Generators
    captured: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def compile(self, name: str) -> CompiledOperation:
        """The request of a named operation.

        Raises:
            ScenarioError: an expression cannot be read, or a name stands for nothing.
        """
        spec = self.scenario.operations[name]
        writer = Writer(self.scenario, self.generators, self.captured.get(name, frozenset()), name)
        return _REQUESTS[kind_of(spec)](writer, spec)


def compile_operation(scenario: Scenario, name: str) -> CompiledOperation:
    """The request of a named operation by itself."""
    return Compiler(scenario, Generators(scenario), captured_before(scenario)).compile(name)


def _one_item(writer: Writer, spec: Any) -> CompiledOperation:
    (action,) = actions_of(spec)
    (written,) = writer.items(action)
    table = writer.parts[0].table
    reads = flag("ConsistentRead", on=getattr(spec, "consistent", False))
    api = f"{action.kind.capitalize()}Item"
    return writer.compiled(api, {"TableName": table, **written, **reads, **returned(spec)}, writes=action.kind != "get")


def _many_items(writer: Writer, spec: model.Query | model.Scan) -> CompiledOperation:
    (action,) = actions_of(spec)
    binder = writer.binder(action.family)
    request: dict[str, Any] = {"TableName": writer.scenario.table_of(action.family).name}
    if spec.index is not None:
        request["IndexName"] = spec.index
    key = binder.condition(spec.key) if isinstance(spec, model.Query) else None
    projection = binder.projection(spec.projection)
    request |= binder.expressions(
        {
            "KeyConditionExpression": key,
            "FilterExpression": binder.condition(spec.filter),
            "ProjectionExpression": projection,
        }
    )
    if spec.select is not None:
        request["Select"] = spec.select.upper()
    if spec.limit is not None:
        drawn = isinstance(spec.limit, str)
        request["Limit"] = writer.layout.whole(FreshValue(str(spec.limit).strip("{}"))) if drawn else spec.limit
    request |= flag("ConsistentRead", on=spec.consistent)
    if isinstance(spec, model.Query) and spec.descending:
        request["ScanIndexForward"] = False
    segments = spec.segments if isinstance(spec, model.Scan) else 1
    if segments > 1:
        request |= {"Segment": writer.layout.whole(Given("Segment")), "TotalSegments": segments}
    pages = None if spec.pages == "all" else spec.pages
    if pages != 1:
        request["ExclusiveStartKey"] = writer.layout.whole(Given("ExclusiveStartKey"), optional=True)
    node = {} if spec.index else _partition(writer, action, key, binder.bound)
    wanted = None if projection is None else attribute_names(projection)
    writer.add(action, node=node, bound=binder.bound, wanted=wanted)
    return writer.compiled(action.kind.capitalize(), request, index=spec.index, pages=pages, segments=segments)


def _partition(writer: Writer, action: Action, key: Expression | None, bound: Mapping[Operand, Any]) -> dict[str, Any]:
    """The partition key that a key condition on the table asks for."""
    partition = writer.scenario.table_of(action.family).partition
    for part in key.parts if isinstance(key, And) else (key,):
        match part:
            case Compare("=", Path((attribute,)), value) if attribute == partition and not isinstance(
                value, (Path, Size)
            ):
                return {partition: bound[value]}
    return {}


_REQUESTS: dict[str, Callable[[Writer, Any], CompiledOperation]] = {
    "get": _one_item,
    "put": _one_item,
    "update": _one_item,
    "delete": _one_item,
    "query": _many_items,
    "scan": _many_items,
    **SEVERAL,
}
