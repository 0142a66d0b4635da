"""A broken rule, at a place of the document."""

from __future__ import annotations

from dataclasses import dataclass

from ddbload.scenario.source import Loc


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and what fits. `offset` counts characters from 0 within `text`, the value at `loc`."""

    loc: Loc
    message: str
    fits: str = ""
    at_key: bool = False
    text: str = ""
    offset: int = 0
