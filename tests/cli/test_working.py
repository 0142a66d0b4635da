"""The line that says what is being done: nothing for short work, each step for longer work."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from ddbload.cli.working import working


class Timer:
    """A timer that goes off when a test says so."""

    made: list[Timer]

    def __init__(self, _: float, act: Callable[[], None]) -> None:
        self.act, self.cancelled = act, False
        Timer.made.append(self)

    def start(self) -> None:
        """Wait for the test."""

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture(autouse=True)
def timers(monkeypatch: pytest.MonkeyPatch) -> list[Timer]:
    Timer.made = []
    monkeypatch.setattr(threading, "Timer", Timer)
    return Timer.made


def test_of_short_work_nothing_is_said(timers: list[Timer], capsys: pytest.CaptureFixture[str]) -> None:
    with working() as watch:
        watch("units of 6 operations")
    assert capsys.readouterr().err == ""
    assert timers[0].cancelled


def test_of_longer_work_each_step_is_said(timers: list[Timer], capsys: pytest.CaptureFixture[str]) -> None:
    with working() as watch:
        watch("units of 6 operations")
        watch("200 worlds")
        timers[0].act()
        watch("auto scaling, 1,200 settings")
    said = capsys.readouterr()
    assert said.err.splitlines() == ["200 worlds ...", "auto scaling, 1,200 settings ..."]
    assert said.out == ""


def test_on_a_terminal_the_line_is_taken_off_again(
    timers: list[Timer], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with working() as watch:
        watch("200 worlds")
        timers[0].act()
    assert capsys.readouterr().err == "\r\x1b[2K200 worlds ...\r\x1b[2K"
