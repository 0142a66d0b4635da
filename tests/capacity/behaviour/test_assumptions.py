"""Named figures: what they hold, how they are given, how worlds draw them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ddbload.capacity.behaviour import Assumption, Assumptions
from ddbload.errors import UsageError

ALL = Assumptions().lines()


@pytest.mark.parametrize("one", ALL, ids=[one.name for one in ALL])
def test_each_says_what_it_means_and_where_it_comes_from(one: Assumption) -> None:
    assert getattr(Assumptions(), one.name) is one
    assert one.least <= one.low <= one.value <= one.high <= one.most
    assert one.text.endswith(".")
    assert one.source


def test_world_0_has_the_values_and_the_others_stay_in_the_range() -> None:
    drawn = Assumptions().draw(np.random.default_rng(1), 500)
    for one in ALL:
        assert drawn[one.name].shape == (500,)
        assert drawn[one.name][0] == one.value
        assert (drawn[one.name] >= one.low).all()
        assert (drawn[one.name] <= one.high).all()
        assert (len(set(drawn[one.name])) > 1) == (one.high > one.low)


def test_a_range_is_drawn_from_as_a_triangle_about_the_value() -> None:
    one = Assumptions().update_delay_min
    drawn = Assumptions().draw(np.random.default_rng(1), 20_000)["update_delay_min"]
    assert drawn.mean() == pytest.approx((one.low + one.value + one.high) / 3, rel=0.01)
    below = (one.value - one.low) / (one.high - one.low)
    assert (drawn < one.value).mean() == pytest.approx(below, abs=0.02)


def test_a_given_figure_is_no_longer_drawn_and_changes_no_other() -> None:
    given = Assumptions().replaced({"metric_delay_min": 2.5})
    assert set(given.draw(np.random.default_rng(1), 9)["metric_delay_min"]) == {2.5}
    before = Assumptions().draw(np.random.default_rng(1), 9)
    after = given.draw(np.random.default_rng(1), 9)
    assert all((before[name] == after[name]).all() for name in before if name != "metric_delay_min")


WRONG = [
    ("burst", 1.0, "no assumption 'burst'; there are burst_s"),
    ("burst_availability", 1.5, "from 0 to 1"),
    ("burst_s", -1.0, "of 0 or more"),
    ("burst_s", math.nan, "nan does not fit"),
    ("scale_out_minutes", 2.5, "a whole number"),
]


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
def test_what_does_not_fit_is_refused_by_name(name: str, value: float, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Assumptions().replaced({name: value})
