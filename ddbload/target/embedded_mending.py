"""What is done to requests and answers of the embedded server's library, so that they are DynamoDB's. Pure.

Pages of statements, which the library does not know; codes of cancelled transactions, which it takes from exceptions;
and refusals in words of what it would get wrong.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

from ddbload.target.embedded_limits import Lack, lack_of_key, lack_of_statement

MENDED = frozenset({"BatchExecuteStatement", "CreateTable", "ExecuteStatement", "ExecuteTransaction", "UpdateTable"})
"""The calls that are looked at; all others go by as they are."""
_OK = 200

Answer = tuple[int, Any, Any]


def mended(api: str, body: bytes, answer: Callable[[bytes], Answer]) -> Answer:
    """The answer to one of `MENDED`, with the library's `answer` to what it understands of it."""
    try:
        request = json.loads(body)
    except ValueError:
        return answer(body)
    if not isinstance(request, dict):
        return answer(body)
    lack = next(_lacks(api, request), None)
    if lack is not None:
        refusal = {"__type": "com.amazon.coral.validate#ValidationException", "message": str(lack)}
        return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(refusal)
    status, headers, given = answer(body)
    if api == "ExecuteStatement" and status == _OK:
        given = _page(request, given)
    elif api == "ExecuteTransaction" and status != _OK:
        given = _codes(given)
    return status, {name: value for name, value in headers.items() if name.lower() != "x-amz-crc32"}, given


def _lacks(api: str, request: dict[str, Any]) -> Iterator[Lack]:
    if api in {"CreateTable", "UpdateTable"}:
        updates = request.get("GlobalSecondaryIndexUpdates") or ()
        made = [update["Create"] for update in updates if "Create" in update]
        for index in [*(request.get("GlobalSecondaryIndexes") or ()), *made]:
            lack = lack_of_key(index.get("KeySchema") or ())
            if lack is not None:
                yield lack
        return
    for statement in request.get("Statements") or request.get("TransactStatements") or [request]:
        lack = lack_of_statement(str(statement.get("Statement", "")))
        if lack is not None:
            yield lack


def _page(request: dict[str, Any], given: Any) -> Any:
    """The page of a statement's answer that is asked for: at most `Limit` items, from where `NextToken` says."""
    limit, token = request.get("Limit"), request.get("NextToken")
    if limit is None and token is None:
        return given
    document = json.loads(given)
    items = document.get("Items", [])
    start = int(base64.b64decode(token)) if token else 0
    end = start + limit if limit else len(items)
    if "Items" in document:
        document["Items"] = items[start:end]
    if end < len(items):
        document["NextToken"] = base64.b64encode(b"%d" % end).decode()
    return json.dumps(document, ensure_ascii=False)


def _codes(given: Any) -> Any:
    """A cancelled transaction with the service's codes: `ConditionalCheckFailed`, not the exception of that name."""
    document = json.loads(given)
    reasons = document.get("CancellationReasons")
    if not isinstance(reasons, list):
        return given
    for reason in reasons:
        code = reason["Code"].removesuffix("Exception")
        reason["Code"] = "ValidationError" if code == "Validation" else code
    return json.dumps(document, ensure_ascii=False)
