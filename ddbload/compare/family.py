"""The verdicts of all gates of a comparison together: bounds, chances, and what these runs could have shown.

Two questions are asked of each gate, one-sided each. *Is it worse at all?* at a level of 2.5 % over the whole family,
so that unchanged code is called "regressed" in at most one comparison of forty. *Can a change that matters be ruled
out?* at 5 % for each gate by itself: all gates have to pass, and an intersection-union test needs no correction (Berger
1982, "Multiparameter hypothesis testing and acceptance sampling", Technometrics 24); each is the one-sided half of
Schuirmann's two one-sided tests (1987, Journal of Pharmacokinetics and Biopharmaceutics 15).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ddbload.compare import permutation, power
from ddbload.compare.contrast import Contrast, Method, contrast
from ddbload.compare.document import Verdict
from ddbload.compare.power import FAMILY_LEVEL, MARGIN_LEVEL
from ddbload.compare.samples import Samples
from ddbload.compare.student import quantile, upper_tail


@dataclass(frozen=True, slots=True)
class Judged:
    """A gate with its verdict; every number is on the analysis scale, where more is worse.

    Attributes:
        estimate: new less base; None where a side has no value.
        se, df: its standard error and the degrees of freedom of that; None without an interval.
        low: lower bound, above 0 if and only if "worse" is proven; the lower bounds of all gates hold together.
        high: upper bound, for this gate by itself.
        p: chance of such an estimate or a larger one without a change, corrected for the number of gates.
        method: how `low` and `p` were found.
        verdict: in the words of `document.Verdict`.
        detectable: the least change that would have come out "regressed" in nine of ten cases.
        needed: pairs, or runs on each side, that show a change of the margin in nine of ten cases; None where no number
            up to `power.MOST` does.
    """

    estimate: float | None
    se: float | None
    df: float | None
    low: float | None
    high: float | None
    p: float | None
    method: Method
    verdict: Verdict
    detectable: float | None
    needed: int | None


@dataclass(frozen=True, slots=True)
class _Test:
    """Whether a gate is worse, and whether better: the critical t and the corrected p of either."""

    method: Method
    worse: float
    better: float
    p: float


def judge(samples: Sequence[Samples], margins: Sequence[float]) -> list[Judged]:
    """The gates of one comparison (all paired, or none), each with the margin (> 0) it must not let pass."""
    contrasts = [contrast(gate) for gate in samples]
    # what cannot be tested, and what has no noise, is no chance for a false alarm and takes no share of the level
    noisy = [place for place, found in enumerate(contrasts) if found.method in ("paired t", "Welch t")]
    tests = dict(
        zip(noisy, _tests([samples[place] for place in noisy], [contrasts[place] for place in noisy]), strict=True)
    )
    return [
        _judged(gate, found, tests[place], margin, len(noisy)) if place in tests else _without_noise(found, margin)
        for place, (gate, found, margin) in enumerate(zip(samples, contrasts, margins, strict=True))
    ]


def _tests(family: list[Samples], contrasts: list[Contrast]) -> list[_Test]:
    by_t = [_by_t(found, len(family)) for found in contrasts]
    chance = permutation.chance(family)
    if chance is None:
        return by_t
    worse = permutation.critical(chance.worse, FAMILY_LEVEL)
    better = permutation.critical(chance.better, FAMILY_LEVEL)
    tests = [
        _Test("permutation", worse, better, permutation.share_beyond(chance.worse, _t(found))) for found in contrasts
    ]
    if family[0].paired:
        return tests
    # Signs of pairs may be turned whatever their spread. Runs change sides with impunity only where the sides differ by
    # as much: with one side four times as noisy, five runs against five came out "regressed" in 6 %. So both have to
    # agree, the arrangements and Welch's t, which expects just that.
    return [
        _Test("permutation", max(one.worse, other.worse), max(one.better, other.better), max(one.p, other.p))
        for one, other in zip(tests, by_t, strict=True)
    ]


def _by_t(found: Contrast, gates: int) -> _Test:
    """By the t distribution, at Bonferroni's share of the level.

    Holm 1979 (Scandinavian Journal of Statistics 6) begins with the same step, so the verdict over all gates is the
    same; but bounds from his later steps do not hold together.
    """
    beyond = quantile(1 - FAMILY_LEVEL / gates, found.df)
    return _Test(found.method, beyond, beyond, min(1.0, gates * upper_tail(_t(found), found.df)))


def _t(found: Contrast) -> float:
    assert found.estimate is not None
    assert found.se
    return found.estimate / found.se


def _judged(gate: Samples, found: Contrast, test: _Test, margin: float, gates: int) -> Judged:
    assert found.estimate is not None
    assert found.se is not None
    low = found.estimate - test.worse * found.se
    high = found.estimate + quantile(1 - MARGIN_LEVEL, found.df) * found.se
    improved = found.estimate + test.better * found.se < 0
    return Judged(
        estimate=found.estimate,
        se=found.se,
        df=found.df,
        low=low,
        high=high,
        p=test.p,
        method=test.method,
        verdict=verdict(low, high, improved=improved, margin=margin),
        detectable=power.detectable(found.se, found.df, test.worse, margin),
        needed=power.needed(gate, margin, gates),
    )


def _without_noise(found: Contrast, margin: float) -> Judged:
    if found.method == "none" or found.estimate is None:
        return Judged(found.estimate, None, None, None, None, None, "none", "cannot tell", None, None)
    estimate = found.estimate
    return Judged(
        estimate=estimate,
        se=found.se,
        df=found.df,
        low=estimate,
        high=estimate,
        p=0.0 if estimate > 0 else 1.0,
        method="exact",
        verdict=verdict(estimate, estimate, improved=estimate < 0, margin=margin),
        detectable=margin,
        needed=power.LEAST,
    )


def verdict(low: float, high: float, *, improved: bool, margin: float) -> Verdict:
    """The words for an interval: a change that matters is ruled out, or one is proven, or neither."""
    if high < margin:
        return "improved" if improved else "not worse"
    if low > 0:
        return "regressed"
    return "improved" if improved else "cannot tell"
