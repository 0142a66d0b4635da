"""Who follows a plan while it is made."""

from __future__ import annotations

from collections.abc import Callable

Watch = Callable[[str], None]
"""Told what is being done now, in a few words."""


def silent(_text: str) -> None:
    """Nobody follows."""
