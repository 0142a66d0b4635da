"""The units of one call by DynamoDB's rules, for what the service charges but does not say.

An item is taken to be what was loaded: item i of its family where it was loaded, absent beyond. What earlier calls of
the run made of it is not followed, so the units of later writes to a changed item are near, not exact. Units of reads
come from the items in the answer, where there are any. Calls on several items are in `charges`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ddbload.capacity import failed_condition_units, item_bytes, needs_items, query_units, read_units
from ddbload.operation import Draw, Outcome
from ddbload.scenario.model import Scenario
from ddbload.workload.charges import SEVERAL
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.items import ItemMaker
from ddbload.workload.pieces import ANSWERED, NOTHING, WRITTEN, Piece, pieces_of, read_of, table_shape, write_charge
from ddbload.workload.stream import CapacityModel, Charge

__all__ = ["capacity_model", "table_shape"]


def capacity_model(scenario: Scenario, compiled: CompiledOperation, makers: Mapping[str, ItemMaker]) -> CapacityModel:
    """The capacity model of an operation."""
    pieces, operation = pieces_of(scenario, compiled, makers), compiled.operation
    if operation.api in SEVERAL:
        return SEVERAL[operation.api](pieces, operation)
    (piece,) = pieces
    match piece.part.kind:
        case "get":
            return partial(_get, piece)
        case "query" | "scan" | "select" | "exists":
            return partial(
                _many, operation.index, piece, piece.mean_bytes(operation.index), _fetches(piece, operation.index)
            )
        case _:
            return partial(_write, piece)


def _get(piece: Piece, draw: Draw, outcome: str, reply: Mapping[str, Any] | None) -> tuple[Charge, ...]:
    if outcome not in ANSWERED:
        return NOTHING
    item = piece.loaded(draw) if reply is None else reply.get("Item")
    return (Charge(read_of(piece, draw, item), 0.0, {}),)


def _many(
    index: str | None,
    piece: Piece,
    mean_bytes: float,
    fetches: bool,
    _draw: Draw,
    outcome: str,
    reply: Mapping[str, Any] | None,
) -> tuple[Charge, ...]:
    """From the items in the answer; what a filter held back is taken to be of the size of what it let through."""
    if outcome not in ANSWERED:
        return NOTHING
    items = reply.get("Items", []) if reply else []
    evaluated = reply.get("ScannedCount", len(items)) if reply else 0
    whole = items and not piece.part.partial
    mean = sum(map(item_bytes, items)) / len(items) if whole else mean_bytes
    units = query_units(round(mean * evaluated), consistent=piece.part.consistent)
    if index is None:
        return (Charge(units, 0.0, {}),)
    fetched = (
        evaluated * read_units(round(piece.maker.mean_bytes), consistent=piece.part.consistent) if fetches else 0.0
    )
    return (Charge(fetched, 0.0, {index: (units, 0.0)}),)


def _fetches(piece: Piece, index: str | None) -> bool:
    """Whether a read of a local index has to look up the items themselves."""
    wanted = piece.part.wanted
    if index is None or index not in piece.shape.indexes or wanted is None:
        return False
    return needs_items(piece.shape, index, wanted)


def _write(piece: Piece, draw: Draw, outcome: str, _reply: Mapping[str, Any] | None) -> tuple[Charge, ...]:
    if outcome not in WRITTEN:
        return NOTHING
    before, after = piece.change(draw)
    if outcome == Outcome.CONDITION_FAILED:
        return (Charge(0.0, failed_condition_units(before, after), {}),)
    return (write_charge(before, after, piece.shape),)
