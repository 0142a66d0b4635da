"""No server is left behind: not after a stop, not after a kill of its owner or of its guardian."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ddbload.errors import TargetError
from ddbload.target import guarded

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]
OWNER = """
import asyncio, sys
from pathlib import Path
from ddbload.target import guarded, open_target

async def main():
    if sys.argv[2] == "sleeper":
        server = await guarded.start({command!r}, cwd=None, log=Path(sys.argv[1]))
        print(server.pid, server.guardian.pid, flush=True)
        await asyncio.sleep(600)
    async with open_target(sys.argv[2]) as target:
        print(target.endpoint.url, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def gone_soon(pid: int) -> bool:
    deadline = time.monotonic() + 60
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def wait_until_up(log: Path) -> None:
    while "up" not in log.read_text():
        time.sleep(0.02)


async def test_a_stop_ends_the_server_and_runs_the_clean_up(tmp_path: Path) -> None:
    log, mark = tmp_path / "log", tmp_path / "cleaned"
    cleanup = [sys.executable, "-c", f"open({str(mark)!r}, 'w')"]
    server = await guarded.start(SLEEPER, cwd=None, log=log, cleanup=cleanup)
    wait_until_up(log)
    assert alive(server.pid)
    server.stop()
    assert not alive(server.pid)
    assert mark.exists()


async def test_a_server_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    server = await guarded.start(DEAF, cwd=None, log=tmp_path / "log")
    wait_until_up(tmp_path / "log")
    server.stop()
    assert not alive(server.pid)


async def test_a_server_that_ends_by_itself_is_told_with_its_exit_code(tmp_path: Path) -> None:
    server = await guarded.start([sys.executable, "-c", "raise SystemExit(7)"], cwd=None, log=tmp_path / "log")
    server.guardian.wait(60)
    assert server.ended == 7
    server.stop()


async def test_a_command_that_is_not_there_is_an_error_with_the_log(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="could not be started") as caught:
        await guarded.start([str(tmp_path / "nothing")], cwd=None, log=tmp_path / "log")
    assert "No such file" in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("victim", ["owner", "guardian"])
def test_the_server_dies_when_its_owner_or_its_guardian_is_killed(tmp_path: Path, victim: str) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER.format(command=SLEEPER), str(tmp_path / "log"), "sleeper"], stdout=subprocess.PIPE
    )
    with owner:
        assert owner.stdout is not None
        server, guardian = map(int, owner.stdout.readline().split())
        assert alive(server)
        os.kill(owner.pid if victim == "owner" else guardian, signal.SIGKILL)
        assert gone_soon(server)
        assert gone_soon(guardian)
        owner.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("spec", ["embedded", "local"])
def test_no_server_outlives_a_killed_ddbload(tmp_path: Path, spec: str, request: pytest.FixtureRequest) -> None:
    if spec == "local":
        request.getfixturevalue("dynamodb_local")  # there is one to start
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER.format(command=[]), "-", spec],
        stdout=subprocess.PIPE,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},  # its log is left behind, as after any crash
    )
    with owner:
        assert owner.stdout is not None
        port = int(owner.stdout.readline().rpartition(b":")[2])
        servers = [pid for pid in descendants(owner.pid) if pid != owner.pid]
        assert servers
        assert port_is_taken(port)
        owner.kill()
        assert all(gone_soon(pid) for pid in servers)
        assert free_soon(port)


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [pid]
    for task in children.parent.parent.iterdir():
        for child in (task / "children").read_text().split():
            found += descendants(int(child))
    return found


def free_soon(port: int) -> bool:
    """A process that counts as dead may have threads that still end, and with the last of them go its sockets."""
    deadline = time.monotonic() + 60
    while port_is_taken(port) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not port_is_taken(port)


def port_is_taken(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
