"""How far batches of runs of the same thing lie apart: measured between the batches known, held against a prior."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ddbload.compare.samples import NO_DRIFT, Drift, FloatArray

PRIOR_RATIO = 0.9
"""The drift to expect before anything is known, as a share of the standard deviation between runs of one batch.

Drift grows with noise: both are the work of neighbours. In the bank of real runs (tests/data/bank) it is 0 to 0.25 of
the noise among blocks made while the machine was quiet, and as little among those made while it was busy; over both
together it is 0.7 of it for p50 and 1.1 for p99. At 0.9, sides of which only two batches are known keep their level
over all of the bank, three runs against three among them (at 0.8 these came out at 5 %), and are "not worse" where the
machine stays as it was (proof `comparison`, tests/evidence).
"""
PRIOR_DF = 4.0
"""As much as five batches would tell: a handful of known ones begins to outweigh it.

Where the noise between runs is known from few runs, too, it is less: what is expected is a multiple of that noise, so
that an error of the one is an error of the other. Taken as if they were independent, three runs against three of which
the drift is just what is expected came out "regressed" in more than the level.
"""
COUNTED = frozenset({"cost", "read_units", "write_units"})
"""What follows from the requests alone: no state of a machine moves it, so that no drift is expected unseen."""


@dataclass(frozen=True, slots=True)
class Between:
    """One-way analysis of variance within groups.

    Attributes:
        variance: of the level of a batch, beyond what runs of one batch differ by; may be negative by chance.
        batch_square, run_square: mean squares between batches and between runs of a batch.
        batch_df, run_df: their degrees of freedom.
        size: runs of a batch on average, as the expectation of `batch_square` counts them.
    """

    variance: float
    batch_square: float
    run_square: float
    batch_df: int
    run_df: int
    size: float


def between(groups: Sequence[Sequence[FloatArray]]) -> Between:
    """Batches within groups (a group is a tag: what differs between tags is no drift)."""
    batch_sum = run_sum = size_sum = 0.0
    batch_df = run_df = 0
    for group in groups:
        batches = [batch for batch in (values[~np.isnan(values)] for values in group) if batch.size]
        if not batches:
            continue
        sizes = np.array([batch.size for batch in batches], np.float64)
        means = np.array([batch.mean() for batch in batches])
        center = float((sizes * means).sum() / sizes.sum())
        batch_sum += float((sizes * (means - center) ** 2).sum())
        run_sum += sum(float(((batch - batch.mean()) ** 2).sum()) for batch in batches)
        batch_df += len(batches) - 1
        run_df += int(sizes.sum()) - len(batches)
        size_sum += float(sizes.sum() - (sizes**2).sum() / sizes.sum())
    size = size_sum / batch_df if batch_df else 0.0
    batch_square = batch_sum / batch_df if batch_df else 0.0
    run_square = run_sum / run_df if run_df else 0.0
    # E[batch square] = run variance + size * drift variance: Searle, Casella & McCulloch 1992, section 3.6
    variance = (batch_square - run_square) / size if size else 0.0
    return Between(variance, batch_square, run_square, batch_df, run_df, size)


def drift_of(groups: Sequence[Sequence[FloatArray]], metric: str = "", *, prior_ratio: float = PRIOR_RATIO) -> Drift:
    """The drift between batches, from every batch known, the sides' own among them.

    Args:
        groups: of each tag its batches, of each batch the values of its runs on the analysis scale.
        metric: whose values they are, as `document.Finding` names it.
        prior_ratio: the drift to expect, as a share of the standard deviation between runs of one batch.
    """
    found = between(groups)
    measured = max(0.0, found.variance)
    expects = found.run_square > 0 and metric not in COUNTED
    expected = prior_ratio**2 * found.run_square if expects else 0.0
    # the ratio is known as by so many batches, the noise that it is a ratio to by its runs: relative variances add up
    prior_df = 1 / (1 / PRIOR_DF + 1 / found.run_df) if expects else 0.0
    weight = _degrees(found, max(measured, expected))
    total = weight + prior_df
    if total == 0:
        return NO_DRIFT
    return Drift(math.sqrt((weight * measured + prior_df * expected) / total), total)


def _degrees(found: Between, variance: float) -> float:
    """Degrees of freedom with which a drift of this variance is measured by so many batches and runs.

    Satterthwaite's (1946): 2 v^2 / Var(v), where v = (batch square - run square) / size and a mean square of
    expectation m has the variance 2 m^2 / df. Few runs a batch, or much noise, tell little of the drift between them.
    """
    if not found.batch_df or variance == 0:
        return 0.0
    batch_square = found.run_square + found.size * variance
    of_runs = found.run_square**2 / found.run_df if found.run_df else 0.0
    spread = 2 * (batch_square**2 / found.batch_df + of_runs) / found.size**2
    return 2 * variance**2 / spread
