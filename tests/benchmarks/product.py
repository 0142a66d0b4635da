"""The product's own command, as the benchmarks run it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.cost import Cost, run

SCENARIOS = Path(__file__).parent / "scenarios"
PYTHON = sys.executable
DDBLOAD = [str(Path(PYTHON).with_name("ddbload"))]


def run_command(scenario: str, url: str, results: str, params: Mapping[str, Any], *options: str) -> list[str]:
    """`ddbload run` against a stand-in, one worker, its result as JSON on standard output."""
    chosen = [word for name, value in params.items() for word in ("-p", f"{name}={value}")]
    command = [*DDBLOAD, "run", str(SCENARIOS / f"{scenario}.yaml"), "--target", url, "--workers", "1", "--no-load"]
    return [*command, "--format", "json", "--results", results, *chosen, *options]


def measured(command: list[str]) -> tuple[dict[str, Any], Cost]:
    """The run's document and its cost. Ends the benchmark when the command said something else."""
    cost = run(command, quiet=False)
    try:
        document: dict[str, Any] = json.loads(cost.output)
    except ValueError:
        sys.exit(f"{' '.join(command)} ended with {cost.status} and no document:\n{cost.output[-2000:]}")
    return document, cost
