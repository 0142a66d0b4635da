"""Shapes and names as attribute values with places for what is drawn: who asks for a value gets its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ddbload.expression import Placeholder, Text
from ddbload.operation import AttributeType, Slot, Template, Whole
from ddbload.scenario.model import Items, Scenario
from ddbload.scenario.template import TemplateError, alone, declared_types, parse_template
from ddbload.values.specs import DOCUMENTS
from ddbload.workload.sources import (
    Coordinate,
    FreshValue,
    ItemNumber,
    ItemValue,
    Layout,
    Source,
    SparseAttribute,
)
from ddbload.workload.translate import Generators, problem

__all__ = ["Coordinate", "FreshValue", "ItemNumber", "ItemValue", "Layout", "Shaper", "Source", "joined"]


@dataclass(frozen=True, slots=True)
class Shaper:
    """Makes attribute values of one item of a family.

    Attributes:
        item: the place of the item among those of the call.
    """

    scenario: Scenario
    family: str
    layout: Layout
    generators: Generators
    item: int = 0

    @property
    def items(self) -> Items:
        """The family."""
        return self.scenario.items[self.family]

    def attribute(self, name: str) -> Any:
        """The value of an item's attribute: a `Template`, a constant {"S": ...}, a list or map of these, or a `Whole`.

        A key attribute has the type that the table or an index declares. A text that is one name in braces has the
        type of its value; any other text is S.
        """
        return self._value(self.items.shape[name], declared_types(self.scenario, self.family).get(name))

    def attributes(self, names: Iterable[str]) -> dict[str, Any]:
        """The values of some attributes."""
        return {name: self.attribute(name) for name in names}

    def whole_item(self) -> dict[str, Any]:
        """All attributes; those that only some items have are left out where they are None."""
        return {
            name: self.layout.whole(SparseAttribute(name, self.item), optional=True)
            if name in self.items.sparse
            else self.attribute(name)
            for name in self.items.shape
        }

    def source(self, name: str) -> Coordinate | ItemValue:
        """What a name in a shape stands for.

        Raises:
            ScenarioError: nothing has this name.
        """
        if name in self.items.of:
            return Coordinate(name, self.item)
        if name in self.scenario.values:
            return ItemValue(name, self.item)
        known = ", ".join([*self.items.of, *self.scenario.values])
        raise problem(self.scenario, f"items.{self.family}.shape: nothing is named '{name}'", f"there are {known}")

    def template(self, source: Coordinate | ItemValue | FreshValue, declared: AttributeType | None = None) -> Any:
        """A drawn value by itself: a template, or a whole one where lists and sets are drawn."""
        kind = "N" if isinstance(source, Coordinate) else self.generators.of(source.name).type
        if kind in DOCUMENTS:
            return self.layout.whole(source)
        return Template(declared or kind, (self.layout.slot(source),))  # type: ignore[arg-type]  # the scalar ones

    def _value(self, spelled: Any, declared: AttributeType | None = None) -> Any:
        match spelled:
            case str():
                return self._text(spelled, declared)
            case bool():
                return {"BOOL": spelled}
            case int() | float():
                return {declared or "N": repr(spelled)}
            case None:
                return {"NULL": True}
            case Mapping():
                return {"M": {key: self._value(inner) for key, inner in spelled.items()}}
            case _:
                return {"L": [self._value(inner) for inner in spelled]}

    def _text(self, spelled: str, declared: AttributeType | None) -> Any:
        try:
            text = parse_template(spelled)
            name = alone(text)
            if name is not None:
                return self.template(self.source(name), declared)
            return joined(text, declared or "S", lambda name: self.template(self.source(name)))
        except (TemplateError, Unjoinable) as error:
            raise problem(self.scenario, f"items.{self.family}.shape: {error}: {spelled!r}") from error


class Unjoinable(ValueError):  # noqa: N818 - what it is, not how it ends
    """A name within a text stands for something that is no text and no number."""


def joined(text: Text, kind: AttributeType, named: Callable[[str], Any]) -> Any:
    """A text with names in it: a constant where it has none, else a template of its parts and those of its names.

    Raises:
        Unjoinable: a name stands for something that is no text and no number.
    """
    parts: list[str | Slot] = []
    for part in text.parts:
        parts += _parts(part.name, named(part.name)) if isinstance(part, Placeholder) else [part]
    if any(isinstance(part, Slot) for part in parts):
        return Template(kind, tuple(parts))
    return {kind: "".join(map(str, parts))}


def _parts(name: str, node: Any) -> list[str | Slot]:
    if isinstance(node, Template):
        return list(node.parts)
    if isinstance(node, Whole):
        raise Unjoinable(f"{{{name}}} is a list or a set and cannot stand inside a text")
    ((kind, content),) = node.items()
    if kind in {"S", "N"}:
        return [content]
    raise Unjoinable(f"{{{name}}} is of type {kind} and cannot stand inside a text")
