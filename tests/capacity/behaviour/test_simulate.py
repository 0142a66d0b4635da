"""What becomes of what is asked: admission, bursts, bills and shapes, and agreement with a naive loop over seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings, strategies as st

from ddbload.capacity.behaviour import (
    Asked,
    Assumptions,
    Fixed,
    OnDemand,
    Outcome,
    Setting,
    SettingError,
    Tracked,
    simulate,
    simulate_one,
)
from ddbload.capacity.behaviour.settings import Dimension, Floats
from ddbload.errors import UsageError
from tests.capacity.behaviour import naive

START = datetime(2026, 1, 5, tzinfo=UTC)
CERTAIN = Assumptions().certain()
_DATA = Path(__file__).parents[2] / "data" / "plan.yaml"
VECTORS = {one["id"]: one for one in yaml.safe_load(_DATA.read_text())["vectors"] if one["kind"] == "behaviour"}


def of_table(units: Floats, dimension: Dimension = "write", **more: Floats) -> Asked:
    return Asked(dimension, {"": units, **more}, START, dict.fromkeys(["", *more], 0.0))


@st.composite
def traces(draw: st.DrawFn, most_indexes: int = 2) -> dict[str, list[float]]:
    """Some minutes of seconds of a table and its indexes, quiet and busy by turns, in whole units."""
    names = ["", *"ab"[: draw(st.integers(0, most_indexes))]]
    minutes = draw(st.integers(1, 8))
    asked = {}
    for name in names:
        levels = draw(
            st.lists(st.sampled_from([0, 1, 8, 10, 12, 40, 3000]), min_size=minutes * 4, max_size=minutes * 4)
        )
        asked[name] = [float(level) for level in levels for _ in range(15)]
    return asked


def seconds(asked: dict[str, list[float]]) -> dict[str, Floats]:
    return {name: np.array(units).reshape(1, -1, 60) for name, units in asked.items()}


@settings(deadline=None, max_examples=60)
@given(
    asked=traces(),
    capacity=st.lists(st.integers(1, 30), min_size=3, max_size=3),
    burst_s=st.sampled_from([0, 1, 7, 300]),
    filled=st.sampled_from([0.0, 0.5, 1.0]),
    writes=st.booleans(),
    touched=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
)
def test_by_the_second_it_is_the_naive_loop(
    asked: dict[str, list[float]], capacity: list[int], burst_s: int, filled: float, writes: bool, touched: float
) -> None:
    units = {name: float(capacity[at]) for at, name in enumerate(asked)}
    touches = {"a": touched} if writes else {}
    wanted = naive.fixed(asked, units, burst_s=burst_s, filled=filled, writes=writes, touches=touches)
    found = simulate(
        Asked("write" if writes else "read", seconds(asked), START, touches=touches),
        [{name: Fixed(one) for name, one in units.items()}],
        Assumptions().replaced({"burst_s": burst_s, "burst_start": filled, "burst_availability": 1}),
    )
    for name, outcome in found.items():
        assert outcome.throttled[0, 0] == pytest.approx(wanted.throttled[name], rel=1e-9, abs=1e-6)
        assert outcome.consumed[0, 0] == pytest.approx(wanted.consumed[name], rel=1e-9, abs=1e-6)
    assert found[""].by_index[0, 0] == pytest.approx(wanted.by_index, rel=1e-9, abs=1e-6)


@settings(deadline=None, max_examples=20)
@given(asked=traces(), capacity=st.integers(1, 30))
def test_many_lanes_at_once_are_each_as_if_alone(asked: dict[str, list[float]], capacity: int) -> None:
    units = {name: np.concatenate([one] * 3) for name, one in seconds(asked).items()}
    candidates: list[dict[str, Setting]] = [{name: Fixed(capacity * (1 + at)) for name in units} for at in range(4)]
    together = simulate(Asked("write", units, START), candidates, CERTAIN)
    for at, candidate in enumerate(candidates):
        alone = simulate(Asked("write", seconds(asked), START), [candidate], CERTAIN)
        for name, outcome in together.items():
            assert outcome.throttled[at] == pytest.approx(np.repeat(alone[name].throttled[0], 3), abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(levels=st.lists(st.floats(0, 5000), min_size=3, max_size=90), dispersion=st.sampled_from([0.0, 1.0, 8.0]))
def test_what_is_served_and_what_is_throttled_is_what_was_asked(levels: list[float], dispersion: float) -> None:
    units = np.array([levels])
    asked = Asked("write", {"": units, "i": units[:, ::-1].copy()}, START, {"": dispersion, "i": dispersion})
    candidates: list[dict[str, Setting]] = [
        {"": Fixed(700), "i": Fixed(900)},
        {"": Tracked(5, 2000), "i": Fixed(900)},
        {"": OnDemand(), "i": OnDemand(maximum=800)},
    ]
    for outcome in simulate(asked, candidates, CERTAIN, course=True).values():
        assert outcome.course is not None
        assert outcome.consumed + outcome.throttled == pytest.approx(outcome.asked)
        assert (outcome.throttled >= 0).all()
        assert (outcome.consumed >= -1e-6).all()
        assert outcome.course.throttled.sum(axis=2) * 60 == pytest.approx(outcome.throttled)
        assert outcome.course.consumed.sum(axis=2) * 60 == pytest.approx(outcome.consumed)
        assert (outcome.by_partition + outcome.by_index <= outcome.throttled + 1e-6).all()


@settings(deadline=None, max_examples=30)
@given(levels=st.lists(st.floats(0, 300), min_size=3, max_size=90), dispersion=st.sampled_from([0.0, 1.0, 8.0]))
def test_more_fixed_capacity_never_throttles_more(levels: list[float], dispersion: float) -> None:
    asked = Asked("read", {"": np.array([levels])}, START, {"": dispersion})
    outcome = simulate(asked, [{"": Fixed(units)} for units in (20, 50, 90, 150, 400)], CERTAIN)[""]
    # What the means hide is an estimate from means, which may err by a hair between neighbouring capacities.
    slack = 0.0 if not dispersion else 1e-3 * outcome.asked[0, 0] + 10
    assert (np.diff(outcome.throttled[:, 0]) <= slack + 1e-6).all()


def test_unused_capacity_is_kept_for_300_seconds_and_no_longer() -> None:
    assert Assumptions().burst_s.value == VECTORS["B07-burst"]["inputs"]["unused_seconds_retained"]
    idle, demand = np.zeros(60), np.full(1, 10_000.0)
    outcome = simulate_one(np.concatenate([idle, demand]), Fixed(100), dispersion=0)
    assert outcome.consumed == pytest.approx(300 * 100 + 60 * 100)


def test_burst_capacity_that_is_half_there_carries_half_as_far() -> None:
    units = np.concatenate([np.zeros(60), np.full(1, 10_000.0)])
    known = Assumptions().replaced({"burst_availability": 0.5})
    assert simulate_one(units, Fixed(100), dispersion=0, assumptions=known).consumed == pytest.approx(210 * 100)


def test_the_bucket_is_empty_at_first_unless_it_is_said_to_be_filled() -> None:
    units = np.full(1, 1000.0)
    assert simulate_one(units, Fixed(100), dispersion=0).consumed == pytest.approx(6000)
    filled = Assumptions().replaced({"burst_start": 1})
    assert simulate_one(units, Fixed(100), dispersion=0, assumptions=filled).consumed == pytest.approx(36_000)


def test_a_write_is_refused_for_want_of_an_indexs_capacity() -> None:
    units = np.full((1, 60), 100.0)
    found = simulate(of_table(units, by_date=units), [{"": Fixed(500), "by_date": Fixed(40)}], CERTAIN)
    assert found[""].throttled[0, 0] == pytest.approx(0.6 * 100 * 3600)
    assert found[""].by_index[0, 0] == pytest.approx(found[""].throttled[0, 0])
    assert found["by_date"].throttled[0, 0] == pytest.approx(0.6 * 100 * 3600)
    assert found["by_date"].by_index[0, 0] == 0


def test_writes_that_do_not_touch_a_short_index_go_through() -> None:
    """A tenth of the writes is in the sparse index, which serves half of them."""
    table, index = np.full((1, 60), 100.0), np.full((1, 60), 10.0)
    asked = Asked("write", {"": table, "flagged": index}, START, {"": 0.0, "flagged": 0.0}, touches={"flagged": 0.1})
    found = simulate(asked, [{"": Fixed(500), "flagged": Fixed(5)}], CERTAIN)
    assert found["flagged"].throttled[0, 0] == pytest.approx(0.5 * 10 * 3600)
    assert found[""].throttled[0, 0] == found[""].by_index[0, 0] == pytest.approx(0.05 * 100 * 3600)


def test_reads_of_an_index_do_not_hold_up_reads_of_the_table() -> None:
    units = np.full((1, 60), 100.0)
    found = simulate(of_table(units, "read", by_date=units), [{"": Fixed(500), "by_date": Fixed(40)}], CERTAIN)
    assert found[""].throttled[0, 0] == 0
    assert found["by_date"].throttled[0, 0] == pytest.approx(0.6 * 100 * 3600)


def test_an_index_that_is_short_leaves_the_tables_own_capacity_unused() -> None:
    """After the squeeze the table still has its burst, since the refused writes took nothing of it."""
    table = np.concatenate([np.full(10, 100.0), np.full(1, 200.0)])[np.newaxis]
    index = np.concatenate([np.full(10, 100.0), np.zeros(1)])[np.newaxis]
    found = simulate(of_table(table, i=index), [{"": Fixed(100), "i": Fixed(50)}], CERTAIN, course=True)
    course = found[""].course
    assert course is not None
    assert course.throttled[0, 0] == pytest.approx(np.append(np.full(10, 50.0), 0.0))


def test_the_documented_step_of_target_tracking() -> None:
    """100, 300 and 50 units at 70 %: 143, 429 and 72 provisioned, out at minute 62, in at 135, without delays."""
    units = np.repeat([100.0, 300.0, 50.0], [60, 60, 120])
    known = Assumptions().replaced({"metric_delay_min": 0, "update_delay_min": 0})
    course = simulate_one(units, Tracked(5, 1000, start=143), dispersion=0, assumptions=known).course
    assert course is not None
    assert list(np.flatnonzero(np.diff(course.capacity)) + 1) == [62, 135]
    assert [course.capacity[at] for at in (61, 62, 135)] == [143, 429, 72]


def test_an_hour_is_billed_at_its_highest_capacity_or_at_its_mean() -> None:
    units = np.repeat([100.0, 300.0], [90, 90])
    known = {"metric_delay_min": 0.0, "update_delay_min": 0.0}
    setting = Tracked(5, 1000, start=143)
    highest = simulate_one(units, setting, dispersion=0, assumptions=Assumptions().replaced(known))
    assert list(highest.hourly) == [143, 429, 429]
    assert highest.unit_hours == 143 + 429 + 429
    mean = simulate_one(units, setting, dispersion=0, assumptions=Assumptions().replaced({**known, "hour_bills": 0}))
    assert mean.hourly == pytest.approx([143, (32 * 143 + 28 * 429) / 60, 429])


def test_a_part_of_an_hour_is_billed_as_a_part() -> None:
    outcome = simulate_one(np.full(90, 1.0), Fixed(100))
    assert list(outcome.hourly) == [100, 100]
    assert outcome.unit_hours == pytest.approx(150)


def test_headroom_is_what_the_highest_minute_leaves() -> None:
    units = np.full(60, 40.0)
    units[30] = 80.0
    assert simulate_one(units, Fixed(100)).peak_use == pytest.approx(0.8)


def test_the_worst_minute_is_a_share_of_what_it_was_asked() -> None:
    units = np.full(3, 100.0)
    units[1] = 400.0
    assert simulate_one(units, Fixed(100), dispersion=0).worst_minute == pytest.approx(0.75)


def test_candidates_of_all_kinds_stand_in_the_order_in_which_they_were_given() -> None:
    units = np.full((1, 60), 300.0)
    candidates: list[dict[str, Setting]] = [{"": OnDemand()}, {"": Fixed(100)}, {"": Tracked(5, 50)}, {"": OnDemand()}]
    outcome = simulate(of_table(units), candidates, CERTAIN, course=True)[""]
    assert outcome.throttled[:, 0] / outcome.asked[:, 0] == pytest.approx([0, 200 / 300, 250 / 300, 0])
    assert list(outcome.unit_hours[:, 0]) == [0, 100, 50, 0]
    assert outcome.course is not None
    assert list(outcome.course.capacity[:, 0, 0]) == [4000, 100, 50, 4000]


def test_a_world_draws_the_same_whatever_candidates_stand_beside() -> None:
    units = np.full((6, 300), 90.0)
    units[:, 120:] = 260.0
    asked = of_table(units)
    alone = simulate(asked, [{"": Tracked(5, 1000)}], seed=7)[""]
    among = simulate(asked, [{"": Fixed(90)}, {"": Tracked(50, 600)}, {"": Tracked(5, 1000)}], seed=7)[""]
    assert (among.throttled[2] == alone.throttled[0]).all()
    assert len(set(alone.throttled[0])) > 1


def test_the_first_world_has_every_assumption_at_its_value() -> None:
    units = np.full((3, 300), 90.0)
    units[:, 120:] = 260.0
    drawn = simulate(of_table(units), [{"": Tracked(5, 1000)}])[""]
    certain = simulate(of_table(units), [{"": Tracked(5, 1000)}], CERTAIN)[""]
    assert drawn.throttled[0, 0] == certain.throttled[0, 0]


def test_seconds_and_the_minutes_that_they_make_agree_where_nothing_varies() -> None:
    by_minute = np.repeat([100.0, 300.0, 50.0, 400.0], 30)
    by_second = np.repeat(by_minute, 60).reshape(-1, 60)
    setting = Tracked(5, 1000)
    minutes, seconds_ = simulate_one(by_minute, setting, dispersion=0), simulate_one(by_second, setting)
    assert seconds_.throttled == pytest.approx(minutes.throttled, abs=1e-6)
    assert seconds_.unit_hours == minutes.unit_hours


CASES_OF_CHANCE = [
    # what it is, mean, capacity, burst seconds, dispersion
    ("a little under capacity", 97.0, 100.0, 300, 1.0),
    ("a little over capacity", 102.0, 100.0, 300, 1.0),
    ("far over capacity", 130.0, 100.0, 300, 1.0),
    ("bursty, a little over", 103.0, 100.0, 300, 10.0),
    ("no burst at all, at capacity", 100.0, 100.0, 0, 1.0),
    ("no burst at all, under capacity", 90.0, 100.0, 0, 1.0),
    ("a second of burst, at capacity", 100.0, 100.0, 1, 1.0),
    ("a trickle over one unit", 1.2, 1.0, 300, 1.0),
]


@pytest.mark.parametrize(("what", "mean", "capacity", "burst_s", "dispersion"), CASES_OF_CHANCE)
def test_what_a_minutes_mean_hides_is_added(
    what: str, mean: float, capacity: float, burst_s: int, dispersion: float
) -> None:
    rng = np.random.default_rng(5)
    worlds, minutes = 40, 120
    drawn = np.asarray(dispersion * rng.poisson(mean / dispersion, (worlds, minutes, 60)), dtype=np.float64)
    known = CERTAIN.replaced({"burst_s": burst_s})
    exact = _share(simulate(Asked("read", {"": drawn}, START), [{"": Fixed(capacity)}], known)[""])
    means = np.full((1, minutes), mean)
    found = _share(simulate(Asked("read", {"": means}, START, {"": dispersion}), [{"": Fixed(capacity)}], known)[""])
    error = exact.std() / worlds**0.5
    assert abs(found[0] - exact.mean()) < 4 * error + 0.1 * exact.mean() + 1e-4, what


def _share(outcome: Outcome) -> Floats:
    return np.asarray(outcome.throttled[0] / outcome.asked[0])


BAD = [
    ("nothing asked", Asked("read", {}, START), {}, "nothing is asked"),
    ("a figure that is not a number", of_table(np.array([[1.0, np.nan]])), {"": Fixed(5)}, "not a number"),
    ("a negative figure", of_table(np.array([[1.0, -1.0]])), {"": Fixed(5)}, "negative"),
    ("no minutes", of_table(np.zeros((1, 0))), {"": Fixed(5)}, "no minute"),
    ("a flat sequence", of_table(np.zeros(5)), {"": Fixed(5)}, r"\(worlds, minutes\)"),
    ("minutes of 30 seconds", of_table(np.zeros((1, 5, 30))), {"": Fixed(5)}, r"\(worlds, minutes, 60\) fits"),
    ("unlike shapes", of_table(np.zeros((1, 5)), i=np.zeros((1, 6))), {"": Fixed(5), "i": Fixed(5)}, "shape"),
    ("a setting left out", of_table(np.zeros((1, 5)), i=np.zeros((1, 5))), {"": Fixed(5)}, "no setting for i"),
    ("two modes", of_table(np.zeros((1, 5)), i=np.zeros((1, 5))), {"": Fixed(5), "i": OnDemand()}, "one billing mode"),
    ("no capacity", of_table(np.zeros((1, 5))), {"": Fixed(0)}, "at least 1 unit"),
    ("a target of 95 %", of_table(np.zeros((1, 5))), {"": Tracked(1, 5, target=0.95)}, "20 % to 90 %"),
    ("no maximum throughput at all", of_table(np.zeros((1, 5))), {"": OnDemand(maximum=0)}, "maximum is 0"),
]


@pytest.mark.parametrize(("asked", "candidate", "message"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_cannot_be_is_refused_by_name(asked: Asked, candidate: dict[str, Setting], message: str) -> None:
    with pytest.raises((UsageError, SettingError), match=message):
        simulate(asked, [candidate])


def test_more_than_all_writes_cannot_touch_an_index() -> None:
    units = {"": np.ones((1, 5)), "i": np.ones((1, 5))}
    with pytest.raises(UsageError, match="touches"):
        simulate(Asked("write", units, START, touches={"i": 1.5}), [{"": Fixed(5), "i": Fixed(5)}])


def test_a_start_without_a_zone_is_refused() -> None:
    naive_start = datetime(2026, 1, 5)  # noqa: DTZ001 - that is the mistake
    with pytest.raises(UsageError, match="no zone"):
        simulate(Asked("read", {"": np.ones((1, 5))}, naive_start), [{"": Fixed(5)}])


def test_the_utc_day_of_the_decrease_quota_goes_by_the_starts_zone() -> None:
    """Six times a day the demand falls for half an hour: in UTC's first hours only four decreases are there."""
    units = np.tile(np.repeat([100.0, 10.0], [20, 25]), 8)
    known = Assumptions().replaced({"metric_delay_min": 0, "update_delay_min": 0, "decreases_an_hour": 0})
    setting = Tracked(5, 1000, start=143)
    start_of_day = simulate_one(units, setting, dispersion=0, assumptions=known, start=START)
    assert start_of_day.course is not None
    assert (np.diff(start_of_day.course.capacity) < 0).sum() == 4
    west = timezone(timedelta(hours=-5))
    late = simulate_one(units, setting, dispersion=0, assumptions=known, start=datetime(2026, 1, 4, 17, tzinfo=west))
    assert late.course is not None
    assert (np.diff(late.course.capacity) < 0).sum() > 4  # a new UTC day begins within
