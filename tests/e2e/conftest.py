"""The command as a user runs it, and scenarios cut down to a few seconds."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

SCENARIOS = Path(__file__).parents[2] / "scenarios"
DDBLOAD = Path(sys.executable).parent / "ddbload"

ONLY_READS = {"list": 0, "add": 0, "close": 0, "drop": 0}
"""Weights to lay over those of the small scenario."""
SMALL: dict[str, Any] = {
    "ddbload": 1,
    "name": "small",
    "seed": 7,
    "table": {"name": "ddbload-small", "key": {"pk": "S", "sk": "N"}},
    "values": {"state": {"choice": {"open": 1, "done": 3}}, "note": {"text": {"size": 200}}},
    "items": {
        "thing": {
            "of": {"owner": 10, "number": 10},
            "shape": {"pk": "owner#{owner}", "sk": "{number}", "state": "{state}", "note": "{note}"},
        }
    },
    "operations": {
        "read": {"get": "thing", "missing": "10%"},
        "list": {"query": "thing", "key": "pk = {pk} AND sk >= {sk}", "limit": 5},
        "add": {"put": "thing", "pick": "next", "condition": "attribute_not_exists(pk)"},
        "close": {"update": "thing", "update_expression": "SET #state = 'done'", "condition": "#state = 'open'"},
        "drop": {"delete": "thing", "condition": "#state = 'open'"},
    },
    "load": {
        "mix": {"read": 5, "list": 2, "add": 1, "close": 1, "drop": 1},
        "arrivals": "constant",
        "rate": 100,
        "phases": [{"hold": "2s"}],
    },
    # a test machine may be busy: what is tested here is not how quiet it is
    "client": {"timeout": "30s", "connect_timeout": "30s", "validity": {"lag": "10s"}},
}


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def record(self) -> dict[str, Any]:
        """The run's document, as `--format json` prints it."""
        document: dict[str, Any] = json.loads(self.out)
        return document


Command = Callable[..., Ran]


def own_environment(folder: Path) -> dict[str, str]:
    """An environment whose state lies in a folder; caches are the user's, with an installed DynamoDB Local in them."""
    return {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "NO_COLOR": "1"}


def command_in(folder: Path, environment: dict[str, str]) -> Command:
    """Runs `ddbload WORD...` to its end in a folder, with the environment as it is then."""

    def command(*words: str | Path) -> Ran:
        done = subprocess.run(
            [DDBLOAD, *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return command


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment whose state is the test's own."""
    return own_environment(tmp_path)


@pytest.fixture
def ddbload(tmp_path: Path, environment: dict[str, str]) -> Command:
    """Runs `ddbload WORD...` to its end in a folder of the test's own."""
    return command_in(tmp_path, environment)


@contextmanager
def begun(
    request: pytest.FixtureRequest, parameter: str, run: Callable[[Any, Path, Command], Ran], *, at_once: int = 3
) -> Iterator[Callable[[Any], Ran]]:
    """For a fixture of parametrised tests: their commands, a few of them at a time, each in a folder of its own.

    `run(case, folder, ddbload)` is begun for every case that was selected; what is given waits for the end of one.
    Three at once suits two processors where the commands mostly wait, as a run does for its timetable.
    """
    users = [item for item in request.session.items if isinstance(item, pytest.Function)]
    users = [item for item in users if item.path == request.path and request.fixturename in item.fixturenames]
    cases = [item.callspec.params[parameter] for item in users]
    folders: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")

    def one(case: Any) -> Ran:
        folder = folders.mktemp("begun")
        return run(case, folder, command_in(folder, own_environment(folder)))

    with ThreadPoolExecutor(at_once) as pool:
        running: dict[Any, Future[Ran]] = {case: pool.submit(one, case) for case in cases}
        yield lambda case: running[case].result()
        pool.shutdown(cancel_futures=True)


@pytest.fixture
def started(tmp_path: Path, environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `ddbload WORD...` and leaves it running; killed at the end of the test if it still is."""
    running: list[subprocess.Popen[str]] = []

    def command(*words: str | Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [DDBLOAD, *words],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield command
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Path]:
    """Writes the small scenario; keywords replace its parts, deeply where both are mappings."""

    def write(**changes: Any) -> Path:
        path = tmp_path / "small.yaml"
        path.write_text(yaml.safe_dump(merged(SMALL, changes), sort_keys=False))
        return path

    return write


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A mapping with another's entries over its own; None takes an entry out."""
    result = dict(base)
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


_FEW = 100  # customers, products, devices
_DURATION = re.compile(r"([0-9.]+)(ms|s|m)")


def shipped(name: str, *, faster: float = 8, rate: float = 60) -> dict[str, Any]:
    """A shipped scenario whose phases are shorter, at a rate of `rate` at most, on a machine that may be busy."""
    document: dict[str, Any] = yaml.safe_load((SCENARIOS / f"{name}.yaml").read_text())
    document["client"] = merged(document.get("client", {}), SMALL["client"])
    document["load"]["phases"] = _shorter(document["load"].get("phases"), faster)
    for stream in document["load"].get("streams", {}).values():
        stream["phases"] = _shorter(stream.get("phases"), faster)
    parameters = document.get("params", {})
    for parameter, default in parameters.items():
        if parameter == "speed":  # of a replay
            parameters[parameter] = 2 * default
            continue
        most = rate if parameter == "rate" else _FEW
        parameters[parameter] = min(default, most) if isinstance(default, int) else _shorter(default, faster)
    for part in (document["load"], *document["load"].get("streams", {}).values()):
        if part.get("phases") is None:
            part.pop("phases", None)
    return document


def _shorter(value: Any, faster: float) -> Any:
    """A value with all durations in it divided."""
    if isinstance(value, dict):
        return {key: _shorter(inner, faster) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shorter(inner, faster) for inner in value]
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    return f"{float(found[1]) / faster:g}{found[2]}" if found else value
