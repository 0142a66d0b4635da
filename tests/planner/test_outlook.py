"""Later months beside the one that is planned."""

from __future__ import annotations

import pytest

from ddbload.planner.document import Band, MonthPlan
from ddbload.planner.outlook import beyond_launch

NOW = Band(25.0, 26.43, 28.0)


def _month(month: int, usd: float) -> MonthPlan:
    return MonthPlan(month, Band(usd, usd, usd), Band(1.0, 1.0, 1.0))


def test_the_first_month_that_is_much_dearer_is_told() -> None:
    (told,) = beyond_launch([_month(1, 28.0), _month(3, 69.08), _month(12, 112.0)], NOW)
    assert told == (
        "the month that is planned is the first: in 3 months one costs $69.08, not $26.43, as load and items grow"
    )


@pytest.mark.parametrize("months", [[], [_month(1, 27.0), _month(12, 33.0)]])
def test_months_that_are_alike_are_not_warned_of(months: list[MonthPlan]) -> None:
    assert beyond_launch(months, NOW) == ()
