"""The commands that keep the house in order. They take half a minute of a processor and are begun before any test, so
that they are done beside the pure rooms' tests, which use one processor, and disturb nothing that measures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
COMMANDS: dict[str, list[str | Path]] = {
    "lint finds nothing": [BIN / "ruff", "check", "."],
    "every file is formatted": [BIN / "ruff", "format", "--check", "."],
    "types are strict": [sys.executable, "-m", "mypy"],
    "each room imports only from rooms below it": [BIN / "lint-imports"],
}
Tidying = dict[str, "subprocess.Popen[str]"]
_BEGUN = pytest.StashKey[Tidying]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin what the selected tests will look at."""
    begun: Tidying = session.stash.setdefault(_BEGUN, {})
    if session.config.option.collectonly:
        return
    for item in session.items:
        if "tidying" in getattr(item, "fixturenames", ()) and isinstance(item, pytest.Function):
            what = str(item.callspec.params["what"])
            begun[what] = subprocess.Popen(
                ["nice", *COMMANDS[what]], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End what no test waited for, since the session was cut short."""
    for process in session.stash.get(_BEGUN, {}).values():
        if process.stdout is not None and not process.stdout.closed:
            process.kill()
            process.communicate()


@pytest.fixture
def tidying(request: pytest.FixtureRequest) -> Tidying:
    """The commands that were begun, by what they hold."""
    return request.session.stash[_BEGUN]
