"""Every number of run.json and of timeline.csv has its definition in the table of metrics, and the table no others."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from ddbload.measure.metrics import METRICS, metric_of
from ddbload.results import RunRecord, Second


def numbers_of(kind: Any, place: str) -> Iterator[str]:
    """The places under `kind` where a number stands; names of mappings and lists are `*`."""
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        for name, hint in get_type_hints(kind).items():
            yield from numbers_of(hint, f"{place}.{name}" if place else name)
    elif origin is dict:
        yield from numbers_of(arguments[1], f"{place}.*")
    elif origin is list:
        yield from numbers_of(arguments[0], f"{place}.*")
    elif origin in {Union, types.UnionType} and str not in arguments:
        yield from numbers_of(next(a for a in arguments if a is not type(None)), place)
    elif kind in {int, float}:
        yield place


PLACES = sorted({*numbers_of(RunRecord, ""), *numbers_of(Second, "timeline")})


@pytest.mark.parametrize("place", PLACES)
def test_a_number_of_a_result_is_defined(place: str) -> None:
    assert metric_of(place).key == place


def test_the_table_defines_nothing_that_a_result_does_not_hold() -> None:
    assert sorted(metric.key for metric in METRICS) == PLACES


def test_a_metric_is_found_by_a_real_place() -> None:
    assert metric_of("operations.read_order.response_ms.p99").name == "response time p99"
    with pytest.raises(KeyError):
        metric_of("operations.read_order")


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_a_definition_is_a_sentence(metric: object) -> None:
    definition = getattr(metric, "definition", "")
    assert definition[0].isupper()
    assert definition.endswith(".")
