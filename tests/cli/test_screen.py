"""A question on a terminal: what a signal does to it."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys

import pytest

from ddbload.cli.screen import screen

ASK = """
import asyncio, signal
from ddbload.cli.screen import Screen

async def main():
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, lambda: print("the loop heard of it", flush=True))
    try:
        Screen("a run").ask("really?")
    finally:
        await asyncio.sleep(0.05)

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_wait_for_an_answer(number: signal.Signals) -> None:
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", ASK],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        env={**os.environ, "NO_COLOR": "1"},  # from Python 3.13 on tracebacks are coloured
    )
    os.close(terminal)
    try:
        said = read_to(controller, "go on?")
        process.send_signal(number)
        said += read_to(controller, "\x00")
        process.wait(timeout=120)
    finally:
        process.kill()
        process.wait()
        os.close(controller)
    assert f"InterruptedBeforeLoadError: {number.name}: stopped before any load was offered" in said
    assert "the loop heard of it" not in said


def read_to(terminal: int, word: str) -> str:
    """What was written, up to a word or the end."""
    said = ""
    while word not in said:
        try:
            said += os.read(terminal, 4096).decode()
        except OSError:  # Linux's way to tell that nobody writes any more
            break
    return said


def test_where_lines_are_written_another_run_begins_with_its_title(capsys: pytest.CaptureFixture[str]) -> None:
    with screen("two sides") as shown:
        shown.begin("pair 1 of 2, new (sdk)")
        shown.starting("starting the load")
    assert capsys.readouterr().err.splitlines() == ["pair 1 of 2, new (sdk)", "starting the load …"]
