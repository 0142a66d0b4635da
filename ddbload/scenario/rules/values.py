"""The values: ranges that are ranges, distributions that exist, files that can be read, and names that are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ddbload.errors import Problem, ScenarioError
from ddbload.expression import ExpressionError, check_number
from ddbload.scenario.actions import Action, actions_of
from ddbload.scenario.files import column_of, histogram_of, size_of
from ddbload.scenario.model import (
    Choice,
    CsvColumn,
    HistogramSizeForm,
    ListValue,
    LognormalSizeForm,
    MembersSpec,
    Number,
    PythonValue,
    Scenario,
    SetValue,
    Size,
    Timestamp,
    UniformSizeForm,
    Value,
)
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.rules.parsed import Parsed, parsed
from ddbload.scenario.source import Loc, nearest
from ddbload.scenario.template import constants, names, parse_template, texts, value_type
from ddbload.scenario.value_extent import of_size

_MAX_VALUE_BYTES = 400 * 1024


def value_faults(scenario: Scenario) -> Iterator[Fault]:
    """Ranges, distributions, members and files."""
    for name, value in scenario.values.items():
        loc: Loc = ("values", name)
        sized = size_of(value)
        within = list(_size_faults(scenario, (*loc, *sized[0]), sized[1])) if sized else []
        yield from within
        match value:
            case Number():
                yield from _range_faults((*loc, "number"), value.number.min, value.number.max, value.number.decimals)
            case Timestamp() if value.timestamp.until < value.timestamp.within:
                fits = "a later `until`, or a shorter `within`"
                yield Fault((*loc, "timestamp"), "the span begins before 1970", fits, at_key=True)
            case Choice():
                yield from _choice_faults((*loc, "choice"), value)
            case ListValue():
                yield from _member_faults(scenario, (*loc, "list"), value.list, "a list")
            case SetValue():
                members = list(_member_faults(scenario, (*loc, "set"), value.set, "a set"))
                yield from members or ([] if within else _set_faults(scenario, (*loc, "set"), value.set))
            case CsvColumn():
                try:
                    column_of(scenario, value.csv)
                except ScenarioError as error:
                    yield from _file_faults((*loc, "csv"), value.csv.file, error)
            case PythonValue():
                yield from _code_faults((*loc, "python"), value)
            case _:
                pass


def value_notices(scenario: Scenario) -> Iterator[Fault]:
    """Values that nothing uses. Of a scenario without faults."""
    used = _used_names(scenario)
    for name in scenario.values:
        if name not in used:
            yield Fault(("values", name), f"the value '{name}' is used nowhere", at_key=True)


def number_faults(loc: Loc, value: Any) -> Iterator[Fault]:
    """Constant numbers, however deep in a value, that DynamoDB does not have."""
    for where, number in constants(value):
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            try:
                check_number(repr(number))
            except ExpressionError as error:
                yield Fault((*loc, *where), error.message, error.fits)


def _used_names(scenario: Scenario) -> set[str]:
    """The names of values that items, operations and other values draw."""
    used: set[str] = set()
    for items in scenario.items.values():
        for _, text in texts(items.shape):
            used.update(names(parse_template(text)))
    for operation in scenario.operations.values():
        for action in actions_of(operation):
            used |= _names_in(scenario, action)
    for value in scenario.values.values():
        if isinstance(value, (ListValue, SetValue)):
            used.add(value.list.of if isinstance(value, ListValue) else value.set.of)
    return used


def _names_in(scenario: Scenario, action: Action) -> set[str]:
    expressions = (one for one in parsed(scenario, action) if isinstance(one, Parsed))
    limit = getattr(action.spec, "limit", None)
    drawn = {limit.strip("{}")} if isinstance(limit, str) else set()
    return drawn.union(*({part.name for part in one.braces()} for one in expressions))


# --- by kind -------------------------------------------------------------------------------------------------------


def _range_faults(loc: Loc, low: int, high: int, decimals: int) -> Iterator[Fault]:
    shift = 10**decimals
    if low > high:
        yield Fault((*loc, "max"), f"max is {high}, below min {low}", "max: at least min")
    elif not -(2**63) <= low * shift <= high * shift < 2**63 or (high - low) * shift >= 2**63:
        fits = "a smaller range, or fewer decimals" if decimals else "a smaller range"
        yield Fault((*loc, "max"), f"the range {low} to {high} is more than 63 bits wide", fits)


def _choice_faults(loc: Loc, value: Choice) -> Iterator[Fault]:
    yield from number_faults(loc, value.choice if isinstance(value.choice, list) else [])
    if value_type(value) == "mixed":
        fits = "quote numbers to make them text"
        yield Fault(loc, "the constants of a choice must be of one type", fits, at_key=True)


def _member_faults(scenario: Scenario, loc: Loc, members: MembersSpec, what: str) -> Iterator[Fault]:
    place: Loc = (*loc, "of")
    if members.of not in scenario.values:
        others = [name for name in scenario.values if name != loc[1]]
        yield Fault(place, f"there is no value '{members.of}'", nearest(members.of, others, "there are"))
        return
    member = scenario.values[members.of]
    if isinstance(member, (ListValue, SetValue)):
        found = "a list" if isinstance(member, ListValue) else "a set"
        yield Fault(
            place, f"{what} cannot be of '{members.of}', which is {found}", "a value that is no list and no set"
        )


def _set_faults(scenario: Scenario, loc: Loc, members: MembersSpec) -> Iterator[Fault]:
    """Sets hold texts, numbers or binaries, at least one, and none twice."""
    kind = value_type(scenario.values[members.of])
    if kind not in {"S", "N", "B"}:
        message = f"a set has members of the type S, N or B, and '{members.of}' is {kind}"
        yield Fault((*loc, "of"), message, "a list takes any type")
        return
    count = of_size(scenario, members.count)
    if count.least < 1:
        yield Fault((*loc, "count"), "a set may not be empty, and this count may be 0", "at least 1", at_key=True)
    there = _cardinality(scenario, scenario.values[members.of])
    if there is not None and there < count.most:
        message = f"a set of up to {count.most} needs as many different members; '{members.of}' has {there}"
        yield Fault((*loc, "count"), message, f"at most {there}", at_key=True)


def _cardinality(scenario: Scenario, value: Value) -> int | None:  # noqa: PLR0911 - one branch a kind
    """How many different values there are; None where they are too many to matter."""
    match value:
        case Choice():
            return len({repr(constant) for constant, _ in value.weighted})
        case Number():
            return (value.number.max - value.number.min) * int(10**value.number.decimals) + 1
        case Timestamp():
            return value.timestamp.seconds
        case PythonValue():
            return value.python.cardinality
        case CsvColumn():
            try:
                return len(set(column_of(scenario, value.csv)))
            except ScenarioError:  # said of the value itself
                return None
        case _:
            return None


def _code_faults(loc: Loc, value: PythonValue) -> Iterator[Fault]:
    mean, most = value.python.mean_bytes, value.python.max_bytes
    if mean is not None and mean > most:
        yield Fault((*loc, "mean_bytes"), f"mean_bytes is {mean:g}, above max_bytes {most}", "at most max_bytes")


def _size_faults(scenario: Scenario, loc: Loc, size: Size) -> Iterator[Fault]:
    match size:
        case UniformSizeForm() if size.uniform.min > size.uniform.max:
            message = f"max is {size.uniform.max}, below min {size.uniform.min}"
            yield Fault((*loc, "uniform", "max"), message, "max: at least min")
        case LognormalSizeForm():
            median, p99, most = size.lognormal.median, size.lognormal.p99, size.lognormal.max
            if p99 <= median:
                message = f"p99 is {p99}, not above the median {median}"
                yield Fault((*loc, "lognormal", "p99"), message, "p99: above median")
            if most < p99:
                yield Fault((*loc, "lognormal", "max"), f"max is {most}, below p99 {p99}", "max: at least p99")
        case HistogramSizeForm():
            yield from _histogram_faults(scenario, (*loc, "histogram"), size)
        case _:
            pass


def _histogram_faults(scenario: Scenario, loc: Loc, size: HistogramSizeForm) -> Iterator[Fault]:
    if isinstance(size.histogram, str):
        try:
            histogram_of(scenario, size)
        except ScenarioError as error:
            yield from _file_faults(loc, size.histogram, error)
        return
    weights: Mapping[str, float] = size.histogram
    for text in weights:
        if not (text.isascii() and text.isdecimal() and str(int(text[:20])) == text):
            yield Fault((*loc, text), f"'{text}' is not a size", 'a whole number in quotes: "100"', at_key=True)
        elif int(text) > _MAX_VALUE_BYTES:
            yield Fault(
                (*loc, text), f"a size of {int(text):,} is too large", f"at most {_MAX_VALUE_BYTES:,}", at_key=True
            )


def _file_faults(loc: Loc, file: str, error: ScenarioError) -> Iterator[Fault]:
    """What is wrong with a data file, at the place that names it."""
    for problem in error.problems:
        yield Fault(loc, f"'{file}'{_line(problem)} {problem.message}", problem.fits, at_key=loc[-1] == "csv")


def _line(problem: Problem) -> str:
    return f", line {problem.line}:" if problem.line else ""
