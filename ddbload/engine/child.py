"""A worker process as its parent sees it: started, told things, ended."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress

from ddbload.engine.job import Done, Message, frame
from ddbload.measure.delta import Delta


class Child:
    """A worker process as its parent sees it."""

    def __init__(self, number: int, process: asyncio.subprocess.Process) -> None:
        self.number = number
        self.process = process
        self.done: Done | None = None
        self.failed = False
        self.first_cpu: tuple[float, int] | None = None
        self.last_cpu: tuple[float, int] | None = None

    async def ended(self) -> str:
        """How it ended, in words; waits for the end."""
        status = await self.process.wait()
        return f"was killed by {_signal_name(-status)}" if status < 0 else f"ended with status {status}"

    async def end(self) -> None:
        """Kill it if it still runs, and wait for its end."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.kill()
        await self.process.wait()

    def tell(self, message: Message) -> None:
        """Send it a message, if it still listens."""
        if self.process.stdin is not None and not self.process.stdin.is_closing():
            self.process.stdin.write(frame(message))

    def note_cpu(self, delta: Delta) -> None:
        """Remember the CPU time that it had used by then."""
        self.last_cpu = (delta.cpu_s, delta.at_ns)
        self.first_cpu = self.first_cpu or self.last_cpu

    @property
    def cpu_share(self) -> float | None:
        """Its CPU time over wall time, from its first delta to its last."""
        if self.first_cpu is None or self.last_cpu is None or self.last_cpu[1] <= self.first_cpu[1]:
            return None
        return (self.last_cpu[0] - self.first_cpu[0]) / ((self.last_cpu[1] - self.first_cpu[1]) * 1e-9)


async def start_child(number: int) -> Child:
    """Start a worker process; what it is to do it is told."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # the working directory must not shadow a module
        "-m",
        "ddbload.engine.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # the terminal's Ctrl-C is the parent's to interpret
    )
    return Child(number, process)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
