"""The small grammars of a scenario: durations (`300ms`, `1m30s`), percentages (`2%`) and times of day (`20:00`)."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

_UNIT_S = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(us|ms|s|m|h|d)", re.ASCII)
_DURATION = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)
_PERCENT = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)\s*%", re.ASCII)
_SIGNED_PERCENT = re.compile(r"([+-]?\d{1,12}(?:\.\d{1,9})?)\s*%", re.ASCII)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


def parse_duration(text: Any) -> float:
    """Seconds of a duration such as `300ms`, `2m` or `1m30s`. Units: us, ms, s, m, h, d."""
    if not isinstance(text, str) or not _DURATION.fullmatch(text.strip()):
        raise ValueError(f"{_shown(text)} is not a duration; write a number with its unit, like 300ms, 10s or 1m30s")
    return sum(float(number) * _UNIT_S[unit] for number, unit in _PART.findall(text))


def parse_positive_duration(text: Any) -> float:
    """Seconds of a duration above zero."""
    seconds = parse_duration(text)
    if seconds <= 0:
        raise ValueError(f"{_shown(text)} is no time at all; write a duration above zero, like 10s")
    return seconds


def spell_duration(seconds: float) -> str:
    """A duration as a scenario has it: 1h30m, 300ms; to the millisecond from a second up."""
    if seconds < 1:
        return f"{seconds * 1000:g}ms" if seconds else "0s"
    text, rest = "", round(seconds, 3)
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        whole, rest = divmod(rest, size)
        text += f"{whole:.0f}{unit}" if whole else ""
    rest = round(rest, 3)
    return text + (f"{rest:g}s" if rest or not text else "")


def parse_percent(text: Any) -> float:
    """The fraction of a percentage such as `2%` (0.02)."""
    match = _PERCENT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{_shown(text)} is not a percentage; write a number with its sign, like 2% or 0.1%")
    return float(match[1]) / 100


def parse_share(text: Any) -> float:
    """The fraction of a percentage of at most `100%`."""
    fraction = parse_percent(text)
    if fraction > 1:
        raise ValueError(f"{_shown(text)} is more than the whole; write at most 100%")
    return fraction


def parse_signed_percent(text: Any) -> float:
    """The fraction of a percentage that may be negative, such as `-10%`."""
    match = _SIGNED_PERCENT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{_shown(text)} is not a percentage; write a number with its sign, like 5% or -10%")
    return float(match[1]) / 100


def parse_time_of_day(text: Any) -> int:
    """Minutes since midnight of a time of day such as `20:00`."""
    match = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(
            f"{_shown(text)} is no time of day; write hours and minutes in quotes, from '00:00' to '23:59'"
        )
    return int(match[1]) * 60 + int(match[2])


def spell_percent(fraction: float) -> str:
    """A fraction as a percentage: 0.02 is 2%; never in powers of ten."""
    text = f"{100 * fraction:.6f}".rstrip("0").rstrip(".")
    return f"{text}%"


def spell_time(minutes: int) -> str:
    """Minutes since midnight as a time of day: 20:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _shown(text: Any) -> str:
    if isinstance(text, bool) or text is None:
        return {True: "true", False: "false", None: "null"}[text]
    if isinstance(text, (dict, list)):
        return "a mapping" if isinstance(text, dict) else "a list"
    return repr(text)


def _percent_schema(number: str) -> WithJsonSchema:
    return WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^{number}\s*%$",
            "description": "a percentage with its sign",
            "examples": ["2%", "0.1%"],
        }
    )


_DURATION_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "pattern": r"^(\d+(\.\d+)?(us|ms|s|m|h|d))+$",
        "description": "a duration with its unit",
        "examples": ["300ms", "10s", "1m30s"],
    }
)

Seconds = Annotated[float, BeforeValidator(parse_duration), _DURATION_SCHEMA]
"""A duration in seconds, written with its unit."""
PositiveSeconds = Annotated[float, BeforeValidator(parse_positive_duration), _DURATION_SCHEMA]
"""A duration above zero in seconds, written with its unit."""
Fraction = Annotated[float, BeforeValidator(parse_percent), _percent_schema(r"\d+(\.\d+)?")]
"""A fraction, written as a percentage; may exceed 1 (`130%`)."""
Share = Annotated[float, BeforeValidator(parse_share), _percent_schema(r"0*(\d{1,2}(\.\d+)?|100(\.0+)?)")]
"""A fraction of a whole, 0 to 1, written as a percentage."""
SignedFraction = Annotated[float, BeforeValidator(parse_signed_percent), _percent_schema(r"[+-]?\d+(\.\d+)?")]
"""A fraction that may be negative, written as a percentage (`-10%`)."""
TimeOfDay = Annotated[
    int,
    BeforeValidator(parse_time_of_day),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^([01]?\d|2[0-3]):[0-5]\d$",
            "description": "a time of day",
            "examples": ["20:00"],
        }
    ),
]
"""Minutes since midnight, written as a time of day."""
