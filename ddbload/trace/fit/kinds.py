"""What an operation of a trace does, told by its name: DynamoDB's names of calls, or the first plain word in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

KINDS = ("get", "query", "scan", "put", "update", "delete")

_WORDS: Mapping[str, tuple[str, ...]] = {
    "get": ("get", "read", "fetch", "load", "view", "lookup", "select", "batchget", "transactget"),
    "query": ("query", "list", "find", "search", "recent", "range", "worklist", "browse", "history"),
    "scan": ("scan", "export", "dump"),
    "put": (
        "put",
        "insert",
        "create",
        "add",
        "place",
        "write",
        "set",
        "save",
        "store",
        "new",
        "batchwrite",
        "register",
    ),
    "update": ("update", "modify", "patch", "change", "increment", "pay", "edit", "upsert", "transactwrite", "touch"),
    "delete": ("delete", "remove", "forget", "drop", "expire", "cancel", "del"),
}
_BY_WORD = {word: kind for kind, words in _WORDS.items() for word in words}
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def kind_of(operation: str) -> str | None:
    """get, query, scan, put, update or delete; None where the name tells nothing."""
    plain = re.sub(r"[^a-z]", "", operation.lower())
    for ending in ("item", "items", ""):
        if ending and plain.endswith(ending) and (kind := _BY_WORD.get(plain.removesuffix(ending))):
            return kind
    parts = [part.lower() for part in _PART.findall(operation)]
    return _BY_WORD.get(plain) or next((_BY_WORD[part] for part in parts if part in _BY_WORD), None)
