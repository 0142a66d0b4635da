"""The requests of several actions: batches, transactions, PartiQL.

Shapes: Amazon DynamoDB API Reference, BatchGetItem, BatchWriteItem, TransactGetItems, TransactWriteItems,
ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ddbload.expression import ExpressionError, Statement, parse_statement
from ddbload.operation import Whole
from ddbload.scenario.actions import Action, actions_of
from ddbload.scenario.rules.expressions import statement_of
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.sources import Given, Token
from ddbload.workload.translate import problem
from ddbload.workload.writing import Writer, flag, returned

_READING = {"select", "exists"}
_EVERYTHING = re.compile(r"\s*select\s+\*\s", re.IGNORECASE)


def _batch_get(writer: Writer, spec: Any) -> CompiledOperation:
    tables: dict[str, dict[str, Any]] = {}
    for action in actions_of(spec):
        for written in writer.items(action):
            of_table = tables.setdefault(writer.parts[-1].table, {"Keys": []})
            of_table["Keys"].append(written.pop("Key"))
            of_table |= written | flag("ConsistentRead", on=action.spec.consistent)  # type: ignore[union-attr]  # a get
            tables[writer.parts[-1].table] = of_table
    return writer.compiled("BatchGetItem", {"RequestItems": tables})


def _batch_write(writer: Writer, spec: Any) -> CompiledOperation:
    tables: dict[str, list[Any]] = {}
    for action in actions_of(spec):
        word = "PutRequest" if action.kind == "put" else "DeleteRequest"
        for written in writer.items(action):
            tables.setdefault(writer.parts[-1].table, []).append({word: written})
    return writer.compiled("BatchWriteItem", {"RequestItems": tables}, writes=True)


def _transact_get(writer: Writer, spec: Any) -> CompiledOperation:
    items = [
        {"Get": {"TableName": writer.parts[-1].table, **written}}
        for action in actions_of(spec)
        for written in writer.items(action)
    ]
    return writer.compiled("TransactGetItems", {"TransactItems": items})


_WORDS = {"put": "Put", "update": "Update", "delete": "Delete", "check": "ConditionCheck"}


def _transact_write(writer: Writer, spec: Any) -> CompiledOperation:
    items = [
        {_WORDS[action.kind]: {"TableName": writer.parts[-1].table, **written, **returned(action.spec)}}
        for action in actions_of(spec)
        for written in writer.items(action)
    ]
    return writer.compiled("TransactWriteItems", {"TransactItems": items, **_token(writer, spec)}, writes=True)


def _token(writer: Writer, spec: Any) -> dict[str, Whole]:
    return {"ClientRequestToken": writer.layout.whole(Token())} if spec.token else {}


# --- PartiQL ---------------------------------------------------------------------------------------------------------


def _execute(writer: Writer, spec: Any) -> CompiledOperation:
    (action,) = actions_of(spec)
    request, statement = _statement(writer, action)
    if spec.limit is not None:
        request["Limit"] = spec.limit
    pages = None if spec.pages == "all" else spec.pages
    if pages != 1:
        request["NextToken"] = writer.layout.whole(Given("NextToken"), optional=True)
    writes = statement.kind not in _READING
    return writer.compiled("ExecuteStatement", request, index=statement.index, writes=writes, pages=pages)


def _execute_batch(writer: Writer, spec: Any) -> CompiledOperation:
    return _statements(writer, spec, "BatchExecuteStatement", "Statements")


def _execute_transaction(writer: Writer, spec: Any) -> CompiledOperation:
    return _statements(writer, spec, "ExecuteTransaction", "TransactStatements", **_token(writer, spec))


def _statements(writer: Writer, spec: Any, api: str, member: str, **more: Any) -> CompiledOperation:
    written: list[dict[str, Any]] = []
    writes = False
    for action in actions_of(spec):
        for _ in range(action.count):
            request, statement = _statement(writer, action)
            written.append(request)
            writes = writes or statement.kind not in _READING
    return writer.compiled(api, {member: written, **more}, writes=writes)


def _statement(writer: Writer, action: Action) -> tuple[dict[str, Any], Statement]:
    """One statement with its parameters; it becomes a part."""
    spec: Any = action.spec
    _, text = statement_of(spec) or ("", "")
    binder = writer.binder(action.family)
    try:
        statement = parse_statement(text)
    except ExpressionError as error:
        where = f"operations.{writer.name}: {error.message}, at position {error.offset + 1} of {text!r}"
        raise problem(writer.scenario, where, error.fits) from error
    request: dict[str, Any] = {"Statement": statement.text}
    if statement.parameters:
        request["Parameters"] = [binder.value(parameter) for parameter in statement.parameters]
    request |= flag("ConsistentRead", on=spec.consistent) | returned(spec)
    partial = statement.kind == "select" and _EVERYTHING.match(statement.text) is None
    writer.add(action, kind=statement.kind, table=statement.table, node=binder.key({}), partial=partial)
    return request, statement


SEVERAL: dict[str, Callable[[Writer, Any], CompiledOperation]] = {
    "batch_get": _batch_get,
    "batch_write": _batch_write,
    "transact_get": _transact_get,
    "transact_write": _transact_write,
    "execute": _execute,
    "execute_batch": _execute_batch,
    "execute_transaction": _execute_transaction,
}
"""How the operations of several actions are written, by the key that names their kind."""
