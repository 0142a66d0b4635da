"""Add blocks of real runs to the bank: `python -m tests.bank FIRST LAST [RUNS]`.

A block takes two and a half minutes for its eight runs. It has a DynamoDB Local of its own, started for it; its first
run is thrown away.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bank.runs import SCENARIO, of_folders, write_bank

DDBLOAD = Path(sys.executable).with_name("ddbload")
USAGE = "usage: python -m tests.bank FIRST LAST [RUNS], numbers of blocks and runs of each\n"


def main(words: list[str]) -> int:
    """Make the blocks and add each to the bank as it is done."""
    if len(words) not in {2, 3} or not all(word.isdecimal() for word in words):
        sys.stderr.write(USAGE)
        return 2
    first, last, runs = int(words[0]), int(words[1]), int(words[2]) if len(words) == 3 else 8
    for block in range(first, last + 1):
        with tempfile.TemporaryDirectory() as folder:
            _block(Path(folder), f"block{block:02}", runs)
            kept = write_bank(of_folders(sorted((Path(folder) / "kept").glob("*/*/*/"))))
        print(f"block {block}: {kept} runs in the bank", flush=True)
    return 0


def _block(folder: Path, tag: str, runs: int) -> None:
    started = [str(DDBLOAD), "local", "start"]
    with subprocess.Popen(started, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split()[-1]
            for number in range(runs + 1):
                results = folder / ("kept" if number else "thrown")
                where = ["--target", url, "--tag", tag, "--results", str(results)]
                subprocess.run(
                    [DDBLOAD, "run", SCENARIO, *where, "--format", "json"],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    check=False,
                )
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
