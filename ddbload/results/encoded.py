"""A document of a plan or of a comparison as JSON: dataclasses and mappings, every number finite."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import orjson

from ddbload.errors import DdbloadError


class DocumentError(DdbloadError):
    """A document holds a number that JSON cannot have; it is a bug of ddbload, not a person's mistake."""

    exit_code = 70


def to_json(document: Any) -> str:
    """A document of dataclasses as JSON on one line.

    Raises:
        DocumentError: a number is NaN or infinite; neither is JSON. Names its place.
    """
    if place := _not_finite(document, ""):
        raise DocumentError(f"{place} of the document is not a finite number")
    options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY
    return orjson.dumps(document, default=_plain, option=options).decode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not a part of a document")


def _not_finite(value: Any, place: str) -> str:
    """The place of the first number that is NaN or infinite, such as "tables.0.items"; "" without any."""
    if isinstance(value, float):
        return "" if math.isfinite(value) else place.removeprefix(".")
    if is_dataclass(value):
        parts = [(each.name, getattr(value, each.name)) for each in fields(value)]
    elif isinstance(value, Mapping):
        parts = [(str(name), each) for name, each in value.items()]
    elif isinstance(value, Sequence) and not isinstance(value, str):
        parts = [(str(number), each) for number, each in enumerate(value)]
    else:
        return ""
    return next((found for name, each in parts if (found := _not_finite(each, f"{place}.{name}"))), "")
