"""What a plan rests on, in its document: the units of calls, the model's assumptions, the book of prices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitsOf:
    """Units of one call of an operation on one resource.

    Attributes:
        resource: a table, or "table/index".
        read, write: the mean of each, in capacity units.
        read_error, write_error: the standard error of that mean; 0 where it is not a sample's.
    """

    resource: str
    read: float
    write: float
    read_error: float
    write_error: float


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """What one call of an operation consumes, how often it comes, and where that is known from.

    Attributes:
        name: the scenario's.
        api: DynamoDB's call, such as "GetItem".
        share: of all calls.
        units: of one call, by resource: what the plan reckons with.
        source: the weakest of its figures: "exact", "expect", "measured", "simulated" or "estimated".
        notes: what a reader must know of these numbers.
        measured: read and write units of one call, indexes included, as a run had them; None without a run.
        differs: why what was measured differs from the estimate, or from the long run, by more than 2 %; else empty.
    """

    name: str
    api: str
    share: float
    units: tuple[UnitsOf, ...]
    source: str
    notes: tuple[str, ...] = ()
    measured: tuple[float, float] | None = None
    differs: str = ""


@dataclass(frozen=True, slots=True)
class AssumptionLine:
    """A named assumption of the model.

    Attributes:
        name: what `--assume` calls it.
        value: in the likely world.
        low, high: the range that the other worlds draw it from.
        unit: of the value.
        text: what it says.
        source: where it comes from.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class PricesUsed:
    """Which book of prices.

    Attributes:
        as_of: when it was put together.
        file: where it is; empty for the bundled one.
        warning: a sentence when it is old, else empty.
        unverified_share: how much of the bill rests on prices that are not verified.
    """

    as_of: str
    file: str
    warning: str
    unverified_share: float
