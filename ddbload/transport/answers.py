"""What a good answer (HTTP 200) says, by the call that it answers: outcome and reason, or that it cannot be an answer.

Every item in an answer is looked at whole, so that whoever reads it later (units, captures) can rely on its shape.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from ddbload.operation import Operation, Outcome
from ddbload.transport.codes import judge_batch

Document: TypeAlias = dict[str, Any]
Verdict: TypeAlias = tuple[Outcome, str]
Judge: TypeAlias = Callable[[Document], Verdict]

NO_ITEMS = "what stands for the answer's items is none"
_OK: Verdict = (Outcome.OK, "")
_NOT_FOUND: Verdict = (Outcome.NOT_FOUND, "")
_CORRUPT: Verdict = (Outcome.CORRUPT, NO_ITEMS)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?").fullmatch


def judge_of(operation: Operation) -> Judge:
    """What judges the answers of an operation.

    A read by key that finds none of its items is `not_found`: GetItem, BatchGetItem, TransactGetItems, and PartiQL's
    batches and transactions where they read. A batch of which parts are left over is `unprocessed`; a batch of
    statements has the outcome of the worst of them.
    """
    judge, known = _JUDGES.get(operation.api, (_write, None))
    if known is _PARTS:
        return partial(judge, parts=operation.parts)
    return partial(judge, reads=not operation.writes) if known is _READS else judge


# --- items -----------------------------------------------------------------------------------------------------------


def is_item(item: object) -> bool:
    """Whether a JSON value is an item or a key: attributes, each of one type, with what fits the type."""
    if type(item) is not dict:
        return False
    for value in item.values():
        if type(value) is not dict or len(value) != 1:
            return False
        for kind, content in value.items():
            if kind == "S" and type(content) is str:  # most are
                continue
            fits = _FITS.get(kind)
            if fits is None or not fits(content):
                return False
    return True


def _is_text(content: object) -> bool:
    return type(content) is str


def _is_number(content: object) -> bool:
    return type(content) is str and (content.isdecimal() or _NUMBER(content) is not None)


def _is_binary(content: object) -> bool:
    if type(content) is not str:
        return False
    try:
        base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_list(content: object) -> bool:
    return type(content) is list and all(is_item({"": value}) for value in content)


def _each(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda content: type(content) is list and all(map(fits, content))


_FITS: Mapping[str, Callable[[object], bool]] = {
    "S": _is_text,
    "N": _is_number,
    "B": _is_binary,
    "BOOL": lambda content: type(content) is bool,
    "NULL": lambda content: type(content) is bool,
    "L": _is_list,
    "M": is_item,
    "SS": _each(_is_text),
    "NS": _each(_is_number),
    "BS": _each(_is_binary),
}


def _are_items(items: object) -> bool:
    return type(items) is list and all(map(is_item, items))


# --- calls -----------------------------------------------------------------------------------------------------------


def _get_item(document: Document) -> Verdict:
    if "Item" not in document:
        return _NOT_FOUND
    return _OK if is_item(document["Item"]) else _CORRUPT


def _write(document: Document) -> Verdict:
    return _OK if "Attributes" not in document or is_item(document["Attributes"]) else _CORRUPT


def _many(document: Document) -> Verdict:
    if (
        ("Items" in document and not _are_items(document["Items"]))
        or ("LastEvaluatedKey" in document and not is_item(document["LastEvaluatedKey"]))
        or ("NextToken" in document and not _is_text(document["NextToken"]))
        or type(document.get("Count", 0)) is not int
        or type(document.get("ScannedCount", 0)) is not int
    ):
        return _CORRUPT
    return _OK


def _batch_get(document: Document, parts: int) -> Verdict:
    found, left = document.get("Responses", {}), document.get("UnprocessedKeys", {})
    if (
        type(found) is not dict
        or not all(map(_are_items, found.values()))
        or type(left) is not dict
        or not all(type(keys) is dict and _are_items(keys.get("Keys")) for keys in left.values())
    ):
        return _CORRUPT
    if left:
        return _unprocessed(sum(len(keys["Keys"]) for keys in left.values()), parts)
    return _OK if any(found.values()) else _NOT_FOUND


def _batch_write(document: Document, parts: int) -> Verdict:
    left = document.get("UnprocessedItems", {})
    if type(left) is not dict or not all(
        type(requests) is list and all(map(_is_write_request, requests)) for requests in left.values()
    ):
        return _CORRUPT
    return _unprocessed(sum(map(len, left.values())), parts) if left else _OK


def _is_write_request(request: object) -> bool:
    if type(request) is not dict or len(request) != 1:
        return False
    ((kind, content),) = request.items()
    member = {"PutRequest": "Item", "DeleteRequest": "Key"}.get(kind)
    return member is not None and type(content) is dict and is_item(content.get(member))


def _unprocessed(left: int, parts: int) -> Verdict:
    return (Outcome.UNPROCESSED, f"{left} of {max(left, parts)} unprocessed") if left else _OK


def _transaction(document: Document, *, reads: bool) -> Verdict:
    """Of a TransactGetItems or ExecuteTransaction: a list with an item in each of its entries that found one."""
    answers = document.get("Responses", [])
    if type(answers) is not list or not all(map(_may_hold_item, answers)):
        return _CORRUPT
    return _NOT_FOUND if reads and not any("Item" in answer for answer in answers) else _OK


def _may_hold_item(answer: object) -> bool:
    return type(answer) is dict and ("Item" not in answer or is_item(answer["Item"]))


def _statements(document: Document, *, reads: bool) -> Verdict:
    answers = document.get("Responses", [])
    if type(answers) is not list or not all(
        _may_hold_item(answer) and _may_hold_error(answer.get("Error")) for answer in answers
    ):
        return _CORRUPT
    codes = [answer["Error"]["Code"] for answer in answers if answer.get("Error") is not None]
    if codes:
        return judge_batch(codes, len(answers))
    return _NOT_FOUND if reads and not any("Item" in answer for answer in answers) else _OK


def _may_hold_error(error: object) -> bool:
    return error is None or (_may_hold_item(error) and type(error.get("Code")) is str)  # type: ignore[attr-defined]


_PARTS, _READS = "parts", "reads"
_JUDGES: Mapping[str, tuple[Callable[..., Verdict], str | None]] = {
    "GetItem": (_get_item, None),
    "Query": (_many, None),
    "Scan": (_many, None),
    "ExecuteStatement": (_many, None),
    "BatchGetItem": (_batch_get, _PARTS),
    "BatchWriteItem": (_batch_write, _PARTS),
    "TransactGetItems": (_transaction, _READS),
    "ExecuteTransaction": (_transaction, _READS),
    "BatchExecuteStatement": (_statements, _READS),
}
"""Who judges which answers, and what of the operation it has to know; all others are writes of one item."""
