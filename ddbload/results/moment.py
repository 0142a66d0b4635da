"""When a run started: the one reading of what records say of it."""

from __future__ import annotations

from datetime import UTC, datetime


def moment_of(started_at: str) -> datetime:
    """A time as ISO 8601 writes it, in UTC, which is meant where no zone is given.

    Raises:
        ValueError: it is not written so.
        OverflowError: in UTC it would lie outside of the years 1 to 9999.
    """
    moment = datetime.fromisoformat(started_at)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
