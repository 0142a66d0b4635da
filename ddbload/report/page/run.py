"""The page of a run: its verdict and big numbers, its course in charts, and every number of it in tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ddbload.measure.histogram import Histogram
from ddbload.operation import HEADLINE
from ddbload.report.build import report_of
from ddbload.report.latency import in_order
from ddbload.report.model import Line, Report, Section, Table, Tone
from ddbload.report.page.blocks import (
    Banner,
    Bar,
    Block,
    Downloads,
    Figure,
    Figures,
    Head,
    Heading,
    Link,
    Notes,
    Prose,
    TableBlock,
)
from ddbload.report.page.distribution import heat_chart, percentile_chart
from ddbload.report.page.files import files_of
from ddbload.report.page.frame import Page, render
from ddbload.report.page.numbers import all_numbers
from ddbload.report.page.outcomes import outcome_chart
from ddbload.report.page.over_time import (
    Course,
    course_of,
    each_of,
    failures_chart,
    lag_chart,
    latency_chart,
    rate_chart,
    units_chart,
)
from ddbload.report.page.sections import body_of, table_of
from ddbload.report.page.spread import Spread, percentile_ms, spread_of
from ddbload.report.quantity import NONE, count, dollars, duration, rate, share
from ddbload.results.hlog import Interval
from ddbload.results.record import ObjectiveRecord, RunRecord, Second

_RESPONSE, _SERVICE = "operations.*.response_ms", "operations.*.service_ms"
_METRICS = {
    "calls": "operations.*.count",
    "achieved": "rate.achieved",
    **{
        f"{name} {title}": f"{place}.{key}"
        for name, place in (("response time", _RESPONSE), ("service time", _SERVICE))
        for title, key in (
            ("p50", "p50"),
            ("p90", "p90"),
            ("p95", "p95"),
            ("p99", "p99"),
            ("p99.9", "p99_9"),
            ("max", "max"),
        )
    },
    "samples": "objectives.*.samples",
    "observed": "objectives.*.observed",
    "limit": "objectives.*.limit",
    "dispatch lag": "client.lag_ms.p99",
}
_HOT = {"units": "hot_keys.*.units", "share": "hot_keys.*.share", "throttled": "hot_keys.*.throttled"}
_CAPACITY = {"read": "capacity.*.read", "write": "capacity.*.write"}


def run_page(
    record: RunRecord,
    seconds: Sequence[Second],
    intervals: Iterable[Interval],
    scenario_yaml: str,
    home: Link | None = None,
) -> str:
    """A run as one HTML document.

    Args:
        record: the run.
        seconds: its timeline.
        intervals: its histograms in order of their start; each is let go before the next is asked for.
        scenario_yaml: the scenario as it was run.
        home: leads back to where the page was opened from.
    """
    return render(page_of(record, seconds, intervals, scenario_yaml, home))


def page_of(
    record: RunRecord,
    seconds: Sequence[Second],
    intervals: Iterable[Interval],
    scenario_yaml: str,
    home: Link | None = None,
) -> Page:
    """The page of a run as data."""
    report = report_of(record)
    course = course_of(seconds)
    arriving = {name for name, operation in record.operations.items() if operation.whole or operation.arrivals > 0}
    spread = spread_of(intervals, arriving)
    blocks = (
        Banner(record.verdict, report.headline, report.reasons, report.subject),
        *_notes(report),
        Figures(tuple(_figures(record, spread))),
        *_objectives(record, report),
        *_rate(record, course, report),
        *_latency(record, course, spread, report),
        *_failures(record, course, report),
        *_capacity(course, report),
        *_client(record, course, report),
        Heading("Every number"),
        *all_numbers(record),
        Heading("Files", "as they lie in the run's folder"),
        Downloads(files_of(record, seconds, scenario_yaml)),
    )
    return Page(f"{record.verdict}: {record.fingerprint.scenario} @ {record.tag} · ddbload", blocks, home)


def _notes(report: Report) -> Iterator[Block]:
    """What to mind, before any number."""
    texts = tuple(line.text for line in _lines(_section(report, "Notes")))
    if texts:
        yield Notes(texts)


def _section(report: Report, title: str) -> Section:
    """The report's section of a title; an empty one where it has none."""
    return next((section for section in report.sections if section.title == title), Section(title, ()))


def _lines(section: Section) -> Iterator[Line]:
    yield from (block for block in section.blocks if isinstance(block, Line))


def _figures(record: RunRecord, spread: Spread) -> Iterator[Figure]:
    given = record.rate
    tone: Tone = "doubt" if record.verdict == "invalid" else "plain"
    of_offered = f"{share(given.completed / given.offered)} of {rate(given.offered)}/s offered" if given.offered else ""
    yield Figure("completed", rate(given.completed), "/s", of_offered, "rate.completed", tone)
    name, histogram = _headline_times(record, spread)
    for title, key, percentile in (("p50", "p50", 50.0), ("p99", "p99", 99.0)):
        ms = percentile_ms(histogram, percentile)
        value, unit = _parted(duration(ms))
        note = name if ms is not None else "too few calls to tell"
        yield Figure(f"response {title}", value, unit, note, f"{_RESPONSE}.{key}", tone)
    calls = sum(operation.arrivals for operation in record.operations.values())
    failed = _failed(record)
    yield Figure(
        "failed",
        share(failed / calls) if calls else NONE,
        "",
        f"{count(failed)} of {count(calls)} arrivals" if failed else f"none of {count(calls)} arrivals",
        "operations.*.outcomes.*",
        "bad" if failed else tone,
    )
    million = record.cost.usd_per_million_operations
    month = record.cost.usd_per_month_at_this_rate
    if million is not None:
        note = f"{dollars(month)} a month at this rate" if month is not None else ""
        key = "cost.usd_per_million_operations"
        yield Figure("per million operations", dollars(million), "", note, key, tone)


def _headline_times(record: RunRecord, spread: Spread) -> tuple[str, Histogram]:
    """The response times that stand for the run: of all arrivals, or of the busiest operation where steps mix in."""
    mixed = any(operation.steps and operation.arrivals > 0 for operation in record.operations.values())
    if not mixed or not spread.response:
        arriving = sum(operation.arrivals > 0 for operation in record.operations.values())
        return ("of all operations" if arriving > 1 else "of all calls"), spread.whole
    name = max(spread.response, key=lambda each: spread.response[each].count)
    return f"of {name}", spread.response[name]


def _failed(record: RunRecord) -> int:
    """Arrivals that ended otherwise than answered. Of an operation that is a step, too, all of its calls count."""
    return sum(
        n
        for operation in record.operations.values()
        if operation.arrivals > 0
        for outcome, n in operation.outcomes.items()
        if outcome not in HEADLINE
    )


def _parted(text: str) -> tuple[str, str]:
    """A time in its number and its unit."""
    number = text.rstrip("µms")
    return number, text[len(number) :]


# --- the parts of the page -----------------------------------------------------------------------------------------


def _objectives(record: RunRecord, report: Report) -> Iterator[Block]:
    section = _section(report, "Objectives")
    if not record.objectives:
        return
    yield Heading("Objectives", section.aside)
    for block in section.blocks:
        if isinstance(block, Table):
            table = table_of(block, "Objectives: limits, what was observed, and verdicts", _METRICS)
            yield _with_bars(table, record)


def _with_bars(table: TableBlock, record: RunRecord) -> TableBlock:
    """The table with a bar for how much of its limit each objective took."""
    told = any(objective.matters is not None for objective in record.objectives)
    columns = list(table.columns)
    if told:
        columns.insert(4, Head("matters", metric="objectives.*.matters"))
    rows = []
    for row, objective in zip(table.rows, record.objectives, strict=True):
        cells = list(row.cells)
        cells[2] = Bar(str(cells[2]), _part_of_limit(objective), row.tone)
        if told:
            cells.insert(4, NONE if objective.matters is None else share(objective.matters))
        rows.append(replace(row, cells=tuple(cells)))
    return replace(table, columns=tuple(columns), rows=tuple(rows))


def _part_of_limit(objective: ObjectiveRecord) -> float:
    """How much of the limit was taken; a failed call is slower than any."""
    if objective.verdict == "unsupported":
        return 0.0
    return objective.observed / objective.limit if objective.observed is not None and objective.limit else 1.0


def _rate(record: RunRecord, course: Course, report: Report) -> Iterator[Block]:
    section = _section(report, "Rate")
    yield Heading("Rate", section.aside)
    if course.parts:
        yield rate_chart(record, course)
    _, *more = _lines(section)  # the first is what the chart says
    yield from (Prose(line.text, line.tone) for line in more)


def _latency(record: RunRecord, course: Course, spread: Spread, report: Report) -> Iterator[Block]:
    section = _section(report, "Latency")
    yield Heading("Latency", section.aside)
    yield from each_of(percentile_chart(spread, [name for name, _, _ in in_order(record.operations)]))
    yield from body_of(section, _METRICS)
    yield from each_of(latency_chart(course, spread), heat_chart(spread))
    cold = _section(report, "Cold starts")
    if cold.blocks:
        yield Heading(cold.title, cold.aside, level=3)
        yield from body_of(cold, _METRICS)


def _failures(record: RunRecord, course: Course, report: Report) -> Iterator[Block]:
    section = _section(report, "Outcomes")
    yield Heading("Outcomes", section.aside)
    yield from each_of(failures_chart(course), outcome_chart(record))
    yield from body_of(section, {"calls": "operations.*.outcomes.*"})
    verified = _section(report, "Verified")
    if verified.blocks:
        yield Heading(verified.title, verified.aside)
        yield from body_of(verified)


def _capacity(course: Course, report: Report) -> Iterator[Block]:
    section, hot, price = (_section(report, title) for title in ("Capacity", "Hot keys", "Price"))
    if section.blocks:
        yield Heading("Capacity", section.aside)
        yield from each_of(units_chart(course))
        yield from body_of(section, _CAPACITY)
    if hot.blocks:
        yield Heading("Hot keys", hot.aside, level=3)
        yield from body_of(hot, _HOT)
    yield Heading("Price", price.aside)
    yield from body_of(price)


def _client(record: RunRecord, course: Course, report: Report) -> Iterator[Block]:
    yield Heading("Client", "whether the load generator itself kept up")
    yield from each_of(lag_chart(record, course))
    yield from body_of(_section(report, "Client"), _METRICS)
