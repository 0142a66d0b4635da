"""The forecast's language: what it says, and every mistake in it with its place and what fits."""

# ruff: noqa: E501 - a case and its message stand on one line, as a person reads them

from __future__ import annotations

from typing import Any

import pytest

from ddbload.errors import ScenarioError
from ddbload.scenario.load import parse_scenario
from ddbload.scenario.model import Forecast, PercentRange, bounds
from ddbload.scenario.moment import Moment, parse_moment

FORECAST = """\
forecast:
  day: {trough: 15%, peak: 100%, peak_at: "20:00", trough_at: "04:00", zone: Europe/Berlin}
  week: {sat: 130%, sun: 120%}
  events:
    - {name: sale, at: "27 20:00", to: 300%, ramp: 10m, lasting: 2h}
    - {name: night, at: "02:00", to: {low: 20%, likely: 40%, high: 90%}, lasting: 30m}
  trend: -5%
  noise: 10%
  burstiness: 3
  growth: {monthly: {low: -2%, likely: 6%, high: 12%}, months: 12}
  retain: 90d
"""
HOURS = "day: {hours: [" + ", ".join(["10%"] * 24) + "]}"
CURVE = 'day: {trough: 15%, peak: 100%, peak_at: "20:00", trough_at: "04:00", zone: Europe/Berlin}'


def forecast_of(sample: str, old: str = "", new: str = "", params: dict[str, str] | None = None) -> Forecast:
    found = parse_scenario(sample + FORECAST.replace(old, new), params=params).scenario.forecast
    assert found is not None
    return found


def test_a_forecast_is_read_with_its_figures_as_fractions_and_seconds(sample: str) -> None:
    found = forecast_of(sample)
    assert (found.week.sat, found.week.mon, found.trend, found.retain) == (1.3, 1.0, -0.05, 90 * 86400)
    assert found.day is not None
    assert (found.zone, found.day.model_dump()["peak_at"]) == ("Europe/Berlin", 20 * 60)


def test_every_figure_may_be_a_range(sample: str) -> None:
    night = forecast_of(sample).events[1].to
    assert isinstance(night, PercentRange)
    assert bounds(night) == (0.2, 0.4, 0.9)
    assert bounds(forecast_of(sample, "burstiness: 3", "burstiness: {low: 1, likely: 3, high: 9}").burstiness) == (
        1,
        3,
        9,
    )
    assert bounds(3.0) == (3.0, 3.0, 3.0)


def test_parameters_stand_for_figures(sample: str) -> None:
    text = sample.replace("params: {rate: 800,", "params: {sale: 200%, rate: 800,") + FORECAST.replace("300%", "$sale")
    for given, level in ((None, 2.0), ({"sale": "450%"}, 4.5)):
        forecast = parse_scenario(text, params=given).scenario.forecast
        assert forecast is not None
        assert forecast.events[0].to == level


def test_a_forecast_is_no_part_of_what_a_run_does(sample: str) -> None:
    assert parse_scenario(sample + FORECAST).sha256 == parse_scenario(sample).sha256


def test_without_a_day_the_zone_is_utc(sample: str) -> None:
    assert forecast_of(sample, f"  {CURVE}\n", "").zone == "UTC"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("27 20:00", Moment(1200, day=27)),
        ("fri 8:30", Moment(510, weekday=4)),
        ("02:00", Moment(120)),
    ],
)
def test_an_event_begins_on_a_day_of_the_month_a_weekday_or_every_day(text: str, moment: Moment) -> None:
    assert parse_moment(text) == moment


def test_an_event_begins_on_a_date() -> None:
    found = parse_moment("2026-11-27 20:00")
    assert (str(found.date), found.minute) == ("2026-11-27", 1200)


# fmt: off
SOUND: list[tuple[str, str, str]] = [
    ("24 hours", CURVE, HOURS),
    ("a flat day", "trough: 15%", "trough: 100%"),
    ("growth that may shrink to nothing", "low: -2%", "low: -100%"),
    ("an event that follows another at once", "27 20:00", "27 02:30"),
    ("an event on a date, whatever else is on its day", "27 20:00", "2026-10-31 02:00"),
    ("an event that is as long as its way up", "ramp: 10m", "ramp: 2h"),
    ("a weekly event", "27 20:00", "sun 20:00"),
]

WRONG: list[tuple[str, str, str, list[str]]] = [
    ("a trough over the peak", "trough: 15%", "trough: 115%", ["53:17: the trough is 115%, above the peak, which is 100% (a trough of at most 100%; the day's lowest level is the trough)"]),
    ("a trough that may be over the peak", "trough: 15%", "trough: {low: 5%, likely: 10%, high: 115%}", ["53:17: the trough may be 115%, above the peak, which may be 100% (a trough of at most 100%; the day's lowest level is the trough)"]),
    ("trough and peak at one time", '"04:00"', '"20:00"', ['53:63: trough and peak are both at 20:00 (another time, such as "08:00")']),
    ("a peak of nothing", "trough: 15%, peak: 100%", "trough: 0%, peak: 0%", ["53:27: the peak is 0%, so that nothing arrives (a level above 0%)"]),
    ("24 hours of nothing", CURVE, HOURS.replace("10%", "0%"), ["53:16: every hour is at 0%, so that nothing arrives (a level above 0%)"]),
    ("23 hours", CURVE, HOURS.replace("[10%, ", "["), ["53:16: forecast.day.hours takes at least 24 entries, found 23"]),
    ("a day in both forms", CURVE, HOURS[:-1] + ", peak: 100%}", ["53:138: unknown key 'peak' in forecast.day (it takes: hours, zone)"]),
    ("a mistyped key of the day", "trough_at", "trough_a", ["53:52: unknown key 'trough_a' in forecast.day (did you mean 'trough_at'? it takes: trough, peak, peak_at, trough_at, zone)"]),
    ("a mistyped key of a range that may be left out", "retain: 90d", "retain: {low: 1d, likeli: 3d}", ["62:3: forecast.retain lacks the key 'likely' (what is likeliest)", "62:3: forecast.retain lacks the key 'high' (not above this)", "62:21: unknown key 'likeli' in forecast.retain (did you mean 'likely'? it takes: low, likely, high)"]),
    ("an unknown zone names the nearest", "Europe/Berlin", "Europe/Berln", ["53:78: there is no time zone 'Europe/Berln' (did you mean 'Europe/Berlin'?)"]),
    ("an unknown zone that is like none", "Europe/Berlin", "Mars", ["53:78: there is no time zone 'Mars' (a name of the IANA database, such as Europe/Berlin or UTC)"]),
    ("a zone that is a path", "Europe/Berlin", "../../etc/passwd", ["53:78: there is no time zone '../../etc/passwd' (a name of the IANA database, such as Europe/Berlin or UTC)"]),
    ("a time that is none", '"04:00"', '"24:00"', ["53:63: forecast.day.trough_at: '24:00' is no time of day (write hours and minutes in quotes, from '00:00' to '23:59')"]),
    ("a time without quotes", '"04:00"', "04:00", ["53:63: '04:00' is a number to base 60 to some readers of YAML (quote it: '04:00'; a duration has a unit, like 20m)"]),
    ("growth below -100 %", "low: -2%", "low: -120%", ["61:27: -120%: a month's load cannot be less than nothing (at least -100%)"]),
    ("a trend below -100 %", "trend: -5%", "trend: -101%", ["58:10: -101%: the last day's load cannot be less than nothing (at least -100%)"]),
    ("low above likely", "low: -2%", "low: 8%", ["61:27: `low` is 8%, above `likely`, which is 6% ({low: 6%, likely: 8%, high: 12%})"]),
    ("likely above high, of a duration", "retain: 90d", "retain: {low: 1d, likely: 3d, high: 2d}", ["62:29: `likely` is 3d, above `high`, which is 2d ({low: 1d, likely: 2d, high: 3d})"]),
    ("low above likely, of a number", "burstiness: 3", "burstiness: {low: 4, likely: 3, high: 5}", ["60:21: `low` is 4, above `likely`, which is 3 ({low: 3, likely: 4, high: 5})"]),
    ("a range without its likeliest", "likely: 6%, ", "", ["61:12: forecast.growth.monthly lacks the key 'likely' (what is likeliest)"]),
    ("a number that is none", "burstiness: 3", "burstiness: .nan", ["60:15: '.nan' is no number that fits anywhere here (write a finite number)"]),
    ("a number beyond all measure", "burstiness: 3", "burstiness: 1e999", ["60:15: '1e999' is too large for a number (write a smaller number)"]),
    ("a percentage that is no number", "trend: -5%", "trend: nan%", ["58:10: forecast.trend: 'nan%' is not a percentage (write a number with its sign, like 5% or -10%)"]),
    ("a negative variance", "burstiness: 3", "burstiness: -1", ["60:15: forecast.burstiness must be at least 0, found -1"]),
    ("a negative deviation", "noise: 10%", "noise: -10%", ["59:10: forecast.noise: '-10%' is not a percentage (write a number with its sign, like 2% or 0.1%)"]),
    ("a percentage without its sign", "noise: 10%", "noise: 0.1", ["59:10: forecast.noise: 0.1 is not a percentage (write a number with its sign, like 2% or 0.1%)"]),
    ("a day that no mean month has", "27 20:00", "31 20:00", ["56:24: the month that is planned has 30 days, and no 31st (a day from 1 to 30; or a date such as '2026-10-31 20:00', for --month 2026-10)"]),
    ("a day that no month has", "27 20:00", "32 20:00", ["56:24: forecast.events[0].at: '32 20:00': '32' is no day of a month, no weekday and no date (write a day, a weekday or a date before a time: '27 20:00', 'fri 20:00', '2026-11-27 20:00', or '02:00')"]),
    ("a date that the calendar lacks", "27 20:00", "2026-02-30 20:00", ["56:24: forecast.events[0].at: '2026-02-30 20:00': there is no such date (a date that the calendar has)"]),
    ("an event without a time", "27 20:00", "fri", ["56:24: forecast.events[0].at: 'fri' does not end in a time of day (write a day, a weekday or a date before a time: '27 20:00', 'fri 20:00', '2026-11-27 20:00', or '02:00')"]),
    ("an event within another", "27 20:00", "27 01:30", ["57:25: 'night' overlaps with 'sale', which begins at '27 01:30' and takes 2h10m (another time; one event at a time)"]),
    ("an event that the way back of another meets", "27 20:00", "27 00:00", ["57:25: 'night' overlaps with 'sale', which begins at '27 00:00' and takes 2h10m (another time; one event at a time)"]),
    ("an event over midnight that meets the next day's", "27 20:00", "sun 23:55", ["57:25: 'night' overlaps with 'sale', which begins at 'sun 23:55' and takes 2h10m (another time; one event at a time)"]),
    ("two events of one name", "name: night", "name: sale", ["57:14: there are two events 'sale' (a name of its own)"]),
    ("a way up that is longer than the event", "ramp: 10m", "ramp: 3h", ["56:52: the way up takes 3h, longer than the event, which lasts 2h (at most 2h)"]),
    ("a daily event that is longer than a day", "lasting: 30m", "lasting: 25h", ["57:83: 'night' takes 1d1h and begins anew every 1d (at most 1d, with the way back)"]),
    ("a weekday in full", "sat: 130%", "saturday: 130%", ["54:10: unknown key 'saturday' in forecast.week (it takes: mon, tue, wed, thu, fri, sat, sun)"]),
    ("no months ahead", "months: 12", "months: 0", ["61:64: forecast.growth.months must be at least 1, found 0"]),
    ("nothing kept at all", "retain: 90d", "retain: 0s", ["62:11: forecast.retain: '0s' is no time at all (write a duration above zero, like 10s)"]),
]
# fmt: on


@pytest.mark.parametrize(("old", "new"), [case[1:] for case in SOUND], ids=[case[0] for case in SOUND])
def test_a_forecast_may_have(sample: str, old: str, new: str) -> None:
    assert old in FORECAST
    assert forecast_of(sample, old, new) != forecast_of(sample)


def told(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        parse_scenario(text, "orders.yaml")
    return [str(problem).removeprefix("orders.yaml:") for problem in refused.value.problems]


@pytest.mark.parametrize(("old", "new", "lines"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_forecast_is_told_with_its_place_and_what_fits(
    sample: str, old: str, new: str, lines: list[str]
) -> None:
    assert old in FORECAST
    assert told(sample + FORECAST.replace(old, new)) == lines


@pytest.mark.parametrize(
    ("load", "line"),
    [
        (
            "{mix: {pay: 1}, arrivals: {closed: {concurrency: 3}}, phases: [{hold: 1m}]}",
            "a forecast is in percent of load.rate, and a closed loop has none: it follows from the answers (arrivals: poisson with a rate; or leave it out, and plan from a run)",
        ),
        (
            "{replay: {file: trace.csv}}",
            "a forecast is in percent of load.rate, and a replay has none (leave it out: plan takes the trace itself for the month; or a load with mix, rate and phases)",
        ),
    ],
    ids=["closed loop", "replay"],
)
def test_a_forecast_wants_a_rate(sample: str, load: str, line: str) -> None:
    before, after = sample.index("load:\n"), sample.index("client:")
    problems = told(sample[:before] + f"load: {load}\n" + sample[after:] + FORECAST)
    assert [problem.partition(": ")[2] for problem in problems] == [line]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_no_number_is_nan_or_infinite_where_no_file_is_read(number: float) -> None:
    data: dict[str, Any] = {"burstiness": number}
    with pytest.raises(ValueError, match=r"finite|greater"):
        Forecast.model_validate(data)
