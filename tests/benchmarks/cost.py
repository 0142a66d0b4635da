"""What a command costs: the CPU time of its whole process tree, on one core, and the time it took."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "standin",
    "AWS_SECRET_ACCESS_KEY": "standin",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}
_PATIENCE_S = 120
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of <linux/prctl.h>


@dataclass(frozen=True, slots=True)
class Cost:
    """One run of a command. `cpu_s` is user plus system time of the process and of all that it started."""

    cpu_s: float
    wall_s: float
    status: int
    output: str


def run(command: Sequence[str], *, env: Mapping[str, str] | None = None, quiet: bool = True) -> Cost:
    """Run a command to its end, on the cores of this process, and take the resource usage of the reaped children."""
    _adopt_orphans()
    before_s, began = _children_cpu_s(), time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL if quiet else None,
            env={**os.environ, **CREDENTIALS, **(env or {})},
        )
        patience = threading.Timer(_PATIENCE_S, child.kill)
        patience.start()
        try:
            status = child.wait()  # with a timeout of its own it would look only every 50 ms
        finally:  # interrupted: leave nothing running
            patience.cancel()
            child.kill()
            child.wait()
        wall_s = time.perf_counter() - began
        _reap()
        output.seek(0)
        return Cost(_children_cpu_s() - before_s, wall_s, status, output.read())


def _children_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def on_core(cpu: int) -> Iterator[None]:
    """Keep this process, and what it starts meanwhile, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def two_cores() -> tuple[int, int]:
    """A core for the client and one for the server."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        sys.exit("this benchmark needs two cores and a system that can pin processes to them (Linux)")
    return cores[0], cores[1]


def in_turns(tasks: Mapping[str, Callable[[], float]], repetitions: int) -> dict[str, list[float]]:
    """Measure every task in each round, so that what else the machine does falls on all of them alike."""
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(repetitions):
        for name, task in tasks.items():
            print(f"round {number + 1} of {repetitions}: {name} …", end="", file=sys.stderr, flush=True)
            found[name].append(task())
            print(f" {found[name][-1]:.4g}", file=sys.stderr)
    return found


def spread(values: Sequence[float], form: str = ".1f") -> str:
    """Median and range."""
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def table(rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as they need to be, the first one to the left."""
    cells = [list(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(w) if not i else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    )


def _adopt_orphans() -> None:
    """Let grandchildren whose parent has ended become our children, so that their CPU time is counted too."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _reap() -> None:
    """Wait for what the command left behind and has come to its end."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
