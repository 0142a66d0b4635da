"""The units of one call on several items: batches, transactions and PartiQL's, table by table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from ddbload.capacity import Item, condition_check_units, item_write_units, transact_write_units
from ddbload.operation import Draw, Operation, Outcome
from ddbload.workload.pieces import ANSWERED, NOTHING, WRITTEN, Piece, read_of, write_charge
from ddbload.workload.stream import CapacityModel, Charge

Reply = Mapping[str, Any] | None
_PART_OF = ANSWERED | {Outcome.UNPROCESSED}
_READ = {"select", "exists", "get"}
_CONDITIONS = {"ConditionalCheckFailed", "DuplicateItem"}


def _batch_get(pieces: tuple[Piece, ...], home: str, draw: Draw, outcome: str, reply: Reply) -> tuple[Charge, ...]:
    """Each item by itself, those that are not there too; keys that were left over are not charged."""
    if outcome not in _PART_OF:
        return NOTHING
    charges: list[Charge] = []
    for table in dict.fromkeys(piece.part.table for piece in pieces):
        own = [piece for piece in pieces if piece.part.table == table]
        charges += [_read(piece, draw, item, home) for piece, item in _answered(own, table, draw, reply)]
    return summed(charges)


def _answered(pieces: list[Piece], table: str, draw: Draw, reply: Reply) -> list[tuple[Piece, Item | None]]:
    """The pieces of one table that were processed, each with an item of the answer (whose order is not theirs)."""
    if reply is None:
        return [(piece, piece.loaded(draw)) for piece in pieces]
    left = len(reply.get("UnprocessedKeys", {}).get(table, {}).get("Keys", ()))
    found = reply.get("Responses", {}).get(table, [])
    done = pieces[: len(pieces) - left]
    return [(piece, found[at] if at < len(found) else None) for at, piece in enumerate(done)]


def _batch_write(pieces: tuple[Piece, ...], home: str, draw: Draw, outcome: str, reply: Reply) -> tuple[Charge, ...]:
    """Each put and delete by itself; those that were left over are not charged."""
    if outcome not in _PART_OF | WRITTEN:
        return NOTHING
    charges: list[Charge] = []
    for table in dict.fromkeys(piece.part.table for piece in pieces):
        own = [piece for piece in pieces if piece.part.table == table]
        left = (reply or {}).get("UnprocessedItems", {}).get(table, [])
        for piece in _processed(own, left):
            charges.append(write_charge(*piece.change(draw), piece.shape, _named(piece, home)))  # noqa: PERF401
    return summed(charges)


def _processed(pieces: list[Piece], left: list[Any]) -> list[Piece]:
    """The pieces of a batch without as many puts and deletes as were left over: which ones, their sizes hardly tell."""
    words = ["PutRequest" if piece.part.kind == "put" else "DeleteRequest" for piece in pieces]
    over = {word: sum(word in request for request in left) for word in ("PutRequest", "DeleteRequest")}
    kept: list[Piece] = []
    for piece, word in zip(reversed(pieces), reversed(words), strict=True):
        if over[word]:
            over[word] -= 1
        else:
            kept.append(piece)
    return kept[::-1]


def _transact_get(pieces: tuple[Piece, ...], home: str, draw: Draw, outcome: str, reply: Reply) -> tuple[Charge, ...]:
    """Two reads of each item, also where another transaction was in the way."""
    if outcome not in ANSWERED and not _cancelled(outcome, reply):
        return NOTHING
    answers = (reply or {}).get("Responses")
    charges = []
    for at, piece in enumerate(pieces):
        known = answers[at].get("Item") if answers and at < len(answers) else piece.loaded(draw)
        charges.append(Charge(read_of(piece, draw, known, transactional=True), 0.0, {}, _named(piece, home)))
    return summed(charges)


def _transact_write(pieces: tuple[Piece, ...], home: str, draw: Draw, outcome: str, reply: Reply) -> tuple[Charge, ...]:
    """Two writes of each item and one of each index entry; of a cancelled transaction, without the indexes.

    Source: Developer Guide, "Amazon DynamoDB Transactions: How it works", "Capacity management for transactions".
    """
    cancelled = outcome == Outcome.CONDITION_FAILED or _cancelled(outcome, reply)
    if outcome not in WRITTEN and not cancelled:
        return NOTHING
    charges = []
    for piece in pieces:
        before, after = piece.change(draw)
        table = _named(piece, home)
        if piece.part.kind in {"check", "exists"}:
            charges.append(Charge(0.0, condition_check_units(before), {}, table))
        elif cancelled:
            charges.append(Charge(0.0, item_write_units(before, after, transactional=True), {}, table))
        else:
            units = transact_write_units(before, after, piece.shape)
            charges.append(Charge(0.0, units.table, {name: (0.0, n) for name, n in units.indexes.items()}, table))
    return summed(charges)


def _cancelled(outcome: str, reply: Reply) -> bool:
    """Whether a transaction was cancelled for another one's sake: that costs as much as one that is done."""
    return outcome == Outcome.CONFLICT and bool(reply) and "CancellationReasons" in (reply or {})


def _statements(pieces: tuple[Piece, ...], home: str, draw: Draw, outcome: str, reply: Reply) -> tuple[Charge, ...]:
    """Each statement of a batch by itself, whatever became of the others; those that were refused cost nothing."""
    answers = (reply or {}).get("Responses") or []
    if outcome not in _PART_OF | WRITTEN and not answers:
        return NOTHING
    charges = []
    for at, piece in enumerate(pieces):
        answer = answers[at] if at < len(answers) else {}
        code = answer.get("Error", {}).get("Code", "")
        if code and code not in _CONDITIONS:
            continue
        if piece.part.kind in _READ:
            charges.append(_read(piece, draw, answer.get("Item") if answers else piece.loaded(draw), home))
            continue
        before, after = piece.change(draw)
        if code:
            charges.append(Charge(0.0, item_write_units(before, after), {}, _named(piece, home)))
        else:
            charges.append(write_charge(before, after, piece.shape, _named(piece, home)))
    return summed(charges)


def _read(piece: Piece, draw: Draw, item: Item | None, home: str) -> Charge:
    return Charge(read_of(piece, draw, item), 0.0, {}, _named(piece, home))


def _named(piece: Piece, home: str) -> str:
    return "" if piece.part.table == home else piece.part.table


def summed(charges: Iterable[Charge]) -> tuple[Charge, ...]:
    """One charge for each table."""
    found: dict[str, Charge] = {}
    for charge in charges:
        known = found.get(charge.table, Charge(0.0, 0.0, {}, charge.table))
        indexes = dict(known.indexes)
        for name, (read, write) in charge.indexes.items():
            before = indexes.get(name, (0.0, 0.0))
            indexes[name] = (before[0] + read, before[1] + write)
        found[charge.table] = Charge(known.read + charge.read, known.write + charge.write, indexes, charge.table)
    return tuple(found.values())


_Model = Callable[[tuple[Piece, ...], str, Draw, str, Reply], tuple[Charge, ...]]


def _made(model: _Model) -> Callable[[tuple[Piece, ...], Operation], CapacityModel]:
    return lambda pieces, operation: partial(model, pieces, operation.table)


def _transaction(pieces: tuple[Piece, ...], operation: Operation) -> CapacityModel:
    return partial(_transact_write if operation.writes else _transact_get, pieces, operation.table)


SEVERAL: dict[str, Callable[[tuple[Piece, ...], Operation], CapacityModel]] = {
    "BatchGetItem": _made(_batch_get),
    "BatchWriteItem": _made(_batch_write),
    "TransactGetItems": _made(_transact_get),
    "TransactWriteItems": _made(_transact_write),
    "BatchExecuteStatement": _made(_statements),
    "ExecuteTransaction": _transaction,
}
"""The models of the calls on several items, by the call."""
