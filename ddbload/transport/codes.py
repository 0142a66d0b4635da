"""Codes of single actions: why a transaction was cancelled, which statements of a batch failed; one verdict for all.

Codes: DynamoDB API Reference, "TransactWriteItems" (cancellation reasons) and "BatchStatementError".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ddbload.operation import Outcome

CANCELLED = "TransactionCanceledException"
FINE = "None"
_OUTCOMES = {
    "ConditionalCheckFailed": Outcome.CONDITION_FAILED,
    "DuplicateItem": Outcome.CONDITION_FAILED,  # an INSERT's own condition: there is no such item yet
    "TransactionConflict": Outcome.CONFLICT,
    "ProvisionedThroughputExceeded": Outcome.THROTTLED,
    "ThrottlingError": Outcome.THROTTLED,
    "RequestLimitExceeded": Outcome.THROTTLED,
    "InternalServerError": Outcome.SERVER_ERROR,
}
_OF_TRANSACTION = (
    Outcome.CONDITION_FAILED,
    Outcome.REJECTED,
    Outcome.SERVER_ERROR,
    Outcome.THROTTLED,
    Outcome.CONFLICT,
)
"""Which of several reasons names a cancelled transaction: a failed condition would have cancelled it alone, and is the
table's answer; after it, what no later attempt would change; then what one might."""
_OF_BATCH = (Outcome.REJECTED, Outcome.SERVER_ERROR, Outcome.THROTTLED, Outcome.CONFLICT, Outcome.CONDITION_FAILED)
"""Which of several errors names a batch, whose statements stand each alone: the worst."""


def outcome_of(code: str) -> Outcome:
    """The outcome that one action's code stands for; of a code that is not known, `rejected`."""
    return _OUTCOMES.get(code, Outcome.REJECTED)


def judge_transaction(codes: Sequence[str]) -> tuple[Outcome, str]:
    """Outcome and reason of a cancelled transaction, from the code of each action ("None" for one that is fine)."""
    failed = [code for code in codes if code != FINE]
    if not failed:
        return Outcome.REJECTED, CANCELLED
    return _first(failed, _OF_TRANSACTION), f"{CANCELLED}: {_counted(failed, len(codes), _OF_TRANSACTION)}"


def judge_batch(codes: Sequence[str], statements: int) -> tuple[Outcome, str]:
    """Outcome and reason of a batch of statements, from the codes of those that failed (at least one)."""
    kinds = sorted(set(codes), key=lambda code: (_OF_BATCH.index(outcome_of(code)), code))
    return _first(codes, _OF_BATCH), f"{len(codes)} of {statements} statements: {', '.join(kinds)}"


def _first(codes: Iterable[str], order: Sequence[Outcome]) -> Outcome:
    return min(map(outcome_of, codes), key=order.index)


def _counted(codes: Iterable[str], total: int, order: Sequence[Outcome]) -> str:
    counts = Counter(codes)
    kinds = sorted(counts, key=lambda code: (order.index(outcome_of(code)), code))
    return ", ".join(f"{kind} ({counts[kind]} of {total})" for kind in kinds)
