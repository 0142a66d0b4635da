"""Statements of PartiQL in the trial: each becomes the call that does the same, as far as its text can be read.

What WHERE and SET say is nearly the language of expressions: names stand in double quotes, SET and REMOVE may be
repeated. What cannot be read so is left out, and said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ddbload.capacity import select_counterpart
from ddbload.expression import (
    And,
    Boolean,
    Condition,
    ExpressionError,
    Null,
    Number,
    Operand,
    Or,
    Path,
    Statement,
    Test,
    Text,
    Update,
    parse_condition,
    parse_statement,
    parse_update,
    walk,
)
from ddbload.expression.tree import Node
from ddbload.planner.trial.population import Population
from ddbload.scenario.rules.expressions import statement_of
from ddbload.workload.compiled import CompiledOperation, Part

_PIECES = re.compile(
    r"""(?P<text>'(?:[^']|'')*')|"(?P<name>(?:[^"]|"")*)"|(?P<word>[A-Za-z_]\w*)|(?P<other>.)""", re.DOTALL
)
_CLAUSES = {"set", "remove", "where", "returning"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement as a part of a call.

    Attributes:
        part: with the kind of its counterpart: "get", "query", "scan", "put", "insert", "update", "delete", "exists".
        where: what it asks of the item.
        read: whether all of its text was understood.
    """

    part: Part
    where: Condition | None = None
    read: bool = True


def sentences_of(population: Population, compiled: CompiledOperation) -> tuple[Sentence, ...]:
    """The parts of an operation; those that are no statements as they are."""
    request = compiled.operation.request
    listed = request.get("Statements") or request.get("TransactStatements") or [request]
    actions = [action for action in compiled.actions for _ in range(action.count)]
    if not any(statement_of(action.spec) for action in actions):
        return tuple(Sentence(part) for part in compiled.parts)
    return tuple(
        _sentence(population, part, parse_statement((statement_of(action.spec) or ("", ""))[1]), one, text=text)
        for part, action, one in zip(compiled.parts, actions, listed, strict=True)
        for _, text in (statement_of(action.spec) or ("", ""),)
    )


def _sentence(
    population: Population, part: Part, statement: Statement, request: Mapping[str, Any], *, text: str
) -> Sentence:
    clauses = _clauses(text)
    where, where_read = _tree(clauses.get("where"), parse_condition)
    update, update_read = _update(clauses)
    sent = dict(zip(statement.parameters, request.get("Parameters", ()), strict=False))
    bound: dict[Operand, Any] = {}
    for tree in (where, update):
        for leaf in walk(tree) if tree is not None else ():
            if not isinstance(leaf, Path):
                bound[leaf] = sent[leaf] if leaf in sent else constant(leaf)
    kind = part.kind
    if kind == "select":
        places = population.tables[part.table].places[statement.index or ""]
        kind = select_counterpart(statement.equalities, places.partition, places.sort)
        kind = {"GetItem": "query" if statement.index else "get", "Query": "query", "Scan": "scan"}[kind]
    known = replace(part, kind=kind, bound=bound, update=update if kind == "update" else None)
    read = where_read and (update_read or kind != "update") and kind != "insert"
    return Sentence(known, _condition(kind, where, population.tables[part.table].shape.key[0]), read)


def _condition(kind: str, where: Condition | None, partition: str) -> Condition | None:
    """What must hold, so that a write is done: INSERT wants no item, UPDATE and EXISTS one; DELETE takes either."""
    there, absent = Test("attribute_exists", Path((partition,))), Test("attribute_not_exists", Path((partition,)))
    match kind:
        case "insert":
            return absent
        case "update" | "exists":
            return there if where is None else _all(there, where)
        case "delete":
            return None if where is None else Or((absent, where))
        case _:
            return where


def _all(first: Condition, second: Condition) -> Condition:
    return And((first, *(second.parts if isinstance(second, And) else (second,))))


def constant(operand: Node) -> Any:
    """The attribute value of a value that is written out."""
    match operand:
        case Text(parts):
            return {"S": "".join(map(str, parts))}
        case Number(text):
            return {"N": text}
        case Boolean(value):
            return {"BOOL": value}
        case Null():
            return {"NULL": True}
        case _:
            raise ValueError(f"{operand} is no constant")


def _clauses(text: str) -> dict[str, str]:
    """SET, REMOVE and WHERE of a statement, in the language of expressions; several SET as one."""
    found: dict[str, list[str]] = {}
    now, depth, listing = "", 0, False
    for piece in _PIECES.finditer(text):
        word = (piece["word"] or "").lower()
        if now:
            depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth < 0:  # the end of EXISTS (...), whose beginning was before any clause
            break
        written = piece[0]
        if word == "in":
            listing = True
        elif listing and written in {"[", "]"}:  # the brackets of a list are those of an expression's IN
            listing, written = written == "[", "(" if written == "[" else ")"
        if word in _CLAUSES:
            now = word
            found.setdefault(now, []).append("")
        elif now:
            quoted = piece["name"]
            found[now][-1] += written if quoted is None else _named(quoted.replace('""', '"'))
    return {name: ", ".join(map(str.strip, parts)) for name, parts in found.items()}


def _named(name: str) -> str:
    return "#'" + name.replace("'", "''") + "'"


def _tree(text: str | None, parse: Any) -> tuple[Any, bool]:
    if text is None:
        return None, True
    try:
        return parse(text), True
    except ExpressionError:
        return None, False


def _update(clauses: Mapping[str, str]) -> tuple[Update | None, bool]:
    words = [f"{word.upper()} {clauses[word]}" for word in ("set", "remove") if word in clauses]
    return _tree(" ".join(words) or None, parse_update)
