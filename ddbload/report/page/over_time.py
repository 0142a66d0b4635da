"""Charts of a run over time, from its timeline: rates, response times, failures, units, the client's lag."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median

from ddbload.measure.histogram import Histogram, support
from ddbload.report.page.blocks import ChartBlock, Numbers
from ddbload.report.page.charts import Option, chart, color, level, line, upright
from ddbload.report.page.spread import Spread, joined, percentile_ms
from ddbload.report.quantity import count, duration, rate, share, span, units
from ddbload.results.record import DRAIN, RunRecord, Second

_MOST = 300
"""Points of a line: of a longer run, each stands for several seconds."""
_WARM = "warm"
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One point of a line: a second, or several."""

    seconds: Sequence[Second]

    @property
    def t(self) -> int:
        """Its start, in seconds since that of the run."""
        return self.seconds[0].t

    def mean(self, of: Callable[[Second], float]) -> float:
        """A number of a second, on average."""
        return fmean(map(of, self.seconds))

    def greatest(self, of: Callable[[Second], float | None]) -> float | None:
        """The greatest there is."""
        return max((value for value in map(of, self.seconds) if value is not None), default=None)

    def middle(self, of: Callable[[Second], float | None]) -> float | None:
        """The median of those there are."""
        found = [value for value in map(of, self.seconds) if value is not None]
        return median(found) if found else None


@dataclass(frozen=True, slots=True)
class Course:
    """The seconds of a run with load, in at most 300 parts."""

    parts: tuple[Part, ...]
    each_s: int

    @property
    def end_s(self) -> int:
        """Where the last ends."""
        return self.parts[-1].seconds[-1].t + 1 if self.parts else 0

    @property
    def measured(self) -> list[Second]:
        """The seconds beyond the warm-up."""
        return [second for part in self.parts for second in part.seconds if not _warm(second)]

    @property
    def grain(self) -> str:
        """What a point is, in words."""
        return "by the second" if self.each_s == 1 else f"in steps of {span(self.each_s)}"


def course_of(seconds: Sequence[Second]) -> Course:
    """The timeline without the second after the load, in which only answers came in."""
    loaded = [second for second in seconds if second.phase != DRAIN]
    each = max(1, math.ceil(len(loaded) / _MOST))
    return Course(tuple(Part(loaded[at : at + each]) for at in range(0, len(loaded), each)), each)


def _warm(second: Second) -> bool:
    return second.phase.split(" ", 1)[0] == _WARM


def _marked(series: Option, course: Course) -> Option:
    """The series with the warm-up shaded and the phases' beginnings marked."""
    seconds = [second for part in course.parts for second in part.seconds]
    warm = [second.t for second in seconds if _warm(second)]
    begins = [now.t for before, now in pairwise(seconds) if before.phase != now.phase]
    series["markLine"] = {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": color("line"), "type": "dotted", "width": 1.5},
        "data": [{"xAxis": t} for t in begins],
    }
    if warm:
        band = [{"xAxis": warm[0], "name": "warm-up"}, {"xAxis": warm[-1] + 1}]
        label = {"position": "insideTopLeft", "color": color("quiet"), "fontSize": 11, "distance": 4}
        series["markArea"] = {"silent": True, "itemStyle": {"color": color("band")}, "label": label, "data": [band]}
    return series


def _lines(
    course: Course, named: Sequence[tuple[str, Sequence[float | None]]], axis: Option, form: str, first: int = 0
) -> Option:
    """Lines over the parts of the run, as an option."""
    lines = [line(name, list(_points(course, ys)), first + place) for place, (name, ys) in enumerate(named)]
    if lines:
        _marked(lines[0], course)
    below = level("time since the start", "span", "label-span", min=0, max=course.end_s)
    return chart(below, axis, lines, form)


def _points(course: Course, ys: Sequence[float | None]) -> Iterator[tuple[int, float | None]]:
    """A line's points; one without a value stands where seconds are missing, so that nothing is drawn across."""
    end = None
    for part, y in zip(course.parts, ys, strict=True):
        if end is not None and part.t > end:
            yield end, None
        yield part.t, None if y is None else _short(y)
        end = part.seconds[-1].t + 1


def _numbers(course: Course, named: Sequence[tuple[str, Sequence[float | None]]]) -> Numbers:
    rows = (
        (part.t, part.seconds[0].phase, *(None if ys[place] is None else _short(ys[place]) for _, ys in named))
        for place, part in enumerate(course.parts)
    )
    return Numbers(("second", "phase", *(name for name, _ in named)), tuple(rows))


def _short(value: float | None) -> float | int | None:
    """Six significant digits are all that any of these has."""
    if value is None or value == int(value):
        return value if value is None else int(value)
    return float(f"{value:.6g}")


# --- the charts ----------------------------------------------------------------------------------------------------


def rate_chart(record: RunRecord, course: Course) -> ChartBlock:
    """Arrivals offered, sent and completed."""
    named = [
        ("offered", [part.mean(lambda second: second.due) for part in course.parts]),
        ("achieved", [part.mean(lambda second: second.sent) for part in course.parts]),
        ("completed", [part.mean(lambda second: second.completed) for part in course.parts]),
    ]
    given = record.rate
    behind = f"{share(given.completed / given.offered)} of what was offered" if given.offered else "nothing was offered"
    warm = " The shaded seconds are the warm-up, which is in no result." if any(map(_warm_part, course.parts)) else ""
    said = (
        f"{rate(given.offered)} arrivals a second were offered and {rate(given.completed)} completed: {behind}.{warm}"
    )
    option = _lines(course, named, upright("arrivals a second", "axis-rate", min=0), "rate")
    offered = option["series"][0]  # wide and pale, so that what keeps to it lies visibly upon it
    offered["lineStyle"] = offered["lineStyle"] | {"width": 7, "opacity": 0.45}
    return ChartBlock("rate", "Arrivals a second", option, said, _numbers(course, named), aside=course.grain)


def _warm_part(part: Part) -> bool:
    return _warm(part.seconds[0])


def latency_chart(course: Course, spread: Spread) -> ChartBlock | None:
    """p50 and p99 of the response time over time: of each second, or of longer stretches where seconds are too thin."""
    p50 = [part.middle(lambda second: second.response_p50_ms) for part in course.parts]
    p99 = [part.greatest(lambda second: second.response_p99_ms) for part in course.parts]
    if sum(value is not None for value in p99) * 2 >= len(p99) and p99:
        named: list[tuple[str, list[float | None]]] = [("p50", p50), ("p99", p99)]
        option = _lines(course, named, upright("response time", "axis-duration", log=True), "duration")
        several = f" Each point is the median of the p50, and the highest p99, of {span(course.each_s)}."
        said = _course_of_p99([value for value in p99 if value is not None]) + (several if course.each_s > 1 else "")
        numbers = _numbers(course, [(f"{name} ms", values) for name, values in named])
        return ChartBlock("latency-over-time", "Response time over time", option, said, numbers, aside=course.grain)
    return _thin_latency_chart(course, spread)


def _thin_latency_chart(course: Course, spread: Spread) -> ChartBlock | None:
    enough = support(99)
    stretches = [each for each in joined(spread.stretches, enough) if each.count >= enough]
    if len(stretches) < _FEWEST:
        stretches = [each for each in joined(spread.stretches, support(50)) if each.count >= support(50)]
    if len(stretches) < _FEWEST:
        return None
    at = [each.start_s + each.length_s / 2 for each in stretches]
    histograms = [Histogram.of([each.cells]) for each in stretches]
    p50, p99 = ([percentile_ms(histogram, percentile) for histogram in histograms] for percentile in (50, 99))
    lines = [
        line(name, list(zip(at, values, strict=True)), place)
        for place, (name, values) in enumerate((("p50", p50), ("p99", p99)))
        if any(value is not None for value in values)
    ]
    _marked(lines[0], course)
    axis = upright("response time", "axis-duration", log=True)
    option = chart(
        level("time since the start", "span", "label-span", min=0, max=course.end_s), axis, lines, "duration"
    )
    worst = [value for value in p99 if value is not None]
    said = (
        f"{_course_of_p99(worst)} A second had too few calls for a p99: each point is a stretch of {enough} or more."
        if worst
        else f"Too few calls for a p99 of any stretch; the p50 by stretches of {support(50)} calls or more."
    )
    columns = ("from second", "seconds", "calls", "p50 ms", "p99 ms")
    rows = tuple(
        (_short(each.start_s), _short(each.length_s), each.count, _short(low), _short(high))
        for each, low, high in zip(stretches, p50, p99, strict=True)
    )
    return ChartBlock("latency-over-time", "Response time over time", option, said, Numbers(columns, rows))


def _course_of_p99(values: Sequence[float]) -> str:
    lowest, highest = duration(min(values)), duration(max(values))
    return f"The p99 lay between {lowest} and {highest}, in the middle at {duration(median(values))}."


def failures_chart(course: Course) -> ChartBlock | None:
    """Throttled and otherwise failed arrivals a second; None without any."""
    throttled = [part.mean(lambda second: second.throttled) for part in course.parts]
    others = [part.mean(lambda second: second.errors - second.throttled) for part in course.parts]
    if not any(throttled) and not any(others):
        return None
    named = [(name, ys) for name, ys in (("throttled", throttled), ("other failures", others)) if any(ys)]
    option = _lines(course, named, upright("arrivals a second", "axis-rate", min=0), "rate", first=1)
    seconds = course.measured
    hit = [second for second in seconds if second.errors]
    refused = sum(second.throttled for second in seconds)
    failed = sum(second.errors for second in seconds) - refused
    said = (
        f"{count(refused)} arrivals were throttled and {count(failed)} failed otherwise,"
        f" in {count(len(hit))} of {count(len(seconds))} measured seconds."
    )
    return ChartBlock("failures", "Throttled and failed", option, said, _numbers(course, named), 240, course.grain)


def units_chart(course: Course) -> ChartBlock | None:
    """Read and write units a second; None where none was consumed."""
    named = [
        ("read units", [part.mean(lambda second: second.read_units) for part in course.parts]),
        ("write units", [part.mean(lambda second: second.write_units) for part in course.parts]),
    ]
    if not any(value for _, ys in named for value in ys):
        return None
    option = _lines(course, named, upright("units a second", "axis-rate", min=0), "units")
    peaks = [max((getattr(s, key) for s in course.measured), default=0.0) for key in ("read_units", "write_units")]
    said = f"The busiest second of the measured phases took {units(peaks[0])} read and {units(peaks[1])} write units."
    return ChartBlock("units", "Capacity units a second", option, said, _numbers(course, named), 260, course.grain)


def lag_chart(record: RunRecord, course: Course) -> ChartBlock | None:
    """The client's dispatch lag: its greatest of each second."""
    named = [("longest dispatch lag", [part.greatest(lambda second: second.lag_max_ms) for part in course.parts])]
    if not any(named[0][1]):
        return None
    option = _lines(course, named, upright("longest lag", "axis-duration", log=True), "duration", first=3)
    lag = record.client.lag_ms
    times = f"p50 {duration(lag.p50)}, p99 {duration(lag.p99)}, longest {duration(lag.max)}"
    said = f"How far the client itself was behind its timetable: {times}."
    return ChartBlock(
        "lag",
        "Dispatch lag of the client",
        option,
        said,
        _numbers(course, [("lag max ms", named[0][1])]),
        220,
        course.grain,
    )


def each_of(*charts: ChartBlock | None) -> Iterator[ChartBlock]:
    """Those there are."""
    yield from (each for each in charts if each is not None)
