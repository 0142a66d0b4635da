"""`run.json`: a run record as a JSON document and back, with errors that say what is wrong with a document."""

from __future__ import annotations

import json
from dataclasses import asdict

import orjson
from pydantic import TypeAdapter, ValidationError

from ddbload.errors import DdbloadError
from ddbload.results.record import SCHEMA, RunRecord

_RECORD = TypeAdapter(RunRecord)


class ResultsError(DdbloadError):
    """A result cannot be read or written: says which file and what is wrong with it."""


def to_json(record: RunRecord) -> str:
    """The document of `run.json`, indented, ending in a newline.

    Raises:
        ValueError: a number is NaN or infinite; neither is JSON, nor a measurement.
    """
    text = json.dumps(asdict(record), indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode(errors="replace").decode() + "\n"  # a lone surrogate is not JSON either


def from_json(document: bytes, place: str) -> RunRecord:
    """The record in a document; keys that this version does not know are ignored.

    Raises:
        ResultsError: it is not JSON, of another schema, or a key is missing or of the wrong type; names `place`.
    """
    try:
        content = orjson.loads(document)  # refuses NaN and Infinity, and names the place of a damage
    except orjson.JSONDecodeError as error:
        raise ResultsError(f"{place} is damaged: {error}") from error
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA:
        found = f"its schema is {schema!r}" if schema is not None else 'it has no "schema"'
        raise ResultsError(f"{place} is not a run that this ddbload can read: {found}; it reads {SCHEMA!r}")
    try:
        return _RECORD.validate_json(document, strict=True)
    except ValidationError as error:
        raise ResultsError(f"{place} is damaged: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg'].lower()}{more}"
