"""What runs can show: the least change they would find, and how many of them find a change that matters."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ddbload.compare.contrast import batch_sizes, spread_of, unseen
from ddbload.compare.samples import Samples
from ddbload.compare.student import quantile

POWER = 0.9
LEAST = 2
MOST = 1000
"""Beyond so many pairs nobody waits: then it is the noise that has to go down."""
FAMILY_LEVEL = 0.025
"""Of calling anything worse (or better) where nothing is: over all gates together."""
MARGIN_LEVEL = 0.05
"""Of letting a change of exactly the margin pass: for each gate."""


def detectable(se: float, df: float, critical: float, margin: float) -> float:
    """The least change that comes out "regressed" in nine of ten cases: beyond chance, and not held to be harmless.

    With noise of scale `se` the estimate has to pass both `critical` se (worse is proven) and margin - t(.95) se (a
    change that matters is not ruled out), and lies t(.9) se below the change in one case of ten.
    """
    below = quantile(POWER, df) * se
    return max(critical * se, margin - quantile(1 - MARGIN_LEVEL, df) * se) + below


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
    floor = max(base + new, 2 * samples.resolution**2 / 12)
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
    """The least n at which (t(family) + t(.9)) SE(n) <= margin.

    Then a change of the margin is proven to be one with the power asked for; and no change at all is "not worse" more
    often still, since that takes only (t(.95) + t(.9)) SE.
    """

    def enough(n: int) -> bool:
        of_runs = variance / n
        whole = of_runs + drift
        if whole == 0:
            return True
        df = whole**2 / (of_runs**2 / df_of(n) + drift**2 / drift_df)
        reach = quantile(1 - FAMILY_LEVEL / max(1, gates), df) + quantile(POWER, min(df, spread_df))
        return reach * math.sqrt(whole) <= margin

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


def table(
    spreads: Sequence[float] = (0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2),
    margins: Sequence[float] = (0.03, 0.05, 0.1, 0.2),
    *,
    gates: int = 4,
) -> str:
    """Markdown: the pairs that each run-to-run noise needs for each margin, with this many gates."""
    head = ["noise between runs", *(f"margin {margin:.0%}" for margin in margins)]
    rows = [head, ["---:"] * len(head)]
    for spread in spreads:
        found = [needed_for(spread, math.log1p(margin), gates, paired=True) for margin in margins]
        rows.append([f"{spread:.0%}", *(f"{n:,}" if n else f"more than {MOST:,}" for n in found)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
