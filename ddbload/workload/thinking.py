"""Think times: durations by their distributions, from random words."""

from __future__ import annotations

import numpy as np

from ddbload.scenario.model.sessions import ExponentialTime, LognormalTime, ThinkTime, UniformTime
from ddbload.values import Words
from ddbload.values.transforms import exp, exponential, log, normal, unit

_NS = 1e9
_Z99 = 2.3263478740408408  # 99 % of the standard normal distribution lie below it


def think_ns(spec: ThinkTime, word: Words) -> int:
    """One think time in nanoseconds, from words of the shape (1, 4)."""
    match spec:
        case ExponentialTime(exponential=mean):
            seconds = mean * float(exponential(word[:, 0])[0])
        case UniformTime(uniform=span):
            seconds = span.min + (span.max - span.min) * float(unit(word[:, 0])[0])
        case LognormalTime(lognormal=shape):
            mu, p99 = log(np.array([shape.median, shape.p99], dtype=np.float64)).tolist()
            seconds = float(exp(mu + (p99 - mu) / _Z99 * normal(word[:, 0]))[0])
        case _:
            seconds = spec
    return round(seconds * _NS)
