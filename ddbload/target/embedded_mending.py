"""What is done to requests and answers of the embedded server's library, so that they are DynamoDB's. No I/O.

Queries of indexes with keys of several attributes and pages of statements, which the library does not know; codes of
cancelled transactions, which it takes from exceptions; and refusals in words of what it would get wrong.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from ddbload.target.embedded_limits import lack_of_statement
from ddbload.target.embedded_queries import Answer, Ask, IndexKey, Library, index_keys, query, sparse

_MENDED = frozenset({"BatchExecuteStatement", "CreateTable", "ExecuteStatement", "ExecuteTransaction"})
_OF_INDEXES = frozenset({"Query", "Scan"})
_OK = 200


class Mending:
    """Stands between the connections and the library, and remembers which indexes it has to query itself."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._keys: dict[str, dict[str, IndexKey]] = {}  # table -> index

    def answer(self, api: str, body: bytes, ask: Ask) -> Answer:
        """The answer to a request, with the library's answers to what it understands of it."""
        if api not in _MENDED and not (api in _OF_INDEXES and self._keys):
            return ask(api, body)
        try:
            request = json.loads(body)
        except ValueError:
            return ask(api, body)
        if not isinstance(request, dict):
            return ask(api, body)
        if api in _OF_INDEXES:
            return self._of_index(api, request, body, ask)
        if api == "CreateTable":
            return self._create(request, ask(api, body))
        return _statements(api, request, body, ask)

    def _of_index(self, api: str, request: dict[str, Any], body: bytes, ask: Ask) -> Answer:
        key = self._keys.get(str(request.get("TableName")), {}).get(str(request.get("IndexName")))
        if key is None:
            return ask(api, body)
        return query(request, key, ask, self._library) if api == "Query" else sparse(request, key, ask)

    def _create(self, request: dict[str, Any], given: Answer) -> Answer:
        if given[0] == _OK:
            self._keys.pop(request["TableName"], None)
            several = index_keys(request)
            if several:
                self._keys[request["TableName"]] = several
        return given


def _statements(api: str, request: dict[str, Any], body: bytes, ask: Ask) -> Answer:
    """The answer to PartiQL."""
    for statement in request.get("Statements") or request.get("TransactStatements") or [request]:
        lack = lack_of_statement(str(statement.get("Statement", "")))
        if lack is not None:
            refusal = {"__type": "com.amazon.coral.validate#ValidationException", "message": str(lack)}
            return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(refusal)
    status, headers, given = ask(api, body)
    if api == "ExecuteStatement" and status == _OK:
        given = _page(request, given)
    elif api == "ExecuteTransaction" and status != _OK:
        given = _codes(given)
    return status, {name: value for name, value in headers.items() if name.lower() != "x-amz-crc32"}, given


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
