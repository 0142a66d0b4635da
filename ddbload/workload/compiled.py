"""An operation as it was compiled: what is sent, what its draws are made of, and what it does to which items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ddbload.expression import Operand, Update
from ddbload.operation import Operation
from ddbload.scenario.actions import Action
from ddbload.workload.sources import Source


@dataclass(frozen=True, slots=True)
class Part:
    """What an operation does to one item.

    Attributes:
        kind: "get", "put", "update", "delete", "check", "query", "scan"; of a statement: "select", "insert", ...
        family: the items that it is one of.
        table: the name of their table.
        number: the position of the item's number in a draw; the request does not use it. None where many are read.
        node: the item of a put; the key of the others.
        update: the parsed update expression of an update.
        bound: the values written in its expressions -> what is sent for them.
        consistent: whether it reads consistently.
        partial: whether the answer holds less than what is read.
        wanted: the attributes that the answer is to hold; None: as many as there are.
    """

    kind: str
    family: str
    table: str
    number: int | None = None
    node: Mapping[str, Any] = field(default_factory=dict)
    update: Update | None = None
    bound: Mapping[Operand, Any] = field(default_factory=dict)
    consistent: bool = False
    partial: bool = False
    wanted: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class CompiledOperation:
    """An operation, what its draws are made of, and what the capacity model needs to know of it.

    Attributes:
        operation: ready to be sent. Of a compound one, each of its requests.
        actions: what it does, as the scenario says it.
        parts: what it does to each item, in the order of the actions.
        sources: what stands at each position of a draw.
        capture: name -> path of what later steps of a session use.
        pages: requests at most, one after the other; None: as many as there are pages.
        segments: how many of these run side by side.
    """

    operation: Operation
    actions: tuple[Action, ...]
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]
    capture: Mapping[str, str]
    pages: int | None = 1
    segments: int = 1

    @property
    def compound(self) -> bool:
        """Whether one call of it is several requests."""
        return self.pages != 1 or self.segments > 1

    @property
    def family(self) -> str:
        """The items that it is about, or that its first action is about."""
        return self.parts[0].family

    @property
    def number(self) -> int | None:
        """The position of the first item's number in a draw."""
        return self.parts[0].number
