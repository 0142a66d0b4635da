"""The free tier: bands of units that cost nothing, pooled over what an account uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

_ACCOUNT_WIDE = frozenset({"internet_gb", "alarms", "budget_action_days"})


@dataclass(frozen=True, slots=True)
class FreeTier:
    """Units that cost nothing in a month: of each region, and for the last three of the whole account.

    Sources: AWS Free Tier, "Always free", and AWS's price list, where unit-hours have a band of 0 to 18,600 at 0.
    Standard table class only; requests on demand, recovery, backups and DAX have none. GovCloud has no free tier.

    Attributes:
        read_unit_hours, write_unit_hours: 25 units through a month of 31 days.
        replicated_write_unit_hours: 0: AWS tracks such an allowance, but its size is not substantiated.
        storage_gb: GB-months.
        stream_reads: GetRecords requests.
        internet_gb: GB out to the internet, of all services of the account together.
        alarms: alarm-months of standard resolution.
        budget_action_days: days of budgets that act.
    """

    read_unit_hours: float = 18_600.0
    write_unit_hours: float = 18_600.0
    replicated_write_unit_hours: float = 0.0
    storage_gb: float = 25.0
    stream_reads: float = 2_500_000.0
    internet_gb: float = 100.0
    alarms: float = 10.0
    budget_action_days: float = 62.0


NOTHING_FREE = FreeTier(**{one.name: 0.0 for one in fields(FreeTier)})
"""What a bill without the free tier takes."""


@dataclass(slots=True)
class Pool:
    """What is left to be given, by name and region; taken in the order of asking."""

    free: FreeTier
    left: dict[tuple[str, str], float] = field(default_factory=dict)

    def take(self, name: str, region: str, quantity: float) -> float:
        """As much of the quantity as is free still."""
        if not name or region.startswith("us-gov-"):
            return 0.0
        place = (name, "" if name in _ACCOUNT_WIDE else region)
        left = self.left.setdefault(place, getattr(self.free, name))
        taken = min(left, quantity)
        self.left[place] = left - taken
        return taken


def free_tier_of(wanted: bool | FreeTier | Mapping[str, float]) -> FreeTier:
    """A free tier from a switch, or from the bands that are to be free, by name."""
    if isinstance(wanted, FreeTier):
        return wanted
    if isinstance(wanted, Mapping):
        return FreeTier(**{one.name: wanted.get(one.name, 0.0) for one in fields(FreeTier)})
    return FreeTier() if wanted else NOTHING_FREE
