"""How large drawn values are: smallest, mean and largest size by DynamoDB's rules, without drawing any."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from ddbload.capacity import CONTAINER_BYTES, ELEMENT_BYTES, number_bytes
from ddbload.scenario.files import column_of, histogram_of
from ddbload.scenario.model import (
    Binary,
    Choice,
    CsvColumn,
    HistogramSizeForm,
    ListValue,
    LognormalSize,
    LognormalSizeForm,
    Number,
    PythonValue,
    Scalar,
    Scenario,
    SetValue,
    Size,
    Text,
    Timestamp,
    UniformSizeForm,
    WordsText,
)
from ddbload.scenario.template import constant_type
from ddbload.values.lognormal import sigma_of
from ddbload.values.vocabulary import LONGEST_WORD, MEAN_WORD, SHORTEST_WORD

_SAMPLE = 256
"""Numbers of a range whose sizes make its mean."""
_UUID_BYTES = 36


@dataclass(frozen=True, slots=True)
class Extent:
    """Sizes in bytes. The mean is the expected value; nothing is smaller than `least` or larger than `most`."""

    least: int
    mean: float
    most: int

    def __add__(self, other: Extent) -> Extent:
        return Extent(self.least + other.least, self.mean + other.mean, self.most + other.most)

    def times(self, count: Extent) -> Extent:
        """Of so many of these, a number that varies by itself."""
        return Extent(self.least * count.least, self.mean * count.mean, self.most * count.most)

    def seldom(self, share: float) -> Extent:
        """Of something that is there only with this probability."""
        return self if share >= 1 else Extent(0, self.mean * share, self.most if share else 0)


def exactly(n_bytes: int) -> Extent:
    """A size that does not vary."""
    return Extent(n_bytes, n_bytes, n_bytes)


def of_drawn(scenario: Scenario, name: str) -> Extent:  # noqa: PLR0911 - one branch a kind of value
    """The size of what a named value draws, by itself."""
    value = scenario.values[name]
    match value:
        case "uuid":
            return exactly(_UUID_BYTES)
        case Text():
            return of_size(scenario, value.text.size)
        case Binary():
            return of_size(scenario, value.binary.size)
        case WordsText():
            return _of_words(of_size(scenario, value.count))
        case Choice():
            return _weighted(value, scalar_bytes)
        case ListValue():
            member = exactly(ELEMENT_BYTES) + of_drawn(scenario, value.list.of)
            return exactly(CONTAINER_BYTES) + member.times(of_size(scenario, value.list.count))
        case SetValue():
            return of_drawn(scenario, value.set.of).times(of_size(scenario, value.set.count))
        case CsvColumn():
            measure = number_bytes if value.csv.type == "N" else _text_bytes
            return _spread([measure(entry) for entry in column_of(scenario, value.csv)])
        case PythonValue():
            return _of_code(value)
        case _:
            return of_numbers(*_range(value))


def of_spelled(scenario: Scenario, name: str) -> Extent:
    """The size of what a named value draws, as a part of a longer text."""
    value = scenario.values[name]
    match value:
        case Choice():
            return _weighted(value, lambda option: _text_bytes(_spelled(option)))
        case Number() | Timestamp():
            return _of_digits(*_range(value))
        case Binary():  # base64
            raw = of_drawn(scenario, name)
            return Extent(*(math.ceil(n_bytes / 3) * 4 for n_bytes in (raw.least, raw.mean, raw.most)))
        case CsvColumn():
            return _spread([_text_bytes(entry) for entry in column_of(scenario, value.csv)])
        case _:
            return of_drawn(scenario, name)


def of_size(scenario: Scenario, size: Size) -> Extent:
    """The sizes that a constant or a distribution gives."""
    match size:
        case UniformSizeForm():
            low, high = size.uniform.min, size.uniform.max
            return Extent(low, (low + high) / 2, high)
        case LognormalSizeForm():
            return Extent(1, _lognormal_mean(size.lognormal), size.lognormal.max)
        case HistogramSizeForm():
            histogram = histogram_of(scenario, size)
            return Extent(histogram.sizes[0], histogram.mean, histogram.sizes[-1])
        case _:
            return exactly(size)


@cache
def of_numbers(low: int, high: int, decimals: int = 0) -> Extent:
    """Of numbers in a range. Zeros at a number's end are not kept, so that few are smaller than most."""
    shift = 10**decimals
    sizes = [number_bytes(_fixed(step, decimals)) for step in _sample(low * shift, high * shift)]
    mean = sum(sizes) / len(sizes)
    if (high - low) * shift < _SAMPLE:
        return Extent(min(sizes), mean, max(sizes))
    fraction = (decimals + 1) // 2
    most = max((len(str(abs(end))) + 1) // 2 + fraction + 1 + (end < 0) for end in (low, high))
    return Extent(1 if low <= 0 <= high else 2 + (high < 0), mean, most)


def of_coordinate(count: int) -> Extent:
    """The decimal digits of 0 .. count - 1."""
    longest = len(str(count - 1))
    digits = sum(k * (min(10**k, count) - (10 ** (k - 1) if k > 1 else 0)) for k in range(1, longest + 1))
    return Extent(1, digits / count, longest)


def scalar_bytes(value: Any) -> int:
    """The size of a constant that is neither a list nor a map."""
    match constant_type(value):
        case "S":
            return _text_bytes(value)
        case "N":
            return number_bytes(repr(value))
        case _:
            return 1


def _of_words(count: Extent) -> Extent:
    """Words with one blank between each two of them."""
    least = max(0, count.least * (SHORTEST_WORD + 1) - 1)
    most = max(0, count.most * (LONGEST_WORD + 1) - 1)
    return Extent(least, max(0.0, count.mean * (MEAN_WORD + 1) - 1), most)


def _of_code(value: PythonValue) -> Extent:
    most = value.python.max_bytes
    return Extent(1, min(value.python.mean_bytes or most / 2, most), most)


def _spread(sizes: Sequence[int]) -> Extent:
    return Extent(min(sizes), sum(sizes) / len(sizes), max(sizes))


def _weighted(value: Choice, size: Callable[[Scalar], int]) -> Extent:
    sizes = [(size(constant), weight) for constant, weight in value.weighted]
    mean = sum(n_bytes * weight for n_bytes, weight in sizes) / sum(weight for _, weight in sizes)
    return Extent(min(sizes)[0], mean, max(sizes)[0])


def _range(value: Number | Timestamp) -> tuple[int, int, int]:
    """The smallest and the largest number that a value draws, and its decimals; all between are as likely."""
    if isinstance(value, Number):
        return value.number.min, value.number.max, value.number.decimals
    until = value.timestamp.until
    return until - value.timestamp.seconds + 1, until, 0


def _lognormal_mean(size: LognormalSize) -> float:
    """E[min(X, max)] of ln X ~ N(mu, s): exp(mu + s^2/2) P(Z < z - s) + max P(Z > z), with z = (ln max - mu) / s."""
    mu = math.log(size.median)
    s = sigma_of(size.median, size.p99)
    z = (math.log(size.max) - mu) / s
    return math.exp(mu + s * s / 2) * _below(z - s) + size.max * (1 - _below(z))


def _below(z: float) -> float:
    """P(Z < z) of the standard normal distribution."""
    return (1 + math.erf(z / math.sqrt(2))) / 2


@cache
def _of_digits(low: int, high: int, decimals: int = 0) -> Extent:
    """Of numbers in a range, written out."""
    shift = 10**decimals
    sample = _sample(low * shift, high * shift)
    ends = [len(_fixed(step, decimals)) for step in (low * shift, high * shift, min(max(0, low), high) * shift)]
    mean = sum(len(_fixed(step, decimals)) for step in sample) / len(sample)
    return Extent(min(ends), mean, max(ends))


def _fixed(step: int, decimals: int) -> str:
    return f"{Decimal(step).scaleb(-decimals):f}" if decimals else str(step)


def _sample(low: int, high: int) -> Sequence[int]:
    """All numbers of a range where they are few, else some of them at even distances."""
    if high - low < _SAMPLE:
        return range(low, high + 1)
    return [low + (high - low) * k // (_SAMPLE - 1) for k in range(_SAMPLE)]


def _text_bytes(text: str) -> int:
    return len(text.encode())


def _spelled(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
