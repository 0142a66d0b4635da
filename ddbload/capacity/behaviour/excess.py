"""What the mean of a minute hides: units beyond capacity when seconds vary about their mean, by normal approximation.

A second's units vary about the minute's mean a with the variance D a, D being the dispersion (1: Poisson).
"""

from __future__ import annotations

import numpy as np

from ddbload.capacity.behaviour.settings import Floats

MINUTE_S = 60
NEAR = 4.0  # standard deviations beyond which nothing is expected to be lost
_SIEGMUND = (
    0.5826  # a walk seen once a second turns this many deviations before the continuous one: -zeta(1/2)/sqrt(2 pi)
)
_SMALL_DRIFT = 1e-3
_ROOT_TAU = np.sqrt(2 * np.pi)


def beyond(mean: Floats, deviation: Floats, capacity: Floats) -> Floats:
    """E[(X - capacity)+] of a normal X: what one second loses where nothing was saved, in the units of the mean."""
    spread = np.maximum(deviation, 1e-12)
    u = (capacity - mean) / spread
    return np.maximum(spread * (_density(u) - u * _tail(u)), np.maximum(mean - capacity, 0.0))


def lost_in_a_minute(saved: Floats, size: Floats, surplus: Floats, deviation: Floats) -> Floats:
    """Expected units that a bucket refuses in a minute.

    The saved units walk with drift `surplus` and are held at 0, where what is lacking is refused: the expected lack of
    a Brownian motion with a reflecting barrier (Harrison, "Brownian Motion and Stochastic Flow Systems", section 1.6),
    its barrier moved for a walk that is looked at once a second (Siegmund 1979). Where the bucket is so small that its
    brim matters as well, the lack is the stationary one between two barriers.

    Args:
        saved: units in the bucket at the beginning.
        size: the most that it holds.
        surplus: capacity less what is asked, units a second, negative where more is asked.
        deviation: of one second's units.
    """
    end = saved + MINUTE_S * surplus
    least = np.maximum(-end, 0.0)
    if not deviation.any():
        return least
    sigma = np.maximum(deviation, 1e-9)
    reach = (NEAR * MINUTE_S**0.5) * sigma
    lost = least.copy()
    sure = np.flatnonzero(end < -reach)
    if sure.size:
        at, drift = sigma.ravel()[sure], surplus.ravel()[sure]
        # The bucket is empty for sure; what is in it at the end is the reflected walk's stationary mean.
        lost.ravel()[sure] += np.maximum(-_SIEGMUND * at - 0.5 * at * at / drift, 0.0)
    open_ = np.flatnonzero((np.abs(end) <= reach) | ((saved < reach) & (end > 0)))
    if open_.size:
        at = sigma.ravel()[open_]
        lack = _lack(saved.ravel()[open_] + _SIEGMUND * at, surplus.ravel()[open_], at)
        lost.ravel()[open_] = np.maximum(lack, least.ravel()[open_])
    small = np.flatnonzero(size < reach)
    if small.size:
        lack = _lack_between(size.ravel()[small], surplus.ravel()[small], sigma.ravel()[small])
        lost.ravel()[small] = np.maximum(lack, least.ravel()[small])
    return lost


def _lack(saved: Floats, surplus: Floats, sigma: Floats) -> Floats:
    """E[(M - saved)+], M the greatest depth below its start that a Brownian motion reaches in a minute.

    With m = -surplus, s = sigma sqrt(60), u = (saved - 60 m) / s, x = (saved + 60 m) / s:
    s (phi(u) - u Q(u)) + sigma^2 / (2 m) (Q(u) - exp(2 m saved / sigma^2) Q(x)), and the exponent is (x^2 - u^2) / 2.
    """
    spread = sigma * np.sqrt(MINUTE_S)
    smallest = _SMALL_DRIFT * spread / MINUTE_S
    drift = np.where(np.abs(surplus) < smallest, smallest, -surplus)
    u = (saved - MINUTE_S * drift) / spread
    x = (saved + MINUTE_S * drift) / spread
    tail = _tail(u)
    mirrored = np.where(
        x >= 0,
        np.exp(-0.5 * u * u) * _scaled_tail(np.abs(x)),
        np.exp(np.minimum(0.5 * (x * x - u * u), 0.0)) * _tail(x),
    )
    return np.asarray(spread * (_density(u) - u * tail) + 0.5 * sigma * sigma / drift * (tail - mirrored))


def _lack_between(size: Floats, surplus: Floats, sigma: Floats) -> Floats:
    """A minute's lack of a walk between 0 and `size`: drift / (exp(2 drift size / sigma^2) - 1) a second, stationary.

    Both barriers are moved; and no more is lost than with nothing saved, where every second stands for itself.
    """
    width = (size + 2 * _SIEGMUND * sigma) / sigma
    drift = surplus / sigma
    drift = np.where(np.abs(drift) < _SMALL_DRIFT, _SMALL_DRIFT, drift)
    a_second = sigma * drift / np.expm1(np.clip(2 * drift * width, -500.0, 500.0))
    alone = beyond(-surplus, sigma, np.zeros_like(surplus))
    return np.asarray(MINUTE_S * np.minimum(a_second, alone))


def _density(u: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * u * u) / _ROOT_TAU)


def _tail(u: Floats) -> Floats:
    """Q(u), the normal's upper tail."""
    size = np.abs(u)
    upper = _scaled_tail(size) * np.exp(-0.5 * size * size)
    return np.where(u >= 0, upper, 1.0 - upper)


def _scaled_tail(x: Floats) -> Floats:
    """exp(x^2 / 2) Q(x) for x >= 0, within 1.5e-7: Abramowitz and Stegun, formula 7.1.26."""
    t = 1.0 / (1.0 + 0.3275911 / np.sqrt(2.0) * x)
    series = 1.421413741 + t * (-1.453152027 + t * 1.061405429)
    return np.asarray(0.5 * t * (0.254829592 + t * (-0.284496736 + t * series)))
