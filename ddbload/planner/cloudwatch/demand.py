"""An export of CloudWatch's metrics as demand: what a table that exists has consumed, as a month in many worlds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ddbload.errors import UsageError
from ddbload.planner.cloudwatch.describe import DescribedTable, read_description
from ddbload.planner.cloudwatch.files import FITS, read_files
from ddbload.planner.cloudwatch.metrics import DAY_S, MINUTE_S, Metric, understood
from ddbload.planner.demand.model import Floats, Month, UnitDemand
from ddbload.planner.demand.month import MEAN_DAYS, MEAN_HOURS
from ddbload.planner.demand.worlds import generator
from ddbload.planner.resource import DIMENSIONS, Dimension, Resource

_WEEK = 7
_DAY_MINUTES = DAY_S // MINUTE_S


@dataclass(frozen=True, slots=True)
class CloudWatchDemand:
    """What an export says.

    Attributes:
        demand: units a second in worlds and minutes. World 0 is as recorded; the others draw its days anew, all
            resources' together.
        tables: as they were described.
        words: one sentence that says where the demand comes from.
        warnings: what a reader must know of it.
        recorded_days: whole days that were recorded.
        provisioned: resource -> dimension -> (least, greatest) capacity in the export, where it has any.
    """

    demand: UnitDemand
    tables: tuple[DescribedTable, ...]
    words: str
    warnings: tuple[str, ...] = ()
    recorded_days: int = 0
    provisioned: Mapping[Resource, Mapping[Dimension, tuple[float, float]]] = field(default_factory=dict)


def read_export(
    files: Sequence[Path],
    describe: Sequence[Path] = (),
    *,
    worlds: int = 200,
    seed: int = 1,
    zone: tzinfo = UTC,
    days: int = MEAN_DAYS,
    billed_hours: float = MEAN_HOURS,
) -> CloudWatchDemand:
    """The demand of an export, and the facts of its tables.

    Args:
        files: of metrics, in one form or several; the queries of GetMetricData among them say what its answer does not.
        describe: DescribeTable's answers: which tables and indexes there are.
        worlds: how many.
        seed: of the days that worlds draw.
        zone: of times that name none.
        days: of the month.
        billed_hours: that it is billed for.

    Raises:
        UsageError: a file is no export or has no consumed units in it, a value is no number, less than a day.
    """
    tables = tuple(read_description(file) for file in describe)
    read = read_files(files, zone)
    metrics, others = understood(read.series, tables)
    consumed = [metric for metric in metrics if metric.kind == "consumed"]
    if not consumed:
        names = ", ".join(str(file) for file in files)
        raise UsageError(f"{names}: there are no values of consumed capacity units ({FITS})")
    begin_s, recorded = _recorded(consumed, tables)
    whole = len(next(iter(recorded.values()))["read"]) // _DAY_MINUTES
    order = _days(whole, days, worlds, seed)
    start = datetime.fromtimestamp(begin_s, zone)
    month = Month(start, days, billed_hours, f"{days} days as recorded from {start:%Y-%m-%d %H:%M} on")
    units = {
        resource: {dimension: _in_worlds(minutes, order) for dimension, minutes in of.items()}
        for resource, of in recorded.items()
    }
    warnings = [*_warnings(metrics, recorded, whole), *([_zone_warning(zone)] if read.without_zone else [])]
    if others:
        warnings.append(f"not used: {', '.join(others[:5])}{', ...' if len(others) > 5 else ''}")  # noqa: PLR2004 - enough
    return CloudWatchDemand(
        UnitDemand(month, MINUTE_S, units),
        tables,
        _words(whole, days, start),
        tuple(warnings),
        whole,
        _provisioned(metrics),
    )


def _recorded(
    consumed: Sequence[Metric], tables: Sequence[DescribedTable]
) -> tuple[float, dict[Resource, dict[Dimension, Floats]]]:
    """The first moment, and units a second by the minute of the newest whole days; 0 of what has no values."""
    end_s = max(metric.end_s for metric in consumed)
    span_s = end_s - min(metric.begin_s for metric in consumed)
    if span_s < DAY_S:
        raise UsageError(
            f"{consumed[0].place}: {span_s / 3600:.3g} hours are recorded, and a day is the least to go by"
        )
    whole = int(span_s // DAY_S)
    begin_s = end_s - whole * DAY_S
    resources = {metric.resource for metric in consumed}
    resources |= {Resource(table.name, index) for table in tables for index in ("", *table.indexes)}
    found: dict[Resource, dict[Dimension, Floats]] = {
        resource: {dimension: np.zeros(whole * _DAY_MINUTES) for dimension in DIMENSIONS}
        for resource in sorted(resources)
    }
    for metric in consumed:
        found[metric.resource][metric.dimension] = metric.per_second(begin_s, whole * _DAY_MINUTES)
    return begin_s, found


def _days(recorded: int, days: int, worlds: int, seed: int) -> NDArray[np.int64]:
    """Which recorded day each day of each world is, shape (worlds, days).

    World 0: the newest days; of less than a month all, then the last week again and again, or, of less than a week, all
    again. The others draw among the days of the same weekday where two weeks or more are recorded, else among all.
    """
    likely = list(range(max(0, recorded - days), recorded))
    again = min(_WEEK, recorded)
    while len(likely) < days:
        likely.append(likely[-again])
    order = np.tile(np.array(likely, dtype=np.int64), (worlds, 1))
    rng = generator(seed, "cloudwatch days")
    for day, of in enumerate(likely):
        alike = np.arange(of % _WEEK, recorded, _WEEK) if recorded >= 2 * _WEEK else np.arange(recorded)
        order[1:, day] = alike[rng.integers(0, len(alike), worlds - 1)]
    return order


def _in_worlds(minutes: Floats, order: NDArray[np.int64]) -> Floats:
    if not minutes.any():  # an index that is not read: no memory for zeros
        return np.broadcast_to(np.zeros(1), (len(order), order.shape[1] * _DAY_MINUTES))
    by_day = minutes.reshape(-1, _DAY_MINUTES)
    return by_day[order].reshape(len(order), -1)


def _provisioned(metrics: Sequence[Metric]) -> dict[Resource, dict[Dimension, tuple[float, float]]]:
    found: dict[Resource, dict[Dimension, tuple[float, float]]] = {}
    for metric in metrics:
        if metric.kind == "provisioned":
            values = [value for _, value in metric.points]
            found.setdefault(metric.resource, {})[metric.dimension] = (min(values), max(values))
    return found


# --- what is said of it --------------------------------------------------------------------------------------------


def _words(whole: int, days: int, start: datetime) -> str:
    recorded = f"as consumed on {whole} whole day{'s' if whole > 1 else ''} to the newest value of the export"
    if whole > days:
        return f"as consumed on the newest {days} of {whole} days of the export"
    if whole == days:
        return recorded
    again = "the last week" if whole >= _WEEK else "all of them" if whole > 1 else "the day"
    return f"{recorded} (from {start:%Y-%m-%d %H:%M}), {again} repeated to {days} days"


def _zone_warning(zone: tzinfo) -> str:
    return f"the export's times name no zone and were taken to be in {zone}"


def _warnings(
    metrics: Sequence[Metric], recorded: Mapping[Resource, Mapping[Dimension, Floats]], whole: int
) -> Iterator[str]:
    consumed = [metric for metric in metrics if metric.kind == "consumed"]
    there = {(metric.resource, metric.dimension) for metric in consumed}
    for resource in recorded:
        for dimension in DIMENSIONS:
            if (resource, dimension) not in there:
                yield f"the export has no consumed {dimension} units of {resource}: taken as none"
    yield from _gaps(consumed)
    if not all(metric.summed for metric in consumed):
        yield "the export does not name its statistic, and its values were taken to be sums of a period"
    if (longest := max(metric.period_s for metric in consumed)) > MINUTE_S:
        yield f"periods of {longest} s hide peaks of single minutes: export periods of 60 s, kept for 15 days"
    yield from _throttled(metrics)
    if whole == 1:
        yield "one day is all that is known: every world is that day"


def _gaps(consumed: Sequence[Metric]) -> Iterator[str]:
    span_s = max(metric.end_s for metric in consumed) - min(metric.begin_s for metric in consumed)
    for metric in consumed:
        periods = round(span_s / metric.period_s)
        if missing := periods - len(metric.points):
            yield (
                f"{metric.name} of {metric.resource}: {missing:,} of {periods:,} periods have no value, taken as"
                " nothing consumed (CloudWatch has none while a table is idle)"
            )


def _throttled(metrics: Sequence[Metric]) -> Iterator[str]:
    for metric in metrics:
        events = sum(value for _, value in metric.points)
        if metric.kind == "throttled" and events:
            yield (
                f"{events:,.0f} {metric.dimension}s of {metric.resource} were throttled: more was asked than the"
                " consumed units say"
            )
