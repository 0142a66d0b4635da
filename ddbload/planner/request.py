"""What a plan is asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ddbload.errors import UsageError

DEFAULT_WORLDS = 200
MOST_WORLDS = 10_000
DEFAULT_REGION = "us-east-1"
"""Whose prices hold where nobody names a region."""
DEFAULT_OBJECTIVE = 0.001
"""Share of the units that may be throttled where the scenario has no objective for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What `ddbload plan` was asked to do.

    Attributes:
        source: a scenario's YAML file, the folder of a run, or an export of CloudWatch metrics (JSON or CSV).
        params: the words of `-p`, as text.
        region: whose prices; default: that of the table's description, else us-east-1.
        demand: the scenario's `forecast`, the `load` as its phases have it over and over, or `flat` at the rate; None:
            the forecast where there is one, else flat.
        month: a calendar month such as "2027-02"; None: 30 days from a Monday, billed as a mean month.
        worlds: how many ways the uncertain may turn out are simulated.
        throttled: share of the units that may be throttled; None: as the scenario's objectives have it, else 0.1 %.
        confidence: in which share of the worlds that must hold.
        free_tier: whether the account's free tier is left; None: as the scenario's `bill` has it.
        assume: named assumptions and the values that replace their own.
        prices: a price book's file, instead of the newest one.
        allow_code: values may come from Python functions that the scenario names.
        exports: more files of an export of CloudWatch metrics.
        describe: the table's description (DescribeTable), for an export.
        seed: of the worlds; None: the scenario's.
        commit_years: the longest term of reserved capacity that may be recommended: 0 (none), 1 or 3; all are listed.
            None: 3 years, but none where nothing tells how the load varies, since the month is an upper bound.
    """

    source: Path
    params: Mapping[str, str] = field(default_factory=dict)
    region: str | None = None
    demand: Literal["forecast", "load", "flat"] | None = None
    month: str | None = None
    worlds: int = DEFAULT_WORLDS
    throttled: float | None = None
    confidence: float = 0.95
    free_tier: bool | None = None
    assume: Mapping[str, float] = field(default_factory=dict)
    prices: Path | None = None
    allow_code: bool = False
    exports: tuple[Path, ...] = ()
    describe: tuple[Path, ...] = ()
    seed: int | None = None
    commit_years: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.worlds <= MOST_WORLDS:
            raise UsageError(f"worlds: {self.worlds} (1 to {MOST_WORLDS:,})")
        if self.throttled is not None and not 0 <= self.throttled < 1:
            raise UsageError(f"throttled: {self.throttled} (0% to below 100%)")
        if self.commit_years not in {None, 0, 1, 3}:
            raise UsageError(f"commit: {self.commit_years} years (0, 1 or 3)")
        if not 0 < self.confidence <= 1:
            raise UsageError(f"confidence: {self.confidence} (above 0% to 100%)")
        for name, value in self.assume.items():
            if not math.isfinite(value):
                raise UsageError(f"assumption {name}: {value} is no number to reckon with")
