"""Which column of a file holds what: the names that are understood, and what is said when one is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ddbload.trace.row import TraceError

ALIASES: Mapping[str, tuple[str, ...]] = {
    "time": (
        *("time", "timestamp", "ts", "t", "at", "date", "datetime", "event_time", "eventtime", "start", "start_time"),
        *("time_s", "time_ms", "time_us", "time_ns", "timestamp_s", "timestamp_ms", "timestamp_us", "timestamp_ns"),
        *("ts_s", "ts_ms", "ts_us", "ts_ns"),
    ),
    "operation": ("operation", "op", "api", "action", "command", "call", "method", "event_name", "eventname"),
    "key": ("key", "item_key"),
    "partition": ("partition", "partition_key", "pk", "hash_key", "partitionkey"),
    "sort": ("sort", "sort_key", "sk", "range_key", "sortkey"),
    "item": ("item", "item_number"),
    "size": ("size", "bytes", "size_bytes", "item_bytes", "length", "object_size"),
    "session": ("session", "session_id", "sessionid", "user", "user_id", "userid", "client", "client_id"),
    "table": ("table", "table_name", "tablename", "collection"),
}
"""Field -> the names of a column that are taken for it, in lower case with underscores, the first one found."""


@dataclass(frozen=True, slots=True)
class Header:
    """Field -> the name of the column in this file that holds it."""

    names: Mapping[str, str]

    def get(self, field: str) -> str | None:
        """The column of a field, if the file has one."""
        return self.names.get(field)

    @property
    def time_unit(self) -> str | None:
        """s, ms, us or ns, where the name of the time's column ends in it."""
        ending = _plain(self.names["time"]).rsplit("_", 1)[-1]
        return ending if ending in {"s", "ms", "us", "ns"} else None


def find_columns(
    file: str, line: int, present: Sequence[str], columns: Mapping[str, str] | None, *, whole: bool = True
) -> Header:
    """Match the columns that are there with the fields of a trace; `columns` (field -> name) goes before the aliases.

    `present` names the columns of the header, or (with whole=False) the keys of a file's objects.

    Raises:
        TraceError: no time, no operation, or neither key nor item; or `columns` names what is not there.
    """
    found: dict[str, str] = {}
    for field, name in (columns or {}).items():
        if field not in ALIASES:
            raise TraceError(f"a trace has no '{field}' (a trace has: {', '.join(ALIASES)})")
        if name not in present:
            raise TraceError.at(file, line, f"there is no column '{name}' for {field}", _there(present, whole))
        found[field] = name
    plain = {_plain(name): name for name in reversed(present)}
    for field, aliases in ALIASES.items():
        if field not in found and (alias := next((one for one in aliases if one in plain), None)):
            found[field] = plain[alias]
    for field in ("time", "operation"):
        if field not in found:
            fits = f"{_there(present, whole)}; {field} may be called {', '.join(ALIASES[field][:4])}; {_told(field)}"
            raise TraceError.at(file, line, f"no column tells the {field}", fits)
    if not found.keys() & {"key", "partition", "item"}:
        fits = f"{_there(present, whole)}; a key, a partition_key (and sort_key), or an item; {_told('key')}"
        raise TraceError.at(file, line, "no column tells which item a row is about", fits)
    return Header(found)


def _told(field: str) -> str:
    """How a person says what a column is called, to fit a trace and to replay it."""
    return f"or tell its name: init --column {field}=NAME, replay: {{columns: {{{field}: NAME}}}}"


def _there(present: Sequence[str], whole: bool) -> str:
    return f"{'the header has' if whole else 'the rows have'}: {', '.join(present) or 'nothing'}"


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_").replace(".", "_")
