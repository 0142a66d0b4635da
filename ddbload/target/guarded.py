"""Starting a server under its guardian, so that none is left behind: not after a crash, not after SIGKILL."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ddbload.errors import TargetError
from ddbload.target.logs import tail

_GUARDIAN = Path(__file__).with_name("guardian.py")


@dataclass(frozen=True, slots=True)
class Guarded:
    """A running server: its guardian, its own process id, and where its output goes."""

    guardian: subprocess.Popen[bytes]
    pid: int
    log: Path

    @property
    def ended(self) -> int | None:
        """The server's exit code, None while it runs."""
        return self.guardian.poll()

    def stop(self) -> None:
        """End the server and wait until it is gone (a few seconds at most)."""
        if self.guardian.stdin is not None:
            self.guardian.stdin.close()
        try:
            self.guardian.wait(45)
        finally:
            if self.guardian.stdout is not None:
                self.guardian.stdout.close()


async def start(command: Sequence[str], *, cwd: Path | None, log: Path, cleanup: Sequence[str] = ()) -> Guarded:
    """Start `command` under a guardian; `cleanup` is a command that runs when it has ended. Raises `TargetError`.

    The guardian holds the read end of a pipe whose only writer is this process. A child made by fork alone (without
    exec) would inherit the write end and keep the server alive: worker processes are spawned, not forked.
    """
    order = {
        "command": list(command),
        "cwd": str(cwd) if cwd else None,
        "log": str(log),
        "cleanup": list(cleanup),
    }
    with log.open("ab") as output:
        guardian = subprocess.Popen(  # noqa: S603, ASYNC220 - our own file; returns at once
            [sys.executable, "-I", "-S", str(_GUARDIAN), json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
        )
    assert guardian.stdout is not None
    said = (await asyncio.to_thread(guardian.stdout.readline)).decode().split()
    guarded = Guarded(guardian, int(said[1]) if said[:1] == ["started"] else 0, log)
    if not guarded.pid:
        guarded.stop()
        raise TargetError(f"{command[0]} could not be started; log {log}:\n{tail(log)}")
    return guarded
