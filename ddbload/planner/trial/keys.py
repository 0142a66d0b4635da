"""What a key condition looks for: the partition, and the least and greatest place within it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from ddbload.expression import And, Between, Compare, Condition, In, Path, Test
from ddbload.planner.trial.conditions import ValueOf, in_order
from ddbload.planner.trial.states import TOP, IndexPlaces, Order

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
Bounds = tuple[Order, Order]
EVERYTHING: Bounds = ((), ())


def sought(condition: Condition | None, places: IndexPlaces, value_of: ValueOf) -> tuple[Hashable, Bounds] | None:
    """The partition and the bounds that a key condition asks for; None where it does not name a whole partition key.

    Parts that are about anything but the key are left aside: a statement of PartiQL filters by them.
    """
    tests = dict(_tests(condition, value_of))
    try:
        group = tuple(_equal(tests[name]) for name in places.partition)
    except (KeyError, ValueError):
        return None
    fixed: Order = ()
    for name in places.sort:
        if name not in tests:
            break
        low, high = tests[name]
        if low != (high,):
            return group, ((*fixed, *low), (*fixed, high) if high is not TOP else fixed)
        fixed = (*fixed, high)
    return group, (fixed, fixed)


def each_partition(condition: Condition | None, places: IndexPlaces) -> list[Condition | None]:
    """A condition that lists partition keys with IN, as one for each of them; any other as it is."""
    parts = condition.parts if isinstance(condition, And) else (condition,)
    for at, part in enumerate(parts):
        match part:
            case In(Path((str(name),)) as path, choices) if name in places.partition:
                return [And((*parts[:at], Compare("=", path, one), *parts[at + 1 :])) for one in choices]
            case _:
                continue
    return [condition]


def _equal(test: tuple[Order, Any]) -> Any:
    low, high = test
    if low != (high,):
        raise ValueError("not an equality")
    return high


def _tests(condition: Condition | None, value_of: ValueOf) -> Iterator[tuple[str, tuple[Order, Any]]]:
    """Attribute -> its least place, as the beginning of one, and its greatest value; TOP: there is none."""
    for part in condition.parts if isinstance(condition, And) else (condition,):
        match part:
            case Compare(op, Path((str(name),)), value) if not isinstance(value, Path) and op in _FLIPPED:
                yield name, _range(op, in_order(value_of(value)))  # type: ignore[arg-type]  # no size in a key
            case Compare(op, value, Path((str(name),))) if op in _FLIPPED:
                yield name, _range(_FLIPPED[op], in_order(value_of(value)))  # type: ignore[arg-type]  # alike
            case Between(Path((str(name),)), low, high):
                yield name, ((in_order(value_of(low)),), in_order(value_of(high)))  # type: ignore[arg-type]  # alike
            case Test("begins_with", Path((str(name),)), value) if value is not None:
                start = in_order(value_of(value))  # type: ignore[arg-type]  # alike
                yield name, ((start,), _Prefix(start))
            case _:
                continue


def _range(op: str, value: Any) -> tuple[Order, Any]:
    match op:
        case "=":
            return (value,), value
        case ">":
            return (value, TOP), TOP
        case ">=":
            return (value,), TOP
        case "<":
            return (), _Below(value)
        case _:
            return (), value


class _Prefix:
    """Not less than anything that begins with some bytes."""

    __slots__ = ("_start",)

    def __init__(self, start: bytes) -> None:
        self._start = start

    def __lt__(self, other: bytes) -> bool:
        return self._start < other and not other.startswith(self._start)

    def __gt__(self, other: bytes) -> bool:
        return not self < other


class _Below:
    """Just less than a value."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def __lt__(self, other: Any) -> bool:
        return bool(self._value <= other)

    def __gt__(self, other: Any) -> bool:
        return bool(self._value > other)
