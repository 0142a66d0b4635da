"""The values of attributes: what each kind is, and its generator as a pure function of random words.

The value of counter c of a stream is `spec.draw(words(seed, stream, c, 1), np.array([c]))[0]`: the same wherever and
whenever made. Lists and sets of values are in `documents`, values made by a person's own code in `functions`.
"""
# ruff: noqa: ARG002 - most values depend on their words alone, not on their number

from __future__ import annotations

import string
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Literal, Protocol

import numpy as np

from ddbload.operation import DrawnValue
from ddbload.values.choosers import Chooser
from ddbload.values.philox import Counters, Words, words
from ddbload.values.sizes import Size
from ddbload.values.transforms import Integers, below, thresholds, weighted
from ddbload.values.vocabulary import LONGEST_WORD, VOCABULARY

ValueType = Literal["S", "N", "B", "BOOL", "L", "M", "SS", "NS", "BS"]
DOCUMENTS: frozenset[ValueType] = frozenset({"L", "M", "SS", "NS", "BS"})
"""The types whose values are drawn as whole attribute values, {"L": [...]}; the others are drawn as scalars."""


class Values(Protocol):
    """A generator of values of one DynamoDB type."""

    @property
    def type(self) -> ValueType:
        """The type of every value it draws."""
        ...

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        """One value for each row of the words, shape (n, 4).

        S draws text; N a number or its text; B bytes; BOOL a bool; L, M and the sets a whole attribute value such as
        {"L": [{"S": "a"}]}, in which the content of B is bytes. `numbers` says what the values are of (the numbers of
        items, or of calls), for the few kinds that depend on it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several constants of one type, each by its weight."""

    options: tuple[str | int | float | bool, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len({_scalar_type(option) for option in self.options}) > 1:
            found = list(self.options)
            raise ValueError(f"a choice must be of one type, found {found!r}; quote the numbers to make them text")
        thresholds(self.weights)

    @property
    def type(self) -> ValueType:
        return _scalar_type(self.options[0])

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        chosen = weighted(block[:, 0], thresholds(self.weights)).tolist()
        return [self.options[i] for i in chosen]


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, uniform from low to high, both included."""

    low: int
    high: int

    type: ValueType = field(default="N", init=False)

    def __post_init__(self) -> None:
        if self.high < self.low:
            raise ValueError(f"a number needs min <= max, found {self.low} and {self.high}")
        if self.high - self.low >= 2**63 or not -(2**63) <= self.low <= self.high < 2**63:
            raise ValueError(f"a number must lie within 64 bits, found {self.low} to {self.high}")

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        drawn: list[DrawnValue] = (self.low + below(block[:, 0], self.high - self.low + 1)).tolist()
        return drawn


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """A number with a fixed count of decimals, uniform from low to high, both included: as text, so that it is exact.

    DynamoDB keeps numbers in decimal, and gives them back without the zeros at their end: 12.50 as 12.5.
    """

    low: Decimal | int
    high: Decimal | int
    decimals: int
    type: ValueType = field(default="N", init=False)

    def __post_init__(self) -> None:
        if not 0 <= self.decimals <= _MOST_DECIMALS:
            raise ValueError(f"a number has 0 to {_MOST_DECIMALS} decimals, found {self.decimals}")
        for end in map(Decimal, (self.low, self.high)):
            if not (end.is_finite() and abs(end) < _NUMBERS_BELOW) or end.scaleb(self.decimals) % 1:
                raise ValueError(f"a number of {self.decimals} decimals cannot begin or end at {end}")
        Number(*self._steps())

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        low, high = self._steps()
        steps: list[int] = (low + below(block[:, 0], high - low + 1)).tolist()
        if not self.decimals:
            return [str(step) for step in steps]
        digits = [f"{step:0{self.decimals + 1 + (step < 0)}d}" for step in steps]
        return [f"{text[: -self.decimals]}.{text[-self.decimals :]}" for text in digits]

    def _steps(self) -> tuple[int, int]:
        """Both ends, in units of the last decimal."""
        return int(Decimal(self.low).scaleb(self.decimals)), int(Decimal(self.high).scaleb(self.decimals))


_MOST_DECIMALS = 9
_NUMBERS_BELOW = 2**63


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A whole Unix second, uniform over the last `within_s` seconds up to `until_s`, which is included."""

    within_s: int
    until_s: int

    type: ValueType = field(default="N", init=False)

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        return Number(self.until_s - max(self.within_s, 1) + 1, self.until_s).draw(block)


@dataclass(frozen=True, slots=True)
class Uuid:
    """The text of a random UUID (version 4 of RFC 9562, section 5.4), a function of two words."""

    type: ValueType = field(default="S", init=False)

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        bits = block[:, :2].copy()
        bits[:, 0] = bits[:, 0] & np.uint64(0xFFFFFFFFFFFF0FFF) | np.uint64(0x4000)
        bits[:, 1] = bits[:, 1] & np.uint64(0x3FFFFFFFFFFFFFFF) | np.uint64(0x8000000000000000)
        digits = bits.astype(">u8").tobytes().hex()
        texts = [digits[k : k + 32] for k in range(0, len(digits), 32)]
        return [f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" for text in texts]


@dataclass(frozen=True, slots=True)
class Text:
    """Printable ASCII text: a slice of a fixed pool of random letters, digits, `_` and `-`, from a random place.

    A slice costs no work per character. Two texts of a size are equal with a probability of 1 / 2**18.
    """

    size: Size
    type: ValueType = field(default="S", init=False)

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        pool = text_pool(_pool_length(self.size.max_bytes))
        return [pool[a:b] for a, b in _slices(self.size, block)]


@dataclass(frozen=True, slots=True)
class Binary:
    """Bytes: a slice of a fixed pool of random bytes, from a random place."""

    size: Size
    type: ValueType = field(default="B", init=False)

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        pool = binary_pool(_pool_length(self.size.max_bytes))
        return [pool[a:b] for a, b in _slices(self.size, block)]


@dataclass(frozen=True, slots=True)
class WordsText:
    """Lower-case English words with blanks between them: a stretch of a fixed sequence, from a random place.

    `count` is a size whose unit is a word. A stretch costs no work per word.
    """

    count: Size
    type: ValueType = field(default="S", init=False)

    @property
    def max_bytes(self) -> int:
        """No text is longer."""
        return max(0, self.count.max_bytes * (LONGEST_WORD + 1) - 1)

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        pool, begins = word_pool(_pool_length(self.count.max_bytes))
        first, counts = below(block[:, 1], _STARTS), self.count.draw(block[:, 0])
        start = begins[first]
        stop = np.maximum(begins[first + counts] - 1, start)  # without the blank behind the last word
        return [pool[a:b] for a, b in zip(start.tolist(), stop.tolist(), strict=True)]


@dataclass(frozen=True, slots=True)
class Column:
    """Values that are given: S texts, or N the texts of numbers. Chosen by a chooser, or one after the other."""

    values: tuple[str, ...]
    type: Literal["S", "N"]
    chooser: Chooser | Literal["sequential"]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("a column needs values, found none")
        if self.chooser != "sequential" and self.chooser.n != len(self.values):
            raise ValueError(f"a column of {len(self.values)} needs a chooser of as many, found {self.chooser.n}")

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        if self.chooser != "sequential":
            chosen = self.chooser.draw(block)
        elif numbers is not None:
            chosen = numbers % len(self.values)
        else:
            raise TypeError("a column in its order is drawn by number")
        return [self.values[at] for at in chosen.tolist()]


_STARTS = 2**18
_ALPHABET = np.frombuffer((string.ascii_letters + string.digits + "_-").encode(), dtype=np.uint8)


def _slices(size: Size, block: Words) -> zip[tuple[int, int]]:
    starts, sizes = below(block[:, 1], _STARTS), size.draw(block[:, 0])
    return zip(starts.tolist(), (starts + sizes).tolist(), strict=True)


def _pool_length(max_bytes: int) -> int:
    """Rounded up, so that a few pools serve all sizes; a longer pool continues a shorter one."""
    return _STARTS + -(-max_bytes // _STARTS) * _STARTS


@lru_cache(maxsize=8)
def binary_pool(length: int) -> bytes:
    """The first `length` bytes of the pool of binary values, the same for every seed: that chooses the slice."""
    return words(0, "pool", 0, -(-length // 32)).astype("<u8").tobytes()[:length]


@lru_cache(maxsize=8)
def text_pool(length: int) -> str:
    """The first `length` characters of the pool of texts: none that JSON has to escape."""
    sextets = np.frombuffer(binary_pool(length), dtype=np.uint8) & 63
    return str(_ALPHABET[sextets].tobytes(), "ascii")


@lru_cache(maxsize=8)
def word_pool(length: int) -> tuple[str, Integers]:
    """The first `length` words of the sequence, each with a blank behind it; where each begins, and the last ends."""
    chosen = below(words(0, "words", 0, -(-length // 4)).reshape(-1)[:length], len(VOCABULARY))
    spaced = [word + " " for word in VOCABULARY]
    lengths = np.array([len(word) for word in spaced], dtype=np.int64)[chosen]
    begins = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    return "".join(spaced[at] for at in chosen.tolist()), begins


def _scalar_type(value: str | float) -> ValueType:
    if isinstance(value, bool):
        return "BOOL"
    return "S" if isinstance(value, str) else "N"
