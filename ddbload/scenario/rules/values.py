"""The values: ranges that are ranges, distributions that exist, and names that are used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ddbload.expression import ExpressionError, check_number, placeholders
from ddbload.scenario.model import (
    Binary,
    Choice,
    LognormalSizeForm,
    Number,
    Scenario,
    Size,
    Text,
    Timestamp,
    UniformSizeForm,
)
from ddbload.scenario.rules.expressions import expressions
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.source import Loc
from ddbload.scenario.template import TemplateError, constants, names, parse_template, texts, value_type


def value_faults(scenario: Scenario) -> Iterator[Fault]:
    """Ranges and distributions."""
    for name, value in scenario.values.items():
        loc: Loc = ("values", name)
        if isinstance(value, Text):
            yield from _size_faults((*loc, "text", "size"), value.text.size)
        elif isinstance(value, Binary):
            yield from _size_faults((*loc, "binary", "size"), value.binary.size)
        elif isinstance(value, Number):
            yield from _range_faults((*loc, "number"), value.number.min, value.number.max)
        elif isinstance(value, Timestamp) and value.timestamp.until < value.timestamp.within:
            yield Fault(
                (*loc, "timestamp"),
                "the span begins before 1970",
                "a later `until`, or a shorter `within`",
                at_key=True,
            )
        elif isinstance(value, Choice):
            yield from number_faults((*loc, "choice"), value.choice if isinstance(value.choice, list) else [])
            if value_type(value) == "mixed":
                yield Fault(
                    (*loc, "choice"),
                    "the constants of a choice must be of one type",
                    "quote numbers to make them text",
                    at_key=True,
                )


def value_notices(scenario: Scenario) -> Iterator[Fault]:
    """Values that nothing uses."""
    used: set[str] = set()
    for items in scenario.items.values():
        for _, text in texts(items.shape):
            try:
                used.update(names(parse_template(text)))
            except TemplateError:
                continue
    for operation in scenario.operations.values():
        for _, text, parse in expressions(operation):
            try:
                used.update(placeholders(parse(text)))
            except ExpressionError:
                continue
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


def _range_faults(loc: Loc, low: int, high: int) -> Iterator[Fault]:
    if low > high:
        yield Fault((*loc, "max"), f"max is {high}, below min {low}", "max: at least min")
    elif not -(2**63) <= low <= high < 2**63 or high - low >= 2**63:
        yield Fault((*loc, "max"), f"the range {low} to {high} is more than 63 bits wide", "a smaller range")


def _size_faults(loc: Loc, size: Size) -> Iterator[Fault]:
    if isinstance(size, UniformSizeForm) and size.uniform.min > size.uniform.max:
        yield Fault(
            (*loc, "uniform", "max"), f"max is {size.uniform.max}, below min {size.uniform.min}", "max: at least min"
        )
    if isinstance(size, LognormalSizeForm):
        median, p99, most = size.lognormal.median, size.lognormal.p99, size.lognormal.max
        if p99 <= median:
            yield Fault((*loc, "lognormal", "p99"), f"p99 is {p99}, not above the median {median}", "p99: above median")
        if most < p99:
            yield Fault((*loc, "lognormal", "max"), f"max is {most}, below p99 {p99}", "max: at least p99")
