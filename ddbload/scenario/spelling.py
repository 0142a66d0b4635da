"""Data as the text of a scenario's file: YAML's flow style, quoted only where a bare word would be read otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ddbload.scenario.scalar import Trap, plain, spell

_BARE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./%+-]*( [A-Za-z0-9_./%+-]+)*|[0-9][0-9.]*(%|us|ms|s|m|h|d)", re.ASCII)


def flow(value: Any) -> str:
    """A constant, a list or a mapping on one line: `{pk: S, sk: "order#{number}"}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return value if _is_bare(value) else spell(value)
    return "null" if value is None else spell(value)


def _is_bare(text: str) -> bool:
    try:
        return bool(_BARE.fullmatch(text)) and plain(text) == text
    except Trap:
        return False
