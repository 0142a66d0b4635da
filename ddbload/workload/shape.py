"""Shapes and names as attribute values with places for what is drawn: who asks for a value gets its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ddbload.expression import Placeholder, Text
from ddbload.operation import AttributeType, Slot, Template
from ddbload.scenario.model import Scenario
from ddbload.scenario.template import TemplateError, alone, declared_types, parse_template
from ddbload.workload.translate import problem, value


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A coordinate of the picked item: a whole number."""

    name: str


@dataclass(frozen=True, slots=True)
class ItemValue:
    """A named value of the picked item: a pure function of (seed, family, name, number of the item)."""

    name: str


@dataclass(frozen=True, slots=True)
class FreshValue:
    """A named value drawn for the call: a pure function of (seed, operation, name, number of the call)."""

    name: str


@dataclass(frozen=True, slots=True)
class ItemNumber:
    """The number of the picked item. The request does not use it; the capacity model does."""


Source: TypeAlias = Coordinate | ItemValue | FreshValue | ItemNumber
"""What stands at one position of a draw."""


@dataclass(slots=True)
class Layout:
    """The positions of a draw, handed out in the order in which they are asked for; each source has one."""

    positions: dict[Source, int] = field(default_factory=dict)

    def slot(self, source: Source) -> Slot:
        """The place of a source."""
        return Slot(self.positions.setdefault(source, len(self.positions)))

    @property
    def sources(self) -> tuple[Source, ...]:
        """What stands at each position."""
        return tuple(self.positions)


@dataclass(frozen=True, slots=True)
class Shaper:
    """Makes attribute values of one family's items."""

    scenario: Scenario
    family: str
    layout: Layout

    def attribute(self, name: str) -> Any:
        """The value of an item's attribute: a `Template`, a constant {"S": ...}, or a list or map of these.

        A key attribute has the type that the table or an index declares. A text that is one name in braces has the
        type of its value; any other text is S.
        """
        return self._value(self.scenario.items[self.family].shape[name], declared_types(self.scenario, self.family).get(name))

    def attributes(self, names: Mapping[str, Any]) -> dict[str, Any]:
        """The values of some attributes."""
        return {name: self.attribute(name) for name in names}

    def source(self, name: str) -> Coordinate | ItemValue:
        """What a name in a shape stands for.

        Raises:
            ScenarioError: nothing has this name.
        """
        if name in self.scenario.items[self.family].of:
            return Coordinate(name)
        if name in self.scenario.values:
            return ItemValue(name)
        known = ", ".join([*self.scenario.items[self.family].of, *self.scenario.values])
        raise problem(self.scenario, f"items.{self.family}.shape: nothing is named '{name}'", f"there are {known}")

    def type_of(self, source: Source) -> AttributeType:
        """The type of what is drawn."""
        if isinstance(source, (ItemValue, FreshValue)):
            return value(self.scenario, source.name).type
        return "N"

    def template(self, source: Source, declared: AttributeType | None = None) -> Template:
        """A drawn value by itself."""
        return Template(declared or self.type_of(source), (self.layout.slot(source),))

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
        except TemplateError as error:
            raise problem(self.scenario, f"items.{self.family}.shape: {error}: {spelled!r}") from error
        name = alone(text)
        if name is not None:
            return self.template(self.source(name), declared)
        return joined(text, declared or "S", lambda name: self.template(self.source(name)))


def joined(text: Text, kind: AttributeType, named: Callable[[str], Any]) -> Any:
    """A text with names in it: a constant where it has none, else a template of its parts and those of its names.

    Raises:
        ValueError: a name stands for something that is no text and no number.
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
    ((kind, content),) = node.items()
    if kind in {"S", "N"}:
        return [content]
    raise ValueError(f"{{{name}}} is of type {kind} and cannot stand inside a text")
