"""What runs can show: the least change they would find, and how many of them find a change that matters."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ddbload.compare.contrast import batch_sizes, spread_of, unseen
from ddbload.compare.samples import Samples
from ddbload.compare.student import quantile

POWER = 0.9
LEAST = 2
MOST = 1000
"""Beyond so many pairs nobody waits: then it is the noise that has to go down."""
_NODES = 48
FAMILY_LEVEL = 0.025
"""Of calling anything worse (or better) where nothing is: over all gates together."""
MARGIN_LEVEL = 0.05
"""Of letting a change of exactly the margin pass: for each gate."""


def detectable(se: float, df: float, critical: float, margin: float) -> float:
    """The least change that comes out "regressed" in nine of ten cases, beside a margin, by noise of scale `se`."""
    limit, df = margin / se, _tenths(df)
    low, high = 0.0, critical + limit + quantile(POWER, df)
    while shown(high, limit, critical, df) < POWER:
        low, high = high, 2 * high
    return _halved(low, high, lambda change: shown(change, limit, critical, df)) * se


def shown(change: float, margin: float, critical: float, df: float) -> float:
    """The chance that a change comes out "regressed"; change and margin in standard errors.

    With z the error of the estimate and u the estimated over the true standard error (u^2 df is chi-square), both
    bounds have to say so: change + z > critical u (worse is proven), and change + z > margin - t(.95) u (a change of
    the margin is not ruled out). So P = E[Phi(change - max(critical u, margin - t(.95) u))], at most .95 at the margin.
    """
    within = quantile(1 - MARGIN_LEVEL, df)
    root = math.sqrt(2)
    return sum(
        weight * 0.5 * math.erfc((max(critical * u, margin - within * u) - change) / root) for u, weight in _errors(df)
    )


def _tenths(df: float) -> float:
    """Degrees of freedom as fine as power depends on them, so that what is worked out for them can be kept."""
    return round(df, 1) or df


@lru_cache(maxsize=4096)
def _errors(df: float) -> tuple[tuple[float, float], ...]:
    """Estimated over true standard errors with their weights: the chi distribution over sqrt(df), by midpoints."""
    if math.isinf(df):
        return ((1.0, 1.0),)
    reach = 8 / math.sqrt(2 * df)  # eight of its standard deviations, which are about 1 / sqrt(2 df)
    edges = np.linspace(max(0.0, 1 - reach), 1 + reach, _NODES + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    logs = (df - 1) * np.log(middles) - df * middles**2 / 2
    weights = np.exp(logs - logs.max())
    return tuple(zip(middles.tolist(), (weights / weights.sum()).tolist(), strict=True))


@lru_cache(maxsize=4096)
def _errors_in_margin(level: float, df: float) -> float:
    """The margin, in standard errors, at which a change of just that is shown with the power asked for."""
    critical = quantile(1 - level, df)
    high = critical + quantile(POWER, df)
    while shown(high, high, critical, df) < POWER:
        high *= 2
    return _halved(0.0, high, lambda margin: shown(margin, margin, critical, df))


def _halved(low: float, high: float, power: Callable[[float], float]) -> float:
    """Where a power that grows passes `POWER`."""
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if power(middle) >= POWER else (middle, high)
    return high


def needed(samples: Samples, margin: float, gates: int) -> int | None:
    """Pairs, or runs on each side, that tell "no change" from a change of `margin`, by the noise of these samples.

    Drift between batches stays what it is, however many runs a batch has; None where no number up to `MOST` is enough.
    """
    if samples.paired:
        differences = samples.new - samples.base
        variance = _variance(differences)
        return None if variance is None else _least(variance, 0.0, margin, gates, lambda n: n - 1, samples.drift.df)
    spreads = [spread for spread in map(_variance, (samples.base, samples.new)) if spread is not None]
    if not spreads:
        return None
    base, new = (spreads * 2)[:2]
    # with as many runs on both sides, Welch's degrees of freedom are n - 1 times this, between 1 and 2
    balance = (base + new) ** 2 / (base**2 + new**2) if base + new else 2.0
    left = 0.0
    if samples.drift.sd > 0:
        left = sum(unseen(batch_sizes(batches)) for batches in (samples.base_batches, samples.new_batches))
    floor = max(base + new, 2 * samples.rounding)
    return _least(floor, left * samples.drift.sd**2, margin, gates, lambda n: (n - 1) * balance, samples.drift.df)


def needed_for(spread: float, margin: float, gates: int, *, paired: bool, spread_df: float = math.inf) -> int | None:
    """Pairs, or runs on each side, for runs whose values have this standard deviation; None for more than `MOST`.

    Args:
        spread: between runs of one side, on the analysis scale (0.03 is about 3 %); a pair's difference has sqrt(2) of
            it.
        margin: on the analysis scale: log1p(0.1) for 10 %.
        gates: how many share the level.
        paired: whether the runs are made in pairs; costs degrees of freedom, and takes drift away.
        spread_df: degrees of freedom of `spread` where it comes from a pilot: fewer ask for more runs, such that the
            power holds on average over what a pilot may have shown (Julious & Owen 2006, Pharmaceutical Statistics 5).
    """
    share = 1.0 if paired else 2.0
    return _least(2 * spread**2, 0.0, margin, gates, lambda n: (n - 1) * share, math.inf, spread_df)


def _least(
    variance: float,
    drift: float,
    margin: float,
    gates: int,
    df_of: Callable[[int], float],
    drift_df: float,
    spread_df: float = math.inf,
) -> int | None:
    """The least n at which a change of the margin is shown with the power asked for.

    No change at all is then "not worse" more often still: the bound that passes it needs less than the one that proves.
    """
    share = FAMILY_LEVEL / max(1, gates)
    # a pilot's spread may be too small by chance: t(.9) with its degrees of freedom stands for the normal's 1.28
    unsure = quantile(POWER, spread_df) - quantile(POWER, math.inf)

    def enough(n: int) -> bool:
        of_runs = variance / n
        whole = of_runs + drift
        if whole == 0:
            return True
        df = whole**2 / (of_runs**2 / df_of(n) + drift**2 / drift_df)
        return _errors_in_margin(share, _tenths(df)) + unsure <= margin / math.sqrt(whole)

    if not enough(MOST):
        return None
    low, high = LEAST, MOST  # the interval narrows with every run, so that bisection finds the least
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def _variance(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    kept = values[~np.isnan(values)]
    return spread_of(kept) if kept.size >= LEAST else None
