"""What ddbload remembers on this machine about tables: which it created, and which items it loaded."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from platformdirs import user_state_path


@dataclass(frozen=True, slots=True)
class Ownership:
    """A table that ddbload created.

    Attributes:
        target: the target's identity (`Target.identity`).
        table: the table's name.
        created_ms: its CreationDateTime, milliseconds since 1970: a table made anew under the name has another.
        owner: the id that ddbload gave as the value of the tag.
        tagged: the service kept the tag, so that it must be there still.
    """

    target: str
    table: str
    created_ms: int
    owner: str
    tagged: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """How far the items of one family were written to one table.

    Attributes:
        family_sha256: hash of all that decides the items' content.
        count: items written, from item 0 on, without a gap.
        checksum: hash chain over their batches, in order.
    """

    target: str
    table: str
    created_ms: int
    family: str
    family_sha256: str
    count: int
    checksum: str


Record = TypeVar("Record", Ownership, Loaded)


class Records:
    """Records as small JSON files in a folder, written atomically; a file that cannot be read is no record."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or user_state_path("ddbload") / "tables"

    def owned(self, target: str, table: str) -> Ownership | None:
        """The record of having created the table of that name at that target."""
        return self._read(Ownership, self._path(target, table, "owned"))

    def loaded(self, target: str, table: str, family: str) -> Loaded | None:
        """The record of having loaded that family of items there."""
        return self._read(Loaded, self._path(target, table, f"loaded-{family}"))

    def keep(self, record: Ownership | Loaded) -> None:
        """Write a record, in place of the one before."""
        kind = "owned" if isinstance(record, Ownership) else f"loaded-{record.family}"
        path = self._path(record.target, record.table, kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        with os.fdopen(handle, "w") as file:
            json.dump(asdict(record), file)
        Path(name).replace(path)

    def forget(self, target: str, table: str) -> None:
        """Remove every record of a table: it is gone."""
        for path in self._folder.glob(f"{self._stem(target, table)}.*.json"):
            path.unlink(missing_ok=True)

    def prune(self, target: str, table: str, created_ms: int | None) -> None:
        """Forget a table unless its records are of the one that is there (None: there is none)."""
        owned = self.owned(target, table)
        if created_ms is None or (owned is not None and owned.created_ms != created_ms):
            self.forget(target, table)

    def _path(self, target: str, table: str, kind: str) -> Path:
        return self._folder / f"{self._stem(target, table)}.{kind}.json"

    @staticmethod
    def _stem(target: str, table: str) -> str:
        return f"{table}-{hashlib.sha256(target.encode()).hexdigest()[:12]}"

    @staticmethod
    def _read(kind: type[Record], path: Path) -> Record | None:
        try:
            document: dict[str, Any] = json.loads(path.read_text())
            return kind(**{field.name: document[field.name] for field in fields(kind)})
        except (OSError, ValueError, KeyError, TypeError):
            return None
