"""JSON Schemas of the documents that ddbload writes: from their dataclasses, described by what their docstrings say."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from ddbload.results.record import RunRecord

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ITEM = re.compile(r"^ {4}(\w[\w, ]*): (.*)$")
_MORE = re.compile(r"^ {8}(\S.*)$")


def run_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `run.json`."""
    return document_schema(RunRecord, "ddbload run")


def document_schema(kind: type[Any], title: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a dataclass's document; keys that it does not name are allowed.

    Every object has its class's docstring for a description, every property what its `Attributes` say of it.
    """
    schema = TypeAdapter(kind).json_schema(mode="serialization")
    parts = {kind.__name__: schema, **schema.get("$defs", {})}
    for name, each in _dataclasses(kind):
        if name in parts:
            _describe(parts[name], each)
    return {"$schema": _DIALECT, **schema, "title": title}


def _dataclasses(kind: type[Any]) -> Iterator[tuple[str, type[Any]]]:
    """The class and all dataclasses of the modules that its fields' types come from."""
    seen: dict[str, type[Any]] = {}
    waiting = [kind]
    while waiting:
        each = waiting.pop()
        module = inspect.getmodule(each)
        for name, found in vars(module).items():
            if inspect.isclass(found) and dataclasses.is_dataclass(found) and name not in seen:
                seen[name] = found
                waiting.append(found)
    yield from seen.items()


def _describe(part: dict[str, Any], kind: type[Any]) -> None:
    text = inspect.getdoc(kind) or ""
    summary, _, attributes = text.partition("\nAttributes:\n")
    part["description"] = " ".join(summary.split())
    for names, words in _items(attributes):
        for name in names:
            if name in part.get("properties", {}):
                part["properties"][name]["description"] = words


def _items(attributes: str) -> Iterator[tuple[list[str], str]]:
    """The names and the words of each item of a docstring's `Attributes`."""
    names: list[str] = []
    words: list[str] = []
    for line in attributes.splitlines():
        if item := _ITEM.match(line):
            if names:
                yield names, " ".join(words)
            names, words = [name.strip() for name in item[1].split(",")], [item[2]]
        elif more := _MORE.match(line):
            words.append(more[1])
    if names:
        yield names, " ".join(words)
