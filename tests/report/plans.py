"""A plan as it comes: two tables, an index, six candidates, findings, later months, three curves of a day."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Literal

from ddbload.planner.document import (
    SCHEMA,
    AssumptionLine,
    Band,
    CandidatePlan,
    DayCurve,
    Finding,
    Line,
    MonthPlan,
    OperationPlan,
    Plan,
    PricesUsed,
    ResourceSetting,
    TablePlan,
    UnitsOf,
)
from ddbload.planner.words import headline

Mode = Literal["on-demand", "fixed", "auto-scaling"]
PRICE_LIST = "AWS Price List, AmazonDynamoDB, us-east-1"
ZERO = Band(0.0, 0.0, 0.0)


def about(likely: float, spread: float = 0.09) -> Band:
    """A band around a likely figure, a little wider above than below."""
    return Band(likely * (1 - spread), likely, likely * (1 + 1.3 * spread))


# --- settings ------------------------------------------------------------------------------------------------------


def scaled(
    resource: str, dimension: Literal["read", "write"], low: int, high: int, target: float = 0.7, **more: Any
) -> ResourceSetting:
    return ResourceSetting(resource, dimension, "auto-scaling", {"min": low, "max": high, "target": target, **more})


def fixed(resource: str, dimension: Literal["read", "write"], units: int) -> ResourceSetting:
    return ResourceSetting(resource, dimension, "fixed", {"units": units})


def on_demand(resource: str, **values: float) -> tuple[ResourceSetting, ...]:
    return (
        ResourceSetting(resource, "read", "on-demand", values),
        ResourceSetting(resource, "write", "on-demand", values),
    )


SCALED = (
    scaled("orders", "read", 120, 1400),
    scaled("orders", "write", 60, 700),
    scaled("orders/by_status", "read", 10, 120),
    scaled("orders/by_status", "write", 60, 700),
)
EVENING = [
    {"cron": "cron(30 18 * * ? *)", "zone": "Europe/Berlin", "min": 900, "max": 1400},
    {"cron": "cron(0 23 * * ? *)", "zone": "Europe/Berlin", "min": 120, "max": 1400},
]
SCHEDULED = (scaled("orders", "read", 120, 1400, schedule=EVENING), *SCALED[1:])
PEAK = (
    fixed("orders", "read", 1010),
    fixed("orders", "write", 505),
    fixed("orders/by_status", "read", 90),
    fixed("orders/by_status", "write", 505),
)


# --- candidates ----------------------------------------------------------------------------------------------------


def candidate(
    name: str,
    mode: Mode,
    usd: float,
    *,
    settings: tuple[ResourceSetting, ...],
    throttled: float = 0.0,
    worst: float = 0.0,
    headroom: float = 0.3,
    kept: float = 1.0,
    regret: float = 0.0,
    once: float = 0.0,
    notes: tuple[str, ...] = (),
) -> CandidatePlan:
    return CandidatePlan(
        name=name,
        mode=mode,
        settings=settings,
        monthly_usd=about(usd, 0.0 if mode == "fixed" else 0.09),
        once_usd=once,
        throttled=Band(throttled * 0.2, throttled, throttled * 2.5),
        worst_minute=Band(worst * 0.3, worst, min(1.0, worst * 2)),
        headroom=Band(headroom * 0.6, headroom, headroom * 1.2),
        keeps=kept >= 0.95,
        kept=kept,
        regret_usd=regret,
        notes=notes,
        ranked_usd=about(usd + once / 12, 0.0 if mode == "fixed" else 0.09) if once else None,
    )


ORDERS_CANDIDATES = (
    candidate("auto scaling at 90%", "auto-scaling", 385.40, settings=SCALED, throttled=0.0041, worst=0.38,
              headroom=0.04, kept=0.31, regret=21.4),
    candidate("auto scaling + 1 year reserved", "auto-scaling", 416.11, settings=SCALED, throttled=0.0002,
              worst=0.031, headroom=0.21, kept=0.98, regret=3.1, once=96.0,
              notes=("60 read and 60 write units are reserved for a year: the commitment holds if the load goes",)),
    candidate("auto scaling", "auto-scaling", 446.12, settings=SCALED, throttled=0.0002, worst=0.031, headroom=0.21,
              kept=0.98, regret=37.9),
    candidate("auto scaling with a schedule", "auto-scaling", 461.77, settings=SCHEDULED, throttled=0.0,
              headroom=0.34, regret=52.6),
    candidate("on-demand", "on-demand", 664.90, settings=on_demand("orders"), headroom=0.81, regret=261.0),
    candidate("fixed for the peak", "fixed", 797.20, settings=PEAK, throttled=0.00004, worst=0.012, headroom=0.02,
              kept=0.96, regret=402.0),
)  # fmt: skip
CARTS_CANDIDATES = (
    candidate("on-demand", "on-demand", 38.21, settings=on_demand("carts", maximum=2000), headroom=0.93, regret=0.4),
    candidate("auto scaling", "auto-scaling", 44.05, settings=(scaled("carts", "read", 5, 90),
              scaled("carts", "write", 10, 160)), throttled=0.0006, worst=0.21, kept=0.97, regret=6.2),
)  # fmt: skip


# --- bills ---------------------------------------------------------------------------------------------------------


def bill_line(
    item: str, text: str, quantity: float, unit: str, usd_per_unit: float, *, status: str = "verified",
    once: bool = False, as_of: str = "2026-09-11",
) -> Line:  # fmt: skip
    usd = about(quantity * usd_per_unit, 0.0 if once else 0.09)
    return Line(item, text, "us-east-1", quantity, unit, usd_per_unit, usd, once, status, PRICE_LIST, as_of)


ORDERS_BILL = (
    bill_line("read_unit_hours", "read capacity, provisioned", 402_000, "read capacity unit-hours", 0.00013),
    bill_line("write_unit_hours", "write capacity, provisioned", 428_600, "write capacity unit-hours", 0.00065),
    bill_line(
        "reserved_read",
        "reserved read capacity, 1 year: hourly",
        43_800,
        "read capacity unit-hours",
        0.00006,
        status="reported",
    ),
    bill_line(
        "reserved_write",
        "reserved write capacity, 1 year: hourly",
        43_800,
        "write capacity unit-hours",
        0.00030,
        status="reported",
    ),
    bill_line("reserved_upfront", "reserved write capacity, 1 year: upfront", 1.2, "blocks of 100", 80.0, once=True),
    bill_line("storage", "storage, indexes included", 148.0, "GB-months", 0.25),
    bill_line("pitr", "point-in-time recovery", 148.0, "GB-months", 0.20, status="derived"),
    bill_line("stream_reads", "stream reads", 6_480_000, "requests", 0.0000002),
    bill_line("alarms", "auto scaling's alarms", 16, "alarm-months", 0.10),
)
CARTS_BILL = (
    bill_line("write_units", "writes, on demand", 52_300_000, "write request units", 0.000000625),
    bill_line("read_units", "reads, on demand", 35_200_000, "read request units", 0.000000125),
    bill_line("storage", "storage, indexes included", 4.5, "GB-months", 0.25),
)


# --- a day ---------------------------------------------------------------------------------------------------------


def asked_at(minute: int, peak: float) -> float:
    """Units a second: from 15% at night to all at 20:00, and half as much again in a sale's first ten minutes."""
    level = 0.575 + 0.425 * math.cos(2 * math.pi * (minute - 1200) / 1440)
    sale = 0.5 * math.exp(-(minute - 1200) / 25) if minute >= 1200 else 0.0
    ripple = 0.03 * math.sin(minute * 1.7) * math.cos(minute * 0.31)
    return peak * (level + sale + ripple)


def scaled_capacity(asked: list[float], low: float, high: float) -> list[float]:
    """What target tracking at 70% would have: out after two minutes above it, in after fifteen below 50%."""
    capacity, above, below, given = max(low, asked[0] / 0.7), 0, 0, []
    for now in asked:
        given.append(capacity)
        above = above + 1 if now > 0.7 * capacity else 0
        below = below + 1 if now < 0.5 * capacity else 0
        if above >= 5 or below >= 18:
            capacity, above, below = min(high, max(low, math.ceil(now / 0.7))), 0, 0
    return given


def day(resource: str, dimension: Literal["read", "write"], peak: float, low: float, high: float) -> DayCurve:
    asked = [asked_at(minute, peak) for minute in range(1440)]
    capacity = scaled_capacity(asked, low, high)
    return DayCurve(
        resource=resource,
        dimension=dimension,
        date="2027-02-27",
        minutes=tuple(range(1440)),
        asked=tuple(round(value, 1) for value in asked),
        asked_low=tuple(round(0.9 * value, 1) for value in asked),
        asked_high=tuple(round(1.15 * value, 1) for value in asked),
        capacity=tuple(round(value, 1) for value in capacity),
        throttled=tuple(round(max(0.0, a - c), 1) for a, c in zip(asked, capacity, strict=True)),
    )


CURVES = (
    day("orders", "read", 700, 120, 1400),
    day("orders", "write", 350, 60, 700),
    day("orders/by_status", "write", 340, 60, 450),
)


# --- the whole -----------------------------------------------------------------------------------------------------


def operation(
    name: str, api: str, share: float, read: float, write: float, *, index: tuple[float, float] | None = None,
    error: float = 0.0, source: str = "simulated", measured: tuple[float, float] | None = None, differs: str = "",
    table: str = "orders",
) -> OperationPlan:  # fmt: skip
    units = [UnitsOf(table, read, write, error if read else 0.0, error if write else 0.0)]
    if index:
        units.append(UnitsOf("orders/by_status", index[0], index[1], 0.0, error))
    return OperationPlan(name, api, share, tuple(units), source, (), measured, differs)


OPERATIONS = (
    operation("read_order", "GetItem", 0.58, 0.71, 0, error=0.004),
    operation("recent", "Query", 0.17, 4.32, 0, error=0.031),
    operation("worklist", "Query", 0.04, 0, 0, index=(2.5, 0), source="expect"),
    operation("place", "PutItem", 0.09, 0, 2.14, index=(0, 1), error=0.012),
    operation("pay", "UpdateItem", 0.05, 0, 2.2, index=(0, 1.6), error=0.02),
    operation("save_cart", "PutItem", 0.04, 0, 3.1, table="carts", error=0.02),
    operation("read_cart", "GetItem", 0.03, 2.0, 0, table="carts", source="exact"),
)
FINDINGS = (
    Finding("item-step", "place", "items are 1,060 bytes on average, 36 over a step of 1 KB", 34.1,
            "40 bytes shorter attribute names would make half of the writes one unit cheaper"),
    Finding("projection", "orders/by_status", "ALL is projected where the reads need 2 attributes", 12.4,
            "project: [total]"),
    Finding("strong-reads", "read_order", "strongly consistent, and nothing in a session reads its own write", 8.2,
            "consistent: false"),
)  # fmt: skip
ASSUMPTIONS = (
    AssumptionLine("burst_s", 300, 0, 300, "s", "unused capacity that is kept for bursts",
                   'Developer Guide, "DynamoDB burst and adaptive capacity"'),
    AssumptionLine("split_delay_min", 15, 5, 30, "min", "until a partition that is too hot has been split",
                   "estimated; AWS gives no figure"),
)  # fmt: skip

ORDERS = TablePlan(
    table="orders",
    region="us-east-1",
    candidates=ORDERS_CANDIDATES,
    chosen="auto scaling + 1 year reserved",
    why=(
        "Auto scaling follows the day's swing from 15% to 100%; on-demand would be $249 dearer.",
        "Auto scaling at 90% is $31 cheaper, but throttles more than 0.1% in 69% of the worlds: the sale at 20:00.",
    ),
    bill=ORDERS_BILL,
    curves=CURVES,
    items=98_000_000,
    stored_gb=141.2,
    stored_gb_end=154.8,
)
CARTS = TablePlan(
    table="carts",
    region="us-east-1",
    candidates=CARTS_CANDIDATES,
    chosen="on-demand",
    why=("Little and uneven traffic: provisioned capacity would be used at 11%.",),
    bill=CARTS_BILL,
    curves=(),
    items=400_000,
    stored_gb=4.5,
    stored_gb_end=4.5,
)


def plan_of(*tables: TablePlan, **more: Any) -> Plan:
    """A plan of these tables; other parts by their names."""
    monthly = Band(
        sum(table.billed.monthly_usd.low for table in tables),
        sum(table.billed.monthly_usd.likely for table in tables),
        sum(table.billed.monthly_usd.high for table in tables),
    )
    ranked = Band(
        sum(table.billed.ranked.low for table in tables),
        sum(table.billed.ranked.likely for table in tables),
        sum(table.billed.ranked.high for table in tables),
    )
    parts: Mapping[str, Any] = {
        "schema": SCHEMA,
        "verdict": "pass" if all(table.chosen for table in tables) else "fail",
        "headline": headline(tables, ranked, 0.001),
        "subject": "orders-evening-peak (scenarios/orders-peak.yaml)",
        "region": "us-east-1",
        "seed": 42,
        "worlds": 200,
        "demand": "The forecast: 15% to 100% of 200 arrivals a second by the day, a peak at 20:00 in Europe/Berlin,"
        " one sale, 6% growth a month (2% to 12%).",
        "upper_bound": False,
        "arrivals": {"least": about(28.1), "mean": about(121.4), "greatest": about(311.0)},
        "throttle_objective": 0.001,
        "confidence": 0.95,
        "month": "February 2027, 672 hours",
        "billed_hours": 672.0,
        "monthly_usd": monthly,
        "once_usd": sum(table.billed.once_usd for table in tables),
        "operations": OPERATIONS,
        "tables": tables,
        "findings": FINDINGS,
        "months": tuple(
            MonthPlan(n, about(monthly.likely * 1.05**n, 0.09 + 0.02 * n), about(311 * 1.06**n, 0.05 * n),
                      "the maximum of 1,400 read units is reached: raise it" if n == 12 else "")
            for n in (1, 3, 6, 12)
        ),
        "prices": PricesUsed("2026-11-22", "", "", 0.11),
        "assumptions": ASSUMPTIONS,
        "warnings": (),
        "free_tier": False,
        "ddbload": "0.1.0",
        "ranked_usd": ranked,
    }  # fmt: skip
    return Plan(**{**parts, **more})


SHOP = plan_of(ORDERS, CARTS)
ONE = plan_of(
    ORDERS,
    operations=tuple(
        dataclasses.replace(
            each, measured=(4.02, 0.0), differs="the run's customers had fewer orders: 18.6 rows a page"
        )
        if each.name == "recent"
        else each
        for each in OPERATIONS[:5]
    ),
)
FLAT = plan_of(
    CARTS,
    subject="carts (carts.yaml)",
    demand="No forecast: flat at 20 arrivals a second, every hour of the month.",
    upper_bound=True,
    month="730 hours, a mean month",
    billed_hours=730.0,
    arrivals={"least": about(20, 0), "mean": about(20, 0), "greatest": about(20, 0)},
    operations=OPERATIONS[5:],
    findings=(),
    months=(),
    prices=PricesUsed("2026-11-22", "", "", 0.0),
    free_tier=True,
)
NONE_KEEPS = plan_of(
    dataclasses.replace(
        ORDERS,
        chosen=None,
        candidates=tuple(dataclasses.replace(each, keeps=False, kept=0.12) for each in ORDERS_CANDIDATES),
        why=("The partition of customer#1 takes 1,300 write units in the sale, and one partition serves 1,000.",),
    ),
    warnings=("customer#1 has 14% of the writes: more capacity does not help a partition at its ceiling",),
)
PLANS = {"shop": SHOP, "one": ONE, "flat": FLAT, "none_keeps": NONE_KEEPS}
