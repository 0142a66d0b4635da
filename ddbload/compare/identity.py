"""Which run is which, and what it is called. Pure."""

from __future__ import annotations

from ddbload.results.record import RunRecord


def identity(run: RunRecord) -> tuple[str, str]:
    """What a run shares with its copies in other folders, and with nothing else."""
    return run.id, run.started_at


def name_of(run: RunRecord) -> str:
    """The run as errors name it: its folder, or its tag and id where it lies in none."""
    return run.path or f"{run.tag}/{run.id}"
