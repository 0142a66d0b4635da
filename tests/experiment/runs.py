"""Records of runs that were never made."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ddbload.results.record import (
    SCHEMA,
    ClientHealth,
    Cost,
    Fingerprint,
    Latency,
    Pairing,
    Rate,
    RunRecord,
)

_NOTHING = Latency(0, None, None, None, None, None, None, None, None)
_RECORD = RunRecord(
    schema=SCHEMA,
    id="",
    tag="",
    started_at="2026-01-01T00:00:00+00:00",
    duration_s=1.0,
    verdict="pass",
    reasons=[],
    complete=True,
    stopped_by=None,
    fingerprint=Fingerprint("things", "", 1, {}, "", {}, "", {}, {}, "wire", 1),
    rate=Rate(1, 1, 1, "open", 1.0),
    operations={},
    capacity={},
    cost=Cost(None, None, None, None, "us-east-1"),
    client=ClientHealth(_NOTHING, None, 1, "wire", 1, 1, 1, 0, 1000),
    objectives=[],
    validity={},
)


def record(
    pair: int, side: Literal["base", "new"], *, invalid: str = "", position: int = 0, warming: bool = False
) -> RunRecord:
    """A run of an experiment; `invalid` says why it is."""
    return replace(
        _RECORD,
        id=f"{side}-{pair}-{position}",
        verdict="invalid" if invalid else "pass",
        reasons=[invalid] if invalid else [],
        pairing=Pairing("e", pair, side, position, {}, warming),
    )
