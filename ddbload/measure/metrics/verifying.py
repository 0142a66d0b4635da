"""The numbers of what verifying found: items followed, writes that were lost, reads that saw what they must not."""

from __future__ import annotations

from ddbload.measure.metrics.metric import Direction, Metric

_READS = "of items that are followed, in the whole run"
_READ_COUNTS: tuple[tuple[str, str, str, Direction], ...] = (
    ("reads", "reads", f"Reads {_READS}, those after it included.", "neither"),
    ("stale", "stale reads", f"Eventually consistent reads {_READS} that saw an earlier state.", "neither"),
    ("stale_consistent", "stale consistent reads", f"Consistent ones {_READS} that did.", "lower"),
    ("wrong", "wrong reads", f"Reads {_READS} that saw what never was there.", "lower"),
    ("undecided", "undecided reads", "Reads of items with too many writes at once to tell.", "neither"),
)
VERIFY = (
    Metric("verify.every.*", "one item in", "items", "Of the family, one item in so many is followed, by its key."),
    Metric("verify.items", "items followed", "items", "Items that were followed and written or read at least once."),
    Metric("verify.writes", "writes followed", "calls", f"Writes {_READS}."),
    Metric(
        "verify.lost",
        "lost writes",
        "items",
        "Items that are afterwards as they were before a write that was answered as done.",
        "lower",
    ),
    Metric("verify.broken", "items left out", "items", "Items of whose calls more was seen than is kept.", "lower"),
    *(
        Metric(f"verify.{place}.{key}", name, "calls", text, better)
        for place in ("reads", "operations.*")
        for key, name, text, better in _READ_COUNTS
    ),
)
