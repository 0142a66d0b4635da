"""A store on disk: runs of two scenarios under three tags, and two that are damaged."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Literal

from ddbload.results import RunRecord, read_run, write_run

BASELINE = Path(__file__).parents[2] / "results" / "quickstart"
Verdict = Literal["pass", "fail", "invalid"]


def baseline() -> RunRecord:
    """The run that is kept beside the code."""
    return read_run(next(BASELINE.rglob("run.json")))


def add(root: Path, scenario: str, tag: str, minute: int, verdict: Verdict = "pass") -> Path:
    """Save one more run of a tag."""
    record = baseline()
    fingerprint = dataclasses.replace(record.fingerprint, scenario=scenario)
    started = f"2026-02-03T{4 + minute // 60:02d}:{minute % 60:02d}:00Z"
    run = dataclasses.replace(
        record, tag=tag, verdict=verdict, started_at=started, id=f"{minute:08x}", fingerprint=fingerprint
    )
    return write_run(root, run, "name: orders\n", [], [])


def damage(root: Path, scenario: str, tag: str, minute: int) -> Path:
    """Save a run and cut its document short."""
    folder = add(root, scenario, tag, minute)
    document = folder / "run.json"
    document.write_text(document.read_text()[:200])
    return folder


def filled(root: Path) -> Path:
    """Runs of two scenarios under three tags, one of them damaged."""
    for minute in range(3):
        add(root, "orders", "v1", minute)
        add(root, "orders", "feature/Ünlike <b>", 10 + minute, "fail" if minute == 2 else "pass")
    add(root, "carts", "v1", 20, "invalid")
    damage(root, "orders", "v1", 30)
    return root
