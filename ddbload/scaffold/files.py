"""Writing a new scenario's files, under its name: never over one that is there, and nothing that does not load."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ddbload.errors import DdbloadError, UsageError
from ddbload.scenario.load import parse_scenario
from ddbload.scenario.spelling import flow

_NAME = re.compile(r"^name: .*$", re.MULTILINE)


def renamed(text: str, name: str) -> str:
    """The text of a scenario under another name."""
    return _NAME.sub(f"name: {flow(name)}", text, count=1)


def write_files(folder: Path, files: Mapping[str, str], *, force: bool = False) -> list[Path]:
    """Write files into a folder and return their paths. What is a scenario must load.

    Raises:
        UsageError: a file is there already and `force` is off.
        ScenarioError: the scenario does not load, because of the names it was given.
        DdbloadError: a file cannot be written.
    """
    there = [name for name in files if (folder / name).exists()]
    if there and not force:
        raise UsageError(f"{folder / there[0]} is there already; name another, or use --force")
    for name, text in files.items():
        if name.endswith(".yaml"):
            parse_scenario(text, name, folder=folder)
    try:
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise DdbloadError(f"{folder / name}: cannot be written: {error.strerror}") from None
    return [folder / name for name in files]
