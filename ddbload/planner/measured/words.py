"""Why what was measured is not what was estimated, in words: the causes that a run's record can tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ddbload.planner.resource import OperationUnits
from ddbload.results.record import OperationRecord

_POINTS = 0.01
_ROWS = 0.02
_OUTCOMES = {"condition_failed": "of its conditions failed", "not_found": "of its items were not there"}
_BEYOND = {
    "timeout": "timed out",
    "conflict": "conflicted with transactions",
    "unprocessed": "were left undone in part",
}


def why(
    one: OperationUnits, record: OperationRecord, outcomes: Mapping[str, float], by_chance: bool, calls: int
) -> str:
    """The causes, as half a sentence.

    Args:
        one: the estimate.
        record: what was recorded.
        outcomes: shares of the calls that were served.
        by_chance: whether the difference is within twice the standard error of both means.
        calls: that were served.
    """
    causes = [*_causes(one, record, outcomes)]
    if by_chance:
        seen = f" ({', '.join(causes)})" if causes else ""
        return f"no more than the sampling error of {calls:,} calls{seen}"
    if causes:
        return ", ".join(causes)
    if (record.capacity.modelled.read or record.capacity.modelled.write) and not _reported(record):
        return "both are our model's: the items, or which of them were called, were others than the estimate has them"
    return "the items were of other sizes than the estimate has them: there before the run, or grown in it"


def _causes(one: OperationUnits, record: OperationRecord, outcomes: Mapping[str, float]) -> Iterator[str]:
    rows = record.observed.rows
    if rows is not None and one.rows is not None and abs(rows - one.rows) > _ROWS * max(rows, one.rows):
        yield f"{rows:.4g} rows were read on average instead of {one.rows:.4g}"
    for outcome, words in _OUTCOMES.items():
        had, expected = outcomes.get(outcome, 0.0), one.outcomes.get(outcome, 0.0)
        if one.outcomes and abs(had - expected) > _POINTS:
            yield f"{had:.1%} {words} instead of {expected:.1%}"
    for outcome, words in _BEYOND.items():
        if (had := outcomes.get(outcome, 0.0)) > _POINTS:
            yield f"{had:.1%} {words}"
    if not record.whole and record.attempts > record.count * (1 + _POINTS):
        yield f"calls were attempted {record.attempts / record.count:.2f} times"


def _reported(record: OperationRecord) -> float:
    return record.capacity.reported.read + record.capacity.reported.write
