"""The verdicts of all gates together: the words for intervals, and the laws that bounds and verdicts obey."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from ddbload.compare.family import Judged, judge, verdict
from ddbload.compare.power import FAMILY_LEVEL
from ddbload.compare.samples import Drift, FloatArray, Samples
from tests.compare.samples import apart, in_pairs, swapped

MARGIN = 0.1
RESOLUTION = 0.001


@pytest.mark.parametrize(
    ("low", "high", "improved", "word"),
    [
        pytest.param(-0.05, 0.05, False, "not worse", id="a change that matters is ruled out"),
        pytest.param(0.01, 0.05, False, "not worse", id="certainly slower, by less than what matters"),
        pytest.param(-0.05, -0.01, True, "improved", id="certainly faster"),
        pytest.param(0.01, 0.15, False, "regressed", id="certainly slower, and perhaps by what matters"),
        pytest.param(0.12, 0.15, False, "regressed", id="certainly slower by more than what matters"),
        pytest.param(-0.05, 0.15, False, "cannot tell", id="no change is as likely as one that matters"),
        pytest.param(-0.05, 0.10, False, "cannot tell", id="a bound at the margin does not rule the margin out"),
    ],
)
def test_an_interval_has_its_word(low: float, high: float, *, improved: bool, word: str) -> None:
    assert verdict(low, high, improved=improved, margin=MARGIN) == word


@st.composite
def families(draw: st.DrawFn) -> list[Samples]:
    """Gates of one design with noise, some moved: pairs or sides apart, few runs or many, with drift or without."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    gates, spread = draw(st.integers(1, 4)), draw(st.sampled_from([0.003, 0.03, 0.3]))
    moved = np.array([draw(st.sampled_from([0.0, 0.05, -0.1, 0.3])) for _ in range(gates)])
    base_runs, paired = draw(st.sampled_from([2, 4, 5, 7, 10, 13])), draw(st.booleans())
    new_runs = base_runs if paired else draw(st.sampled_from([2, 4, 5, 11]))
    base, new = random.normal(0, spread, (base_runs, gates)), moved + random.normal(0, spread, (new_runs, gates))
    if paired:
        return [in_pairs(base[:, gate], new[:, gate], resolution=RESOLUTION) for gate in range(gates)]
    drift = Drift(draw(st.sampled_from([0.0, 0.02])), 4.0)
    batches = draw(st.sampled_from([1, 2, 100]))
    return [
        apart(
            base[:, gate],
            new[:, gate],
            base_batches=np.arange(base_runs) % batches,
            new_batches=1000 + np.arange(new_runs) % batches,
            resolution=RESOLUTION,
            drift=drift,
        )
        for gate in range(gates)
    ]


def _judged(family: Sequence[Samples]) -> list[Judged]:
    return judge(family, [MARGIN] * len(family))


def _each(family: Sequence[Samples], change: Callable[[FloatArray], FloatArray]) -> list[Samples]:
    return [
        Samples(
            base=change(gate.base),
            new=change(gate.new),
            paired=gate.paired,
            base_batches=gate.base_batches,
            new_batches=gate.new_batches,
            resolution=gate.resolution,
            drift=gate.drift,
        )
        for gate in family
    ]


@given(families())
@settings(deadline=None)
def test_the_lower_bound_is_above_zero_if_and_only_if_worse_is_proven(family: list[Samples]) -> None:
    for found in _judged(family):
        assert found.low is not None
        assert found.p is not None
        assert (found.low > 0) == (found.p <= FAMILY_LEVEL)


@given(families())
@settings(deadline=None)
def test_swapping_the_sides_turns_the_estimates(family: list[Samples]) -> None:
    turned = _judged([swapped(gate) for gate in family])
    for found, other in zip(_judged(family), turned, strict=True):
        assert found.estimate is not None
        assert other.estimate == pytest.approx(-found.estimate, abs=1e-12)
        assert other.se == pytest.approx(found.se)


@given(families())
@settings(deadline=None)
def test_what_is_proven_worse_is_improved_from_the_other_side(family: list[Samples]) -> None:
    turned = _judged([swapped(gate) for gate in family])
    for found, other in zip(_judged(family), turned, strict=True):
        assert found.low is not None
        assert (found.low > 0) == (other.verdict == "improved")


@given(families(), st.floats(-5, 5))
@settings(deadline=None)
def test_scaling_all_values_changes_no_verdict(family: list[Samples], log_factor: float) -> None:
    scaled = _each(family, lambda values: values + log_factor)
    for found, other in zip(_judged(family), _judged(scaled), strict=True):
        assert other.verdict == found.verdict
        assert (other.low, other.high) == pytest.approx((found.low, found.high), rel=1e-6, abs=1e-9)


@given(families())
@settings(deadline=None)
def test_another_gate_never_makes_one_regress(family: list[Samples]) -> None:
    alone, together = _judged(family[:-1]), _judged(family)
    for before, after in zip(alone, together, strict=False):
        assert not (before.verdict != "regressed" and after.verdict == "regressed")


@given(families(), st.integers(0, 100))
@settings(deadline=None)
def test_the_order_of_runs_within_a_side_does_not_matter(family: list[Samples], seed: int) -> None:
    if family[0].paired or np.unique(family[0].base_batches).size > 1:
        return
    order = np.random.default_rng(seed).permutation(family[0].base.size)
    shuffled = [
        apart(gate.base[order], gate.new, new_batches=gate.new_batches, resolution=RESOLUTION, drift=gate.drift)
        for gate in family
    ]
    together = [
        apart(gate.base, gate.new, new_batches=gate.new_batches, resolution=RESOLUTION, drift=gate.drift)
        for gate in family
    ]
    for found, other in zip(_judged(together), _judged(shuffled), strict=True):
        assert other.high == pytest.approx(found.high, rel=1e-9, abs=1e-12)


@given(families(), st.floats(1, 20))
@settings(deadline=None)
def test_more_noise_never_gives_a_narrower_interval(family: list[Samples], factor: float) -> None:
    noisier = [
        Samples(
            base=gate.base.mean() + factor * (gate.base - gate.base.mean()),
            new=gate.new.mean() + factor * (gate.new - gate.new.mean()),
            paired=gate.paired,
            base_batches=gate.base_batches,
            new_batches=gate.new_batches,
            resolution=factor * gate.resolution,
            drift=Drift(factor * gate.drift.sd, gate.drift.df),
        )
        for gate in family
    ]
    for found, other in zip(_judged(family), _judged(noisier), strict=True):
        assert found.estimate is not None
        assert found.high is not None
        assert other.estimate is not None
        assert other.high is not None
        assert other.high - other.estimate >= (found.high - found.estimate) * (1 - 1e-9)


def test_with_many_runs_the_bounds_are_those_of_t_with_bonferronis_share() -> None:
    random = np.random.default_rng(1)
    base, new = random.normal(size=(20, 3)), random.normal(size=(20, 3))
    found = judge([in_pairs(base[:, gate], new[:, gate]) for gate in range(3)], [MARGIN] * 3)[0]
    differences = new[:, 0] - base[:, 0]
    error = differences.std(ddof=1) / math.sqrt(20)
    assert found.low == pytest.approx(differences.mean() - stats.t.ppf(1 - 0.025 / 3, 19) * error)
    assert found.high == pytest.approx(differences.mean() + stats.t.ppf(0.95, 19) * error)
    assert found.method == "paired t"


@pytest.mark.parametrize(
    ("samples", "method"),
    [
        pytest.param(in_pairs(np.arange(6.0), np.arange(6.0) ** 2), "paired t", id="six pairs: too few arrangements"),
        pytest.param(in_pairs(np.arange(7.0), np.arange(7.0) ** 2), "permutation", id="seven pairs have 128"),
        pytest.param(apart(np.arange(4.0), np.arange(4.0) ** 2), "Welch t", id="four runs against four have 70"),
        pytest.param(apart(np.arange(5.0), np.arange(4.0) ** 2), "permutation", id="five against four have 126"),
        pytest.param(apart(np.arange(30.0), np.arange(30.0) ** 2), "Welch t", id="many runs"),
        pytest.param(apart(np.arange(6.0), np.arange(6.0) ** 2, drift=Drift(1, 4)), "Welch t", id="a batch a side"),
        pytest.param(
            apart(
                np.arange(10.0),
                np.arange(10.0) ** 2,
                base_batches=np.arange(10) // 2,
                new_batches=10 + np.arange(10) // 2,
                drift=Drift(1, 4),
            ),
            "permutation",
            id="five batches a side move as wholes",
        ),
        pytest.param(in_pairs([1.0] * 3, [1.0] * 3), "exact", id="nothing varies"),
        pytest.param(in_pairs([1.0], [1.0]), "none", id="one pair"),
    ],
)
def test_the_method_fits_the_runs(samples: Samples, method: str) -> None:
    assert judge([samples], [MARGIN])[0].method == method


@pytest.mark.parametrize(
    ("change", "word"), [(0.0, "not worse"), (0.05, "not worse"), (0.2, "regressed"), (-0.05, "improved")]
)
def test_what_has_no_noise_is_judged_by_the_change_itself(change: float, word: str) -> None:
    found = judge([in_pairs([1.0] * 4, [1.0 + change] * 4)], [MARGIN])[0]
    assert found.verdict == word
    assert found.low == found.high == pytest.approx(change)


def test_gates_without_noise_take_no_share_of_the_level() -> None:
    noisy = in_pairs(np.arange(20.0) % 3, np.arange(20.0) % 7)
    exact = in_pairs([1.0] * 20, [1.0] * 20)
    assert judge([noisy, exact], [MARGIN] * 2)[0] == judge([noisy], [MARGIN])[0]


def test_two_single_runs_cannot_tell() -> None:
    found = judge([apart([1.0], [9.0])], [MARGIN])[0]
    assert found.verdict == "cannot tell"
    assert (found.low, found.high, found.p) == (None, None, None)


def test_of_seven_pairs_just_three_arrangements_in_128_are_called_worse() -> None:
    # every choice of signs of the same seven differences, once each: the level is exact, or it is not kept
    sizes = np.random.default_rng(0).random(7).round(2) + 0.5
    found = [judge([in_pairs(np.zeros(7), sizes * signs)], [MARGIN])[0] for signs in product((1.0, -1.0), repeat=7)]
    assert sum(each.low is not None and each.low > 0 for each in found) == 3


def test_no_gates_have_no_verdicts() -> None:
    assert judge([], []) == []


@pytest.mark.parametrize(("base_spread", "new_spread"), [(1, 4), (4, 1)])
def test_sides_of_unlike_spread_rarely_show_a_change(base_spread: float, new_spread: float) -> None:
    random = np.random.default_rng(12)
    alarms = 0
    for _ in range(300):
        base, new = random.normal(0, base_spread, (3, 5)), random.normal(0, new_spread, (3, 5))
        found = judge(
            [
                apart(*each, base_batches=np.arange(5), new_batches=np.arange(5, 10))
                for each in zip(base, new, strict=True)
            ],
            [MARGIN] * 3,
        )
        alarms += any(each.low is not None and each.low > 0 for each in found)
    assert alarms <= 14  # 300 at 2.5 %: more have a chance of 1 %; by the arrangements alone there are more


@pytest.mark.parametrize(("many", "few"), [(10, 2), (13, 2)])
def test_many_runs_against_a_few_like_them_rarely_show_a_change(many: int, few: int) -> None:
    random = np.random.default_rng(11)
    alarms = 0
    for _ in range(400):
        base, new = random.normal(0, 1, (5, many)), random.normal(0, 1, (5, few))
        found = judge(
            [
                apart(*each, base_batches=np.arange(many), new_batches=np.arange(many, many + few))
                for each in zip(base, new, strict=True)
            ],
            [MARGIN] * 5,
        )
        alarms += any(each.low is not None and each.low > 0 for each in found)
    assert alarms <= 19  # 400 at 2.5 %: more have a chance of 0.3 %; Welch's own degrees of freedom show 33 and more
