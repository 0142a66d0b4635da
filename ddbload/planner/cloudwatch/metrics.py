"""What a series of CloudWatch is: which metric, of which table or index, over which periods; its units by the minute.

Source: Developer Guide, "DynamoDB metrics and dimensions". With the dimension TableName alone a metric is that of the
table without its indexes; with GlobalSecondaryIndexName as well it is the index's. Consumed units are to be summed over
a period; their Average is that of a request, and their SampleCount the number of requests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from ddbload.errors import UsageError
from ddbload.planner.cloudwatch.describe import DescribedTable
from ddbload.planner.cloudwatch.files import Series
from ddbload.planner.demand.model import Floats
from ddbload.planner.resource import Dimension, Resource

MINUTE_S = 60
DAY_S = 86_400
_UNNAMED = "table"
Kind = Literal["consumed", "provisioned", "throttled"]
_METRICS: Mapping[str, tuple[Kind, Dimension]] = {
    "consumedread": ("consumed", "read"),
    "consumedwrite": ("consumed", "write"),
    "provisionedread": ("provisioned", "read"),
    "provisionedwrite": ("provisioned", "write"),
    "readthrottle": ("throttled", "read"),
    "writethrottle": ("throttled", "write"),
}
"""How the names of metrics begin, without what is no letter: so that ids such as consumed_read are understood, too."""
_Key = tuple[Kind, Dimension, Resource]
_NOT_THESE = ("utilization", "account", "onlineindex")
_NAMES: Mapping[tuple[Kind, Dimension], str] = {
    ("consumed", "read"): "ConsumedReadCapacityUnits",
    ("consumed", "write"): "ConsumedWriteCapacityUnits",
    ("provisioned", "read"): "ProvisionedReadCapacityUnits",
    ("provisioned", "write"): "ProvisionedWriteCapacityUnits",
    ("throttled", "read"): "ReadThrottleEvents",
    ("throttled", "write"): "WriteThrottleEvents",
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A series, understood.

    Attributes:
        kind, dimension, resource: what it is of.
        period_s: of each point.
        points: (seconds since 1970, value), each moment once, in order.
        place: where it stands.
        summed: whether its statistic is said to be Sum; else that was taken for granted.
    """

    kind: Kind
    dimension: Dimension
    resource: Resource
    period_s: int
    points: tuple[tuple[float, float], ...]
    place: str
    summed: bool

    @property
    def name(self) -> str:
        """As CloudWatch calls it."""
        return _NAMES[self.kind, self.dimension]

    @property
    def begin_s(self) -> float:
        """Of its first period."""
        return self.points[0][0]

    @property
    def end_s(self) -> float:
        """Of its last period."""
        return self.points[-1][0] + self.period_s

    def per_second(self, begin_s: float, minutes: int) -> Floats:
        """Its units a second by the minute, from a moment on; 0 where there is no value."""
        found = np.zeros(minutes)
        each = self.period_s // MINUTE_S
        moments, values = (np.array(part, dtype=np.float64) for part in zip(*self.points, strict=True))
        first = np.floor((moments - begin_s) / MINUTE_S).astype(np.int64)
        for offset in range(each):
            at = first + offset
            inside = (at >= 0) & (at < minutes)
            found[at[inside]] = values[inside] / self.period_s
        return found


def understood(series: Sequence[Series], tables: Sequence[DescribedTable]) -> tuple[list[Metric], list[str]]:
    """The metrics among some series, those of one resource in several parts put together; and the names of the others.

    Raises:
        UsageError: a statistic that is no sum of units, a period that is none, or two series that are the same metric
            of the same resource with other values.
    """
    found: dict[_Key, Metric] = {}
    refused: dict[_Key, UsageError] = {}
    others: list[str] = []
    for one in series:
        metric = _metric_of(one)
        if metric is None or not one.points:
            others += [one.place] if metric is None else []
            continue
        key = (*metric, _resource_of(one, tables))
        if metric[0] != "provisioned" and one.statistic not in {"Sum", ""}:
            refused.setdefault(key, _no_sum(one, metric))
            continue
        more = Metric(*key, _period_of(one), _once(one), one.place, one.statistic == "Sum")
        found[key] = _together(found[key], more) if key in found else more
    # other statistics beside the sum do no harm
    if left := next((error for key, error in refused.items() if key not in found), None):
        raise left
    return list(found.values()), others


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def _metric_of(one: Series) -> tuple[Kind, Dimension] | None:
    words = _letters(one.words)
    if any(word in words for word in _NOT_THESE):
        return None
    return next((metric for beginning, metric in _METRICS.items() if beginning in words), None)


def _no_sum(one: Series, metric: tuple[Kind, Dimension]) -> UsageError:
    what = {"Average": "that of a request", "SampleCount": "the number of requests"}.get(one.statistic, "no sum")
    return UsageError(
        f"{one.place}: the {one.statistic} of {_NAMES[metric]} is {what}, from which units a second cannot be told"
        " (export the statistic Sum)"
    )


def _resource_of(one: Series, tables: Sequence[DescribedTable]) -> Resource:
    if one.dimensions is not None and "TableName" in one.dimensions:
        name = one.dimensions["TableName"]
        if tables and name not in {table.name for table in tables}:
            known = ", ".join(table.name for table in tables)
            raise UsageError(f"{one.place}: it is of the table '{name}', of which there is no description ({known})")
        return Resource(name, one.dimensions.get("GlobalSecondaryIndexName", ""))
    named = [table for table in tables if _mentions(one.words, table.name)]
    # of tables whose names are parts of each other the longest
    table = max(named or (tables if len(tables) == 1 else ()), key=lambda entry: len(entry.name), default=None)
    if table is None:
        if tables:
            known = ", ".join(each.name for each in tables)
            raise UsageError(f"{one.place}: its label names none of the tables {known}")
        return Resource(_UNNAMED)
    rest = one.words.replace(table.name, " ", 1)
    indexes = [index for index in table.indexes if _mentions(rest, index)]
    return Resource(table.name, max(indexes, key=len, default=""))


def _mentions(words: str, name: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_.-]){re.escape(name)}(?![A-Za-z0-9_.-])", words) is not None


def _period_of(one: Series) -> int:
    """The period that is said, else the least distance of two points: gaps are whole periods."""
    moments = sorted({moment for moment, _ in one.points})
    steps = {round(later - earlier) for earlier, later in pairwise(moments)}
    period = one.period_s or min(steps, default=0)
    if not period:
        raise UsageError(f"{one.place}: one point by itself does not say its period (export a day or more)")
    if period % MINUTE_S or DAY_S % period:
        raise UsageError(f"{one.place}: a period of {period} s is no whole minutes that divide a day (60 s, or 300 s)")
    if uneven := next((step for step in steps if step % period), None):
        raise UsageError(f"{one.place}: two points are {uneven} s apart, which is no multiple of the period {period} s")
    return period


def _once(one: Series) -> tuple[tuple[float, float], ...]:
    """Its points, each moment once."""
    found: dict[float, float] = {}
    for moment, value in one.points:
        if found.setdefault(moment, value) != value:
            raise UsageError(f"{one.place}: two values at one time, {found[moment]:g} and {value:g}")
    return tuple(found.items())


def _together(first: Metric, more: Metric) -> Metric:
    """Two parts of one metric: pages, or months. Where both have a moment, they have to agree."""
    if first.period_s != more.period_s:
        raise UsageError(
            f"{first.place} and {more.place} are both {first.name} of {first.resource}, with periods of"
            f" {first.period_s} s and {more.period_s} s (one of them, or all of one period)"
        )
    points = dict(first.points)
    for moment, value in more.points:
        if points.setdefault(moment, value) != value:
            raise UsageError(
                f"{first.place} and {more.place} are both {first.name} of {first.resource}, with other values"
                ' (a label that names the index tells them apart: "Label": "${PROP(\'Dim.GlobalSecondaryIndexName\')}'
                " ${PROP('MetricName')}\"; or give the queries and the table's description as well)"
            )
    summed = first.summed and more.summed
    whole = tuple(sorted(points.items()))
    return Metric(first.kind, first.dimension, first.resource, first.period_s, whole, first.place, summed)
