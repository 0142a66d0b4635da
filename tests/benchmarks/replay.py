"""A million recorded rows at ten times their speed against a null server: is the timing kept, in bounded memory?

A tenth of them goes first, over the same time, so that memory that grows with the rows would show.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ddbload.standin import standin_process
from ddbload.trace import TraceRow, write_trace
from tests.benchmarks.cost import CREDENTIALS, on_core, table, two_cores
from tests.benchmarks.product import run_command

SPEED = 10
CUSTOMERS, NUMBERS, READS = 5000, 20, 0.8


def main() -> None:
    options = _options()
    client_core, server_core = two_cores()
    rows: list[tuple[str, ...]] = [
        ("rows", "recorded", "offered", "achieved", "lag p50 ms", "p99 ms", "max ms", "max RSS MB", "verdict")
    ]
    with tempfile.TemporaryDirectory() as folder:
        for share in (10, 1):
            count, rate_s = options.rows // share, options.rate / share
            trace = Path(folder) / f"{count}.csv"
            write_trace(trace, recorded(count, rate_s))
            with standin_process(["null"], cpu=server_core) as server, on_core(client_core):
                run, rss_mb = _run(server.url, folder, trace, options.workers)
            lag, rate = run["client"]["lag_ms"], run["rate"]
            figures = [rate["offered"], rate["achieved"], *(lag[p] for p in ("p50", "p99", "max"))]
            cells = [f"{figure:.2f}" for figure in figures]
            rows.append((f"{count:,}", f"{rate_s:g}/s", *cells, f"{rss_mb:.0f}", run["verdict"]))
    print(table(rows))


def recorded(count: int, rate: float, seed: int = 1) -> Iterator[TraceRow]:
    """Rows of a Poisson process, reads and writes of some orders."""
    draw = random.Random(seed)
    at = 0.0
    for _ in range(count):
        operation = "GetItem" if draw.random() < READS else "PutItem"
        key = f"cust#{draw.randrange(CUSTOMERS)}/order#{draw.randrange(NUMBERS)}"
        yield TraceRow(round(at * 1e9), operation, key)
        at -= math.log(1.0 - draw.random()) / rate


def _run(url: str, folder: str, trace: Path, workers: int) -> tuple[dict[str, Any], float]:
    """The run's document, and the memory of the largest of the client's processes at its largest."""
    command = run_command("replay", url, folder, {"file": trace, "speed": SPEED}, "--workers", str(workers))
    with tempfile.TemporaryFile("w+") as output:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, env={**os.environ, **CREDENTIALS})
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except KeyboardInterrupt:
            child.kill()
            raise
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        told = output.read()
    try:
        document: dict[str, Any] = json.loads(told)
    except ValueError:
        sys.exit(f"{' '.join(command)} ended with {child.returncode} and no document:\n{told[-2000:]}")
    return document, usage.ru_maxrss / 1024


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the trace")
    parser.add_argument(
        "--rate", type=int, default=500, help=f"rows a second as recorded; replayed {SPEED} times as fast"
    )
    parser.add_argument("--workers", type=int, default=1, help="of the client, all on one core")
    return parser.parse_args()


if __name__ == "__main__":
    main()
