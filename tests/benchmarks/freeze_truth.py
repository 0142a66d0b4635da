"""A server freezes for 1 s once in a 10 s run at 500/s: does the report say what the callers went through?

Open loop: one request in ten is due during the freeze and waits for what is left of it, evenly between 0 and 1 s. So
5 % of all wait longer than 0.5 s and 1 % longer than 0.9 s: response p95 = 0.50 s, p99 = 0.90 s. With 600 connections
every request is sent when it is due and service time says the same; with 8 all but 8 of them wait in the queue (whose
percentiles therefore lie 8 calls, 16 ms, lower).
"""

from __future__ import annotations

import sys
import tempfile
from typing import Any

from ddbload.standin import standin_process
from tests.benchmarks.cost import table
from tests.benchmarks.product import measured, run_command

EXPECTED_MS = {"p95": 500.0, "p99": 900.0}
TOLERANCE = 0.05


def main() -> None:
    rows: list[tuple[str, ...]] = [("connections", "clock", "p95 ms", "p99 ms", "max ms")]
    wrong: list[str] = []
    for connections in (600, 8):
        read = _read_operation(connections)
        rows += [
            (str(connections), clock, *(f"{read[f'{clock}_ms'][p]:.1f}" for p in ("p95", "p99", "max")))
            for clock in ("response", "queue", "service")
        ]
        same = ["response", "service" if connections == 600 else "queue"]
        for clock in same:
            for percentile, expected in EXPECTED_MS.items():
                seen = read[f"{clock}_ms"][percentile]
                if abs(seen / expected - 1) > TOLERANCE:
                    wrong.append(f"{connections} connections: {clock} {percentile} {seen:.0f} ms, not {expected:.0f}")
        if connections == 8 and read["service_ms"]["p99"] > 0.1 * EXPECTED_MS["p99"]:
            wrong.append(f"8 connections: service p99 {read['service_ms']['p99']:.0f} ms is not the server's own")
    print(table(rows))
    print("as expected within 5 %" if not wrong else "\n".join(wrong))
    sys.exit(1 if wrong else 0)


def _read_operation(connections: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as results, standin_process(["null", "--freeze", "4.5s:1s"]) as server:
        document, _ = measured(run_command("open_reads", server.url, results, {"connections": connections}))
    operation: dict[str, Any] = document["operations"]["read"]
    return operation


if __name__ == "__main__":
    main()
