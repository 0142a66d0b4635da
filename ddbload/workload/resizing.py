"""Items as large as a trace says: the largest text or binary of a put is cut, or goes on from its beginning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ddbload.capacity import item_bytes
from ddbload.operation import Draw, fill
from ddbload.scenario.extent import attribute_extents
from ddbload.scenario.model import Scenario
from ddbload.scenario.template import alone, declared_types, parse_template
from ddbload.values.transforms import Integers
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.sources import ItemValue


@dataclass(frozen=True, slots=True)
class Filler:
    """What is made shorter or longer.

    Attributes:
        item: the item as it is put, with places for what is drawn.
        place: of the text or the bytes, in a draw.
    """

    item: Mapping[str, Any]
    place: int

    def resized(self, draws: Sequence[Draw], sizes: Integers) -> list[Draw]:
        """The draws of items of these sizes; -1: as it is. An item is no smaller than the rest of it."""
        return [
            draw if size < 0 else self._resized(draw, size) for draw, size in zip(draws, sizes.tolist(), strict=True)
        ]

    def _resized(self, draw: Draw, size: int) -> Draw:
        content: Any = draw[self.place]
        length = max(0, len(content) + size - item_bytes(fill(self.item, draw)))
        kept = content or (b"." if isinstance(content, bytes) else ".")
        row = list(draw)
        row[self.place] = (kept * (length // len(kept) + 1))[:length]
        return tuple(row)


def filler_of(scenario: Scenario, compiled: CompiledOperation) -> Filler | None:
    """What can be resized of the first item that an operation puts; None where nothing can."""
    first = compiled.parts[0]
    if first.kind != "put":
        return None
    shape, keys = scenario.items[first.family].shape, declared_types(scenario, first.family)
    extents = attribute_extents(scenario, first.family)
    for attribute in sorted(extents, key=lambda one: -extents[one].mean):
        spelled = shape[attribute]
        name = alone(parse_template(spelled)) if isinstance(spelled, str) and attribute not in keys else None
        source = ItemValue(name or "")
        if source not in compiled.sources or attribute in scenario.items[first.family].sparse:
            continue
        if getattr(first.node[attribute], "type", "") in {"S", "B"}:
            return Filler(first.node, compiled.sources.index(source))
    return None
