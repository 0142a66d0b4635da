"""Simulated comparisons: the noise and the drift of real runs, resampled, and how often each verdict comes out.

The bank's runs give residuals (a run less its block) and levels (a block less the mean of all). A simulated series
keeps real runs whole, all gates together, and in stretches as they followed one another: tails, the correlation of the
gates and the trend after a server's start are those that were measured.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from scipy.stats import binomtest

from ddbload.compare.drift import drift_of
from ddbload.compare.family import Judged, judge
from ddbload.compare.power import needed_for
from ddbload.compare.samples import FloatArray, Samples
from ddbload.experiment.pairs import orders
from ddbload.results.record import RunRecord
from tests.compare.samples import apart, in_pairs

GATES = ("read.p50", "read.p99", "write.p50", "write.p99", "all.cost")
MARGINS = tuple(math.log1p(margin) for margin in (0.03, 0.10, 0.03, 0.10, 0.03))
P99 = GATES.index("read.p99")
RESOLUTION = 1 / 1024
"""HdrHistogram with three digits: at least 1024 steps for each doubling."""
STRETCH = 4
OCCASION = 8  # runs between two changes of level in an interleaved series: a block of the bank
Random = np.random.Generator
Sides = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True)
class Noise:
    """What runs of one thing differ by.

    Attributes:
        residuals: of each block its runs (rows) by gate (columns), less the block's mean.
        levels: of each block, less the mean of all.
    """

    residuals: tuple[FloatArray, ...]
    levels: FloatArray

    def spread(self, gate: int) -> float:
        """Standard deviation between runs of one block."""
        return float(np.sqrt(np.mean(np.concatenate([block[:, gate] for block in self.residuals]) ** 2)))

    def ordinary(self, spread: float, *, drift: float | None = None) -> Noise:
        """The same noise, shrunk until read.p99 has this spread; with `drift` the levels lie as many spreads apart."""
        factor = spread / self.spread(P99)
        levels = self.levels * factor
        if drift is not None:
            own = np.sqrt(np.mean(self.levels**2, axis=0))
            wanted = np.array([drift * factor * self.spread(gate) for gate in range(len(GATES))])
            levels = np.divide(self.levels, own, out=np.zeros_like(self.levels), where=own > 0) * wanted
        return Noise(tuple(block * factor for block in self.residuals), levels)


def measured(blocks: Mapping[str, Sequence[RunRecord]]) -> Noise:
    """The noise of real runs, on the scale of logarithms."""
    tables = [np.array([_values(run) for run in runs]) for runs in blocks.values() if len(runs) > STRETCH]
    center = np.mean([table.mean(axis=0) for table in tables], axis=0)
    # n / (n - 1) gives back what taking the mean away took from the variance
    residuals = [(table - table.mean(axis=0)) * math.sqrt(len(table) / (len(table) - 1)) for table in tables]
    levels = np.array([table.mean(axis=0) - center for table in tables]) * math.sqrt(len(tables) / (len(tables) - 1))
    return Noise(tuple(residuals), levels)


def _values(run: RunRecord) -> list[float]:
    latencies = [run.operations[operation].response_ms for operation in ("read", "write")]
    found = [getattr(latency, percentile) for latency in latencies for percentile in ("p50", "p99")]
    assert run.cost is not None
    found.append(run.cost.usd_per_million_operations)
    return [math.log(value) for value in found]


def batch(random: Random, noise: Noise, runs: int) -> FloatArray:
    """So many runs one after another on one level: stretches of the real runs of one block."""
    place = random.integers(len(noise.residuals))
    block = noise.residuals[place]
    starts = random.integers(len(block) - STRETCH + 1, size=math.ceil(runs / STRETCH))
    found: FloatArray = block[(starts[:, None] + np.arange(STRETCH)).ravel()[:runs]] + noise.levels[place]
    return found


def interleaved(random: Random, noise: Noise, pairs: int) -> Sides:
    """Pairs of runs on a machine that drifts, in the order that `regress` makes them after the pair it throws away."""
    runs = np.concatenate([batch(random, noise, OCCASION) for _ in range(math.ceil(2 * pairs / OCCASION))])
    turns = islice(orders(int(random.integers(2**32))), 1, pairs + 1)
    swaps = np.array([turn[0] != "base" for turn in turns], np.int64)
    places = 2 * np.arange(pairs)
    return runs[places + swaps], runs[places + 1 - swaps]


def by_pairs(base: FloatArray, new: FloatArray) -> list[Samples]:
    """The gates of interleaved sides; a cost is recorded as it is."""
    steps = [0.0 if gate == "all.cost" else RESOLUTION for gate in GATES]
    return [in_pairs(base[:, gate], new[:, gate], resolution=steps[gate]) for gate in range(len(GATES))]


def on_two_days(random: Random, noise: Noise, runs: int, known: int = 0) -> list[Samples]:
    """Sides run apart, a batch each, with so many other batches of one tag known besides."""
    base, new = (batch(random, noise, runs) for _ in range(2))
    others = [batch(random, noise, runs) for _ in range(known)]
    family = []
    for gate, name in enumerate(GATES):
        groups = [[base[:, gate]], [new[:, gate]], [other[:, gate] for other in others]]
        drift = drift_of(groups, name.split(".")[1])
        family.append(apart(base[:, gate], new[:, gate], resolution=RESOLUTION, drift=drift))
    return family


def planned(random: Random, noise: Noise, *, pilot: int = 4, least: int = 6, most: int = 20) -> Sides:
    """Pairs as many as a pilot's noise asks for; the pilot's pairs are among them."""
    base, new = interleaved(random, noise, most)
    spreads = (new - base)[:pilot].std(axis=0, ddof=1) / math.sqrt(2)
    asked = [
        needed_for(max(float(spread), RESOLUTION / 4), margin, len(GATES), paired=True, spread_df=pilot - 1) or most
        for spread, margin in zip(spreads, MARGINS, strict=True)
    ]
    pairs = min(max(*asked, least), most)
    return base[:pairs], new[:pairs]


@dataclass(frozen=True, slots=True)
class Rates:
    """How often simulated comparisons came out how, all gates together; `gate` is read.p99 alone."""

    overall: Counter[str]
    gate: Counter[str]

    @property
    def comparisons(self) -> int:
        return self.overall.total()

    def share(self, *words: str) -> float:
        return sum(self.overall[word] for word in words) / self.comparisons

    def interval(self, word: str) -> tuple[float, float]:
        """Of the share of an overall verdict, 95 %, exact (Clopper & Pearson 1934)."""
        found = binomtest(self.overall[word], self.comparisons).proportion_ci(0.95, "exact")
        return float(found.low), float(found.high)

    def gate_share(self, word: str) -> float:
        return self.gate[word] / self.comparisons


def overall(found: Sequence[Judged]) -> str:
    """The verdict over all gates, as a comparison has it."""
    words = {each.verdict for each in found}
    return next((word for word in ("regressed", "cannot tell", "improved") if word in words), "not worse")


def rates(comparisons: int, seed: int, family: Callable[[Random], list[Samples]]) -> Rates:
    """So many comparisons, each drawn anew."""
    random = np.random.default_rng(seed)
    whole, gate = Counter[str](), Counter[str]()
    for _ in range(comparisons):
        found = judge(family(random), MARGINS)
        whole[overall(found)] += 1
        gate[found[P99].verdict] += 1
    return Rates(whole, gate)


def slower(sides: Sides, by: float, gate: int = P99) -> Sides:
    """The new side with one gate so much slower: 0.1 is 10 %."""
    base, new = sides
    new = new.copy()
    new[:, gate] += math.log1p(by)
    return base, new
