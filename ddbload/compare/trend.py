"""Many tags in a row: each metric's level at each, where it moved, and the last against the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from ddbload.compare.background import background_of
from ddbload.compare.batches import batches, overlaps
from ddbload.compare.change_points import LEAST_POINTS, Moved, change_points
from ddbload.compare.compare import compare_runs, selected, with_curves
from ddbload.compare.document import TREND, ChangePoint, Level, Side, Trend, TrendLine
from ddbload.compare.likeness import likeness
from ddbload.compare.observe import Measure, measures_of, value_of
from ddbload.compare.request import CompareRequest, ComparisonError
from ddbload.compare.runs import distinct, excluded_of, side_of, valid_of
from ddbload.compare.scales import level_of, stated
from ddbload.compare.seen import scaled
from ddbload.results.record import RunRecord

LEAST = 3
"""Tags that are a trend; two are a comparison."""


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag, its runs that count and the batch of each."""

    name: str
    runs: tuple[RunRecord, ...]
    numbers: tuple[int, ...]


def trend(request: CompareRequest) -> Trend:
    """Read the tags from the store, in the order given, and set them in a row.

    Raises:
        ResultsError: a word names no runs, or runs that cannot be read.
        ComparisonError: there are fewer than three tags, a run stands under two of them, or one is unlike the first in
            what is not under test.
    """
    chosen = [selected(request, word) for word in request.sides]
    if not chosen:
        raise ComparisonError(f"a trend takes {LEAST} tags or more; none was given")
    background = background_of(request.results, chosen[0].runs[-1])
    found = trend_of(
        [each.runs for each in chosen],
        request.sides,
        across=request.across,
        margins=request.margins,
        background=background.runs,
    )
    last = replace(found.last, warnings=(*found.last.warnings, *background.notes))
    if request.curves:
        last = with_curves(last, (*chosen[0].runs, *chosen[-1].runs))
    return replace(found, last=last)


def trend_of(
    tags: Sequence[Sequence[RunRecord]],
    names: Sequence[str],
    *,
    across: frozenset[str] = frozenset(),
    margins: Mapping[str, float] | None = None,
    background: Sequence[RunRecord] = (),
    now: datetime | None = None,
) -> Trend:
    """The same of runs at hand, a sequence for each tag.

    Raises:
        ComparisonError: as `trend`.
    """
    if len(tags) < LEAST:
        raise ComparisonError(f"a trend takes {LEAST} tags or more; {len(tags)} were given")
    distinct(tags, names)
    valid = [valid_of(runs) for runs in tags]
    # an invalid run has a fingerprint, too, where a tag has no other
    unlike = list(_unlike([runs or every for runs, every in zip(valid, tags, strict=True)], names, across))
    last = compare_runs(
        tags[0],
        tags[-1],
        (names[0], names[-1]),
        across=across,
        margins=margins or {},
        background=(*background, *(run for runs in valid for run in runs)),
        now=now,
    )
    placed = [
        _Tag(name, runs, tuple(numbers)) for name, runs, numbers in zip(names, valid, batches(*valid), strict=True)
    ]
    return Trend(
        schema=TREND,
        scenario=last.scenario,
        tags=tuple(names),
        sides=tuple(_side(tag, every) for tag, every in zip(placed, tags, strict=True)),
        lines=tuple(_lines(placed, [gate.name for gate in last.gates])),
        last=replace(last, warnings=tuple(dict.fromkeys([*last.warnings, *unlike, *_warnings(placed)]))),
    )


def _unlike(sides: Sequence[Sequence[RunRecord]], names: Sequence[str], across: frozenset[str]) -> Iterator[str]:
    """What each tag differs in from the first, and may.

    Raises:
        ComparisonError: it may not.
    """
    for name, runs in zip(names[1:], sides[1:], strict=True):
        for line in likeness(sides[0], runs, (names[0], name), across):
            if line.status == "flagged" and name != names[-1]:  # what is said of the last stands in its comparison
                yield f"{name} and {names[0]}: {line.text}"


def _warnings(tags: Sequence[_Tag]) -> Iterator[str]:
    """What a reader should know of the row, beside what is said of its ends."""
    yield from overlaps([run for tag in tags for run in tag.runs])
    points = sum(len(set(tag.numbers)) for tag in tags)
    if points < LEAST_POINTS:
        yield (
            f"no change of level could be found in these tags: it takes {LEAST_POINTS} batches of runs to tell one from"
            f" chance, and they have {points}"
        )


def _side(tag: _Tag, every: Sequence[RunRecord]) -> Side:
    return side_of(tag.name, tag.runs, excluded_of(every), tag.numbers)


def _lines(tags: Sequence[_Tag], gated: Sequence[str]) -> Iterator[TrendLine]:
    """Gates first, in the order of the comparison's; they are a family of series, and all else is another."""
    measures = list(measures_of([run for tag in tags for run in tag.runs]))
    gates = sorted((each for each in measures if each.name in gated), key=lambda each: gated.index(each.name))
    yield from _family(tags, gates, gated=True)
    yield from _family(tags, [each for each in measures if each.name not in gated], gated=False)


def _family(tags: Sequence[_Tag], measures: Sequence[Measure], *, gated: bool) -> Iterator[TrendLine]:
    """A line for each metric, with its change points. A point is a batch of runs, whose runs are not independent."""
    if not measures:
        return
    places = [place for place, tag in enumerate(tags) for _ in dict.fromkeys(tag.numbers)]
    points = np.array([[value for tag in tags for value in _of_batches(tag, each)] for each in measures], np.float64).T
    for measure, values in zip(measures, points.T, strict=True):
        levels = tuple(_level(tag, measure) for tag in tags)
        if not any(levels):
            continue
        yield TrendLine(
            operation=measure.operation,
            metric=measure.metric,
            key=measure.key,
            unit=measure.unit,
            better=measure.better,
            scale=measure.scale,
            gated=gated,
            levels=levels,
            changes=tuple(_change(tags, places, measure, moved) for moved in change_points(values, points)),
        )


def _change(tags: Sequence[_Tag], places: Sequence[int], measure: Measure, moved: Moved) -> ChangePoint:
    place = places[moved.position]
    return ChangePoint(tags[place].name, place, stated(measure, moved.change), moved.p)


def _level(tag: _Tag, measure: Measure) -> Level | None:
    level = level_of(measure, [value_of(run, measure) for run in tag.runs])
    return level if level.runs else None


def _of_batches(tag: _Tag, measure: Measure) -> Iterator[float]:
    values = np.array([scaled(run, measure) for run in tag.runs], np.float64)
    numbers = np.array(tag.numbers, np.int64)
    for number in dict.fromkeys(tag.numbers):
        known = values[(numbers == number) & ~np.isnan(values)]
        yield float(known.mean()) if known.size else float("nan")
