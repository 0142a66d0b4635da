"""Batches and transactions: how much they take, what they do not take, and no item twice.

Sources: API Reference, BatchGetItem, BatchWriteItem, TransactGetItems, TransactWriteItems, BatchExecuteStatement,
ExecuteTransaction; Developer Guide, "Constraints in Amazon DynamoDB".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ddbload.expression import ExpressionError, Statement, parse_statement
from ddbload.scenario.actions import TRANSACTIONS, Action, actions_of, kind_of, picks_next
from ddbload.scenario.extent import item_extent
from ddbload.scenario.model import AnyOperation, Scenario, Statement as StatementSpec
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.rules.table import is_strong
from ddbload.scenario.source import Loc

_MOST = {
    "batch_get": 100,
    "batch_write": 25,
    "transact_get": 100,
    "transact_write": 100,
    "execute_batch": 25,
    "execute_transaction": 100,
}
"""Items in one call."""
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024


def batch_faults(scenario: Scenario, loc: Loc, operation: AnyOperation, *, sound: bool) -> Iterator[Fault]:
    """What a batch or a transaction does not take; of an operation whose items are all there.

    `sound` says whether values and shapes are right in themselves, so that items have a size.
    """
    kind = kind_of(operation)
    if kind not in _MOST:
        return
    actions = actions_of(operation)
    here: Loc = (*loc, kind)
    count = sum(action.count for action in actions)
    if count > _MOST[kind]:
        what = "statements" if kind.startswith("execute") else "items"
        yield Fault(
            here, f"{count} {what} in one {kind}; DynamoDB takes {_MOST[kind]}", "a smaller `count`", at_key=True
        )
    yield from _option_faults(loc, kind, actions)
    if kind == "batch_get":
        yield from _agreement_faults(scenario, loc, actions)
    if kind.startswith("execute"):
        yield from _statement_faults(loc, kind, actions)
    else:
        yield from _same_item_faults(loc, actions)
    yield from _count_faults(scenario, loc, actions)
    if kind in TRANSACTIONS:
        yield from _consistency_faults(scenario, here, actions)
        if sound:
            yield from _transaction_size_faults(scenario, here, actions)


def _option_faults(loc: Loc, kind: str, actions: Sequence[Action]) -> Iterator[Fault]:
    """Keys of an action that this kind of call has no place for."""
    refused = {
        "batch_write": {
            "condition": ("a batch takes no conditions", "transact_write takes them"),
            "on_failure": ("a batch takes no conditions", "transact_write takes them"),
        },
        "transact_get": {"consistent": ("a transaction reads consistently by itself", "leave `consistent` out")},
        "execute_transaction": {"consistent": ("a transaction reads consistently by itself", "leave `consistent` out")},
    }
    for action in actions:
        for key, (message, fits) in refused.get(kind, {}).items():
            if key in action.spec.model_fields_set:
                yield Fault((*loc, *action.loc, key), message, fits, at_key=True)


def _agreement_faults(scenario: Scenario, loc: Loc, actions: Sequence[Action]) -> Iterator[Fault]:
    """ConsistentRead and ProjectionExpression are said once for each table of a batch."""
    first: dict[str, Action] = {}
    for action in actions:
        other = first.setdefault(scenario.table_of(action.family).name, action)
        for key in ("consistent", "projection"):
            if (wanted := getattr(other.spec, key)) != getattr(action.spec, key):
                said = f"has {str(wanted).lower() if key == 'consistent' else repr(wanted)}" if wanted else "has none"
                message = f"a batch has one `{key}` for each table, and '{other.family}' before it {said}"
                yield Fault((*loc, *action.loc, key), message, "the same for all items of the table", at_key=True)


def _same_item_faults(loc: Loc, actions: Sequence[Action]) -> Iterator[Fault]:
    """Coordinates are shared by name, so that two single actions on one family are about the same item."""
    first: dict[tuple[object, ...], Action] = {}
    for action in actions:
        if action.count > 1:
            continue
        given = getattr(action.spec, "key", {})
        what = (action.family, tuple(sorted((name, str(value)) for name, value in given.items())))
        if what in first:
            message = f"the {action.kind} and the {first[what].kind} are of the same '{action.family}'"
            fits = "`count: 2` for two items, or a `key` of its own"
            yield Fault((*loc, *action.loc, action.key), f"{message}: DynamoDB takes an item once", fits)
        first.setdefault(what, action)


def _count_faults(scenario: Scenario, loc: Loc, actions: Sequence[Action]) -> Iterator[Fault]:
    """Several different items need as many, and a coordinate that no action before has fixed."""
    fixed: set[str] = set()
    for action in actions:
        of, there = scenario.items[action.family].of, scenario.items[action.family].count
        place: Loc = (*loc, *action.loc, "count")
        if action.count > there and not picks_next(action.pick):
            fits = f"there are {there:,}" if there > 1 else "there is one"
            yield Fault(place, f"{action.count} different items of '{action.family}' are too many", fits)
        elif action.count > 1 and fixed.issuperset(of):
            message = f"{action.count} different items of '{action.family}', but all its coordinates are fixed before"
            yield Fault(place, message, "name this action first, or coordinates otherwise")
        if action.count == 1 and action.kind != "statement" and not getattr(action.spec, "key", None):
            fixed |= set(of)  # a key is made of all coordinates


def _statement_faults(loc: Loc, kind: str, actions: Sequence[Action]) -> Iterator[Fault]:
    """All reads or all writes; EXISTS is a condition, and goes with writes."""
    kinds = {action.loc: read for action in actions if (read := _statement(action)) is not None}
    reads = {where: tree.kind == "select" for where, tree in kinds.items()}
    if len(set(reads.values())) > 1:
        first, *others = reads
        where = next(place for place in others if reads[place] != reads[first])
        message = f"{kinds[where].kind.upper()} beside {kinds[first].kind.upper()}"
        fits = "statements that all read, or that all write"
        yield Fault((*loc, *where, "statement"), f"{message}: one {kind} does not mix reads and writes", fits)


def _statement(action: Action) -> Statement | None:
    try:
        return parse_statement(action.spec.statement) if isinstance(action.spec, StatementSpec) else None
    except ExpressionError:  # said of the statement itself
        return None


def _consistency_faults(scenario: Scenario, here: Loc, actions: Sequence[Action]) -> Iterator[Fault]:
    strong = [table for action in actions if is_strong(table := scenario.table_of(action.family))]
    if strong:
        message = f"the table '{strong[0].name}' has strong consistency across regions, and so no transactions"
        yield Fault(here, message, "consistency: eventual, or a batch", at_key=True)


def _transaction_size_faults(scenario: Scenario, here: Loc, actions: Sequence[Action]) -> Iterator[Fault]:
    total = sum(action.count * item_extent(scenario, action.family).mean for action in actions)
    if total > MAX_TRANSACTION_BYTES:
        message = f"the items of one transaction have about {total / 1024**2:.1f} MB in all; DynamoDB takes 4 MB"
        yield Fault(here, message, "fewer or smaller items", at_key=True)
