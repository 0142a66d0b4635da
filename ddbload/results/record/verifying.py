"""What a run that was verified found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class VerifiedReads:
    """What the reads of followed items came to.

    `stale`: eventually consistent reads of an earlier state, which are allowed; `stale_consistent`: consistent ones,
    which are not; `wrong`: reads of what never was there; `undecided`: too many writes were under way at once.
    """

    reads: int = 0
    stale: int = 0
    stale_consistent: int = 0
    wrong: int = 0
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class VerifyRecord:
    """What verifying found.

    Of each family one item in `every` is followed; `items` were seen, with `writes` writes; `lost`: items that are
    afterwards as they were before a write that was answered as done. `reads` are those of all operations and those
    after the run.
    """

    every: dict[str, int]
    items: int
    writes: int
    lost: int
    reads: VerifiedReads
    operations: dict[str, VerifiedReads] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)  # keys of items that are not as they should be
    broken: int = 0  # items left out, since more was seen of them than is kept
