"""One load at a time: whoever else wants to send one waits for its turn, and a dead process holds up nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ddbload.pytest_plugin.turn import turn
from ddbload.results.document import ResultsError

HOLDER = """
import sys, pathlib
from ddbload.pytest_plugin.turn import turn
print("waiting", flush=True)
with turn(pathlib.Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""


def holder(results: Path) -> subprocess.Popen[str]:
    """Another process that takes the turn and keeps it until its standard input ends."""
    command = [sys.executable, "-c", HOLDER, str(results)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_second_load_waits_until_the_first_is_over(tmp_path: Path) -> None:
    with turn(tmp_path):
        other = holder(tmp_path)
        assert other.stdout is not None
        assert other.stdout.readline() == "waiting\n"
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(0.3)
    out, _ = other.communicate("", timeout=120)
    assert out == "mine\n"


def test_a_process_that_is_killed_holds_up_nobody(tmp_path: Path) -> None:
    other = holder(tmp_path)
    assert other.stdout is not None
    assert [other.stdout.readline(), other.stdout.readline()] == ["waiting\n", "mine\n"]
    other.kill()
    other.communicate(timeout=120)
    with turn(tmp_path):
        pass


def test_a_results_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ResultsError, match="cannot keep runs"), turn(tmp_path / "file"):
        pass
