"""Lists and sets of drawn values, as whole attribute values: {"L": [{"S": "a"}, {"S": "b"}]}, {"SS": ["a", "b"]}."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from ddbload.errors import DdbloadError
from ddbload.operation import DrawnValue, text_of
from ddbload.values.functions import Code
from ddbload.values.philox import Counters, Words, further_words
from ddbload.values.sampling import REDRAW_SHIFT, REDRAWS
from ddbload.values.sizes import Size
from ddbload.values.specs import (
    DOCUMENTS,
    Binary,
    Choice,
    Column,
    FixedPoint,
    Number,
    Text,
    Timestamp,
    Values,
    ValueType,
    WordsText,
)
from ddbload.values.transforms import Integers
from ddbload.values.vocabulary import VOCABULARY

_MOST_AT_ONCE = 2**16
"""Members that are drawn together; bounds the memory of a block of long lists."""
_MOST_LISTED = 4096


class MembersError(DdbloadError, ValueError):
    """A set needs more different members than its kind has."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one kind. `count` is a size whose unit is a member.

    Member j of the value with the number i is drawn with words made of the value's own and j, and has the number i + j:
    a column in its order goes on from there.
    """

    member: Values
    count: Size
    type: ValueType = field(default="L", init=False)

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        counts = self.count.draw(block[:, 0])
        return [
            {"L": _attribute_values(self.member.type, members)}
            for rows in _stretches(counts)
            for members in _drawn(self.member, block[rows], counts[rows], None if numbers is None else numbers[rows])
        ]


@dataclass(frozen=True, slots=True)
class SetOf:
    """A set of different texts, numbers or binaries (SS, NS, BS). `count` is a size whose unit is a member.

    The members are drawn one after the other as those of a list, and those that the set has already are drawn anew, up
    to `REDRAWS` times; then the next that is free is taken, in the order in which the kind lists its values.
    """

    member: Values
    count: Size

    def __post_init__(self) -> None:
        if self.member.type not in _SET_TYPES:
            raise MembersError(f"a set has members of the type S, N or B, found {self.member.type}")
        if self.count.min_bytes < 1:
            raise MembersError(f"a set has at least one member, found a count of {self.count.min_bytes}")
        there = cardinality(self.member)
        if there is not None and there < self.count.max_bytes:
            raise MembersError(f"a set of {self.count.max_bytes} needs as many different members, found {there}")

    @property
    def type(self) -> ValueType:
        return _SET_TYPES[self.member.type]

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        """One set for each row.

        Raises:
            MembersError: no more different members were found for a set.
        """
        counts = self.count.draw(block[:, 0])
        found: list[DrawnValue] = []
        for rows in _stretches(counts):
            own = None if numbers is None else numbers[rows]
            members = _drawn(self.member, block[rows], counts[rows], own)
            self._make_different(members, block[rows], own)
            found += [{self.type: _contents(self.member.type, one)} for one in members]
        return found

    def _make_different(self, members: list[list[DrawnValue]], block: Words, numbers: Counters | None) -> None:
        """Replace what a row has twice; place by place, so that all rows are redrawn together."""
        kind = self.member.type
        taken: list[set[Hashable]] = [set() for _ in members]
        for j in range(max(map(len, members), default=0)):
            again = [row for row, one in enumerate(members) if len(one) > j and not _take(taken[row], kind, one[j])]
            for turn in range(1, REDRAWS + 1):
                if not again:
                    break
                rows = np.array(again, dtype=np.int64)
                lanes = np.full(len(again), j + (turn << REDRAW_SHIFT), dtype=np.int64)
                own = None if numbers is None else numbers[rows] + j
                redrawn = self.member.draw(further_words(block[rows], lanes), own)
                for row, member in zip(again, redrawn, strict=True):
                    members[row][j] = member
                again = [row for row in again if not _take(taken[row], kind, members[row][j])]
            for row in again:
                members[row][j] = self._next_free(members[row][j], taken[row])

    def _next_free(self, member: DrawnValue, taken: set[Hashable]) -> DrawnValue:
        kind, listed = self.member.type, listed_values(self.member)
        start = next((at for at, one in enumerate(listed) if _same(kind, one) == _same(kind, member)), 0)
        for one in (*listed[start:], *listed[:start]):
            if _take(taken, kind, one):
                return one
        raise MembersError(f"a set of {len(taken) + 1} members needs as many different ones, found {len(taken)}")


_SET_TYPES: dict[ValueType, ValueType] = {"S": "SS", "N": "NS", "B": "BS"}


def cardinality(member: Values) -> int | None:  # noqa: PLR0911 - one branch a kind
    """How many different values a kind has at most; None where that is not known or hardly a limit."""
    match member:
        case Number(low, high):
            return high - low + 1
        case Timestamp(within_s):
            return max(within_s, 1)
        case FixedPoint(low, high, decimals):
            return int((Decimal(high) - Decimal(low)).scaleb(decimals)) + 1
        case Code(cardinality=there):
            return there
        case Text(size):
            return _texts(_CHARACTERS, size)
        case Binary(size):
            return _texts(_OCTETS, size)
        case WordsText(count):
            return _texts(len(VOCABULARY), count)
        case Choice() | Column():
            return len({_same(member.type, one) for one in listed_values(member)})
        case _:
            return 2 if member.type == "BOOL" else None


def _texts(letters: int, size: Size) -> int | None:
    """How many texts of such a size so many letters make; None beyond a few of them."""
    if size.max_bytes > _FEW_LETTERS:
        return None
    there: int = sum(letters**count for count in range(size.min_bytes, size.max_bytes + 1))
    return there


_CHARACTERS, _OCTETS, _FEW_LETTERS = 64, 256, 2


def listed_values(member: Values) -> Sequence[DrawnValue]:
    """All values of a kind, in its own order, where they can be listed."""
    match member:
        case Choice(options, weights):
            return [option for option, weight in zip(options, weights, strict=True) if weight]
        case Number(low, high) if high - low < _MOST_LISTED:
            return range(low, high + 1)
        case Timestamp(within_s, until_s) if within_s <= _MOST_LISTED:
            return range(until_s - max(within_s, 1) + 1, until_s + 1)
        case FixedPoint(low, _, decimals) if (cardinality(member) or 0) <= _MOST_LISTED:
            steps = range(cardinality(member) or 0)
            return [f"{Decimal(low) + Decimal(step).scaleb(-decimals):.{decimals}f}" for step in steps]
        case Column(values):
            return values
        case _:
            return ()


def _drawn(member: Values, block: Words, counts: Integers, numbers: Counters | None) -> list[list[DrawnValue]]:
    """The members of each row."""
    ends = np.cumsum(counts)
    rows = np.repeat(np.arange(len(counts)), counts)
    places = np.arange(len(rows)) - np.repeat(ends - counts, counts)
    if not len(rows):
        return [[] for _ in counts]
    own = None if numbers is None else numbers[rows] + places
    drawn = member.draw(further_words(block[rows], places), own)
    return [drawn[end - count : end] for end, count in zip(ends.tolist(), counts.tolist(), strict=True)]


def _stretches(counts: Integers) -> Iterator[slice]:
    """The rows in stretches that have not too many members together."""
    start = members = 0
    for row, count in enumerate(counts.tolist()):
        if row > start and members + count > _MOST_AT_ONCE:
            yield slice(start, row)
            start, members = row, 0
        members += count
    yield slice(start, len(counts))


def _attribute_values(kind: ValueType, drawn: list[DrawnValue]) -> list[Any]:
    """Drawn values in DynamoDB JSON; the content of B stays bytes."""
    return drawn if kind in DOCUMENTS else [{kind: content} for content in _contents(kind, drawn)]


def _contents(kind: ValueType, drawn: list[DrawnValue]) -> list[Any]:
    return [text_of(number) for number in drawn] if kind == "N" else drawn


def _same(kind: ValueType, member: DrawnValue) -> Hashable:
    """Equal for members that DynamoDB takes for the same: the numbers 1, 1.0 and 1.00 are one."""
    if kind == "N" and not isinstance(member, int):
        return Decimal(text_of(member))
    assert not isinstance(member, (dict, list)), "members of sets are scalars"
    return member


def _take(taken: set[Hashable], kind: ValueType, member: DrawnValue) -> bool:
    """Put a member to those that a set has, unless it is one of them."""
    known = len(taken)
    taken.add(_same(kind, member))
    return len(taken) > known
