"""The recommendation is within 2 % of the best of a grid, under the same throttle limit, in the same worlds.

The same at a month's scale: `python -m tests.evidence choice`.
"""

from __future__ import annotations

import pytest

from ddbload.capacity.behaviour import Behaviour
from tests.planner.demands import SHAPES
from tests.planner.exhaustive import WITHIN, compare


@pytest.mark.parametrize("name", SHAPES)
def test_the_recommendation_costs_at_most_2_percent_more_than_an_exhaustive_search(name: str) -> None:
    compared = compare(name, Behaviour(), days=2, worlds=3)
    assert compared.recommended_usd <= WITHIN * compared.best_usd, compared
