"""How the size of a family's items is distributed, from the scenario alone; None where that cannot be known.

Attributes vary by themselves, so that the sizes of an item are the convolution of theirs.

Source of every rule of bytes: Developer Guide, "DynamoDB item sizes and formats".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from ddbload.capacity import CONTAINER_BYTES, ELEMENT_BYTES, number_bytes
from ddbload.capacity.expected import ListedSizes, LognormalSizes, sigma_of_p99
from ddbload.expression import Placeholder
from ddbload.scenario.files import column_of, histogram_of
from ddbload.scenario.model import (
    Binary,
    Choice,
    CsvColumn,
    HistogramSizeForm,
    ListValue,
    LognormalSizeForm,
    Number,
    Scenario,
    Size,
    Text,
    Timestamp,
    UniformSizeForm,
    WordsText,
)
from ddbload.scenario.template import alone, declared_types, parse_template
from ddbload.scenario.value_extent import scalar_bytes
from ddbload.values.vocabulary import VOCABULARY

Shares = npt.NDArray[np.float64]
"""At position n the probability of n bytes (or words, or members)."""

_EVERY = 20_000
"""Numbers of a range that are looked at, at even distances where there are more."""
_MOST_MEMBERS = 2_000
_BY_FFT = 2_000
_NEVER = 1e-15
_UUID_BYTES = 36


class _UnknownError(Exception):
    """The distribution cannot be told from the scenario."""


def item_sizes(scenario: Scenario, family: str) -> ListedSizes | None:
    """The sizes of a family's items: names and values, without what storage adds."""
    names = list(scenario.items[family].shape)
    try:
        _check_apart(scenario, family, names)
        sizes = reduce(_plus, (_attribute(scenario, family, name) for name in names), _exactly(0))
    except _UnknownError:
        return None
    held = np.flatnonzero(sizes > _NEVER)
    return ListedSizes(tuple(held.tolist()), tuple(sizes[held].tolist()))


def _check_apart(scenario: Scenario, family: str, names: Iterable[str]) -> None:
    """What stands in several places is one draw: their sizes do not vary by themselves."""
    shape = scenario.items[family].shape
    counted = Counter(place for name in names for place in _places(shape[name]))
    columns = Counter(
        str(spec.csv.file) for name in counted if isinstance(spec := scenario.values.get(name), CsvColumn)
    )
    if any(count > 1 for count in columns.values()):
        raise _UnknownError
    for name, count in counted.items():
        if count > 1 and len(np.flatnonzero(_spelled(scenario, family, name))) > 1:
            raise _UnknownError


def _places(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part.name for part in parse_template(value).parts if isinstance(part, Placeholder)]
    inner: Iterable[Any] = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [name for one in inner for name in _places(one)]


def _attribute(scenario: Scenario, family: str, name: str) -> Shares:
    items = scenario.items[family]
    as_text = declared_types(scenario, family).get(name) == "S"
    sizes = _plus(_exactly(len(name.encode())), _value(scenario, family, items.shape[name], as_text=as_text))
    share = items.sparse.get(name, 1.0)
    if share < 1:
        sizes = sizes * share
        sizes[0] += 1 - share
    return sizes


def _value(scenario: Scenario, family: str, value: Any, *, as_text: bool = False) -> Shares:
    if isinstance(value, str):
        return _template(scenario, family, value, as_text=as_text)
    if isinstance(value, (Mapping, list)):
        total = _exactly(CONTAINER_BYTES)
        for name, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
            own = ELEMENT_BYTES + (len(name.encode()) if isinstance(name, str) else 0)
            total = _plus(_plus(total, _exactly(own)), _value(scenario, family, inner))
        return total
    return _exactly(scalar_bytes(value))


def _template(scenario: Scenario, family: str, text: str, *, as_text: bool) -> Shares:
    template = parse_template(text)
    name = alone(template)
    if name is not None and not as_text:
        of = scenario.items[family].of
        return _numbers(0, of[name] - 1) if name in of else _drawn(scenario, name)
    parts = (
        _spelled(scenario, family, part.name) if isinstance(part, Placeholder) else _exactly(len(part.encode()))
        for part in template.parts
    )
    return reduce(_plus, parts, _exactly(0))


def _drawn(scenario: Scenario, name: str) -> Shares:  # noqa: C901, PLR0911 - one branch a kind of value
    """The sizes of what a named value draws, by itself."""
    value = scenario.values[name]
    match value:
        case "uuid":
            return _exactly(_UUID_BYTES)
        case Text():
            return size_shares(scenario, value.text.size)
        case Binary():
            return size_shares(scenario, value.binary.size)
        case WordsText():
            return _words(size_shares(scenario, value.count))
        case Choice():
            return _listed((scalar_bytes(one), weight) for one, weight in value.weighted)
        case Number():
            return _numbers(value.number.min, value.number.max, value.number.decimals)
        case Timestamp():
            return _numbers(value.timestamp.until - value.timestamp.seconds + 1, value.timestamp.until)
        case ListValue():
            member = _plus(_exactly(ELEMENT_BYTES), _drawn(scenario, value.list.of))
            return _plus(_exactly(CONTAINER_BYTES), _repeated(member, size_shares(scenario, value.list.count)))
        case CsvColumn() if value.csv.type == "N":
            return _listed((number_bytes(entry), 1.0) for entry in column_of(scenario, value.csv))
        case CsvColumn():
            return _listed((len(entry.encode()), 1.0) for entry in column_of(scenario, value.csv))
        case _:  # the members of a set are different ones; what a function returns, nobody knows
            raise _UnknownError


def _spelled(scenario: Scenario, family: str, name: str) -> Shares:  # noqa: PLR0911 - one branch a kind of value
    """The sizes of a coordinate or a named value as a part of a text."""
    of = scenario.items[family].of
    if name in of:
        return _ranged(0, of[name] - 1, 0, _digits)
    value = scenario.values.get(name)
    match value:
        case Number():
            return _ranged(value.number.min, value.number.max, value.number.decimals, _digits)
        case Timestamp():
            return _ranged(value.timestamp.until - value.timestamp.seconds + 1, value.timestamp.until, 0, _digits)
        case Choice():
            return _listed((len(_text(one).encode()), weight) for one, weight in value.weighted)
        case Binary():
            raw = size_shares(scenario, value.binary.size)
            return _listed((-(-n_bytes // 3) * 4, share) for n_bytes, share in enumerate(raw.tolist()) if share)
        case CsvColumn():
            return _listed((len(entry.encode()), 1.0) for entry in column_of(scenario, value.csv))
        case None:
            raise _UnknownError
        case _:
            return _drawn(scenario, name)


# --- distributions ---------------------------------------------------------------------------------------------------


def size_shares(scenario: Scenario, size: Size) -> Shares:
    """The probability of each size that a constant or a distribution gives."""
    match size:
        case UniformSizeForm():
            low, high = size.uniform.min, size.uniform.max
            shares = np.zeros(high + 1)
            shares[low:] = 1 / (high - low + 1)
            return shares
        case LognormalSizeForm():
            given = size.lognormal
            known = LognormalSizes(given.median, sigma_of_p99(given.median, given.p99))
            above = np.array([known.above(n + 0.5) for n in range(given.max)])  # they are rounded
            tails = np.concatenate(([1.0, 1.0], above[1:], [0.0]))
            return np.asarray(tails[:-1] - tails[1:])
        case HistogramSizeForm():
            histogram = histogram_of(scenario, size)
            return _listed(zip(histogram.sizes, histogram.weights, strict=True))
        case _:
            return _exactly(int(size))


def _exactly(n_bytes: int) -> Shares:
    shares = np.zeros(n_bytes + 1)
    shares[n_bytes] = 1.0
    return shares


def _listed(weighted: Iterable[tuple[int, float]]) -> Shares:
    known = list(weighted)
    shares = np.zeros(max(n_bytes for n_bytes, _ in known) + 1)
    for n_bytes, weight in known:
        shares[n_bytes] += weight
    return np.asarray(shares / shares.sum())


def _plus(first: Shares, second: Shares) -> Shares:
    """Of the sum of two sizes that vary by themselves."""
    if min(len(first), len(second)) < _BY_FFT:
        return np.convolve(first, second)
    length = len(first) + len(second) - 1
    spectrum = np.fft.rfft(first, length) * np.fft.rfft(second, length)
    return np.maximum(np.fft.irfft(spectrum, length), 0.0)


def _repeated(member: Shares, counts: Shares) -> Shares:
    """Of so many members, whose number varies."""
    if len(counts) > _MOST_MEMBERS:
        raise _UnknownError
    total, several = np.zeros((len(member) - 1) * (len(counts) - 1) + 1), _exactly(0)
    for share in counts.tolist():
        total[: len(several)] += share * several
        several = _plus(several, member)
    return total


def _words(counts: Shares) -> Shares:
    """Words with one blank between each two of them."""
    word = _listed((len(one) + 1, 1.0) for one in VOCABULARY)
    total = _repeated(word, counts)
    shifted = total[1:].copy() if len(total) > 1 else _exactly(0)
    if len(total) > 1:
        shifted[0] += total[0]
    return np.asarray(shifted)


@cache
def _numbers(low: int, high: int, decimals: int = 0) -> Shares:
    return _ranged(low, high, decimals, number_bytes)


def _ranged(low: int, high: int, decimals: int, measure: Callable[[str], int]) -> Shares:
    """Of numbers in a range, all as likely."""
    shift = 10**decimals
    first, last = low * shift, high * shift
    steps: Sequence[int] = range(first, last + 1)
    if len(steps) > _EVERY:
        # at even distances, in the middle of each: every last digit comes up alike
        steps = [first + (2 * k + 1) * (last - first + 1) // (2 * _EVERY) for k in range(_EVERY)]
    sizes = Counter(measure(_fixed(step, decimals)) for step in steps)
    return _listed(sizes.items())


def _fixed(step: int, decimals: int) -> str:
    if not decimals:
        return str(step)
    digits = str(abs(step)).rjust(decimals + 1, "0")
    return f"{'-' if step < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def _digits(text: str) -> int:
    return len(text)


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
