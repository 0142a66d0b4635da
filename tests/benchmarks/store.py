"""How long `ddbload results` takes over a store of many runs, with their documents in the page cache and without.

"from the disk" lets go of the documents' pages before each command (`posix_fadvise`); names and inodes stay cached.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from tests.benchmarks.cost import in_turns, run, spread, table
from tests.benchmarks.product import DDBLOAD

BASELINE = min((Path(__file__).parents[2] / "results" / "quickstart" / "baseline").iterdir())
SCENARIOS, RUNS_OF_A_TAG = 5, 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.store")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ddbload-store-") as folder:
        root = Path(folder)
        documents = fill(root, options.runs)
        commands = {
            "ls": ["ls"],
            "ls --runs": ["ls", "--runs"],
            "ls --runs --limit 0": ["ls", "--runs", "--limit", "0"],
            "ls --format json": ["ls", "--format", "json"],
            "ls scenario-0@v0": ["ls", "scenario-0@v0"],
            "show scenario-0@v0": ["show", "scenario-0@v0"],
        }
        tasks = {name: partial(_seconds, [*words, "--results", str(root)], []) for name, words in commands.items()}
        tasks["ls, from the disk"] = partial(_seconds, ["ls", "--results", str(root)], documents)
        found = in_turns(tasks, options.rounds)
    size = os.stat(BASELINE / "run.json").st_size  # noqa: PTH116 - one number
    print(f"{options.runs:,} runs of {size:,} bytes under {options.runs // RUNS_OF_A_TAG:,} tags")
    print(table([("ddbload results", "s"), *((name, spread(values, ".2f")) for name, values in found.items())]))


def fill(root: Path, count: int) -> list[Path]:
    """Write runs that differ in name, time, verdict and percentiles; their documents."""
    document = json.loads((BASELINE / "run.json").read_text())
    timeline = (BASELINE / "timeline.csv").read_text()
    draws = random.Random(1)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    files = []
    for number in range(count):
        scenario, tag = f"scenario-{number % SCENARIOS}", f"v{number // (SCENARIOS * RUNS_OF_A_TAG)}"
        started = start + timedelta(minutes=number)
        folder = root / scenario / tag / f"{started:%Y%m%dT%H%M%SZ}-{number:08x}"
        folder.mkdir(parents=True)
        document |= {"id": f"{number:08x}", "tag": tag, "started_at": started.isoformat(), "path": str(folder)}
        document["verdict"] = draws.choices(["pass", "fail", "invalid"], [90, 7, 3])[0]
        document["fingerprint"]["scenario"] = scenario
        for operation in document["operations"].values():
            operation["response_ms"]["p50"] = draws.lognormvariate(0, 0.05)
        (folder / "run.json").write_text(json.dumps(document, indent=2) + "\n")
        (folder / "timeline.csv").write_text(timeline)
        files.append(folder / "run.json")
    return files


def _seconds(words: list[str], forgotten: list[Path]) -> float:
    for file in forgotten:
        handle = os.open(file, os.O_RDONLY)
        os.fsync(handle)  # what is not on the disk yet cannot be let go of
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)
    cost = run([*DDBLOAD, "results", *words])
    if cost.status or not cost.output:
        raise SystemExit(f"ddbload results {' '.join(words)} ended with {cost.status}")
    return cost.wall_s


if __name__ == "__main__":
    main()
