"""How unevenly keys are used: uniform, Zipf or a hot set, by maximum likelihood over how often each key was seen.

Which key has which rank is unknown, and to rank keys by what was seen of them is biased (noise makes the head look
heavier, and keys that were never seen are missed). So ranks are not used: a key drawn at random from the n keys is seen

    c times with probability P(c) = 1/n * sum over ranks r of Poisson(c; N p_r),

and the fit maximises the likelihood of the observed numbers of keys seen once, twice, ... given that a key was seen.
n, where it is not known, is the one for which the model expects as many different keys as were seen. Counts above 30
are put into bins of 10 %; ranks above 300 into bins of 2 %.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ddbload.values.transforms import Floats, Integers

_EXACT_COUNTS = 30
_EXACT_RANKS = 300
_STRAY = 1e-3  # the share of keys of which a model says nothing: a single odd one must not decide
_WELL = 0.015  # below this distance, and what chance adds to it, no hot set is looked for
_MOST = 1e12
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Skew:
    """How keys are chosen among n.

    Attributes:
        kind: "uniform", "zipf", "hotspot", "sequential" (each as often as the others, in turn) or "next" (each once).
        n: how many keys there are to choose from, seen or not.
        seen: how many different ones the trace has.
        exponent: of the Zipf distribution, and its standard error.
        hot: the share of the keys that is hot; hot_share: the share of the requests that goes to them.
        distance: the largest distance (Kolmogorov-Smirnov) between the seen and the fitted distribution of how often
            a key is used.
        n_known: n is told by the numbers in the keys; else it is estimated, which is rough where many were not seen.
    """

    kind: str
    n: int
    seen: int
    distance: float
    exponent: float = 0.0
    exponent_error: float = 0.0
    hot: float = 0.0
    hot_share: float = 0.0
    n_known: bool = False

    @property
    def chooser(self) -> str:
        """As a scenario has it."""
        if self.kind == "zipf":
            return f"{{zipf: {self.exponent:.3g}}}"
        if self.kind == "hotspot":
            return f"{{hotspot: {{items: {_percent(self.hot)}, share: {_percent(self.hot_share)}}}}}"
        return self.kind

    def __str__(self) -> str:
        about = {
            "zipf": f"zipf {self.exponent:.3f} +- {self.exponent_error:.3f}",
            "hotspot": f"{_percent(self.hot_share)} of the requests go to {_percent(self.hot)} of the keys",
            "uniform": "uniform",
            "sequential": "one key after the other",
            "next": "each key once, in order",
        }[self.kind]
        found = f"{self.seen:,} keys seen" + (f", about {self.n:,} there" if self.n > self.seen else "")
        return f"{about}; {found}; KS distance {self.distance:.3f}"


def _percent(share: float) -> str:
    return f"{float(f'{100 * share:.3g}'):g}%"


def fit_skew(counts: Integers, known: int | None = None, *, draws: int | None = None, one_of: int = 1) -> Skew:
    """Fit how keys are chosen to how often each seen key was used (each at least once).

    `known` is how many keys there are by their numbers; it is used where it fits about as well as the best estimate.
    Where only one of `one_of` keys was counted, chosen without regard to their use, `draws` is the number of all
    requests.
    """
    seen = _Seen.of(counts, draws, one_of)
    if seen.keys < 2:  # noqa: PLR2004 - one key has no skew
        return Skew("uniform", max(1, seen.keys), seen.keys, 0.0)
    spread = float(counts.var() / counts.mean())
    # a tenth of what chance alone would spread; 20 keys, so that chance alone does not come near to it
    if spread < 0.1 and counts.mean() > 3 and seen.keys >= 20:  # noqa: PLR2004
        return Skew("sequential", max(seen.keys * one_of, known or 0), seen.keys, 0.0)
    found = min((_uniform(seen, known), _zipf(seen, known)), key=lambda one: one[0])
    if found[1].distance > _WELL + 0.6 / math.sqrt(seen.keys):
        found = min((found, _hotspot(seen, known)), key=lambda one: one[0])
    return found[1]


@dataclass(frozen=True, slots=True)
class _Seen:
    """How many keys were seen how often: `keys_in[b]` keys were seen lower[b] .. upper[b] times."""

    upper: Integers
    keys_in: Floats
    keys: int
    draws: float
    one_of: int

    @classmethod
    def of(cls, counts: Integers, draws: int | None, one_of: int) -> _Seen:
        upper = list(range(1, _EXACT_COUNTS + 1))
        while upper[-1] < counts.max(initial=1):
            upper.append(max(upper[-1] + 1, int(upper[-1] * 1.1)))
        edges = np.array(upper, dtype=np.int64)
        keys_in = np.bincount(np.searchsorted(edges, counts), minlength=len(edges)).astype(np.float64)
        return cls(edges, keys_in, len(counts), float(counts.sum() if draws is None else draws), one_of)

    def chances(self, means: Floats, weights: Floats) -> tuple[float, Floats]:
        """(probability of never, probabilities of each bin) of a key whose mean is one of `means`, by their weights."""
        pmf = np.exp(-means)
        total = weights.sum()
        never = float(pmf @ weights / total)
        inside = np.empty(len(self.upper))
        below = pmf.copy()
        for count in range(1, _EXACT_COUNTS + 1):
            pmf = pmf * means / count
            inside[count - 1] = pmf @ weights
            below += pmf
        large = self.upper[_EXACT_COUNTS:]
        if len(large):
            reached = np.minimum(_poisson_below(large, means), 1.0) @ weights
            inside[_EXACT_COUNTS:] = np.diff(reached, prepend=float(np.minimum(below, 1.0) @ weights))
        return never, np.maximum(inside / total, 1e-300)

    def badness(self, n: float, means: Floats, weights: Floats, free: int) -> tuple[float, float]:
        """(Bayesian information criterion, Kolmogorov-Smirnov distance) of a model of n keys with `free` parameters."""
        never, inside = self.chances(means, weights)
        once = max(1.0 - never, 1e-300)
        inside = (1 - _STRAY) * inside + _STRAY * once / len(inside)
        fitted = np.cumsum(inside / once)
        distance = float(np.abs(np.cumsum(self.keys_in) / self.keys - fitted).max())
        # the number of different keys counts as well: binomial(n, once), by its normal approximation
        n /= self.one_of
        spread = max(n * once * never, 1.0)
        unseen = 0.5 * (self.keys - n * once) ** 2 / spread + 0.5 * math.log(spread)
        likelihood = float(self.keys_in @ np.log(inside / once)) - unseen
        return free * math.log(self.keys) - 2 * likelihood, distance


def _poisson_below(counts: Integers, means: Floats) -> Floats:
    """P(X <= count), shape (counts, means): the cube root of a gamma variable is nearly normal (Wilson, Hilferty)."""
    k = counts[:, None] + 1.0
    z = ((means / k) ** (1 / 3) - (1 - 1 / (9 * k))) * 3 * np.sqrt(k)
    return _normal_above(z)


def _normal_above(z: Floats) -> Floats:
    """P(Z > z); absolute error below 1.5e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26)."""
    x = np.abs(z) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * x)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    tail = 0.5 * series * np.exp(-x * x)
    return np.where(z < 0, 1 - tail, tail)


Model = Callable[[float], tuple[Floats, Floats]]
"""n -> (means, weights): how often keys are expected to be used, and how many keys each mean stands for."""


def _keys_for(seen: _Seen, model: Model) -> float:
    """The n for which the model expects as many different keys as were seen; by bisection of log n."""

    def expected(n: float) -> float:
        means, weights = model(n)
        return float(-np.expm1(-means) @ weights) / seen.one_of

    least = seen.keys * seen.one_of
    low, high = math.log(least), math.log(_MOST)
    if expected(least * (1 + 1e-9)) >= seen.keys - 0.5:
        return float(least)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if expected(math.exp(middle)) < seen.keys else (low, middle)
    return math.exp((low + high) / 2)


def _best(
    seen: _Seen, known: int | None, build: Callable[[float], Model], low: float, high: float, free: int
) -> tuple[float, float, float, float, bool]:
    """(badness, parameter, n, distance, n is the known one) of the best parameter between low and high."""

    def at(n: int | None) -> Callable[[float], tuple[float, float, float]]:
        def cost(parameter: float) -> tuple[float, float, float]:
            model = build(parameter)
            keys = _keys_for(seen, model) if n is None else float(n)
            badness, distance = seen.badness(keys, *model(keys), free + (n is None))
            return badness, keys, distance

        return cost

    found = [(*_minimum(at(None), low, high), False)]
    if known is not None and known >= seen.keys * seen.one_of * 0.9:
        parameter, (badness, keys, distance) = _minimum(at(known), low, high)
        if badness <= found[0][1][0] + _AS_GOOD:
            found = [(parameter, (badness, keys, distance), True)]
    parameter, (badness, keys, distance), by_number = found[0]
    return badness, parameter, keys, distance, by_number


_AS_GOOD = 6.0  # on the scale of -2 log likelihood: a known number of keys is preferred unless it fits clearly worse


def _minimum(
    cost: Callable[[float], tuple[float, float, float]], low: float, high: float
) -> tuple[float, tuple[float, float, float]]:
    """The parameter of the smallest cost: a coarse grid, then golden sections around its best point."""
    grid = np.linspace(low, high, 17)
    costs = [cost(float(x)) for x in grid]
    best = min(range(len(grid)), key=lambda i: costs[i][0])
    left, right = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    while right - left > (high - low) * 5e-4:
        a, b = right - _GOLDEN * (right - left), left + _GOLDEN * (right - left)
        left, right = (left, b) if cost(a)[0] < cost(b)[0] else (a, right)
    middle = (left + right) / 2
    return middle, cost(middle)


def _uniform(seen: _Seen, known: int | None) -> tuple[float, Skew]:
    def build(_: float) -> Model:
        return lambda n: (np.array([seen.draws / n]), np.array([n]))

    badness, _, n, distance, by_number = _best(seen, known, build, 0.0, 1.0, 0)
    return badness, Skew("uniform", round(n), seen.keys, distance, n_known=by_number)


def _zipf(seen: _Seen, known: int | None) -> tuple[float, Skew]:
    def build(exponent: float) -> Model:
        def model(n: float) -> tuple[Floats, Floats]:
            ranks, weights = _ranks(n)
            popular = ranks**-exponent
            return seen.draws * popular / float(popular @ weights), weights

        return model

    badness, exponent, n, distance, by_number = _best(seen, known, build, 0.02, 2.5, 1)
    error = _standard_error(seen, build, exponent, n)
    skew = Skew("zipf", round(n), seen.keys, distance, exponent, error, n_known=by_number)
    return badness, skew


def _standard_error(seen: _Seen, build: Callable[[float], Model], exponent: float, n: float) -> float:
    """From the curvature of the likelihood at its maximum."""
    step = 0.01
    around = [seen.badness(n, *build(exponent + shift)(n), 0)[0] / 2 for shift in (-step, 0.0, step)]
    curvature = (around[0] - 2 * around[1] + around[2]) / step**2
    return 1 / math.sqrt(curvature) if curvature > 0 else math.inf


def _ranks(n: float) -> tuple[Floats, Floats]:
    """Representative ranks of 1 .. n and how many ranks each stands for; the last one may be a part."""
    exact = np.arange(1, min(int(n), _EXACT_RANKS) + 1, dtype=np.float64)
    if n <= _EXACT_RANKS:
        return exact, np.append(np.ones(len(exact) - 1), 1 + n - len(exact))
    edges = np.geomspace(_EXACT_RANKS + 0.5, n + 0.5, max(2, math.ceil(math.log(n / _EXACT_RANKS) / 0.02)))
    middle = np.sqrt(edges[:-1] * edges[1:])
    return np.concatenate([exact, middle]), np.concatenate([np.ones(len(exact)), np.diff(edges)])


def _hotspot(seen: _Seen, known: int | None) -> tuple[float, Skew]:
    def build_at(hot: float) -> Callable[[float], Model]:
        def build(share: float) -> Model:
            def model(n: float) -> tuple[Floats, Floats]:
                weights = np.array([hot * n, (1 - hot) * n])
                return seen.draws * np.array([share, 1 - share]) / weights, weights

            return model

        return build

    def inner(log_hot: float) -> tuple[float, float, float]:
        badness, share, n, distance, by_number = _best(seen, known, build_at(math.exp(log_hot)), 0.02, 0.995, 2)
        details[log_hot] = (share, distance, by_number)
        return badness, n, distance

    details: dict[float, tuple[float, float, bool]] = {}
    log_hot, (badness, n, distance) = _minimum(inner, math.log(max(1e-4, 1 / seen.keys)), math.log(0.6))
    share, _, by_number = details[log_hot]
    hot = math.exp(log_hot)
    if share <= hot:  # the "hot" part would be the colder one
        badness = math.inf
    return badness, Skew("hotspot", round(n), seen.keys, distance, hot=hot, hot_share=share, n_known=by_number)
