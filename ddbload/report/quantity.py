"""Numbers and times as people read them: three significant digits, the unit beside, thousands set off."""
# ruff: noqa: PLR2004 - the limits are where rounding would carry over into the next unit

from __future__ import annotations

import math

from ddbload.results.moment import moment_of

NONE = "–"  # noqa: RUF001 - an en dash is meant
"""Stands where there is no number: nothing measured, or too small a sample for the percentile."""
_LARGE = 999_999.5


def duration(ms: float | None) -> str:
    """A time as a scenario would write it, in the unit that suits it: "812µs", "12.3ms", "1.20s"."""
    if ms is None:
        return NONE
    if ms < 0.9995:
        return f"{significant(ms * 1e3)}µs"
    return f"{significant(ms)}ms" if ms < 999.5 else f"{significant(ms / 1e3)}s"


def limit_ms(ms: float) -> str:
    """A time that a person chose, as it was chosen: "10ms", "0.25ms", "1.5s"."""
    return f"{ms:g}ms" if ms < 1000 else f"{ms / 1e3:g}s"


def significant(value: float, digits: int = 3) -> str:
    """Plain digits, at least `digits` of them significant, thousands set off: "0.0312", "4.20", "48,700"."""
    if not value:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    return f"{value:,.{max(0, places)}f}"


def count(value: float) -> str:
    """A whole number in at most nine characters: "42,012", "12.3 M", "4.56 G"."""
    if value < _LARGE:
        return f"{value:,.0f}"
    for factor, unit in ((1e6, "M"), (1e9, "G"), (1e12, "T")):
        if value < 999.5 * factor or unit == "T":
            return f"{significant(value / factor)} {unit}"
    raise AssertionError("unreachable")


def counted(number: int, noun: str) -> str:
    """A number of things: "1 run", "1,200 runs"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def minute(started_at: str) -> str:
    """When a run started, to the minute, UTC: "2026-11-22 08:30"."""
    return f"{moment_of(started_at):%Y-%m-%d %H:%M}"


def rate(value: float) -> str:
    """Events a second: "1,000", "99.8", "0.250"; whole from a hundred on."""
    return count(value) if value >= 99.95 else significant(value)


def units(value: float) -> str:
    """Capacity units: halves matter where there are few."""
    return count(value) if value >= 99.95 else f"{value:.1f}".removesuffix(".0")


def share(fraction: float | None) -> str:
    """A fraction as a percentage; what is not nothing never reads as 0%, what is not all never as 100%."""
    if fraction is None:
        return NONE
    percent = 100 * fraction
    if 0 < percent < 0.001:
        return "<0.001%"
    if 99.95 <= percent < 100:
        return f"{math.floor(percent * 1000) / 1000:.3f}%"
    return f"{significant(percent)}%" if percent < 99.95 else f"{percent:.4g}%"


def dollars(value: float | None) -> str:
    """US dollars: cents from ten dollars on, three significant digits below."""
    if value is None:
        return NONE
    if value >= 1e6:
        return f"${value:,.0f}" if value < 1e12 else f"${value:.2e}"
    return f"${value:,.2f}" if value >= 9.995 else f"${significant(value)}"


def span(seconds: float) -> str:
    """A length of time as a scenario would write it: "4.2s", "43s", "9m05s", "2h10m"."""
    if seconds < 9.95 and seconds != round(seconds):
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
