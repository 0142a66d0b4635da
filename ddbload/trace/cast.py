"""Raw values of a file's columns -> typed `Columns`: a column at a time, and the exact row where one does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, TypeVar

from ddbload.trace.row import LARGEST, Columns, TraceError
from ddbload.trace.times import ANY_TIME, TimeForm, time_form

Raw = Mapping[str, Sequence[Any]]
"""Field of a trace -> the values of its column; fields that the file does not have are left out."""

T = TypeVar("T")
_SHOWN = 60
_MISFITS = (ValueError, TypeError, OverflowError, AttributeError, KeyError)


@dataclass(slots=True)
class Caster:
    """Types the columns of one file. The first row decides on the form of the times.

    Attributes:
        file: its name in messages.
        unit: of the times, where their column's name tells it.
        form: of the times, once a row was seen.
    """

    file: str
    unit: str | None = None
    form: TimeForm | None = field(default=None)

    def __call__(self, raw: Raw, lines: Sequence[int]) -> Columns:
        """Typed columns of raw ones.

        Raises:
            TraceError: names the first line that does not fit.
        """
        count = len(lines)
        if self.form is None:
            self.form = self._first_time(raw["time"][0], lines[0])
        empty: Sequence[Any] = [None] * count
        parse = self.form.parse
        times = self._column(lambda values: _bounded(parse(values)), raw["time"], lines, "time", self.form.fits)
        operations = self._column(_names, raw["operation"], lines, "operation", "the name of an operation, as text")
        return Columns(
            times,
            operations,
            self._keys(raw, lines),
            self._column(_counts, raw.get("item", empty), lines, "item", "a whole number from 0"),
            self._column(_counts, raw.get("size", empty), lines, "size", "a whole number of bytes"),
            self._column(_labels, raw.get("session", empty), lines, "session", "a text or a number"),
            self._column(_labels, raw.get("table", empty), lines, "table", "a text"),
            list(lines),
        )

    def _first_time(self, first: Any, line: int) -> TimeForm:
        form = time_form(first, self.unit)
        if form is None:
            raise TraceError.at(self.file, line, f"time: {shown(first)} is not a time", ANY_TIME)
        return form

    def _keys(self, raw: Raw, lines: Sequence[int]) -> list[str]:
        fits = "a text, a number, or a key as DynamoDB has it: {pk: {S: ...}}"
        if "key" in raw:
            return self._column(_keys, raw["key"], lines, "key", fits)
        if "partition" not in raw:
            return [""] * len(lines)
        keys = self._column(_keys, raw["partition"], lines, "partition key", fits)
        if "sort" not in raw:
            return keys
        sorts = self._column(_keys, raw["sort"], lines, "sort key", fits)
        return [f"{key}/{sort}" if sort else key for key, sort in zip(keys, sorts, strict=True)]

    def _column(
        self,
        cast: Callable[[Sequence[Any]], list[T]],
        values: Sequence[Any],
        lines: Sequence[int],
        name: str,
        fits: str,
    ) -> list[T]:
        try:
            return cast(values)
        except _MISFITS:
            for value, line in zip(values, lines, strict=True):
                try:
                    cast([value])
                except _MISFITS:
                    raise TraceError.at(self.file, line, f"{name}: found {shown(value)}", fits) from None
            raise


def _bounded(numbers: list[int]) -> list[int]:
    if max(numbers) > LARGEST or min(numbers) < -LARGEST:
        raise OverflowError("more than 64 bits")
    return numbers


def _names(values: Sequence[Any]) -> list[str]:
    return _texts(values, empty=False)


def _texts(values: Sequence[Any], *, empty: bool) -> list[str]:
    texts = list(values)
    "".join(texts).encode()  # each is a text, and none has bytes that were no UTF-8
    if not empty and not all(texts):
        raise ValueError("empty")
    return texts


def _labels(values: Sequence[Any]) -> list[str | None]:
    """Texts, None where there is nothing."""
    if not any(values):
        return (
            list(repeat(None, len(values))) if all(v is None or v == "" for v in values) else list(map(_label, values))
        )
    try:
        texts: list[str | None] = [value or None for value in _texts(values, empty=True)]
    except TypeError:
        return [_label(value) for value in values]
    return texts


def _label(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError("neither text nor number")
    text = str(value)
    text.encode()
    return text


def _keys(values: Sequence[Any]) -> list[str]:
    try:
        return _texts(values, empty=True)
    except TypeError:
        return [key_text(value) for value in values]


def key_text(value: Any) -> str:
    """The text of a key: text, number, None for none, or a mapping as DynamoDB has it, its values joined by `/`."""
    match value:
        case None:
            return ""
        case bool():
            raise TypeError("no key")
        case str():
            value.encode()
            return value
        case int() | float():
            return str(value)
        case {"S": str(text)} | {"N": str(text)} | {"B": str(text)} if len(value) == 1:
            return text
        case dict() if value:
            return "/".join(key_text(part) for part in value.values())
    raise TypeError("no key")


def _counts(values: Sequence[Any]) -> list[int | None]:
    """Whole numbers from 0, None where there is nothing."""
    try:
        counts: list[int | None] = (
            [int(value) if value else None for value in values] if _texts(values, empty=True) else []
        )
    except TypeError:
        return [_count(value) for value in values]
    if any(text.isdecimal() is False for text in values if text):
        raise ValueError("a sign or a space")
    _bounded([count or 0 for count in counts])
    return counts


def _count(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError("no whole number")
    number = int(value)
    if not 0 <= number <= LARGEST:
        raise ValueError("negative, or more than 64 bits")
    return number


def shown(value: Any) -> str:
    """A value as a message shows it, cut to a line's length."""
    if value is None or value == "":
        return "nothing"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
