"""Records of runs that were never made."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ddbload.results.record import Pairing, RunRecord
from tests.compare.records import run


def record(
    pair: int, side: Literal["base", "new"], *, invalid: str = "", position: int = 0, warming: bool = False
) -> RunRecord:
    """A run of an experiment; `invalid` says why it is."""
    return replace(
        run(),
        id=f"{side}-{pair}-{position}",
        verdict="invalid" if invalid else "pass",
        reasons=[invalid] if invalid else [],
        pairing=Pairing("e", pair, side, position, {}, warming),
    )
