"""The JSON Schemas of the documents that `ddbload plan` writes."""

from __future__ import annotations

from typing import Any

from ddbload.planner.document import Plan, PlansDocument
from ddbload.results.schema import document_schema


def plan_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `ddbload plan --format json`."""
    return document_schema(Plan, "ddbload plan")


def plans_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `ddbload plan A B --format json`."""
    return document_schema(PlansDocument, "ddbload plans")
