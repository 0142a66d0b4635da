"""Demand by a forecast: the curve of a day, days of the week, events at their minutes, trend, and the month itself."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.errors import UsageError
from ddbload.planner.demand.forecast import demand_of, later
from ddbload.planner.demand.model import Demand, Floats, Month
from ddbload.planner.demand.month import is_calendar, month_of, second_of, seconds_of, steps_of, wall_clock
from ddbload.planner.demand.shape import shape_of
from ddbload.planner.demand.worlds import slow_noise, triangular
from ddbload.scenario.model import Forecast, Scenario

DAY, HOUR = 1440, 60
BERLIN = "Europe/Berlin"
CURVE = {"trough": "20%", "peak": "100%", "peak_at": "20:00"}
SALE = {"name": "sale", "at": "10 12:00", "to": "300%", "ramp": "10m", "lasting": "2h"}
LOAD: dict[str, Any] = {"mix": {"read": 1.0}, "rate": 100.0, "arrivals": "poisson", "phases": [{"hold": "1m"}]}


def level(forecast: dict[str, Any], month: Month | None = None, worlds: int = 1, step_s: int = 60) -> Floats:
    return shape_of(Forecast.model_validate(forecast), month or month_of(), worlds, 7, step_s)


def likely(forecast: dict[str, Any], month: Month | None = None) -> Floats:
    row: Floats = level(forecast, month)[0]
    return row


def demand(forecast: dict[str, Any], worlds: int = 3, month: Month | None = None, **load: Any) -> Demand:
    scenario = Scenario.model_validate(
        {
            "ddbload": 1,
            "name": "orders",
            "table": {"name": "orders", "key": {"pk": "S"}},
            "items": {"order": {"of": {"n": 100}, "shape": {"pk": "order#{n}"}}},
            "operations": {"read": {"get": "order"}},
            "load": load or LOAD,
            "forecast": forecast,
        }
    )
    return demand_of(scenario, month or month_of(), worlds, 7)


# --- the month -------------------------------------------------------------------------------------------------------


def test_a_month_without_a_name_has_30_days_from_a_monday_and_is_billed_for_730_hours() -> None:
    month = month_of(BERLIN)
    assert (month.start.weekday(), month.days, month.billed_hours, steps_of(month, 60)) == (0, 30, 730, 43_200)
    assert not is_calendar(month)
    assert "730 hours" in month.words


@pytest.mark.parametrize(
    ("calendar", "days", "hours"),
    [("2027-02", 28, 672), ("2026-03", 31, 743), ("2026-10", 31, 745), ("2028-12", 31, 744)],
)
def test_a_calendar_month_has_its_own_days_and_hours(calendar: str, days: int, hours: int) -> None:
    month = month_of(BERLIN, calendar)
    assert (month.days, month.billed_hours, steps_of(month, 60)) == (days, hours, hours * 60)
    assert is_calendar(month)


@pytest.mark.parametrize("calendar", ["2027-13", "2027-00", "27-02", "2027-2", "1999-12", "February", ""])
def test_what_is_no_month_is_refused(calendar: str) -> None:
    with pytest.raises(UsageError, match=r"is no month \(a year from 2000 to 2199 and a month, such as 2027-02\)"):
        month_of("UTC", calendar)


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="'Europe/Berln' is no time zone"):
        month_of("Europe/Berln")


@given(
    st.sampled_from([BERLIN, "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.integers(2024, 2030),
    st.integers(1, 12),
    st.data(),
)
@settings(max_examples=40, deadline=None)
def test_the_clock_on_the_wall_is_the_zones_own(zone: str, year: int, number: int, data: st.DataObject) -> None:
    month = month_of(zone, f"{year}-{number:02d}")
    clock = wall_clock(month, 60)
    step = data.draw(st.integers(0, steps_of(month, 60) - 1))
    there = (month.start.astimezone(UTC) + timedelta(seconds=60 * step + 30)).astimezone(month.start.tzinfo)
    assert clock.hour[step] == pytest.approx(there.hour + there.minute / 60 + there.second / 3600)
    assert clock.weekday[step] == there.weekday()


def test_seconds_of_a_wall_time_count_the_hour_that_is_left_out() -> None:
    month = month_of(BERLIN, "2026-03")  # clocks go forward on the 29th, at 02:00
    assert second_of(month, datetime(2026, 3, 29, 1, 0)) == 28 * 86400 + 3600  # noqa: DTZ001 - a wall's
    assert second_of(month, datetime(2026, 3, 29, 4, 0)) == 28 * 86400 + 3 * 3600  # noqa: DTZ001 - a wall's
    assert seconds_of(month) == 31 * 86400 - 3600


# --- day and week ----------------------------------------------------------------------------------------------------


def test_a_day_is_highest_at_its_peak_and_lowest_twelve_hours_from_it() -> None:
    day = likely({"day": CURVE})[:DAY]
    assert abs(int(day.argmax()) - 20 * HOUR) <= 1
    assert abs(int(day.argmin()) - 8 * HOUR) <= 1
    assert day.min() == pytest.approx(0.2, abs=1e-5)
    assert day.max() == pytest.approx(1, abs=1e-5)


def test_a_trough_at_its_own_time_leaves_the_mean_of_the_day_as_it_is() -> None:
    day = likely({"day": CURVE | {"trough_at": "04:00"}})[:DAY]
    assert abs(int(day.argmin()) - 4 * HOUR) <= 1
    assert day.mean() == pytest.approx(0.6)


@given(
    st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1439), st.integers(1, 1439), st.sampled_from([60, 300])
)
@settings(max_examples=40, deadline=None)
def test_the_curve_keeps_between_trough_and_peak_and_its_mean_is_their_middle(
    low: int, more: int, peak: int, away: int, step_s: int
) -> None:
    trough = (peak + away) % 1440
    times = {key: f"{at // 60:02d}:{at % 60:02d}" for key, at in (("peak_at", peak), ("trough_at", trough))}
    day = level({"day": {"trough": f"{low}%", "peak": f"{low + more}%", **times}}, step_s=step_s)[0]
    assert day.min() >= low / 100 - 1e-9
    assert day.max() <= (low + more) / 100 + 1e-9
    assert day.mean() == pytest.approx((2 * low + more) / 200, rel=0.02, abs=1e-9)


def test_hours_hold_in_their_middle_with_straight_lines_between() -> None:
    hours = [f"{10 * hour}%" for hour in range(24)]
    day = likely({"day": {"hours": hours}})[:DAY]
    assert day[12 * HOUR + 30] == pytest.approx(1.2, abs=0.002)
    assert day[12 * HOUR + 59] == pytest.approx(1.25, abs=0.002)
    assert day[0] == pytest.approx((0 + 2.3) / 2, abs=0.03)
    assert day.mean() == pytest.approx(1.15)


def test_days_of_the_week_are_in_percent_of_the_days_curve() -> None:
    days = likely({"day": CURVE, "week": {"sat": "150%", "sun": "0%"}}).reshape(30, DAY).mean(axis=1)
    assert days[:7] == pytest.approx([0.6] * 5 + [0.9, 0])


def test_the_peak_keeps_its_hour_on_the_wall_when_clocks_are_put_back() -> None:
    month = month_of(BERLIN, "2026-10")
    row, start = likely({"day": CURVE}, month), month.start.astimezone(UTC)
    for day in (24, 26):  # the day before and the day after
        begin = second_of(month, datetime(2026, 10, day)) // 60  # noqa: DTZ001 - a wall's
        moment = start + timedelta(minutes=begin + int(row[begin : begin + DAY].argmax()))
        assert moment.astimezone(month.start.tzinfo).hour in {19, 20}
        assert abs(moment.astimezone(month.start.tzinfo) - month.start.replace(day=day, hour=20)) < timedelta(minutes=2)


# --- events and trend ------------------------------------------------------------------------------------------------


def test_an_event_goes_up_holds_and_comes_down_at_its_minutes() -> None:
    row = likely({"events": [SALE]})
    begin = 9 * DAY + 12 * HOUR
    assert row[begin - 1] == 1
    assert row[begin : begin + 3] == pytest.approx([1.1, 1.3, 1.5])
    assert (row[begin + 10 : begin + 120] == 3).all()
    assert row[begin + 120 : begin + 123] == pytest.approx([2.9, 2.7, 2.5])
    assert row[begin + 130] == 1
    assert row.sum() == pytest.approx(43_200 + 2 * 120)


def test_an_event_without_a_ramp_that_begins_within_a_step_has_its_share_of_it() -> None:
    row = level({"events": [SALE | {"ramp": "0s", "lasting": "90s"}]}, step_s=60)[0]
    assert row[9 * DAY + 12 * HOUR :][:3] == pytest.approx([3, 2, 1])


def test_an_event_is_at_its_hour_of_the_zone() -> None:
    forecast = {
        "day": {"trough": "100%", "peak_at": "00:00", "zone": BERLIN},
        "events": [SALE | {"at": "2026-10-27 20:00"}],
    }
    month = month_of(BERLIN, "2026-10")
    risen = month.start.astimezone(UTC) + timedelta(minutes=int(np.flatnonzero(likely(forecast, month) > 1)[0]))
    assert risen == datetime(2026, 10, 27, 19, 0, tzinfo=UTC)  # winter's time since the 25th


def test_an_event_of_a_weekday_and_one_of_every_day_come_again() -> None:
    short = {"to": "200%", "lasting": "1h"}
    fridays = likely({"events": [{"name": "deal", "at": "fri 12:00", **short}]}).reshape(30, DAY).max(axis=1)
    assert np.flatnonzero(fridays > 1).tolist() == [4, 11, 18, 25]
    nights = likely({"events": [{"name": "backup", "at": "23:30", **short}]})
    assert (nights[:30] == 2).all(), "that of the evening before the month"
    assert nights.sum() == pytest.approx(43_200 + 30 * 60)


def test_an_event_on_a_date_is_left_out_of_another_month_and_said_to_be() -> None:
    told = demand({"events": [SALE | {"at": "2026-11-27 20:00"}]})
    assert (told.arrivals[""] == 100).all()
    assert "without sale, whose date is not in this month" in told.words


def test_a_month_that_lacks_the_day_of_an_event_is_refused() -> None:
    with pytest.raises(UsageError, match="'sale' is on day 30 of a month that has 28: February 2027"):
        likely({"events": [SALE | {"at": "30 12:00"}]}, month_of("UTC", "2027-02"))


def test_a_trend_goes_from_the_first_day_to_the_last() -> None:
    row = likely({"trend": "-10%"})
    assert row[0] == pytest.approx(1, abs=1e-5)
    assert row[-1] == pytest.approx(0.9, abs=1e-5)
    assert row.mean() == pytest.approx(0.95)


# --- worlds ----------------------------------------------------------------------------------------------------------

UNSURE: dict[str, Any] = {
    "day": CURVE | {"trough": {"low": "5%", "likely": "20%", "high": "40%"}},
    "events": [SALE | {"to": {"low": "150%", "likely": "300%", "high": "600%"}}],
    "noise": "20%",
    "growth": {"monthly": {"low": "2%", "likely": "6%", "high": "12%"}},
    "retain": "90d",
}


def test_the_first_world_is_the_likely_one_without_noise() -> None:
    sure = {"day": CURVE, "events": [SALE]}
    assert level(UNSURE, worlds=5)[0] == pytest.approx(likely(sure))


def test_a_world_does_not_depend_on_how_many_there_are() -> None:
    assert (level(UNSURE, worlds=9)[:4] == level(UNSURE, worlds=4)).all()


def test_noise_has_mean_1_the_deviation_asked_for_and_a_memory_of_an_hour() -> None:
    noise = slow_noise(np.full(101, 0.3), 43_200, 60, 3600, 11, "noise")
    assert (noise[0] == 1).all()
    drawn = noise[1:]
    # 100 worlds of 720 hours are about 36,000 independent values: 0.3 / sqrt(36,000) = 0.0016
    assert drawn.mean() == pytest.approx(1, abs=0.008)
    assert drawn.std() == pytest.approx(0.3, rel=0.03)
    wander = np.log(drawn)
    for minutes, kept in ((60, np.exp(-1)), (240, np.exp(-4))):
        found = np.corrcoef(wander[:, :-minutes].ravel(), wander[:, minutes:].ravel())[0, 1]
        assert found == pytest.approx(kept, abs=0.02)


def test_a_figure_is_drawn_from_its_triangle() -> None:
    drawn = triangular(2.0, 6.0, 12.0, 20_001, 3, "growth")
    assert drawn[0] == 6
    assert drawn.min() >= 2
    assert drawn.max() <= 12
    assert drawn[1:].mean() == pytest.approx(20 / 3, abs=0.06)  # deviation 2.05, over sqrt(20,000)
    assert (drawn[1:] < 6).mean() == pytest.approx(0.4, abs=0.015)  # (6 - 2) / (12 - 2)


def test_the_same_seed_gives_the_same_worlds_as_ever() -> None:
    found = np.round(level(UNSURE, worlds=3, step_s=3600), 6) + 0.0
    assert hashlib.sha256(found.tobytes()).hexdigest()[:24] == "fdc02ea5049a72bbd850046b"


def test_streams_share_the_shape_at_their_own_rates() -> None:
    streams = {name: {"mix": {"read": 1.0}, "rate": rate} for name, rate in (("web", 30.0), ("jobs", 2.0))}
    found = demand({"day": CURVE, "burstiness": 3}, streams=streams, phases=[{"hold": "1m"}])
    assert found.arrivals["web"] == pytest.approx(15 * found.arrivals["jobs"])
    assert found.dispersion == {"web": 3, "jobs": 3}


def test_a_demand_by_forecast_says_so_and_carries_growth_and_retention() -> None:
    found = demand(UNSURE, worlds=50)
    assert (found.kind, found.upper_bound) == ("forecast", False)
    assert found.words.startswith(
        "the forecast, in percent of 100 arrivals a second: from 20% (5% to 40%) to 100% a day"
    )
    assert found.growth[0] == 0.06
    assert found.growth.min() >= 0.02
    assert found.growth.max() <= 0.12
    assert found.retain_s is not None
    assert (found.retain_s == 90 * 86400).all()


def test_a_forecast_that_does_not_shape_the_month_leaves_an_upper_bound() -> None:
    assert demand({"retain": "90d"}).upper_bound


def test_later_months_are_grown_world_by_world() -> None:
    now = demand(UNSURE, worlds=4)
    then = later(now, 12)
    assert then.arrivals[""].mean(axis=1) == pytest.approx(now.arrivals[""].mean(axis=1) * (1 + now.growth) ** 12)


def test_a_month_where_nothing_is_uncertain_is_held_once() -> None:
    found = demand({"day": CURVE}, worlds=200).arrivals[""]
    assert np.shares_memory(found[0], found[199])


def test_a_forecast_that_is_asked_for_and_not_there_is_said() -> None:
    scenario = Scenario.model_validate(
        {
            "ddbload": 1,
            "name": "orders",
            "table": {"name": "orders", "key": {"pk": "S"}},
            "items": {"order": {"of": {"n": 100}, "shape": {"pk": "order#{n}"}}},
            "operations": {"read": {"get": "order"}},
            "load": LOAD,
        }
    )
    with pytest.raises(UsageError, match="has no forecast"):
        demand_of(scenario, month_of(), 1, 1, kind="forecast")
