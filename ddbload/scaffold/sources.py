"""What a new scenario can be made from: a live table, a description of one, a trace, a run. The shell of `--from`."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ddbload.errors import UsageError
from ddbload.scaffold.files import renamed
from ddbload.scaffold.table import description_in, from_description
from ddbload.scenario.files import every_file_of, hashes_of
from ddbload.scenario.load import read_scenario, read_text

_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_HEAD_BYTES = 64_000_000


def scenario_from(
    name: str, source: str, target: str, columns: Mapping[str, str] | None = None
) -> tuple[str, list[str]]:
    """The text of a scenario, and sentences about how it came about; `columns` is what a trace calls its columns.

    Raises:
        DdbloadError: the source is nothing that a scenario can be made from; says what fits.
    """
    path = Path(source)
    described = _described(path) if path.is_file() else None
    if path.is_file() and described is None:
        return _from_trace(name, path, columns)
    if columns:
        raise UsageError(f"--column names the columns of a trace, and {source} is none")
    if path.is_dir():
        return _from_run(name, path, Path())
    if described is not None:
        return from_description(name, described), [f"from the description of table {described['TableName']}"]
    if path.suffix or "/" in source or not _TABLE.fullmatch(source):
        raise UsageError(f"--from {source}: there is no such file or folder, and it is no table's name")
    found, expiry = asyncio.run(_describe(source, target))
    return from_description(name, found, expiry), [f"from table {source} at {target}"]


def _from_run(name: str, run: Path, folder: Path) -> tuple[str, list[str]]:
    """The scenario of a run, to be written into a folder; the data files that it reads must be there already."""
    if not (run / "scenario.yaml").is_file():
        raise UsageError(f"--from {run}: this folder holds no run (a run has scenario.yaml and run.json)")
    text = read_text(run / "scenario.yaml")
    files = list(every_file_of(read_scenario(text, str(run / "scenario.yaml"), folder)))
    if missing := [file for file in files if not (folder / file).is_file()]:
        raise UsageError(
            f"--from {run}: its scenario reads {', '.join(missing)}, which a run's folder does not keep:"
            f" copy {'it' if len(missing) == 1 else 'them'} into {folder.resolve()} first"
        )
    then = _files_then(run)
    said = [f"the scenario of the run {run}, as it was run"]
    for file, now in hashes_of(files, folder).items():
        differs = file in then and then[file] != now
        said.append(f"it reads {file}, which {'is not as it was in that run' if differs else 'lies in this folder'}")
    return renamed(text, name), said


def _files_then(run: Path) -> dict[str, str]:
    """SHA-256 of the data files that a run read, as far as its record says."""
    try:
        found = json.loads((run / "run.json").read_bytes())["fingerprint"]["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return dict(found) if isinstance(found, dict) else {}


def _described(path: Path) -> dict[str, Any] | None:
    if path.suffix != ".json" or path.stat().st_size > _HEAD_BYTES:
        return None
    try:
        return description_in(json.loads(path.read_bytes()))
    except ValueError:  # no single JSON document: a trace may be many
        return None


def _from_trace(name: str, path: Path, columns: Mapping[str, str] | None) -> tuple[str, list[str]]:
    from ddbload.trace import open_trace  # noqa: PLC0415 - numpy, only where there is a trace
    from ddbload.trace.fit import fit, scenario_text  # noqa: PLC0415

    fitted = fit(open_trace(path, columns))
    return scenario_text(fitted, name), list(fitted.lines())


async def _describe(table: str, target: str) -> tuple[dict[str, Any], str | None]:
    from ddbload.target import TargetOptions, open_target  # noqa: PLC0415 - the SDK, only where a table is asked for
    from ddbload.target.tables import describe  # noqa: PLC0415

    async with open_target(target, TargetOptions()) as opened:
        described = await describe(opened, table)
        if described is None:
            raise UsageError(
                f"--from {table}: there is no such table at {opened.label}, nor such a file or folder here"
            )
        return described
