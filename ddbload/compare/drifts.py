"""How far batches drift apart, by metric: what the runs compared and those of other tags tell together. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from ddbload.compare.batches import batches
from ddbload.compare.drift import between, drift_of
from ddbload.compare.identity import identity
from ddbload.compare.observe import Measure
from ddbload.compare.samples import NO_DRIFT, Drift, FloatArray
from ddbload.compare.seen import scaled
from ddbload.results.record import RunRecord

DriftOf = Callable[[Measure], Drift]
_ROUNDING = 1e-12


def drifts(sides: Sequence[Sequence[RunRecord]], background: Sequence[RunRecord]) -> DriftOf:
    """The drift of each metric.

    Args:
        sides: the runs that are compared, by side: what differs between the sides is the question, and no drift,
            whatever their tags are called. Pairs have no use for it; runs of two experiments have.
        background: others like them, of any tag; a run that is on a side may be among them.
    """
    known = {identity(run) for side in sides for run in side}
    groups = [list(side) for side in sides]
    groups += _tags([run for run in background if identity(run) not in known])
    numbers = batches(*groups)

    @cache
    def of(measure: Measure) -> Drift:
        drift = drift_of(_groups(groups, numbers, measure), measure.metric)
        return drift if drift.sd > _ROUNDING else NO_DRIFT  # what never varies must not get a width from arithmetic

    return of


def between_batches(runs: Sequence[RunRecord], measure: Measure) -> float | None:
    """Standard deviation between the batches of one tag's runs beyond what runs differ by; None with one batch."""
    apart = [run for run in runs if run.pairing is None]
    found = between(_groups([apart], batches(apart), measure))
    return math.sqrt(max(0.0, found.variance)) if found.batch_df and found.run_df else None


def _tags(runs: Sequence[RunRecord]) -> list[list[RunRecord]]:
    """The runs by tag: what differs between tags is no drift. Interleaved ones are no batches, and tell nothing."""
    known = {identity(run): run for run in runs if run.pairing is None}
    found: dict[str, list[RunRecord]] = {}
    for run in known.values():
        found.setdefault(run.tag, []).append(run)
    return list(found.values())


def _groups(
    tags: Sequence[Sequence[RunRecord]], numbers: Sequence[Sequence[int]], measure: Measure
) -> list[list[FloatArray]]:
    groups = []
    for tag, own in zip(tags, numbers, strict=True):
        by_batch: dict[int, list[float]] = {}
        for run, number in zip(tag, own, strict=True):
            by_batch.setdefault(number, []).append(scaled(run, measure))
        groups.append([np.array(values, np.float64) for values in by_batch.values()])
    return groups
