"""How long the command takes to start, beside `python -c "import typer"`, which it cannot be faster than."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks.cost import in_turns, run, spread, table
from tests.benchmarks.product import DDBLOAD, PYTHON

LARGEST = max((Path(__file__).parents[2] / "scenarios").glob("*.yaml"), key=lambda path: path.stat().st_size)
FLOOR = 'python -c "import typer"'


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.start_time")
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    commands = {
        FLOOR: [PYTHON, "-c", "import typer"],
        "ddbload --version": [*DDBLOAD, "--version"],
        "ddbload check": [*DDBLOAD, "check", str(LARGEST)],
    }
    found = in_turns({name: partial(_milliseconds, command) for name, command in commands.items()}, rounds)
    rows = [("command", "ms", "ratio")]
    for name, values in found.items():
        ratios = [value / floor for value, floor in zip(values, found[FLOOR], strict=True)]
        rows.append((name, spread(values, ".0f"), f"{median(ratios):.2f}"))
    print(table(rows))


def _milliseconds(command: list[str]) -> float:
    cost = run(command)
    if cost.status:
        raise SystemExit(f"{' '.join(command)} ended with {cost.status}")
    return cost.wall_s * 1000


if __name__ == "__main__":
    main()
