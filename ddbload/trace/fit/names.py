"""Names of a trace made fit for a scenario."""

from __future__ import annotations

import re

WITH_A_MEANING = frozenset({"yes", "no", "on", "off", "true", "false", "null", "end", "all"})
"""Words that YAML, or the scenario's own language, takes for something else than a name."""


def name_of(text: str) -> str:
    """A name as a scenario has it: GetItem -> get_item."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    plain = re.sub(r"[^A-Za-z0-9]+", "_", spaced).strip("_").lower()[:50] or "operation"
    plain = f"{plain}_" if plain in WITH_A_MEANING else plain
    return plain if not plain[0].isdigit() else f"n{plain}"


def unique(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken."""
    found, count = name, 2
    while found in taken:
        found, count = f"{name}_{count}", count + 1
    return found


def scenario_name(text: str) -> str:
    """A name that a scenario may have."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).lstrip("_.-")[:64] or "trace"


def table_name(text: str) -> str:
    """A name that a table may have."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", text)[:255]
    return plain if len(plain) > 2 else f"ddbload-{plain}"  # noqa: PLR2004 - three characters at least
