"""What a report says of a verified run."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.report.model import Block, Column, Line, Row, Section, Table
from ddbload.report.quantity import count
from ddbload.results.record import VerifiedReads, VerifyRecord

_COLUMNS = (
    Column("reads by", left=True),
    Column("reads"),
    Column("stale"),
    Column("stale, consistent"),
    Column("wrong"),
    Column("undecided"),
)


def verify_section(record: VerifyRecord | None) -> Section | None:
    """Followed items: their writes, and what their reads saw."""
    if record is None:
        return None
    lost = f"{count(record.lost)} with a lost write" if record.lost else "no write was lost"
    said = f"{count(record.items)} items followed, {count(record.writes)} writes of them; {lost}"
    rows = [_row(name, reads) for name, reads in record.operations.items()]
    blocks: list[Block] = [Line(said, "bad" if record.lost else "good"), *_doubts(record)]
    if rows:
        blocks.append(Table(_COLUMNS, tuple(rows)))
    return Section("Verified", tuple(blocks), "a sample of items, read again after the run")


def _row(name: str, reads: VerifiedReads) -> Row:
    cells = (reads.reads, reads.stale, reads.stale_consistent, reads.wrong, reads.undecided)
    bad = reads.wrong or reads.stale_consistent
    return Row((name, *(count(number) if number else "-" for number in cells)), "bad" if bad else "plain")


def _doubts(record: VerifyRecord) -> Iterator[Line]:
    if record.examples:
        yield Line(f"not as they should be: {'; '.join(record.examples)}", "bad")
    if record.broken:
        yield Line(f"{count(record.broken)} items left out: more was seen of them than is kept", "doubt")
