"""Think times: durations by their distributions, from random words."""

from __future__ import annotations

import numpy as np

from ddbload.scenario.model.sessions import ExponentialTime, LognormalTime, ThinkTime, UniformTime
from ddbload.values import Words
from ddbload.values.lognormal import Z99
from ddbload.values.transforms import Integers, exp, exponential, log, normal, unit

_NS = 1e9


def think_ns(spec: ThinkTime, words: Words) -> Integers:
    """Think times in nanoseconds, one for each row of the words."""
    word = words[:, 0]
    match spec:
        case ExponentialTime(exponential=mean):
            seconds = mean * exponential(word)
        case UniformTime(uniform=span):
            seconds = span.min + (span.max - span.min) * unit(word)
        case LognormalTime(lognormal=shape):
            mu, p99 = log(np.array([shape.median, shape.p99], dtype=np.float64)).tolist()
            seconds = exp(mu + (p99 - mu) / Z99 * normal(word))
        case _:
            seconds = np.full(len(word), spec, dtype=np.float64)
    return np.rint(seconds * _NS).astype(np.int64)
