"""The table of noise against pairs needed, as the README has it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ddbload.compare.power import MOST, needed_for


def table(
    spreads: Sequence[float] = (0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2),
    margins: Sequence[float] = (0.03, 0.05, 0.1, 0.2),
    *,
    gates: int = 4,
) -> str:
    """Markdown: the pairs that each run-to-run noise needs for each margin, with this many gates."""
    head = ["noise between runs", *(f"margin {margin:.0%}" for margin in margins)]
    rows = [head, ["---:"] * len(head)]
    for spread in spreads:
        found = [needed_for(spread, math.log1p(margin), gates, paired=True) for margin in margins]
        rows.append([f"{spread:.0%}", *(f"{n:,}" if n else f"more than {MOST:,}" for n in found)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
