"""A forecast in words."""

from __future__ import annotations

import pytest

from ddbload.preflight.explanation import explanation
from ddbload.preflight.forecast import later_words, month_words
from ddbload.scenario.load import parse_scenario
from ddbload.scenario.model import Forecast
from tests.scenario.everything import EVERYTHING


@pytest.mark.parametrize(
    ("forecast", "words"),
    [
        ({}, "flat at 100%"),
        (
            {"day": {"trough": "15%", "peak_at": "20:00", "zone": "Europe/Berlin"}, "week": {"sat": "130%"}},
            "from 15% to 100% a day with the peak at 20:00 (Europe/Berlin); sat 130%",
        ),
        (
            {"day": {"hours": ["5%"] * 24}, "trend": "-5%", "noise": "10%"},
            "by the hours of the day (UTC); trend -5%; noise 10%",
        ),
        (
            {
                "events": [
                    {
                        "name": "sale",
                        "at": "27 20:00",
                        "to": {"low": "1%", "likely": "2%", "high": "3%"},
                        "lasting": "1h",
                    }
                ]
            },
            "flat at 100%; 'sale' (27 20:00) to 2% (1% to 3%)",
        ),
    ],
)
def test_a_month_is_told_in_a_line(forecast: dict[str, object], words: str) -> None:
    assert month_words(Forecast.model_validate(forecast)) == words


def test_growth_and_retention_are_told() -> None:
    found = Forecast.model_validate({"growth": {"monthly": "5%", "months": 6}, "retain": "90d"})
    assert later_words(found) == "grows by 5% a month, 6 months ahead; items are kept for 90d"
    assert later_words(Forecast()) == ""


def test_an_explanation_has_the_forecast_where_there_is_one() -> None:
    told = explanation(parse_scenario(EVERYTHING))
    assert "── FORECAST " in told
    assert "grows by 6% (-2% to 12%) a month, 24 months ahead; items are kept for 90d (30d to 180d)" in told
    without = explanation(parse_scenario(EVERYTHING[: EVERYTHING.index("forecast:")]))
    assert "FORECAST" not in without
