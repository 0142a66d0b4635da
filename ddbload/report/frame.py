"""What a watcher of a run sees at one moment, as text: a full frame for a terminal, one line for a log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from ddbload.measure.progress import OperationProgress, Progress
from ddbload.report.layout import lines_of
from ddbload.report.model import Column, Facts, Line, Row, Table, Tone
from ddbload.report.quantity import count, dollars, duration, rate, span, units
from ddbload.report.spark import sparkline
from ddbload.report.terminal import STYLES

_FIXED_LINES = 19  # of a frame with the heading of its operations but no row of one
_FIXED_CELLS = 58  # of a row of an operation without its name
_NARROWEST = 72  # a frame for a narrower terminal is cut at its edge
_MORE = 0.001  # requests beyond the arrivals, from which on they are shown
_LABEL = 13
_VALUE = 10
_FULL, _REST = "━", "─"


@dataclass(frozen=True, slots=True)
class Moment:
    """What the curves remember of a second."""

    completed: float
    p99_ms: float | None


def frame(title: str, progress: Progress, past: Sequence[Moment], width: int, height: int) -> Text:
    """A frame that fits `width` by `height`; of many operations the first are shown."""
    width = max(width, _NARROWEST)
    room = height - _FIXED_LINES - _asks_more(progress)
    every = progress.operations
    shown = every if len(every) <= room else every[: max(0, room - 1)]  # one line says how many are left out
    parts = [
        [Text(title, "bold", overflow="ellipsis")],
        _where(progress, width),
        _block(_rates(progress), width),
        _curves(progress, past, width),
        _block(_operations(shown, width), width) if shown else [],
        _totals(progress, len(every) - len(shown), width),
    ]
    lines: list[Text] = []
    for part in parts:
        lines += [Text(), *part] if lines and part else part
    return Text("\n", no_wrap=True, overflow="crop").join(lines)


def line(progress: Progress) -> str:
    """The moment in one line."""
    left = f"{span(progress.elapsed_s)} of {span(progress.total_s)}, {_phase(progress)}"
    done = f"offered {rate(progress.offered.now)}/s, completed {rate(progress.completed.now)}/s"
    times = f"p50 {duration(progress.p50_ms)}, p99 {duration(progress.p99_ms)}"
    return f"{left}: {done}, {count(progress.in_flight)} in flight, {times}, {_failures(progress)}"


def loading_frame(done: int, total: int, per_second: float, width: int) -> Text:
    """A bar for items that are being written before the run."""
    left = f", {span((total - done) / per_second)} left" if per_second and done < total else ""
    words = f"{count(done)} of {count(total)} items, {rate(per_second)}/s{left}"
    bar = _bar(done / total if total else 1.0, width - len(words) - 11)
    return Text.assemble(("loading", "bold"), "  ", *bar, "  ", words)


def _phase(progress: Progress) -> str:
    return progress.phase if progress.measured else f"{progress.phase} (not measured)"


def _where(progress: Progress, width: int) -> list[Text]:
    words = f"{span(progress.elapsed_s)} of {span(progress.total_s)}"
    bar = _bar(progress.elapsed_s / progress.total_s if progress.total_s else 1.0, width - len(words) - 2)
    left = max(0.0, progress.total_s - progress.elapsed_s)
    last = progress.phase_left_s > left - 1
    phase_left = "" if last else f" · {span(round(progress.phase_left_s))} left of this phase"
    below = f"{_phase(progress)}{phase_left} · {span(round(left))} left"
    return [Text.assemble(*bar, "  ", words), Text(below, STYLES["quiet"])]


def _bar(part: float, width: int) -> Iterator[tuple[str, str]]:
    full = round(min(1.0, max(0.0, part)) * max(0, width))
    yield _FULL * full, STYLES["good"]
    yield _REST * (max(0, width) - full), STYLES["quiet"]


def _rates(progress: Progress) -> Table:
    columns = (
        Column("", left=True),
        Column("offered", "arrivals a second"),
        Column("achieved", "arrivals a second"),
        Column("completed", "arrivals a second"),
        Column("in flight"),
        Column("queued"),
    )
    three = (progress.offered, progress.achieved, progress.completed)
    now = ("now", *(rate(one.now) for one in three), count(progress.in_flight), count(progress.queued))
    return Table(columns, (Row(now), Row(("overall", *(rate(one.overall) for one in three), "", ""), "quiet")))


def _curves(progress: Progress, past: Sequence[Moment], width: int) -> list[Text]:
    room = width - _LABEL - _VALUE - 1
    recent = past[-room:] if room > 0 else ()
    rows = (
        ("completed/s", sparkline([moment.completed for moment in recent], room), rate(progress.completed.now)),
        ("p99", sparkline([moment.p99_ms for moment in recent], room), duration(progress.p99_ms)),
    )
    return [Text(f"{name:{_LABEL}}{curve:>{max(0, room)}} {value:>{_VALUE}}") for name, curve, value in rows]


def _operations(operations: Sequence[OperationProgress], width: int) -> Table:
    columns = (
        Column("operation", left=True),
        Column("completed"),
        Column("a second"),
        Column("p50", "response"),
        Column("p99", "response"),
        Column("throttled"),
        Column("errors"),
    )
    return Table(columns, tuple(_operation(operation, max(8, width - _FIXED_CELLS)) for operation in operations))


def _operation(operation: OperationProgress, room: int) -> Row:
    tone: Tone = "bad" if operation.errors else "plain"
    times = (duration(operation.p50_ms), duration(operation.p99_ms))
    wrong = (count(operation.throttled), count(operation.errors))
    name = Text(operation.name)
    name.truncate(room, overflow="ellipsis")  # a row that goes on below would make the frame jump
    return Row((name.plain, count(operation.completed), rate(operation.per_second), *times, *wrong), tone)


def _asks_more(progress: Progress) -> bool:
    """Whether arrivals make more requests than one: steps, pages, attempts made again."""
    return progress.requests.overall > progress.achieved.overall * (1 + _MORE)


def _totals(progress: Progress, hidden: int, width: int) -> list[Text]:
    spent = f" · {dollars(progress.spend_usd)} so far" if progress.spend_usd is not None else ""
    asked = ("requests", f"{rate(progress.requests.now)}/s · {rate(progress.requests.overall)}/s overall")
    facts = Facts(
        (
            *([asked] if _asks_more(progress) else []),
            ("failed", _failures(progress)),
            ("units", f"{units(progress.read_units)} read/s · {units(progress.write_units)} write/s{spent}"),
            ("client", f"dispatch lag p99 {duration(progress.lag_p99_ms)}"),
        )
    )
    more = _block(Line(f"and {hidden} more operations", "quiet"), width) if hidden > 0 else []
    return [*more, *_block(facts, width)]


def _failures(progress: Progress) -> str:
    failures = {"throttled": progress.throttled, **progress.errors}
    return " · ".join(f"{count(n)} {name}" for name, n in failures.items() if n or name == "throttled")


def _block(block: Table | Facts | Line, width: int) -> list[Text]:
    return [Text(text, STYLES[tone]) for text, tone in lines_of(block, width)]
