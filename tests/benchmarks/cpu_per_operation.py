"""CPU time per GetItem of whole client processes: ddbload, dynamo-benchmark (Rust), a plain aioboto3 loop.

Closed loop, 32 in flight, the client on one core, a null server on another. A client runs short and long; the CPU time
of an operation is (long - short) / (operations of the long run - those of the short one), which leaves out what
starting costs. User plus system time of the whole process tree, operations as the server counted them.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from ddbload.standin import standin_process
from tests.benchmarks.cost import in_turns, on_core, run, spread, table, two_cores
from tests.benchmarks.product import PYTHON, run_command

Client = Callable[[str, float], list[str]]
"""(url, seconds) -> the command that loads the server for so long."""


def main() -> None:
    options = _options()
    client_core, server_core = two_cores()
    with tempfile.TemporaryDirectory() as results:
        clients = _clients(results, options.dynamo_benchmark)
        chosen = [name for name in clients if not options.only or name in options.only]
        tasks = {name: partial(_cpu_us, clients[name], options.short, options.long, server_core) for name in chosen}
        with on_core(client_core):
            found = in_turns(tasks, options.rounds)
    print(table([("client", "µs CPU an operation", "range"), *((name, *_cells(us)) for name, us in found.items())]))
    for other in ("dynamo-benchmark", "aioboto3 loop"):
        if "ddbload" in found and other in found:
            ratios = [ours / theirs for ours, theirs in zip(found["ddbload"], found[other], strict=True)]
            print(f"ddbload / {other}: {spread(ratios, '.3f')}, that is 1/{1 / median(ratios):.1f}")


def _cells(us: list[float]) -> tuple[str, str]:
    return f"{median(us):.1f}", f"{min(us):.1f} to {max(us):.1f}"


def _cpu_us(client: Client, short_s: float, long_s: float, server_core: int) -> float:
    spent, answered = [], []
    for seconds in (short_s, long_s):
        with standin_process(["null"], cpu=server_core) as server:
            cost = run(client(server.url, seconds))
            if cost.status:
                sys.exit(f"{' '.join(client(server.url, seconds))} ended with {cost.status}:\n{cost.output[-2000:]}")
            spent.append(cost.cpu_s)
            answered.append(server.traffic().data_requests)
    return (spent[1] - spent[0]) / (answered[1] - answered[0]) * 1e6


def _clients(results: str, dynamo_benchmark: str | None) -> dict[str, Client]:
    loops = Path(__file__).parent / "loops"
    clients: dict[str, Client] = {
        "ddbload": lambda url, seconds: run_command("closed_reads", url, results, {"hold": f"{seconds:g}s"}),
        "ddbload, wire alone": lambda url, seconds: [PYTHON, str(loops / "wire_loop.py"), url, str(seconds)],
    }
    if dynamo_benchmark:
        clients["dynamo-benchmark"] = lambda url, seconds: [
            *(dynamo_benchmark, "-e", url, "-ak", "standin:standin", "-c", "32", "-s", f"{seconds:.0f}"),
            *("orders", "GetItem", "pk:S:item{Key uniform 1000}"),
        ]
    else:
        print("dynamo-benchmark is not installed (pip install 'ddbload[bench]'): left out", file=sys.stderr)
    clients["aioboto3 loop"] = lambda url, seconds: [PYTHON, str(loops / "aioboto3_loop.py"), url, str(seconds)]
    return clients


def _options() -> argparse.Namespace:
    beside = Path(PYTHON).with_name("dynamo-benchmark")
    found = str(beside) if beside.exists() else shutil.which("dynamo-benchmark")
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cpu_per_operation")
    parser.add_argument("--short", type=float, default=2, help="seconds of the short run")
    parser.add_argument("--long", type=float, default=6, help="seconds of the long run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", help="a client's name; may be given several times")
    parser.add_argument("--dynamo-benchmark", default=found, help="path of its command")
    return parser.parse_args()


if __name__ == "__main__":
    main()
