"""The two small grammars of a scenario: durations (`300ms`, `1m30s`) and percentages (`2%`)."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

_UNIT_S = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:us|ms|s|m|h|d))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s|m|h|d)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")


def parse_duration(text: Any) -> float:
    """Seconds of a duration such as `300ms`, `2m` or `1m30s`. Units: us, ms, s, m, h, d."""
    if not isinstance(text, str) or not _DURATION.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is not a duration; write a number with its unit, like 300ms, 10s, 1m30s or 90d")
    return sum(float(number) * _UNIT_S[unit] for number, unit in _PART.findall(text))


def parse_percent(text: Any) -> float:
    """The fraction of a percentage such as `2%` (0.02)."""
    match = _PERCENT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is not a percentage; write it with its sign, like 2% or 0.1%")
    return float(match[1]) / 100


_DURATION_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "pattern": r"^(\d+(\.\d+)?(us|ms|s|m|h|d))+$|^\$",
        "description": "a duration with its unit",
        "examples": ["300ms", "10s", "1m30s"],
    }
)
_PERCENT_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "pattern": r"^\d+(\.\d+)?\s*%$|^\$",
        "description": "a percentage with its sign",
        "examples": ["2%", "0.1%"],
    }
)

Seconds = Annotated[float, BeforeValidator(parse_duration), _DURATION_SCHEMA]
"""A duration in seconds, written with its unit."""
PositiveSeconds = Annotated[float, BeforeValidator(parse_duration), Field(gt=0), _DURATION_SCHEMA]
"""A duration above zero in seconds, written with its unit."""
Fraction = Annotated[float, BeforeValidator(parse_percent), _PERCENT_SCHEMA]
"""A fraction, written as a percentage; may exceed 1 (`130%`)."""
Share = Annotated[float, BeforeValidator(parse_percent), Field(le=1), _PERCENT_SCHEMA]
"""A fraction of a whole, 0 to 1, written as a percentage."""
