"""`run.json`: a run record as a JSON document and back, with errors that say what is wrong with a document."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from ddbload.errors import DdbloadError
from ddbload.results.moment import moment_of
from ddbload.results.record import RunRecord
from ddbload.results.upgrade import SchemaError, upgraded

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
    """The record in a document, of an older schema, too; keys that this version does not know are ignored.

    Raises:
        ResultsError: it is not JSON, of a schema that cannot be read, a key is missing or of the wrong type, or its
            start is no time; names `place`.
    """
    found = _json(document, place)
    content = _upgraded(found, place)
    try:
        # what needed no upgrade is validated as it was written: parsed, an integer of 70 bits is a float
        record = _RECORD.validate_json(document if content is found else orjson.dumps(content), strict=True)
    except ValidationError as error:
        raise ResultsError(f"{place} is damaged: {_first(error)}") from error
    try:
        moment_of(record.started_at)
    except (ValueError, OverflowError) as error:
        raise ResultsError(f"{place} is damaged: started_at: {error}") from error
    return record


def parsed(document: bytes, place: str) -> dict[str, Any]:
    """The content of a document, as the newest schema has it; nothing in it is checked.

    Raises:
        ResultsError: it is not JSON, no run, or of a schema that cannot be read; names `place`.
    """
    return _upgraded(_json(document, place), place)


def _json(document: bytes, place: str) -> object:
    try:
        content: object = orjson.loads(document)  # refuses NaN and Infinity, and names the place of a damage
    except orjson.JSONDecodeError as error:
        raise ResultsError(f"{place} is damaged: {error}") from error
    return content


def _upgraded(content: object, place: str) -> dict[str, Any]:
    try:
        return upgraded(content)
    except SchemaError as error:
        raise ResultsError(f"{place} is not a run that this ddbload can read: {error}") from error


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg'].lower()}{more}"
