"""What stands at the positions of a draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ddbload.operation import Slot, Whole


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A coordinate of a picked item: a whole number."""

    name: str
    item: int = 0


@dataclass(frozen=True, slots=True)
class ItemValue:
    """A named value of a picked item: a pure function of (seed, family, name, number of the item)."""

    name: str
    item: int = 0


@dataclass(frozen=True, slots=True)
class SparseAttribute:
    """An attribute that only a share of the items has: the whole attribute value, or None."""

    name: str
    item: int = 0


@dataclass(frozen=True, slots=True)
class ItemNumber:
    """The number of a picked item. The request does not use it; the capacity model does."""

    item: int = 0


@dataclass(frozen=True, slots=True)
class FreshValue:
    """A named value drawn for the call: a pure function of (seed, operation or session, name, number of the call)."""

    name: str


@dataclass(frozen=True, slots=True)
class Token:
    """A text that no other call has."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What an earlier step of the session captured under a name: a whole attribute value, or its text.

    Attributes:
        name: the captured name.
        item: the item whose own value stands here where nothing was captured; -1: there is none.
        own: that value, with places for what is drawn.
        text: whether only the text of the value is asked for.
    """

    name: str
    item: int = -1
    own: Any = field(default=None, compare=False)
    text: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What the course of a compound operation puts in: where a page starts, which segment it is of."""

    member: str


Source: TypeAlias = Coordinate | ItemValue | SparseAttribute | ItemNumber | FreshValue | Token | Captured | Given
"""What stands at one position of a draw. `item` is the place of the item among those of the call."""


@dataclass(slots=True)
class Layout:
    """The positions of a draw, handed out in the order in which they are asked for; each source has one."""

    positions: dict[Source, int] = field(default_factory=dict)

    def slot(self, source: Source) -> Slot:
        """The place of a source whose value is a part of something."""
        return Slot(self.index(source))

    def whole(self, source: Source, *, optional: bool = False) -> Whole:
        """The place of a source whose value is a whole one."""
        return Whole(self.index(source), optional)

    def index(self, source: Source) -> int:
        """The position of a source."""
        return self.positions.setdefault(source, len(self.positions))

    @property
    def sources(self) -> tuple[Source, ...]:
        """What stands at each position."""
        return tuple(self.positions)
