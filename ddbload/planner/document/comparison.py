"""The document of several designs, compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ddbload.planner.document.plan import Plan
from ddbload.planner.document.table import Band

PLANS_SCHEMA = "ddbload-plans/1"


@dataclass(frozen=True, slots=True)
class DesignCost:
    """One of the designs that are compared.

    Attributes:
        name: its file's.
        verdict: "pass" when it keeps the throttle objective.
        monthly_usd: of all its tables as recommended.
        once_usd: what is paid once.
        ranked_usd: a month with upfront fees spread over their terms: what the designs are ranked by.
        dearer_usd: by how much it is dearer a month than the cheapest that keeps its objective, upfront fees spread
            over their terms; 0 where it is not.
        tables: table -> US dollars a month in the likely world, upfront fees spread over their terms.
        differs: which parts of its scenario are other than those of the first design.
    """

    name: str
    verdict: Literal["pass", "fail"]
    monthly_usd: Band
    once_usd: float
    ranked_usd: Band
    dearer_usd: float
    tables: Mapping[str, float]
    differs: str


@dataclass(frozen=True, slots=True)
class PlanComparison:
    """What the comparison of several designs came to.

    Attributes:
        cheapest: the name of the cheapest design that keeps its objective; None where none does.
        by_usd: by how much it is cheaper a month than the next that does; None without a next.
        designs: in the order in which they were given.
    """

    cheapest: str | None
    by_usd: float | None
    designs: tuple[DesignCost, ...]

    @property
    def verdict(self) -> Literal["pass", "fail"]:
        """Whether any design keeps its objective."""
        return "fail" if self.cheapest is None else "pass"


@dataclass(frozen=True, slots=True)
class PlansDocument:
    """Several designs, compared: `ddbload plan A.yaml B.yaml --format json`.

    Attributes:
        schema: which document this is.
        plans: one of each design, in the order in which they were given.
        comparison: what it came to.
    """

    schema: str
    plans: tuple[Plan, ...]
    comparison: PlanComparison
