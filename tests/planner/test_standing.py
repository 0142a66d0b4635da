"""What is paid whatever the capacity, by mode."""

from __future__ import annotations

import pytest

from ddbload.planner.choice.priced import in_mode
from ddbload.pricing import Usage, bill

DELETES = Usage(region="eu-west-1", storage_gb=10.0, replicated_write_units=7_200_000.0)


def test_on_demand_what_expires_is_written_again_by_the_request() -> None:
    assert in_mode([DELETES], "on-demand") == [DELETES]


def test_provisioned_it_takes_capacity_at_the_usual_utilisation() -> None:
    (usage,) = in_mode([DELETES], "auto-scaling")
    assert usage.replicated_write_units == 0
    assert usage.replicated_write_unit_hours == pytest.approx(7_200_000 / 3600 / 0.7)
    assert usage.storage_gb == 10.0


def test_that_is_less_than_half_of_what_it_costs_by_the_request() -> None:
    by_request, by_the_hour = (bill(list(in_mode([DELETES], mode))).monthly_usd for mode in ("on-demand", "fixed"))
    storage = bill([Usage(region="eu-west-1", storage_gb=10.0)]).monthly_usd
    assert by_the_hour - storage < (by_request - storage) / 2
