"""Targets that fail and people who interrupt: the run ends, says so, and keeps what it has; nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ddbload.results.store import read_run, read_timeline
from ddbload.standin.process import standin_process
from tests.e2e.conftest import ONLY_READS, SMALL, Command, Ran, begun, merged

Small = Callable[..., Path]
Started = Callable[..., "subprocess.Popen[str]"]
QUICK = {"timeout": "300ms", "max_late": "30s"}  # for a server that never answers, and for none that does


def test_a_target_that_refuses_is_named_and_nothing_is_sent(ddbload: Command, small: Small) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        ran = ddbload("run", small(), "--target", f"http://127.0.0.1:{port}")
    assert ran.code == 3
    assert f"127.0.0.1:{port}" in ran.err
    assert "Traceback" not in ran.err


def test_a_results_folder_that_cannot_take_a_run_is_told_before_anything_is_started(
    ddbload: Command, small: Small, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("mine")
    ran = ddbload("run", small(), "--results", "taken")
    assert ran.code == 2
    assert "taken" in ran.err
    assert "starting" not in ran.err


@pytest.fixture(scope="module")
def faulty(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Ran]]:
    """How the run against a server with a fault ended."""

    def run(fault: str, folder: Path, ddbload: Command) -> Ran:
        load = {"mix": ONLY_READS, "phases": [{"hold": "1s"}]}
        path = folder / "small.yaml"
        path.write_text(json.dumps(merged(SMALL, {"client": QUICK if fault == "hang" else {}, "load": load})))
        with standin_process(["null", "--fault", f"GetItem={fault}:100%"]) as server:
            return ddbload("run", path, "--target", server.url, "--no-load", "--format", "json")

    with begun(request, "fault", run) as ended:
        yield ended


@pytest.mark.parametrize(
    ("sentence", "fault", "outcome"),
    [
        ("answers 500 always", "500", "server_error"),
        ("throttles always", "throttle", "throttled"),
        ("closes without an answer", "close_before", "connection"),
        ("never answers", "hang", "timeout"),
        ("speaks nonsense", "garbage", "corrupt"),
        ("breaks off in the middle", "half", "connection"),
        ("has the wrong checksum", "wrong_crc", "corrupt"),
    ],
)
def test_a_target_that_fails_every_call_makes_the_run_invalid_with_its_outcomes_counted(
    sentence: str, fault: str, outcome: str, faulty: Callable[[str], Ran]
) -> None:
    ran = faulty(fault)
    assert ran.code == 3, ran.err
    read = ran.record["operations"]["read"]
    assert set(read["outcomes"]) == {outcome}, sentence
    assert read["count"] == 100
    assert "every one failed" in " ".join(ran.record["reasons"])


def test_a_server_that_closes_after_every_answer_works(ddbload: Command, small: Small) -> None:
    with standin_process(["null", "--fault", "close_after:100%"]) as server:
        ran = ddbload("run", small(), "--target", server.url, "--no-load", "--format", "json")
    assert ran.code == 0, ran.err
    assert ran.record["client"]["connections_opened"] >= 150


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_in_the_middle_saves_what_was_measured(
    number: signal.Signals, code: int, started: Started, small: Small, tmp_path: Path
) -> None:
    process = started("run", small(load={"phases": [{"hold": "60s"}]}), "--format", "json")
    wait_for_line(process, "of 1m00s")
    family = descendants(process.pid)
    assert len(family) >= 2  # a server and a worker at least
    process.send_signal(number)
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, err
    record = json.loads(out)
    assert (record["stopped_by"], record["complete"], record["verdict"]) == (number.name, False, "invalid")
    (folder,) = (tmp_path / "results" / "small").glob("*/*")
    assert read_run(folder).stopped_by == number.name
    seconds = read_timeline(folder)
    assert sum(second.completed for second in seconds) == sum(op["count"] for op in record["operations"].values())
    assert [pid for pid in family if alive(pid)] == []


def test_a_signal_before_the_load_says_that_nothing_was_measured(started: Started, small: Small) -> None:
    process = started("run", small())
    wait_for_line(process, "starting")
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 143, err
    assert "nothing was measured" in err


def test_a_signal_while_items_are_on_their_way_is_no_error(started: Started, small: Small) -> None:
    with standin_process(["null", "--fault", "BatchWriteItem=hang:100%"]) as server:
        process = started("run", small(), "--target", server.url)
        wait_for_line(process, "loading")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "internal error" not in err
    assert "Traceback" not in err


def test_a_server_that_dies_near_the_end_of_a_run_cuts_it_short(started: Started, small: Small) -> None:
    process = started("run", small(load={"phases": [{"hold": "4s"}]}), "--format", "json")
    wait_for_line(process, "of 4s")
    (server,) = (pid for pid in descendants(process.pid) if "embedded_server" in command_of(pid))
    os.kill(server, signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 3, err
    record = json.loads(out)
    assert (record["complete"], record["stopped_by"]) == (False, "target lost")
    assert "server died" in " ".join(record["reasons"])


@pytest.mark.parametrize("target", ["embedded", "local"])
def test_nothing_is_left_behind_when_ddbload_itself_is_killed(
    target: str, started: Started, small: Small, request: pytest.FixtureRequest
) -> None:
    if target == "local":
        request.getfixturevalue("dynamodb_local")  # skipped where there is none
    process = started("run", small(load={"phases": [{"hold": "60s"}]}), "--target", target)
    wait_for_line(process, "of 1m00s")
    family = descendants(process.pid)
    assert len(family) >= 2  # a server and a worker at least
    process.kill()
    process.communicate(timeout=120)
    deadline = time.monotonic() + 60
    while (left := [pid for pid in family if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def wait_for_line(process: subprocess.Popen[str], word: str) -> None:
    """Read standard error up to a line with a word in it."""
    assert process.stderr is not None
    seen = ""
    for line in process.stderr:
        seen += line
        if word in line:
            return
    raise AssertionError(f"{word!r} never came:\n{seen}")


def stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the name: state, parent, ..."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def alive(pid: int) -> bool:
    fields = stat(pid)
    return fields is not None and fields[0] != "Z"


def descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := stat(int(entry.name))) is not None:
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, left = [], [pid]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found
