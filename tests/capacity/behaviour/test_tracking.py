"""Auto scaling by target tracking: the documented vectors, the laws it keeps, and the reference's own account of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from ddbload.capacity.behaviour import Asked, simulate
from ddbload.capacity.behaviour.decreases import DecreaseQuota
from ddbload.capacity.behaviour.schedule import Bounds
from ddbload.capacity.behaviour.settings import Scheduled, Tracked
from ddbload.capacity.behaviour.tracking import ScalingRules, Tracking, starting_capacity
from ddbload.capacity.behaviour.validation import SettingError, check_tracked
from tests.capacity.behaviour import reference

DAY = 1440
EXAMPLES = int(os.environ.get("DDBLOAD_EVIDENCE_EXAMPLES", "60"))
_DATA = Path(__file__).parents[2] / "data" / "plan.yaml"
VECTORS = {vector["id"]: vector for vector in yaml.safe_load(_DATA.read_text())["vectors"]}


def _levels(tracking: Tracking, consumed: Sequence[float] | NDArray[np.float64]) -> list[float]:
    """Capacity of each minute, and of the one after the last."""
    found = [float(tracking.capacity[0])]
    for minute, units in enumerate(consumed):
        tracking.step(minute, np.full(len(tracking.capacity), float(units)))
        found.append(float(tracking.capacity[0]))
    return found


def _changes(levels: Sequence[float]) -> list[tuple[int, float]]:
    return [(at, levels[at]) for at in range(1, len(levels)) if levels[at] != levels[at - 1]]


def _tracking(start: float = 100, low: float = 1, high: float = 40_000, target: float = 0.7, **more: Any) -> Tracking:
    return Tracking(low, high, target, [start], **more)


# What the service is documented to do.


def test_a_step_from_100_to_300_units_takes_143_to_429_at_minute_62_and_back_at_minute_135() -> None:
    vector = VECTORS["B05-autoscale-step"]
    inputs, expected = vector["inputs"], vector["expected"]
    consumed = [part["consumed"] for part in inputs["load"] for _ in range(part["minutes"])]
    levels = _levels(_tracking(inputs["start"], target=inputs["target"]), consumed)
    assert [at for at, _ in _changes(levels)] == [expected["out_at_minute"], expected["in_at_minute"]] == [62, 135]
    found = [levels[0], *(units for _, units in _changes(levels))]
    assert found == pytest.approx(expected["levels"], abs=vector["tolerance"]["abs_units"])


@pytest.mark.parametrize(
    ("more", "fewer", "scales"),
    [
        pytest.param(0, 0, False, id="at the target nothing happens"),
        pytest.param(0.1, 1, False, id="above it, a minute less is not enough"),
        pytest.param(0.1, 0, True, id="above it for as long, it scales out"),
    ],
)
def test_it_scales_out_above_the_target_for_two_minutes(more: float, fewer: int, scales: bool) -> None:
    inputs, expected = (VECTORS["B04-autoscale-triggers"][part] for part in ("inputs", "expected"))
    tracking = _tracking(inputs["provisioned"], target=inputs["target_utilisation"])
    minutes = expected["scale_out_minutes"] - fewer
    assert bool(_changes(_levels(tracking, [expected["scale_out_above"] + more] * minutes))) is scales


@pytest.mark.parametrize(
    ("more", "fewer", "scales"),
    [
        pytest.param(0.1, 0, False, id="above the lower bound nothing happens"),
        pytest.param(0, 1, False, id="at it, a minute less is not enough"),
        pytest.param(0, 0, True, id="at it for as long, it scales in"),
    ],
)
def test_it_scales_in_at_the_lower_bound_for_fifteen_minutes(more: float, fewer: int, scales: bool) -> None:
    inputs, expected = (VECTORS["B04-autoscale-triggers"][part] for part in ("inputs", "expected"))
    tracking = _tracking(inputs["provisioned"], target=inputs["target_utilisation"])
    minutes = expected["scale_in_minutes"] - fewer
    assert bool(_changes(_levels(tracking, [expected["scale_in_at_or_below"] + more] * minutes))) is scales


def test_spikes_a_minute_apart_do_not_scale_out() -> None:
    assert not _changes(_levels(_tracking(100), [60, 95] * 30))


def test_a_minute_without_traffic_is_no_datapoint_and_nothing_scales_in_until_one_comes() -> None:
    levels = _levels(_tracking(100), [60] * 20 + [0] * 600 + [10] * 2)
    assert _changes(levels) == [(621, 15)]


def test_a_target_of_20_percent_has_a_lower_bound_of_nothing_and_never_scales_in() -> None:
    assert not _changes(_levels(_tracking(100, target=0.2), [1] * DAY))


def test_the_levels_of_the_pricing_pages_example_are_consumption_over_target() -> None:
    to_143 = _levels(_tracking(100), [100] * 2)[-1]
    to_114 = {
        rounding: _levels(_tracking(160, rules=ScalingRules(rounding=rounding)), [80] * 15)[-1]
        for rounding in ("up", "nearest")
    }
    levels = [segment["wcu"] for segment in VECTORS["C02-autoscaled-month"]["inputs"]["segments"]]
    assert [100, to_143, to_114["nearest"]] == levels
    assert to_114["up"] == levels[-1] + 1


# Delays.


def test_the_metric_and_the_update_delay_add_up() -> None:
    levels = _levels(_tracking(143, metric_delay_min=1, update_delay_min=3), [100] * 60 + [300] * 60)
    assert _changes(levels) == [(66, 429)]


def test_a_change_within_a_minute_makes_its_capacity_the_mean_by_time() -> None:
    levels = _levels(_tracking(100, metric_delay_min=0.25, update_delay_min=0.5), [100] * 5)
    assert levels[2] == pytest.approx(100 * 0.75 + 143 * 0.25)
    assert levels[3] == 143


def test_nothing_begins_while_an_update_is_under_way() -> None:
    levels = _levels(_tracking(100, update_delay_min=5), [100, 100, 500, 500, 500, 500, 500, 500, 500])
    assert _changes(levels) == [(7, 143)]


def test_a_table_and_its_index_are_updated_one_after_the_other_and_the_longest_waiting_first() -> None:
    tracking = Tracking(1, 40_000, 0.7, [100.0, 100.0, 100.0, 100.0], update_delay_min=4, tables=[0, 1, 0, 1])
    levels = []
    for minute in range(15):
        tracking.step(minute, np.array([100.0, 60, 100, 100]) * (1 + minute))
        levels.append(tracking.capacity.tolist())
    table, other_table, index, other_index = (
        [at + 1 for at, _ in _changes(lane)] for lane in zip(*levels, strict=True)
    )
    assert (table, index) == ([6, 14], [10])
    assert (other_table, other_index) == ([10], [6, 14])


def test_in_the_simulation_the_index_of_a_table_waits_for_the_tables_update() -> None:
    step = np.array([[100.0] * 30 + [400.0] * 30])
    asked = Asked("write", {"": step, "by_status": step}, datetime(2027, 2, 1, tzinfo=UTC))
    found = simulate(asked, [{"": Tracked(50, 1000), "by_status": Tracked(50, 1000)}], course=True)
    courses = (found[name].course for name in ("", "by_status"))
    changes = [_changes(course.capacity[0, 0].tolist())[0][0] for course in courses if course is not None]
    assert changes == [30 + 2 + 1 + 3, 30 + 2 + 1 + 3 + 3]


def test_datapoints_before_a_change_count_again_under_the_new_thresholds() -> None:
    levels = _levels(_tracking(100, update_delay_min=5), [100, 100] + [500] * 12)
    assert _changes(levels) == [(7, 143), (12, 715)]


def test_a_cooldown_keeps_a_second_change_in_the_same_direction_waiting() -> None:
    rules = ScalingRules(scale_out_cooldown_s=600)
    levels = _levels(_tracking(100, rules=rules), [100, 100] + [500] * 20)
    assert _changes(levels) == [(2, 143), (12, 715)]


# Decreases.


def _eager() -> ScalingRules:
    return ScalingRules(scale_in_minutes=1, band=0.01)


def test_four_decreases_come_at_once_and_one_more_with_each_hour_of_the_utc_clock() -> None:
    falling = [20_000 * 0.95 ** (minute // 5) for minute in range(420)]
    levels = _levels(_tracking(40_000, rules=_eager()), falling)
    assert [minute for minute, _ in _changes(levels)] == [1, 6, 11, 16, 60, 120, 180, 240, 300, 360, 420]


def test_a_utc_day_has_at_most_27_decreases() -> None:
    sawtooth = [1000 if minute % 10 < 4 else 10 for minute in range(2 * DAY)]
    levels = _levels(_tracking(100, rules=_eager()), sawtooth)
    lowered = [at for at, _ in _changes(levels) if levels[at] < levels[at - 1]]
    a_day = VECTORS["B06-decrease-limit"]["expected"]["max_per_day"]
    assert [sum(at // DAY == day for at in lowered) for day in (0, 1)] == [a_day, a_day] == [27, 27]


def test_the_day_of_decreases_is_utcs_and_not_the_simulations() -> None:
    sawtooth = [1000 if minute % 10 < 4 else 10 for minute in range(180)]
    levels = _levels(_tracking(100, rules=_eager(), utc_began_s=23 * 3600), sawtooth)
    lowered = [at for at, _ in _changes(levels) if levels[at] < levels[at - 1]]
    assert [sum(at // 60 == hour for at in lowered) for hour in range(3)] == [4, 4, 1]


def test_each_lane_has_an_allowance_of_its_own() -> None:
    tracking = Tracking(1, 40_000, 0.7, [100.0, 100.0], rules=_eager())
    lowered = np.zeros(2)
    for minute in range(50):
        busy = 1000 if minute % 10 < 4 else 10
        before = tracking.capacity.copy()
        tracking.step(minute, np.array([busy, 69.5 if minute < 40 else 10.0]))
        lowered += tracking.capacity < before
    assert lowered.tolist() == [4, 1]


# Bounds that move.


def _at(minute: int, low: float, high: float) -> dict[int, tuple[Bounds, ...]]:
    return {minute: (Bounds(np.array([0]), low, high),)}


def test_capacity_follows_when_a_schedule_puts_it_below_the_minimum() -> None:
    levels = _levels(_tracking(100, agenda=_at(30, 500, 1000), update_delay_min=3, metric_delay_min=2), [60] * 40)
    assert _changes(levels) == [(33, 500)]


def test_lowering_by_a_schedule_counts_as_a_decrease() -> None:
    none = ScalingRules(decreases=DecreaseQuota(at_day_start=0, per_hour=1, held=4))
    levels = _levels(_tracking(100, rules=none, agenda=_at(30, 1, 80)), [60] * 70)
    assert _changes(levels)[0] == (60, 80)


def test_a_schedule_at_the_very_beginning_acts_before_the_first_minute() -> None:
    assert _tracking(100, agenda=_at(0, 200, 300)).capacity[0] == 200


# Laws.

_minutes = st.lists(st.floats(0, 2000).map(lambda units: round(units, 1)), min_size=20, max_size=60)
_repeated = st.tuples(_minutes, st.sampled_from([1, 2, 5, 20])).map(lambda of: np.repeat(of[0], of[1])[:600])
_delay = st.integers(0, 400).map(lambda seconds: seconds / 60)


@settings(deadline=None)
@given(consumed=_repeated, metric=_delay, update=_delay, low=st.integers(1, 300), span=st.integers(0, 900))
def test_capacity_stays_within_its_bounds(consumed: Any, metric: float, update: float, low: int, span: int) -> None:
    tracking = _tracking(low, low, low + span, metric_delay_min=metric, update_delay_min=update)
    levels = _levels(tracking, consumed)
    assert min(levels) >= low
    assert max(levels) <= low + span


@settings(deadline=None)
@given(consumed=_repeated, target=st.floats(0.2, 0.9))
def test_what_scales_out_raises_and_what_scales_in_lowers(consumed: Any, target: float) -> None:
    levels = _levels(_tracking(100, target=target), consumed)
    for at, units in _changes(levels):
        last = consumed[max(0, at - 2) : at]
        above = bool((last > target * levels[at - 1]).all())
        assert (units > levels[at - 1]) is above


@settings(deadline=None)
@given(less=st.floats(1, 500), factor=st.floats(1, 5), target=st.floats(0.2, 0.9))
def test_more_consumption_never_scales_out_to_less(less: float, factor: float, target: float) -> None:
    low, high = (_levels(_tracking(10, target=target), [units] * 12)[-1] for units in (less, less * factor))
    assert high >= low


@settings(deadline=None)
@given(consumed=_repeated, began=st.integers(0, 23), update=st.integers(0, 6))
def test_decreases_never_exceed_the_quota_by_an_independent_count(consumed: Any, began: int, update: int) -> None:
    levels = _levels(_tracking(100, rules=_eager(), utc_began_s=began * 3600, update_delay_min=update), consumed)
    begun = [began * 60 + at - update for at in range(1, len(levels)) if levels[at] < levels[at - 1]]
    held = 4
    for minute in range(began * 60, began * 60 + len(levels)):
        if minute % 60 == 0 and minute > began * 60:
            held = 4 if minute % DAY == 0 else min(4, held + 1)
        held -= begun.count(minute)
        assert held >= 0


@settings(deadline=None, max_examples=EXAMPLES)
@given(
    seed=st.integers(0, 2**32 - 1),
    moves=st.lists(st.tuples(st.integers(1, 299), st.integers(1, 400), st.integers(400, 2000)), max_size=4),
    metric_s=st.integers(0, 180),
    update_s=st.integers(0, 360),
    target=st.sampled_from([0.3, 0.5, 0.7, 0.9]),
    began=st.integers(0, 1439).map(lambda minutes: minutes * 60),
)
def test_from_the_same_consumption_it_does_what_the_reference_does_to_the_second(
    seed: int, moves: list[tuple[int, int, int]], metric_s: int, update_s: int, target: float, began: int
) -> None:
    rng = np.random.default_rng(seed)
    if moves:  # capacity that is outside its bounds waits here for the beginning of a minute
        metric_s, update_s = metric_s - metric_s % 60, update_s - update_s % 60
    demand = np.repeat(rng.lognormal(5, 0.8, 30), 600) * rng.choice([0, 1, 1, 1], 300).repeat(60)
    world = reference.World(
        low=20, high=1500, target=target, start=150, metric_delay_s=metric_s, update_delay_s=update_s,
        utc_began_s=began, bounds={60 * minute: (low, high) for minute, low, high in moves},
    )  # fmt: skip
    told = reference.run(world, demand.tolist())
    tracking = Tracking(
        20, 1500, target, [150.0],
        metric_delay_min=metric_s / 60, update_delay_min=update_s / 60, utc_began_s=began,
        agenda={minute: (Bounds(np.array([0]), low, high),) for minute, low, high in moves},
    )  # fmt: skip
    levels = _levels(tracking, told.served_by_minute)[:-1]
    assert levels == pytest.approx(np.reshape(told.capacity, (-1, 60)).mean(axis=1).tolist())


# Settings.


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        (Tracked(1, 10, target=0.1), "target is 0.1"),
        (Tracked(1, 10, target=0.91), "target is 0.91"),
        (Tracked(1, 10, target=70), "target is 70"),
        (Tracked(1, 10, target=float("nan")), "target is nan"),
        (Tracked(20, 10), "low is 20, above high, which is 10"),
        (Tracked(0.5, 10), "low is 0.5"),
        (Tracked(float("nan"), 10), "low is nan"),
        (Tracked(1, float("inf")), "high is inf"),
        (Tracked(1, 10, start=float("nan")), "start is nan"),
        (Tracked(1, 10, schedule=(Scheduled(25, 0, 1, 10),)), r"schedule\[0\].hour is 25"),
        (Tracked(1, 10, schedule=(Scheduled(2, 0, 5, 4),)), r"schedule\[0\].low is 5, above"),
        (Tracked(1, 10, schedule=(Scheduled(2, 0, 5, 9, frozenset({6}), date(2027, 2, 27)),)), "date and weekdays are"),
        (Tracked(1, 10, schedule=(Scheduled(2, 0, 5, 9, frozenset({7})),)), r"schedule\[0\].weekdays is 7"),
    ],
)
def test_a_setting_that_aws_would_refuse_is_refused_by_the_name_of_its_field(setting: Tracked, says: str) -> None:
    with pytest.raises(SettingError, match=says):
        check_tracked(setting)


@pytest.mark.parametrize("end", ["min", "max"])
def test_targets_of_20_and_90_percent_are_still_taken(end: str) -> None:
    target = VECTORS["B09-target-utilisation-range"]["expected"][f"target_utilisation_{end}"]
    check_tracked(Tracked(1, 10, target=target))


def test_without_a_start_it_begins_with_what_the_first_minute_needs_within_the_bounds() -> None:
    first = np.array([1.0, 100.0, 5000.0])
    assert starting_capacity(Tracked(10, 1000), first).tolist() == [10, 143, 1000]
    assert starting_capacity(Tracked(10, 1000, start=50), first).tolist() == [50, 50, 50]
