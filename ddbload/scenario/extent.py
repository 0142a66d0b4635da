"""How large items are: smallest, mean and largest size of every attribute, by DynamoDB's rules, without drawing any."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from ddbload.capacity import CONTAINER_BYTES, ELEMENT_BYTES, number_bytes
from ddbload.expression import Placeholder
from ddbload.scenario.model import (
    Binary,
    Choice,
    LognormalSize,
    LognormalSizeForm,
    Number,
    Scalar,
    Scenario,
    Size,
    Text,
    Timestamp,
    UniformSizeForm,
    Value,
)
from ddbload.scenario.template import alone, constant_type, declared_types, parse_template

MAX_ITEM_BYTES = 400 * 1024
"""Names and values together. Source: Developer Guide, "Constraints in Amazon DynamoDB", item size."""
_SAMPLE = 256
"""Numbers of a range whose sizes make its mean."""
_STANDARD = NormalDist()
_Z99 = _STANDARD.inv_cdf(0.99)


@dataclass(frozen=True, slots=True)
class Extent:
    """Sizes in bytes. The mean is the expected value; nothing is smaller than `least` or larger than `most`."""

    least: int
    mean: float
    most: int

    def __add__(self, other: Extent) -> Extent:
        return Extent(self.least + other.least, self.mean + other.mean, self.most + other.most)


def exactly(n_bytes: int) -> Extent:
    """A size that does not vary."""
    return Extent(n_bytes, n_bytes, n_bytes)


def item_extent(scenario: Scenario, family: str) -> Extent:
    """The size of an item: names and values. Source: Developer Guide, "DynamoDB item sizes and formats"."""
    total = exactly(0)
    for name, extent in attribute_extents(scenario, family).items():
        total += exactly(len(name.encode())) + extent
    return total


def attribute_extents(scenario: Scenario, family: str) -> dict[str, Extent]:
    """The sizes of an item's values, by attribute."""
    declared = declared_types(scenario, family)
    return {
        attribute: _of_value(scenario, family, value, as_text=declared.get(attribute) == "S")
        for attribute, value in scenario.items[family].shape.items()
    }


def _of_value(scenario: Scenario, family: str, value: Any, *, as_text: bool = False) -> Extent:
    if isinstance(value, str):
        return _of_template(scenario, family, value, as_text=as_text)
    if isinstance(value, (Mapping, list)):
        total = exactly(CONTAINER_BYTES)
        for entry in value.items() if isinstance(value, Mapping) else enumerate(value):
            name = entry[0].encode() if isinstance(entry[0], str) else b""
            total += exactly(ELEMENT_BYTES + len(name)) + _of_value(scenario, family, entry[1])
        return total
    return exactly(_scalar_bytes(value))


def _of_template(scenario: Scenario, family: str, text: str, *, as_text: bool) -> Extent:
    template = parse_template(text)
    of = scenario.items[family].of
    if (name := alone(template)) is not None:
        if name in of:
            return _of_coordinate(of[name]) if as_text else _of_numbers(0, of[name] - 1)
        return of_drawn(scenario.values[name])
    total = exactly(0)
    for part in template.parts:
        if isinstance(part, Placeholder):
            total += _of_coordinate(of[part.name]) if part.name in of else _as_text(scenario.values[part.name])
        else:
            total += exactly(len(part.encode()))
    return total


def of_drawn(value: Value) -> Extent:
    """The size of what a value draws, by itself."""
    if value == "uuid":
        return exactly(36)
    if isinstance(value, (Text, Binary)):
        return of_size((value.text if isinstance(value, Text) else value.binary).size)
    if isinstance(value, Choice):
        return _weighted(value, _scalar_bytes)
    return _of_numbers(*_range(value))


def _as_text(value: Value) -> Extent:
    """The size of what a value draws, as a part of a longer text."""
    if isinstance(value, Choice):
        return _weighted(value, lambda option: len(_spelled(option).encode()))
    if isinstance(value, (Number, Timestamp)):
        return _of_digits(*_range(value))
    if isinstance(value, Binary):  # base64
        raw = of_drawn(value)
        return Extent(*(math.ceil(n_bytes / 3) * 4 for n_bytes in (raw.least, raw.mean, raw.most)))
    return of_drawn(value)


def _weighted(value: Choice, size: Callable[[Scalar], int]) -> Extent:
    sizes = [(size(constant), weight) for constant, weight in value.weighted]
    mean = sum(n_bytes * weight for n_bytes, weight in sizes) / sum(weight for _, weight in sizes)
    return Extent(min(sizes)[0], mean, max(sizes)[0])


def _range(value: Number | Timestamp) -> tuple[int, int]:
    """The smallest and the largest number that a value draws; all between are as likely."""
    if isinstance(value, Number):
        return value.number.min, value.number.max
    until = value.timestamp.until
    return until - value.timestamp.seconds + 1, until


def of_size(size: Size) -> Extent:
    """The sizes that a constant or a distribution gives."""
    if isinstance(size, UniformSizeForm):
        low, high = size.uniform.min, size.uniform.max
        return Extent(low, (low + high) / 2, high)
    if isinstance(size, LognormalSizeForm):
        return Extent(1, _lognormal_mean(size.lognormal), size.lognormal.max)
    return exactly(size)


def _lognormal_mean(size: LognormalSize) -> float:
    """E[min(X, max)] of ln X ~ N(mu, s): exp(mu + s^2/2) P(Z < z - s) + max P(Z > z), with z = (ln max - mu) / s."""
    mu = math.log(size.median)
    s = math.log(size.p99 / size.median) / _Z99
    z = (math.log(size.max) - mu) / s
    return math.exp(mu + s * s / 2) * _STANDARD.cdf(z - s) + size.max * (1 - _STANDARD.cdf(z))


def _of_coordinate(count: int) -> Extent:
    """The decimal digits of 0 .. count - 1."""
    longest = len(str(count - 1))
    digits = sum(k * (min(10**k, count) - (10 ** (k - 1) if k > 1 else 0)) for k in range(1, longest + 1))
    return Extent(1, digits / count, longest)


def _of_numbers(low: int, high: int) -> Extent:
    """Of whole numbers in a range. Zeros at a number's end are not kept, so that few are smaller than most."""
    sizes = [number_bytes(str(number)) for number in _sample(low, high)]
    mean = sum(sizes) / len(sizes)
    if high - low < _SAMPLE:
        return Extent(min(sizes), mean, max(sizes))
    most = max((len(str(abs(end))) + 1) // 2 + 1 + (end < 0) for end in (low, high))
    return Extent(1 if low <= 0 <= high else 2 + (high < 0), mean, most)


def _of_digits(low: int, high: int) -> Extent:
    """Of whole numbers in a range, written out."""
    sizes = [len(str(number)) for number in (low, min(max(low, 0), high), high)]
    sample = _sample(low, high)
    return Extent(min(sizes), sum(len(str(number)) for number in sample) / len(sample), max(sizes))


def _sample(low: int, high: int) -> Sequence[int]:
    """All numbers of a range where they are few, else some of them at even distances."""
    if high - low < _SAMPLE:
        return range(low, high + 1)
    return [low + (high - low) * k // (_SAMPLE - 1) for k in range(_SAMPLE)]


def _scalar_bytes(value: Any) -> int:
    match constant_type(value):
        case "S":
            return len(value.encode())
        case "N":
            return number_bytes(repr(value))
        case _:
            return 1


def _spelled(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
