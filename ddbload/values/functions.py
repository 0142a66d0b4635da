"""Values that a person's own Python function makes: found only when that is allowed, seeded, and checked."""

from __future__ import annotations

import importlib
import math
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from ddbload.capacity import number_bytes
from ddbload.errors import DdbloadError, UsageError
from ddbload.expression import check_number
from ddbload.expression.error import ExpressionError
from ddbload.operation import DrawnValue
from ddbload.values.philox import Counters, Words

ScalarType = Literal["S", "N", "B", "BOOL"]
Function = Callable[[random.Random, int], Any]
"""(a random source, the number of the item or call) -> a value."""


class CodeError(DdbloadError):
    """A function of the scenario cannot be found, failed, or returned what it did not declare."""


_TAKES: dict[ScalarType, tuple[tuple[type, ...], str]] = {
    "S": ((str,), "a str"),
    "N": ((int, float, Decimal), "an int, a float or a Decimal"),
    "B": ((bytes,), "bytes"),
    "BOOL": ((bool,), "a bool"),
}


@dataclass(frozen=True, slots=True)
class Code:
    """The values of a function that is called with a `random.Random` and the number of the item or call.

    The random source is seeded with the value's own 256 random bits, so that the same number gets the same value in
    every process, as long as the function depends on nothing else.

    Attributes:
        name: "module:function", for errors.
        function: what is called.
        type: the type that each value must have.
        max_bytes: no value may be larger, by DynamoDB's count.
        cardinality: how many different values there are; None where that is no limit.
    """

    name: str
    function: Function
    type: ScalarType
    max_bytes: int
    cardinality: int | None = None

    def draw(self, block: Words, numbers: Counters | None = None) -> list[DrawnValue]:
        """One value for each row.

        Raises:
            CodeError: the function failed, or returned a value of another type, or one that is too large.
        """
        if numbers is None:
            raise TypeError("a function's values are drawn by number")
        source = random.Random()
        seeds = block.astype("<u8").tobytes()
        values = []
        for row, number in enumerate(numbers.tolist()):
            source.seed(int.from_bytes(seeds[32 * row : 32 * row + 32], "little"))
            values.append(self._checked(self._call(source, number), number))
        return values

    def _call(self, source: random.Random, number: int) -> Any:
        try:
            return self.function(source, number)
        except (Exception, SystemExit) as error:  # sys.exit() there would end the run without a word
            raise CodeError(f"{self.name} failed for the number {number}: {_told(error)}") from error

    def _checked(self, returned: Any, number: int) -> DrawnValue:
        takes, fits = _TAKES[self.type]
        if not isinstance(returned, takes) or (isinstance(returned, bool) and self.type != "BOOL"):
            raise self._unfit(returned, number, f"{fits} for the type {self.type}")
        value: Any = self._number(returned, number) if self.type == "N" else returned
        try:
            n_bytes = _size(value, self.type)
        except UnicodeEncodeError as error:
            raise self._unfit(value, number, "text that UTF-8 can spell") from error
        if n_bytes > self.max_bytes:
            raise self._unfit(value, number, f"at most max_bytes: {self.max_bytes}, not {n_bytes}")
        kept: DrawnValue = value
        return kept

    def _number(self, value: Any, number: int) -> int | float | str:
        """The number as it is drawn: a Decimal as its text."""
        if not isinstance(value, int) and not math.isfinite(value):
            raise self._unfit(value, number, "a finite number")
        try:
            check_number(str(value))
        except (ExpressionError, ValueError) as error:
            raise self._unfit(value, number, "a number of 38 digits at most, from 1E-130 to 9.99E+125") from error
        return str(value) if isinstance(value, Decimal) else value

    def _unfit(self, value: Any, number: int, fits: str) -> CodeError:
        try:
            shown = _one_line(repr(value))
        except Exception:  # noqa: BLE001 - a value of any kind, which may not even print
            shown = f"a value of the type {type(value).__name__}"
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        return CodeError(f"{self.name} returned {shown} for the number {number}; what fits is {fits}")


_SHOWN = 60


def _told(error: BaseException) -> str:
    """A person's own error: its type, and its message if it has one."""
    message = _one_line(str(error))
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _one_line(text: str) -> str:
    """Text that would break the line that it is part of, on one."""
    return " ".join(text.split()) if len(text.splitlines()) > 1 else text.strip()


def load_function(name: str, *, allow: bool, folder: str | Path | None = None) -> Function:
    """The function that "module:function" names. Importing the module runs its code.

    Args:
        name: "module:function"; the module may have dots.
        allow: whether the person has allowed to run code; nothing is imported otherwise.
        folder: where modules are looked for first: the scenario's folder.

    Raises:
        UsageError: it is not allowed.
        CodeError: there is no such module or function, or importing it fails.
    """
    module_name, colon, function_name = name.partition(":")
    if not colon or not all(part.isidentifier() for part in (*module_name.split("."), function_name)):
        raise CodeError(f"'{name}' does not name a function; what fits is module:function")
    if not allow:
        raise UsageError(f"the scenario runs Python code, {name}: read it, and say --allow-code if it may run")
    with _first_on_path(folder):
        try:
            module = importlib.import_module(module_name)
        except (Exception, SystemExit) as error:
            raise CodeError(f"'{name}' cannot be imported: {_told(error)}") from error
    function = getattr(module, function_name, None)
    if not callable(function):
        found = "nothing of that name" if function is None else f"a value of the type {type(function).__name__}"
        raise CodeError(f"'{name}' is not a function: {module_name} has {found}")
    loaded: Function = function
    return loaded


@contextmanager
def _first_on_path(folder: str | Path | None) -> Iterator[None]:
    if folder is None:
        yield
        return
    entry = str(Path(folder).resolve())
    sys.path.insert(0, entry)
    try:
        yield
    finally:
        sys.path.remove(entry)


def _size(value: Any, kind: ScalarType) -> int:
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return number_bytes(str(value))
        case "B":
            return len(value)
        case "BOOL":
            return 1
