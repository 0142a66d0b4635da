"""A lognormal distribution as scenarios tell it, by its median and its 99th percentile. Needs no numpy."""

from __future__ import annotations

import math

Z99 = 2.3263478740408408
"""99 % of the standard normal distribution lie below it."""


def sigma_of(median: float, p99: float) -> float:
    """The standard deviation of ln X: p99 = median * exp(sigma * Z99)."""
    return math.log(p99 / median) / Z99
