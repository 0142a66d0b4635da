"""The common shape of keys: "customer#17/order#3" -> customer#{customer}/order#{order} with the coordinates (17, 3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ddbload.trace.fit.names import WITH_A_MEANING

_NUMBER = re.compile(r"\d+")
_ANY_ID = re.compile(
    r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"  # a UUID
    r"|(?<![0-9A-Za-z])[0-9A-HJKMNP-TV-Z]{26}(?![0-9A-Za-z])"  # a ULID
    r"|(?<![0-9A-Za-z])(?=[0-9a-f]*\d)[0-9a-f]{12,}(?![0-9A-Za-z])"  # a digest, an ObjectId
)
_AFTER_SEPARATOR = re.compile(r"(?<=[#:=|])[^#:=|/]+")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
HOLE = "\0"
_MOST_SHAPES = 32
_COVERED = 0.98
OPAQUE = HOLE
"""The shape of keys that have none in common."""


def _by_numbers(key: str) -> str:
    return _NUMBER.sub(HOLE, key)


def _by_ids(key: str) -> str:
    return _NUMBER.sub(HOLE, _ANY_ID.sub(HOLE, key))


def _by_separators(key: str) -> str:
    return _AFTER_SEPARATOR.sub(HOLE, key)


_WAYS = (_by_numbers, _by_ids, _by_separators)


class Shapes:
    """Which shape a key has. The way to look at keys is settled by the first ones: the finest that finds few shapes."""

    def __init__(self, first: Iterable[str]) -> None:
        distinct = set(first) - {""}
        self._way = None
        self._known: set[str] = set()
        for way in _WAYS:
            found = Counter(map(way, distinct))
            common = [shape for shape, _ in found.most_common(_MOST_SHAPES) if HOLE in shape or len(distinct) <= 4]  # noqa: PLR2004 - a few fixed keys
            covered = sum(found[shape] for shape in common)
            if distinct and covered >= _COVERED * len(distinct) and len(common) * 2 <= max(len(distinct), 2):
                self._way = way
                self._known = set(common)
                return

    def of(self, key: str) -> str:
        """The key with a hole where its coordinates stand; one hole where it has no shape; "" for no key."""
        if not key:
            return ""
        if self._way is None:
            return OPAQUE
        shape = self._way(key)
        if shape not in self._known:
            if len(self._known) >= 2 * _MOST_SHAPES:
                return OPAQUE
            self._known.add(shape)
        return shape


@dataclass(frozen=True, slots=True)
class KeyShape:
    """A shape of keys with its coordinates named.

    Attributes:
        shape: the constant texts, with holes.
        names: of the coordinates, by the word before each hole.
    """

    shape: str
    names: tuple[str, ...]

    @property
    def template(self) -> tuple[str, ...]:
        """The templates of partition and sort key, as a scenario has them."""
        texts = []
        names = iter(self.names)
        for part in self.shape.split("/", 1):
            constants = [text.replace("{", "{{").replace("}", "}}") for text in part.split(HOLE)]
            texts.append(constants[0] + "".join(f"{{{next(names)}}}{text}" for text in constants[1:]))
        return tuple(texts)

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches a key of this shape; a group for each coordinate."""
        return re.compile("(.*?)".join(map(re.escape, self.shape.split(HOLE))) + r"\Z", re.DOTALL)


def named(shape: str) -> KeyShape:
    """Name the coordinates of a shape: user#? -> user; a lone number is `number`; each name once."""
    names: list[str] = []
    before = ""
    for text in shape.split(HOLE)[:-1]:
        words: Sequence[str] = _WORD.findall(text)
        word = words[-1].lower().strip("_") if words else ""
        base = (word or before or "number")[:40]
        before = base
        base = f"{base}_" if base in WITH_A_MEANING else base
        name = base if base[0].isalpha() else f"n{base}"
        count = 2
        while name in names:
            name, count = f"{base}{count}", count + 1
        names.append(name)
    return KeyShape(shape, tuple(names))
