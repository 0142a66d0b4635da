"""A stand-in in its own process, for benchmarks and end-to-end tests: started, pinned to a core, never left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import Request, urlopen

from ddbload.standin.server import TRAFFIC_API, Traffic

_EXIT_S = 5.0


@dataclass(frozen=True, slots=True)
class StandinProcess:
    """A running stand-in."""

    url: str
    pid: int

    def traffic(self) -> Traffic:
        """What has reached it so far; its own question counts as a connection."""
        asked = Request(self.url, b"{}", {"X-Amz-Target": f"Standin.{TRAFFIC_API}"})  # noqa: S310 - our own server
        with urlopen(asked, timeout=_EXIT_S) as answer:  # noqa: S310 - the same
            counts = json.load(answer)
        return Traffic(counts["connections"], Counter(counts["requests"]), counts["data"])


@contextmanager
def standin_process(args: Sequence[str] = ("null",), *, cpu: int | None = None) -> Iterator[StandinProcess]:
    """Run `python -m ddbload.standin ARGS` until the end of the block; it also ends when this process dies.

    Args:
        args: such as `["null", "--fault", "throttle:1%"]`.
        cpu: the core it may use, on systems that can pin.

    Raises:
        RuntimeError: it did not start; its own words are on standard error.
    """
    command = [sys.executable, "-m", "ddbload.standin", *args]
    if cpu is not None:
        command += ["--cpu", str(cpu)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            if not url:
                raise RuntimeError(
                    f"the stand-in did not start: {' '.join(command[2:])} ended with {process.wait(_EXIT_S)}"
                )
            yield StandinProcess(url, process.pid)
        finally:
            process.stdin.close()  # its end is the sign to stop
            try:
                process.wait(_EXIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
