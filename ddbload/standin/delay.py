"""Delays: answers that take their time, by a distribution, and a server that freezes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist

from ddbload.standin.answer import Answer, Behaviour
from ddbload.standin.draw import uniform
from ddbload.values.lognormal import sigma_of

Distribution = Callable[[float], float]
"""Inverse distribution function: a number in (0, 1) -> seconds."""

_inverse_normal = NormalDist().inv_cdf


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same."""

    seconds: float

    def __call__(self, u: float) -> float:  # noqa: ARG002 - a distribution
        return self.seconds


@dataclass(frozen=True, slots=True)
class Uniform:
    """Evenly from `low_s` to `high_s`."""

    low_s: float
    high_s: float

    def __call__(self, u: float) -> float:
        return self.low_s + u * (self.high_s - self.low_s)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A long tail: half lie below `median_s`, 99 % below `p99_s`."""

    median_s: float
    p99_s: float

    def __call__(self, u: float) -> float:
        return self.median_s * math.exp(sigma_of(self.median_s, self.p99_s) * _inverse_normal(u))


def delayed(inner: Behaviour, by: Distribution | Mapping[str, Distribution], *, seed: int = 1) -> Behaviour:
    """Data requests take longer by a draw; a mapping gives each api its own distribution ("" is for all others)."""
    chosen: Mapping[str, Distribution] = by if isinstance(by, Mapping) else {"": by}

    def answer(api: str, body: bytes, n: int, now_s: float) -> Answer:
        given = inner(api, body, n, now_s)
        distribution = chosen.get(api) or chosen.get("")
        if n < 0 or distribution is None:
            return given
        return replace(given, delay_s=given.delay_s + distribution(uniform(seed, f"delay {api}", n)))

    return answer


def freezing(inner: Behaviour, *, at_s: float, for_s: float) -> Behaviour:
    """Nothing is answered from `at_s` to `at_s + for_s` after the first data request, as in a long collection pause.

    A request that comes in meanwhile is taken up at the thaw; an answer that was due meanwhile goes out at the thaw.
    """
    thaw_s = at_s + for_s

    def answer(api: str, body: bytes, n: int, now_s: float) -> Answer:
        given = inner(api, body, n, now_s)
        if at_s <= now_s < thaw_s:
            return replace(given, delay_s=given.delay_s + thaw_s - now_s)
        if now_s < at_s <= now_s + given.delay_s < thaw_s:
            return replace(given, delay_s=thaw_s - now_s)
        return given

    return answer
