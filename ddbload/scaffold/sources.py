"""What a new scenario can be made from: a live table, a description of one, a trace, a run. The shell of `--from`."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

from ddbload.errors import TargetError, UsageError
from ddbload.scaffold.files import renamed
from ddbload.scaffold.table import description_in, from_description
from ddbload.scenario.load import read_text

_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_HEAD_BYTES = 64_000_000


def scenario_from(name: str, source: str, target: str) -> tuple[str, list[str]]:
    """The text of a scenario, and sentences about how it came about.

    Raises:
        DdbloadError: the source is nothing that a scenario can be made from; says what fits.
    """
    path = Path(source)
    if path.is_dir():
        return _from_run(name, path)
    if path.is_file():
        described = _described(path)
        if described is not None:
            return from_description(name, described), [f"from the description of table {described['TableName']}"]
        return _from_trace(name, path)
    if path.suffix or "/" in source or not _TABLE.fullmatch(source):
        raise UsageError(f"--from {source}: there is no such file or folder, and it is no table's name")
    found, expiry = asyncio.run(_describe(source, target))
    return from_description(name, found, expiry), [f"from table {source} at {target}"]


def _from_run(name: str, folder: Path) -> tuple[str, list[str]]:
    if not (folder / "scenario.yaml").is_file():
        raise UsageError(f"--from {folder}: this folder holds no run (a run has scenario.yaml and run.json)")
    text = read_text(folder / "scenario.yaml")
    return renamed(text, name), [f"the scenario of the run {folder}, as it was run"]


def _described(path: Path) -> dict[str, Any] | None:
    if path.suffix != ".json" or path.stat().st_size > _HEAD_BYTES:
        return None
    try:
        return description_in(json.loads(path.read_bytes()))
    except ValueError:  # no single JSON document: a trace may be many
        return None


def _from_trace(name: str, path: Path) -> tuple[str, list[str]]:
    from ddbload.trace import open_trace  # noqa: PLC0415 - numpy, only where there is a trace
    from ddbload.trace.fit import fit, scenario_text  # noqa: PLC0415

    fitted = fit(open_trace(path))
    return scenario_text(fitted, name), list(fitted.lines())


async def _describe(table: str, target: str) -> tuple[dict[str, Any], str | None]:
    from ddbload.target import TargetOptions, open_target  # noqa: PLC0415 - the SDK, only where a table is asked for
    from ddbload.target.tables import describe  # noqa: PLC0415

    async with open_target(target, TargetOptions()) as opened:
        described = await describe(opened, table)
        if described is None:
            raise TargetError(f"there is no table {table} at {opened.label}")
        return described
