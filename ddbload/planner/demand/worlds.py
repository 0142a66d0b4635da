"""Many worlds at once: figures drawn from their ranges, slow noise, and arrivals that share one shape.

World 0 is the likely one: every figure is at `likely`, and nothing is noisy. The draws of a figure are named, so that
none moves when another is added, and those of a world do not depend on how many worlds there are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ddbload.planner.demand.model import Floats
from ddbload.values.philox import key_of


def generator(seed: int, name: str) -> np.random.Generator:
    """The random numbers of a name: `Philox`, keyed by the seed and the name."""
    return np.random.Generator(np.random.Philox(key=np.array(key_of(seed, name), dtype=np.uint64)))


def triangular(low: float, likely: float, high: float, worlds: int, seed: int, name: str) -> Floats:
    """A figure in every world, shape (worlds,): `likely` in world 0, else from the triangle between low and high."""
    drawn = np.full(worlds, likely)
    if high > low and worlds > 1:
        u = generator(seed, name).random(worlds - 1)
        turn = (likely - low) / (high - low)
        rising = low + np.sqrt(u * (high - low) * (likely - low))
        falling = high - np.sqrt((1 - u) * (high - low) * (high - likely))
        drawn[1:] = np.where(u < turn, rising, falling)
    return drawn


def slow_noise(deviation: Floats, steps: int, step_s: float, memory_s: float, seed: int, name: str) -> Floats:
    """Factors of mean 1 that wander, shape (worlds, steps): lognormal, with a standard deviation for each world.

    Their logarithm is a stationary process of first order, x' = a x + sqrt(1 - a^2) e with a = exp(-step / memory);
    with s^2 = ln(1 + deviation^2) the factor exp(s x - s^2 / 2) has mean 1 and that deviation.
    """
    if len(deviation) == 1:
        return alike(np.ones(steps), 1)
    wander = np.zeros((steps, len(deviation)))  # a step of all worlds in a row
    for world in range(1, len(deviation)):
        wander[:, world] = generator(seed, f"{name}/{world}").standard_normal(steps)
    kept = math.exp(-step_s / memory_s)
    wander[1:] *= math.sqrt(1 - kept * kept)
    carried = np.empty(len(deviation))
    for before, here in pairwise(wander):
        np.add(here, np.multiply(before, kept, out=carried), out=here)
    s = np.sqrt(np.log1p(deviation * deviation))
    s[0] = 0.0  # the likely world has none
    wander *= s
    wander -= s * s / 2
    return np.exp(wander, out=wander).T


@dataclass(frozen=True, slots=True, eq=False)
class Scaled(Mapping[str, Floats]):
    """Streams that differ in their rate alone: one shape is kept for all, and each is made of it when it is looked up.

    Attributes:
        shape: arrivals in multiples of the rate, shape (worlds, steps).
        rates: stream -> arrivals a second at 1.
    """

    shape: Floats
    rates: Mapping[str, float]

    def __getitem__(self, stream: str) -> Floats:
        """Arrivals a second of a stream."""
        return times(self.shape, self.rates[stream])

    def __iter__(self) -> Iterator[str]:
        """The names of the streams."""
        return iter(self.rates)

    def __len__(self) -> int:
        """How many streams there are."""
        return len(self.rates)


def alike(row: Floats, worlds: int) -> Floats:
    """The same steps in every world, held once: shape (worlds, steps), read-only."""
    return np.broadcast_to(row, (worlds, len(row)))


def times(shape: Floats, factor: float) -> Floats:
    """A multiple of an array; where all worlds are alike, still held once."""
    if shape.strides[0] == 0 and len(shape):
        return alike(shape[0] * factor, len(shape))
    return shape * factor


def times_each(shape: Floats, factors: Floats) -> Floats:
    """An array times a factor for each world; where worlds and factors are alike, still held once."""
    return times(shape, float(factors[0])) if (factors == factors[0]).all() else shape * factors[:, None]


def weighted(arrivals: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """The sum of the streams' arrivals, each times its weight; shape (worlds, steps). Where it can be, held once."""
    if isinstance(arrivals, Scaled):
        return times(arrivals.shape, math.fsum(rate * weights.get(name, 0.0) for name, rate in arrivals.rates.items()))
    parts = list(arrivals.items())
    worlds, steps = parts[0][1].shape
    once = all(of.strides[0] == 0 for _, of in parts)
    total: Floats = np.zeros((1 if once else worlds, steps))
    for name, of in parts:
        if weight := weights.get(name, 0.0):
            total += of[: len(total)] * weight
    return alike(total[0], worlds) if once else total
