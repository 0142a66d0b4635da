"""The live view: what a frame shows, how often it is drawn, and plain lines where there is no terminal."""

from __future__ import annotations

import dataclasses
import io
from contextlib import suppress

import pytest
from rich.cells import cell_len
from rich.console import Console

from ddbload.measure.progress import OperationProgress, PerSecond, Progress
from ddbload.report.frame import Moment, frame, line, loading_frame
from ddbload.report.live import LiveView, View, watching

PROGRESS = Progress(
    elapsed_s=49.0,
    total_s=600.0,
    phase="hold 1m",
    phase_left_s=11.0,
    measured=True,
    offered=PerSecond(940.0, 1000.0),
    achieved=PerSecond(939.0, 1000.0),
    completed=PerSecond(938.0, 999.8),
    in_flight=12,
    queued=3,
    p50_ms=0.812,
    p99_ms=14.0,
    lag_p99_ms=0.0546,
    throttled=13,
    errors={"timeout": 2},
    read_units=710.0,
    write_units=258.5,
    spend_usd=0.0141,
    operations=(
        OperationProgress("read_order", 3563, 658.0, 0.677, 7.01, 0, 0),
        OperationProgress("place", 509, 94.0, None, None, 13, 15),
    ),
)
PAST = [Moment(1000.0, 2.0), Moment(900.0, None), Moment(938.0, 14.0)]


class Ticking:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def terminal(file: io.StringIO, width: int = 80, height: int = 24) -> Console:
    return Console(file=file, force_terminal=True, width=width, height=height, color_system="standard", _environ={})


def text(progress: Progress = PROGRESS, width: int = 80, height: int = 24) -> str:
    return frame("orders on DynamoDB Local", progress, PAST, width, height).plain


@pytest.mark.parametrize(
    "said",
    [
        "49s of 10m00s",
        "hold 1m · 11s left of this phase · 9m11s left",
        "now           940       939        938          12       3",
        "overall     1,000     1,000      1,000",
        "938",
        "14.0ms",
        "failed  13 throttled · 2 timeout",
        "710 read/s · 258 write/s · $0.0141 so far",
        "dispatch lag p99 54.6µs",
    ],
)
def test_a_frame_tells(said: str) -> None:
    assert said in text()


def test_requests_are_told_where_they_are_more_than_the_arrivals() -> None:
    assert "requests" not in text(dataclasses.replace(PROGRESS, requests=PerSecond(939.0, 1000.0)))
    assert "requests  2,100/s · 2,000/s overall" in text(
        dataclasses.replace(PROGRESS, requests=PerSecond(2100.0, 2000.0))
    )


def test_a_phase_that_does_not_count_says_so() -> None:
    assert "warm 10s (not measured)" in text(dataclasses.replace(PROGRESS, phase="warm 10s", measured=False))


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (80, 20)])
@pytest.mark.parametrize("operations", [0, 1, 4, 30])
def test_a_frame_fits_its_terminal(width: int, height: int, operations: int) -> None:
    many = tuple(OperationProgress(f"operation_{n}_" * 4, 10**6 * n, 1.0, 0.5, 1.0, 0, 0) for n in range(operations))
    for requests in (PerSecond(), PerSecond(2100.0, 2000.0)):
        busy = dataclasses.replace(PROGRESS, operations=many, requests=requests)
        lines = text(busy, width, height).splitlines()
        assert len(lines) <= height
        assert max(cell_len(row) for row in lines) <= width


def test_in_a_narrow_terminal_lines_are_cut_rather_than_folded() -> None:
    file = io.StringIO()
    with watching(terminal(file, width=40), "t", now=Ticking()) as view:
        view.update(PROGRESS)
        assert len(file.getvalue().splitlines()) == len(text().splitlines())


def test_operations_that_do_not_fit_are_counted() -> None:
    many = tuple(OperationProgress(f"operation_{n}", n, 1.0, 0.5, 1.0, 0, 0) for n in range(30))
    shown = text(dataclasses.replace(PROGRESS, operations=many))
    assert "and 26 more operations" in shown


def test_a_run_that_has_just_begun_has_dashes_for_times() -> None:
    young = dataclasses.replace(PROGRESS, p50_ms=None, p99_ms=None, lag_p99_ms=None, spend_usd=None, operations=())
    shown = frame("t", young, [], 80, 24).plain
    assert "dispatch lag p99 –" in shown  # noqa: RUF001 - an en dash is meant
    assert "$" not in shown


def test_the_one_line_form_holds_the_essentials() -> None:
    assert line(PROGRESS) == (
        "49s of 10m00s, hold 1m: offered 940/s, completed 938/s, 12 in flight, "
        "p50 812µs, p99 14.0ms, 13 throttled · 2 timeout"
    )


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize(("done", "total"), [(0, 100_000), (42_000, 100_000), (100_000, 100_000), (0, 0)])
def test_a_loading_bar_fits_its_line(width: int, done: int, total: int) -> None:
    bar = loading_frame(done, total, 8123.0, width).plain
    assert cell_len(bar) <= width
    assert bar.count("━") + bar.count("─") > 0


def test_no_more_than_four_frames_a_second_are_drawn() -> None:
    clock, file = Ticking(), io.StringIO()
    with watching(terminal(file), "t", now=clock) as view:
        sizes = []
        for step in range(20):
            clock.seconds = 100.0 + step / 20
            before = len(file.getvalue())
            view.update(PROGRESS)
            sizes.append(len(file.getvalue()) > before)
    assert isinstance(view, LiveView)
    assert sum(sizes) == 4


def test_loading_is_drawn_to_its_end_even_between_frames() -> None:
    clock, file = Ticking(), io.StringIO()
    with watching(terminal(file), "t", now=clock) as view:
        view.loading(10, 100)
        clock.seconds += 0.01
        view.loading(100, 100)
    assert "100 of 100 items" in file.getvalue()


def test_the_cursor_is_given_back_when_a_run_breaks_off() -> None:
    file = io.StringIO()
    with suppress(KeyboardInterrupt), watching(terminal(file), "t", now=Ticking()) as view:
        view.update(PROGRESS)
        raise KeyboardInterrupt
    hidden, shown = file.getvalue().rfind("\x1b[?25l"), file.getvalue().rfind("\x1b[?25h")
    assert -1 < hidden < shown


def plain() -> tuple[io.StringIO, Console]:
    file = io.StringIO()
    return file, Console(file=file, force_terminal=False, width=80, _environ={})


def test_without_a_terminal_there_is_a_line_every_five_seconds_and_at_each_new_phase() -> None:
    clock = Ticking()
    file, console = plain()
    with watching(console, "t", now=clock) as view:
        for second in range(12):
            clock.seconds = 100.0 + second
            phase = "warm 3s" if second < 3 else "hold 1m"
            view.update(dataclasses.replace(PROGRESS, elapsed_s=float(second), phase=phase))
    assert [row.split()[0] for row in file.getvalue().splitlines()] == ["0s", "3s", "8s"]


def test_without_a_terminal_there_is_no_escape_code_and_no_folding() -> None:
    clock = Ticking()
    file, console = plain()
    with watching(console, "t", now=clock) as view:
        say_everything(view)
    assert "\x1b" not in file.getvalue()
    assert len(file.getvalue().splitlines()) == 4


def test_the_end_of_loading_is_said_once() -> None:
    clock = Ticking()
    file, console = plain()
    with watching(console, "t", now=clock) as view:
        for done in (0, 50, 100, 100, 100):
            clock.seconds += 1
            view.loading(done, 100)
    assert file.getvalue().splitlines() == ["loading: 0 of 100 items, 0/s", "loading: 100 of 100 items, 50/s"]


def say_everything(view: View) -> None:
    view.starting("starting DynamoDB Local 3.3.1")
    view.loading(100, 100)
    view.update(PROGRESS)
    view.note("the port is open [bold]to all[/bold]")
