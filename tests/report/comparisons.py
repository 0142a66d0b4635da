"""Comparisons, a trend and self-checks made by hand: every verdict, both designs, what is seldom and what is long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from ddbload.compare.document import (
    COMPARISON,
    SELF_CHECK,
    TREND,
    Change,
    ChangePoint,
    Comparison,
    Curve,
    Excluded,
    Finding,
    Floor,
    Level,
    Likeness,
    Margin,
    Overall,
    RunLine,
    SelfCheck,
    Side,
    Trend,
    TrendLine,
    Verdict,
)

PAIRED = (
    "Pairs of runs; the change of each metric is the mean of the pairs' differences on the log scale, by Student's t. "
    "Lower bounds hold for all gates together with 97.5% confidence (Holm), upper bounds each with 95%."
)
SEPARATE = (
    "Runs made apart, by Welch's t on the log scale, with the drift between stretches of runs counted in. "
    "Lower bounds hold for all gates together with 97.5% confidence (Holm), upper bounds each with 95%."
)
FACTORS = (1.0, 1.031, 0.978, 1.012, 0.991, 1.044, 0.966, 1.008, 0.985, 1.019)


def side(name: str, count: int, *, new: bool = False, pairs: bool = True, day: int = 3, **more: Any) -> Side:
    """A side with that many runs, a minute apart, of one batch where they are not in pairs."""
    runs = tuple(
        RunLine(
            id=f"20260{day}03T0405{number:02d}Z-{'b' if new else 'a'}{number:07d}",
            path=f"results/orders/{name}/20260{day}03T0405{number:02d}Z",
            started_at=f"2026-0{day}-03T{4 + number // 30:02d}:{2 * number % 60 + new:02d}:06Z",
            batch=2 * number + new if pairs else int(new),
            pair=number if pairs else None,
            verdict="pass",
        )
        for number in range(count)
    )
    subject = {
        "target": f"DynamoDB Local {'3.3.1' if new else '2.5.2'}",
        "transport": "wire",
        "ddbload": "0.1.0",
        "python": "3.11.9",
        "host": "Linux x86_64, 2 CPUs",
    }
    return Side(name, runs, subject=subject, **more)


def at(center: float | None, count: int = 10, spread: float | None = 0.026) -> Level:
    """A level of that many runs."""
    if center is None:
        return Level(0, None, None, (None,) * count)
    return Level(count, center, spread, tuple(center * FACTORS[number % len(FACTORS)] for number in range(count)))


def gate(
    name: str,
    base: float | None,
    new: float | None,
    interval: tuple[float, float, float] | None,
    verdict: Verdict,
    /,
    *,
    margin: float = 0.1,
    **more: Any,
) -> Finding:
    """A gate "read p99" with its levels, and estimate, low and high of its change."""
    return finding(
        name,
        base,
        new,
        interval,
        gated=True,
        margin=more.pop("margin_is", Margin(margin, margin, "default")),
        verdict=verdict,
        method=more.pop("method", "paired t"),
        **more,
    )


def finding(
    name: str, base: float | None, new: float | None, interval: tuple[float, float, float] | None, /, **more: Any
) -> Finding:
    """A finding by its operation and metric; without an operation, of the whole run."""
    operation, _, metric = name.rpartition(" ")
    unit = more.pop("unit", "ms")
    given: dict[str, Any] = {
        "operation": operation or "all",
        "metric": metric,
        "key": f"operations.{operation}.response_ms.{metric}" if operation else metric,
        "unit": unit,
        "better": "lower",
        "scale": "difference" if unit == "share" else "ratio",
        "gated": False,
        "base": at(base, spread=0.0002 if unit == "share" else 0.026),
        "new": at(new, spread=0.0003 if unit == "share" else 0.031),
        "change": None if interval is None else Change(*interval),
    }
    return Finding(**{**given, **more})


SAME = tuple(
    Likeness(part, words, words, "same")
    for part, words in (
        ("scenario", "orders 4f1d0c22"),
        ("params", "rate=800"),
        ("seed", "42"),
        ("files", "none"),
        ("transport", "wire"),
        ("workers", "1"),
        ("host", "Linux x86_64, Intel Xeon, 2 CPUs"),
        ("ddbload", "0.1.0"),
        ("python", "3.11.9"),
    )
)
UNLIKE = (
    Likeness(
        "target", "local 2.5.2", "local 3.3.1", "under test", "target is under test: local 2.5.2 against local 3.3.1"
    ),
    Likeness("rate", "800/s open loop", "790/s open loop", "flagged", "the sides were under unlike loads: 800 and 790"),
    Likeness(
        "dependencies",
        "botocore 1.35.1",
        "botocore 1.36.0",
        "flagged",
        "dependencies differs: botocore 1.35.1 against botocore 1.36.0",
    ),
)
BESIDE = (
    finding("completed", 799.8, 799.7, (-0.0001, -0.0004, 0.0002), unit="1/s", better="higher", method="paired t"),
    finding("lag_p99", 0.31, 0.35, (0.129, -0.04, 0.33), method="paired t"),
    finding("throttled", 0.0, 0.0, None, unit="share"),
    finding("read p90", 4.4, 4.5, (0.02, -0.01, 0.05), method="paired t"),
    finding("read service_p99", 9.9, 10.1, (0.018, -0.012, 0.047), method="paired t"),
    finding("read read_units", 1.5, 1.5, (0.0, 0.0, 0.0), unit="units", method="exact"),
    finding("read not_found", 0.02, 0.0205, (0.0005, -0.001, 0.002), unit="share", better="neither"),
    finding("place service_p99", 8.1, 8.2, (0.012, -0.02, 0.05), method="paired t"),
    finding("place write_units", 3.0, 3.0, (0.0, 0.0, 0.0), unit="units", method="exact"),
)
COULD = {"detectable": 0.061, "needed": 6}
ERRORS = gate(
    "errors",
    0.0,
    0.0,
    (0.0, 0.0, 0.0),
    "not worse",
    margin=0.001,
    unit="share",
    method="exact",
    reason="none in 480,000 calls of either side: up to 0.0006% by the rule of three",
)
COST = gate("cost", 0.412, 0.412, (0.0, 0.0, 0.0), "not worse", margin=0.03, unit="USD", method="exact")
READ_P50 = gate("read p50", 1.21, 1.2, (-0.0083, -0.021, 0.0046), "not worse", margin=0.03, detectable=0.021, needed=6)
READ_P99 = gate("read p99", 10.4, 10.6, (0.0192, -0.011, 0.048), "not worse", **COULD)
PLACE_P99 = gate("place p99", 8.3, 8.21, (-0.011, -0.043, 0.022), "not worse", **COULD)
GATES = (READ_P50, READ_P99, PLACE_P99, ERRORS, COST)


def comparison(
    verdict: Overall,
    gates: Sequence[Finding] = GATES,
    *,
    design: Literal["paired", "separate"] = "paired",
    reasons: tuple[str, ...] = (),
    **more: Any,
) -> Comparison:
    """A comparison of ten runs a side."""
    paired = design == "paired"
    given: dict[str, Any] = {
        "schema": COMPARISON,
        "scenario": "orders",
        "base": side("v1.1.0", 10, pairs=paired),
        "new": side("v1.2.0-4-g1a2b3c4", 10, new=True, pairs=paired, day=3 if paired else 4),
        "method": PAIRED if paired else SEPARATE,
        "likeness": (*SAME, *UNLIKE),
        "warnings": (),
        "findings": (*gates, *BESIDE),
        "curves": (Curve("read", ((50.0, 1.21), (90.0, 4.4), (99.0, 10.4)), ((50.0, 1.2), (90.0, 4.5), (99.0, 10.6))),),
    }
    return Comparison(verdict=verdict, reasons=reasons, design=design, **{**given, **more})


NOT_WORSE = comparison(
    "not worse", reasons=("closest to what matters is read p99: +1.9% [-1.1, +4.8], and 10% matter",)
)
SLOWER = gate(
    "read p99",
    10.4,
    11.9,
    (0.144, 0.108, 0.181),
    "regressed",
    p=0.0002,
    reason="read p99 is slower by 14.4%, by 10.8% at least; 10% matter",
    **COULD,
)
REGRESSED = comparison(
    "regressed",
    (READ_P50, SLOWER, PLACE_P99, ERRORS, COST),
    reasons=("read p99 is slower by 14.4%, by 10.8% at least; 10% matter",),
)
FASTER = gate("read p99", 10.4, 9.1, (-0.125, -0.151, -0.098), "improved", p=0.0002, **COULD)
IMPROVED = comparison(
    "improved",
    (READ_P50, FASTER, PLACE_P99, ERRORS, COST),
    design="separate",
    reasons=("read p99 is faster by 12.5%, by 9.8% at least",),
)
NOISY = gate(
    "read p99",
    10.4,
    11.0,
    (0.0577, -0.06, 0.19),
    "cannot tell",
    detectable=0.213,
    needed=34,
    base=at(10.4, 10, 0.14),
    new=at(11.0, 10, 0.17),
    reason="read p99: the interval holds both no change and one that matters",
)
CANNOT_TELL = comparison(
    "cannot tell",
    (READ_P50, NOISY, PLACE_P99, ERRORS, COST),
    reasons=("read p99: +5.8% [-6.0, +19.0] holds both no change and one that matters; 34 pairs would tell",),
    warnings=("the achieved rate of 2 runs of v1.1.0 is below 99% of the offered one",),
)
INVALID = comparison(
    "invalid",
    (),
    reasons=("1 of 3 runs of v1.2.0-4-g1a2b3c4 is valid; a side takes two at least",),
    base=side("v1.1.0", 3, pairs=False),
    new=side(
        "v1.2.0-4-g1a2b3c4",
        1,
        new=True,
        pairs=False,
        excluded=(
            Excluded("results/orders/v1.2.0/20260403T040506Z", "invalid: dispatch lag p99 of 41ms is above 2ms"),
            Excluded("results/orders/v1.2.0/20260403T041506Z", "cut short by SIGINT"),
        ),
    ),
    design="separate",
    findings=(),
)
RAISED = gate(
    "read p50",
    1.21,
    1.23,
    (0.0165, -0.02, 0.049),
    "not worse",
    margin_is=Margin(0.052, 0.03, "default", 0.052),
    detectable=0.04,
    needed=6,
)
DEARER = gate(
    "cost",
    0.412,
    0.618,
    (0.5, 0.5, 0.5),
    "regressed",
    margin=0.03,
    unit="USD",
    method="exact",
    reason="a million operations cost $0.618 instead of $0.412",
)
FAILING = gate(
    "errors",
    0.0001,
    0.0042,
    (0.0041, 0.0033, 0.0049),
    "regressed",
    margin=0.001,
    unit="share",
    reason="failed calls are up by 0.41pp, by 0.33pp at least",
    detectable=0.0004,
    needed=4,
)
TIMED_OUT = gate(
    "place p99",
    8.3,
    None,
    None,
    "regressed",
    method="none",
    reason="place p99 falls on failed calls in 8 of 10 new runs and in none of the base's",
)
SEVERAL = comparison(
    "regressed",
    (RAISED, SLOWER, TIMED_OUT, FAILING, DEARER),
    reasons=tuple(each.reason for each in (TIMED_OUT, DEARER, FAILING, SLOWER)),
)
CLOSED = comparison(
    "regressed",
    (
        READ_P50,
        gate(
            "completed",
            4120.0,
            3810.0,
            (-0.0752, -0.092, -0.058),
            "regressed",
            margin=0.03,
            unit="1/s",
            better="higher",
            reason="the completed rate is lower by 7.5%, by 5.8% at least",
            detectable=0.017,
            needed=6,
        ),
    ),
    reasons=("the completed rate is lower by 7.5%, by 5.8% at least",),
)
ONE_AGAINST_ONE = comparison(
    "cannot tell",
    (
        gate(
            "read p99",
            10.4,
            10.6,
            (0.0192, 0.0, 0.0),
            "cannot tell",
            method="none",
            base=at(10.4, 1, None),
            new=at(10.6, 1, None),
            change=Change(0.0192, None, None),
            reason="read p99: a run a side has no interval",
        ),
    ),
    reasons=("read p99: a run a side has no interval",),
    base=side("v1.1.0", 1, pairs=False),
    new=side("results/orders/v1.2.0/20260403T040506Z-7f3a9c01", 1, new=True, pairs=False),
    design="separate",
)
_LONG = "read_every_order_of_a_customer_that_was_placed_within_ninety_day"
LONG = comparison(
    "regressed",
    (
        replace(SLOWER, operation=_LONG),
        gate("größe_注文を読む p99_9", 1250.0, 150_000.0, (119.0, 60.0, 240.0), "regressed", margin=0.2, **COULD),
        gate("read p50", 0.0812, 0.0811, (-0.0004, -0.0009, 0.0001), "not worse", margin=0.03, **COULD),
    ),
    reasons=tuple(f"reason {number}: a word that cannot be broken {'w' * 90}" for number in range(9)),
    base=side("feature/" + "long-" * 20 + "tag", 10),
    likeness=(
        *SAME,
        Likeness("params", "rate=800, " + "name=value, " * 20, "rate=900", "flagged", "said " * 40),
    ),
    warnings=tuple(f"warning {number}" for number in range(12)),
)
COMPARISONS = {
    "not_worse": NOT_WORSE,
    "regressed": REGRESSED,
    "improved": IMPROVED,
    "cannot_tell": CANNOT_TELL,
    "invalid": INVALID,
    "several": SEVERAL,
    "closed": CLOSED,
    "one_against_one": ONE_AGAINST_ONE,
    "long": LONG,
}


# --- a trend, and a self-check -------------------------------------------------------------------------------------

TAGS = tuple(f"v1.{number}" for number in range(12))


def line(name: str, levels: Sequence[float | None], *, changes: tuple[ChangePoint, ...] = (), **more: Any) -> TrendLine:
    """A metric over the tags."""
    like = finding(name, 1.0, 1.0, None, **more)
    return TrendLine(
        operation=like.operation,
        metric=like.metric,
        key=like.key,
        unit=like.unit,
        better=like.better,
        scale=like.scale,
        gated=like.gated,
        levels=tuple(None if value is None else at(value) for value in levels),
        changes=changes,
    )


P99S = (10.4, 10.3, 10.6, 10.5, 10.2, 10.4, None, 11.8, 11.9, 12.1, 11.7, 11.9)
TREND_LINES = (
    line("read p50", [1.2, 1.21, 1.19, 1.2, 1.22, 1.2, 1.21, 1.2, 1.19, 1.2, 1.21, 1.2], gated=True),
    line("read p99", P99S, changes=(ChangePoint("v1.7", 7, 0.141, 0.004),), gated=True),
    line("errors", [0.0] * 12, gated=True, unit="share"),
    line("cost", [0.412] * 12, gated=True, unit="USD"),
    line("lag_p99", [0.31, 0.3, 0.33, 0.31, 0.3, 0.32, 0.31, 0.3, 0.34, 0.31, 0.3, 0.31]),
)
SLOWED = Trend(
    schema=TREND,
    scenario="orders",
    tags=TAGS,
    sides=tuple(side(tag, 10, pairs=False) for tag in TAGS),
    lines=TREND_LINES,
    last=replace(REGRESSED, base=side("v1.0", 10, pairs=False), new=side("v1.11", 10, pairs=False), design="separate"),
)
STEADY = Trend(
    schema=TREND,
    scenario="orders",
    tags=TAGS[:3],
    sides=tuple(side(tag, 10, pairs=False) for tag in TAGS[:3]),
    lines=tuple(replace(each, levels=each.levels[:3], changes=()) for each in TREND_LINES),
    last=replace(NOT_WORSE, base=side("v1.0", 10, pairs=False), new=side("v1.2", 10, pairs=False), design="separate"),
)
TRENDS = {"slowed": SLOWED, "steady": STEADY}

QUIET = SelfCheck(
    schema=SELF_CHECK,
    scenario="orders",
    tag="v1.1.0",
    runs=40,
    batches=5,
    splits=2000,
    false_alarms=36,
    rate=0.018,
    low=0.004,
    high=0.071,
    passed=0.957,
    floors=(
        Floor("read", "p50", "ratio", 0.014, 0.006, 0.021, 0.03, kept=True),
        Floor("read", "p99", "ratio", 0.026, 0.011, 0.048, 0.1, kept=True),
        Floor("all", "errors", "difference", 0.0, None, 0.0, 0.001, kept=True),
    ),
)
TOO_NOISY = replace(
    QUIET,
    runs=8,
    batches=1,
    splits=35,
    false_alarms=0,
    rate=0.0,
    low=0.0,
    high=0.31,
    passed=0.4,
    floors=(Floor("read", "p50", "ratio", 0.041, None, 0.064, 0.03, kept=False), *QUIET.floors[1:]),
    warnings=("all runs were made in one stretch: drift between stretches cannot be seen",),
)
ALARMING = replace(QUIET, false_alarms=410, rate=0.205, low=0.11, high=0.34, passed=0.7)
REFUSED = replace(
    TOO_NOISY,
    floors=(replace(TOO_NOISY.floors[0], source="scenario"), *TOO_NOISY.floors[1:]),
    refused=("read.p50: the scenario asks for 3%, below the floor of 6.4%",),
)
SELF_CHECKS = {"quiet": QUIET, "too_noisy": TOO_NOISY, "alarming": ALARMING, "refused": REFUSED}
