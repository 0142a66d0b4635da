"""How often each operation is called in one arrival of each stream: by itself as the mix has it, and by sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ddbload.scenario.actions import mixes
from ddbload.scenario.model import Scenario

Calls = Mapping[str, Mapping[str, float]]
"""Operation -> stream -> its calls in one arrival of the stream."""
Arriving = Mapping[str, Mapping[str, float]]
"""Stream -> operation or session -> its weight among the stream's arrivals."""


def arriving_of(scenario: Scenario, replayed: Mapping[str, float]) -> Arriving:
    """What arrives: by the mix of each stream; of a replay, what was `replayed`, how often."""
    if scenario.load.replay is not None:
        return {"": replayed}
    named = scenario.load.streams
    return {
        (str(loc[2]) if named else ""): {name: weight for name, weight in mix.items() if weight}
        for loc, mix in mixes(scenario.load)
    }


def calls_of(arriving: Arriving, within: Callable[[str], Mapping[str, float]]) -> Calls:
    """The calls of each operation; `within`: operation or session -> calls of each operation in one arrival of it."""
    found: dict[str, dict[str, float]] = {}
    for stream, weights in arriving.items():
        total = sum(weights.values()) or 1.0
        for name, weight in weights.items():
            for step, count in within(name).items():
                of = found.setdefault(step, {})
                of[stream] = of.get(stream, 0.0) + weight / total * count
    return found
