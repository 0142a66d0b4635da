"""The scenarios that ship with ddbload, as templates."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

import ddbload
from ddbload.errors import UsageError
from ddbload.scaffold.files import renamed


def folder() -> Path:
    """Where they are: within the installed package, or beside it in a checkout."""
    package = Path(ddbload.__file__).parent
    return next((at for at in (package / "scenarios", package.parent / "scenarios") if at.is_dir()), package)


def templates() -> dict[str, str]:
    """Their names, and what the first line of each says."""
    found = sorted(folder().glob("*.yaml"))
    return {path.stem: path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ") for path in found}


def from_template(template: str, name: str) -> dict[str, str]:
    """The files of a new scenario after a shipped one, by their names: `NAME.yaml`, and those it reads.

    Raises:
        UsageError: no scenario of that name ships; says which do.
    """
    path = folder() / f"{template}.yaml"
    if not path.is_file():
        near = get_close_matches(template, templates(), n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"there is no template '{template}' ({hint}there are: {', '.join(templates())})")
    text = path.read_text(encoding="utf-8")
    beside = {
        other.name: other.read_text(encoding="utf-8")
        for other in folder().glob("*.csv")
        if re.search(rf"\b{re.escape(other.name)}\b", text)
    }
    return {f"{name}.yaml": renamed(text, name), **beside}
