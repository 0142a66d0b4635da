"""The JSON Schemas of the documents that `ddbload compare` writes."""

from __future__ import annotations

from typing import Any

from ddbload.compare.document import Comparison, SelfCheck, Trend
from ddbload.results.schema import document_schema


def comparison_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `ddbload compare BASE NEW --format json`."""
    return document_schema(Comparison, "ddbload comparison")


def trend_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `ddbload compare` of three or more tags."""
    return document_schema(Trend, "ddbload trend")


def self_check_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `ddbload compare TAG --self-check --format json`."""
    return document_schema(SelfCheck, "ddbload self-check")
