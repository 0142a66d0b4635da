"""Writing a request item by item: what every kind of operation has in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ddbload.operation import Operation
from ddbload.scenario.actions import Action, actions_of
from ddbload.scenario.model import Scenario
from ddbload.scenario.rules.expressions import captured_of
from ddbload.workload.binding import Binder
from ddbload.workload.compiled import CompiledOperation, Part
from ddbload.workload.shape import Shaper
from ddbload.workload.sources import ItemNumber, Layout
from ddbload.workload.translate import Generators, problem

PAGE = "page"
"""Each request of a compound operation is reported under the operation's name, a slash, and this."""
_MANY = {"query", "scan"}


@dataclass(slots=True)
class Writer:
    """Writes the request of one operation, item by item."""

    scenario: Scenario
    generators: Generators
    captured: frozenset[str]
    name: str
    layout: Layout = field(default_factory=Layout)
    parts: list[Part] = field(default_factory=list)

    def binder(self, family: str) -> Binder:
        """For the next item."""
        if family not in self.scenario.items:
            message = f"operations.{self.name}: no items are named '{family}'"
            raise problem(self.scenario, message, ", ".join(self.scenario.items))
        shaper = Shaper(self.scenario, family, self.layout, self.generators, len(self.parts))
        return Binder(self.name, shaper, self.captured, self.captured & captured_of(self.scenario, family))

    def items(self, action: Action) -> Iterator[dict[str, Any]]:
        """What an action asks for of each of its items, without the table's name; each becomes a part."""
        for _ in range(action.count):
            binder = self.binder(action.family)
            yield self._written(action, binder)

    def _written(self, action: Action, binder: Binder) -> dict[str, Any]:
        spec: Any = action.spec
        update = binder.update(spec) if action.kind == "update" else None
        node = binder.item() if action.kind == "put" else binder.key(spec.key)
        written: dict[str, Any] = {"Item" if action.kind == "put" else "Key": node}
        written |= binder.expressions(
            {
                "ConditionExpression": binder.condition(getattr(spec, "condition", None)),
                "UpdateExpression": update,
                "ProjectionExpression": binder.projection(getattr(spec, "projection", None)),
            }
        )
        self.add(action, node=node, update=update, bound=binder.bound)
        return written

    def add(self, action: Action, **known: Any) -> None:
        """Note what the operation does to an item, or to many."""
        spec: Any = action.spec
        partial = getattr(spec, "projection", None) is not None or getattr(spec, "select", None) is not None
        said: dict[str, Any] = {
            "kind": action.kind,
            "table": self.scenario.table_of(action.family).name,
            "consistent": getattr(spec, "consistent", False),
            "partial": partial,
        }
        self.parts.append(Part(family=action.family, **(said | known)))

    def compiled(
        self,
        api: str,
        request: dict[str, Any],
        *,
        index: str | None = None,
        writes: bool = False,
        pages: int | None = 1,
        segments: int = 1,
    ) -> CompiledOperation:
        """The operation, once its request is written."""
        spec: Any = self.scenario.operations[self.name]
        request["ReturnConsumedCapacity"] = "INDEXES"
        parts = tuple(
            part if part.kind in _MANY else replace(part, number=self.layout.index(ItemNumber(place)))
            for place, part in enumerate(self.parts)
        )
        name = self.name if pages == 1 and segments == 1 else f"{self.name}/{PAGE}"
        operation = Operation(name, api, parts[0].table, request, index, writes, len(parts))
        return CompiledOperation(operation, actions_of(spec), parts, self.layout.sources, spec.capture, pages, segments)


def flag(name: str, *, on: bool) -> dict[str, bool]:
    """A member that is only there when it is true."""
    return {name: True} if on else {}


def returned(spec: Any) -> dict[str, str]:
    """What the answer of a write holds, and that of a failed condition."""
    found: dict[str, str] = {}
    if getattr(spec, "return_values", None):
        found["ReturnValues"] = spec.return_values.upper()
    if getattr(spec, "on_failure", None):
        found["ReturnValuesOnConditionCheckFailure"] = spec.on_failure.upper()
    return found
