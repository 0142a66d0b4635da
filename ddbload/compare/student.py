"""Student's t distribution: its upper tail and its quantiles, for any positive degrees of freedom. Pure, no tables."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

_NORMAL = NormalDist()
_AS_NORMAL = 1e7
"""From so many degrees of freedom on, the normal distribution is nearer than rounding lets the series be."""
_TINY = 1e-300
_STEPS = 100_000


def upper_tail(t: float, df: float) -> float:
    """P(T > t). `df` > 0, infinity for the normal distribution; `t` may be infinite."""
    if math.isnan(t) or not df > 0:
        raise ValueError(f"t = {t} with {df} degrees of freedom")
    if df >= _AS_NORMAL:
        return 0.5 * math.erfc(t / math.sqrt(2))
    # Abramowitz & Stegun 26.7.1 with 26.5.27: P(|T| > t) = I_x(df/2, 1/2) at x = df / (df + t^2)
    tail = 0.5 * _beta(df / 2, 0.5, df / (df + t * t), t * t / (df + t * t) if math.isfinite(t) else 1.0)
    return tail if t >= 0 else 1 - tail


@lru_cache(maxsize=16_384)
def quantile(probability: float, df: float) -> float:
    """The t below which T lies with this probability (0 < p < 1)."""
    if not 0 < probability < 1 or not df > 0:
        raise ValueError(f"a quantile at {probability} with {df} degrees of freedom")
    if probability < 0.5:  # noqa: PLR2004 - the distribution is symmetric about 0
        return -quantile(1 - probability, df)
    if df >= _AS_NORMAL:
        return _NORMAL.inv_cdf(probability)
    return _root(1 - probability, df)


def _root(tail: float, df: float) -> float:
    """Where the upper tail is `tail`: Newton's steps, kept inside a bracket that halves where they leave it."""
    low, high = 0.0, max(1.0, -_NORMAL.inv_cdf(tail))
    while upper_tail(high, df) > tail:
        low, high = high, 2 * high
    t = (low + high) / 2
    norm = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - 0.5 * math.log(df * math.pi)
    for _ in range(200):
        beyond = upper_tail(t, df)
        low, high = (t, high) if beyond > tail else (low, t)
        density = math.exp(norm - (df + 1) / 2 * math.log1p(t * t / df))
        step = t + (beyond - tail) / density if density > 0 else low
        following = step if low < step < high else (low + high) / 2
        if abs(following - t) <= 1e-13 * max(1.0, t):
            return following
        t = following
    return t


def _beta(a: float, b: float, x: float, rest: float) -> float:
    """The regularised incomplete beta function I_x(a, b), `rest` being 1 - x without cancellation."""
    if x <= 0:
        return 0.0
    if rest <= 0:
        return 1.0
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest)
    # DLMF 8.17.22 converges fast below its mean; beyond, I_x(a, b) = 1 - I_(1-x)(b, a), 8.17.4
    if x < (a + 1) / (a + b + 2):
        return math.exp(scale) / a * _fraction(a, b, x)
    return 1 - math.exp(scale) / b * _fraction(b, a, rest)


def _fraction(a: float, b: float, x: float) -> float:
    """DLMF 8.17.22, 1 / (1 + d1 / (1 + d2 / (1 + ...))), evaluated forwards by Lentz's method."""
    value, upper, lower = 1.0, 1.0, 0.0
    for step in range(_STEPS):
        half = step // 2
        if step == 0:
            term = 1.0
        elif step % 2 == 0:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        else:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        lower = 1 / ((1 + term * lower) or _TINY)
        upper = (1 + term / upper) or _TINY
        change = upper * lower
        value *= change
        if step and abs(change - 1) < 1e-15:  # noqa: PLR2004 - double precision
            break
    # the first step evaluated 1 + 1/(1 + ...); the fraction wanted is what stands after its leading 1
    return value - 1.0
