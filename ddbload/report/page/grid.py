"""Charts side by side where there is room, one below the other where there is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ddbload.report.page.blocks import Block


@dataclass(frozen=True, slots=True)
class Grid:
    """Small blocks of one kind."""

    template: ClassVar[str] = "grid"
    style: ClassVar[str] = "grid.css"
    blocks: tuple[Block, ...]
