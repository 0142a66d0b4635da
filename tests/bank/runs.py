"""The runs of the bank, read from its file or from a folder of results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from ddbload.results.document import from_json
from ddbload.results.record import OperationRecord, RunRecord
from ddbload.results.store import read_run

BANK = Path(__file__).parents[1] / "data" / "bank"
RUNS = BANK / "runs.jsonl"
SCENARIO = BANK / "bank.yaml"


def bank(file: Path = RUNS) -> dict[str, list[RunRecord]]:
    """The runs by block, a tag each, in order of time; a block is what one server saw from its start to its end."""
    blocks: dict[str, list[RunRecord]] = {}
    for line in file.read_bytes().splitlines():
        record = from_json(line, str(file))
        blocks.setdefault(record.tag, []).append(record)
    return {tag: sorted(runs, key=lambda run: run.started_at) for tag, runs in sorted(blocks.items())}


def of_folders(folders: Iterable[Path]) -> Iterator[RunRecord]:
    """The runs in folders of results."""
    for folder in folders:
        yield read_run(folder)


def write_bank(records: Iterable[RunRecord], file: Path = RUNS) -> int:
    """Add runs to the bank, each as one line without what a comparison does not read. How many there are then."""
    known = {run.id: run for runs in bank(file).values() for run in runs} if file.exists() else {}
    known |= {record.id: _summary(record) for record in records}
    ordered = sorted(known.values(), key=lambda run: run.started_at)
    lines = [json.dumps(asdict(run), separators=(",", ":")) for run in ordered]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def _summary(record: RunRecord) -> RunRecord:
    """The run without its hot keys, its latencies by outcome and the folder it lay in."""
    lean: Mapping[str, OperationRecord] = {
        name: replace(operation, outcome_ms={}) for name, operation in record.operations.items()
    }
    return replace(record, operations=dict(lean), hot_keys=[], path=f"{record.tag}/{record.id}")
