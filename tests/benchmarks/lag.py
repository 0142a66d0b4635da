"""Dispatch lag: how late the client releases calls by its own fault, at two rates, against a null server."""

from __future__ import annotations

import tempfile

from ddbload.standin import standin_process
from tests.benchmarks.cost import on_core, table, two_cores
from tests.benchmarks.product import measured, run_command

RATES = (1000, 5000)


def main() -> None:
    client_core, server_core = two_cores()
    rows: list[tuple[str, ...]] = [
        ("rate", "achieved", "lag p50 ms", "p99 ms", "max ms", "response p50 ms", "p99 ms", "CPU share", "verdict")
    ]
    for rate in RATES:
        with (
            tempfile.TemporaryDirectory() as results,
            standin_process(["null"], cpu=server_core) as server,
            on_core(client_core),
        ):
            run, _ = measured(run_command("open_reads", server.url, results, {"rate": rate, "connections": 64}))
        lag, response = run["client"]["lag_ms"], run["operations"]["read"]["response_ms"]
        figures = [*(lag[p] for p in ("p50", "p99", "max")), *(response[p] for p in ("p50", "p99"))]
        cells = [f"{figure:.3f}" for figure in figures]
        achieved, share = f"{run['rate']['achieved']:.1f}", f"{run['client']['cpu_share']:.2f}"
        rows.append((str(rate), achieved, *cells, share, run["verdict"]))
    print(table(rows))


if __name__ == "__main__":
    main()
