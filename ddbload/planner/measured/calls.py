"""How often a run called each operation in one arrival: by itself as the mix has it, and by sessions as they went."""

from __future__ import annotations

from collections.abc import Mapping

from ddbload.results.record import RunRecord
from ddbload.scenario.actions import mixes
from ddbload.scenario.model import Scenario, Session

_PAGE = "/page"

Calls = Mapping[str, Mapping[str, float]]
"""Operation -> stream -> calls in one arrival of the stream."""


def measured_calls(record: RunRecord, scenario: Scenario) -> Calls | None:
    """Shares of the mix are exact, and stay so; what a session does is as measured. None if a session never came up."""
    found: dict[str, dict[str, float]] = {}
    for stream, arriving in _arriving(record, scenario).items():
        total = sum(arriving.values()) or 1.0
        for name, weight in arriving.items():
            within = _within(record, scenario, name)
            if within is None:
                return None
            for step, count in within.items():
                of = found.setdefault(step, {})
                of[stream] = of.get(stream, 0.0) + weight / total * count
    return found


def _arriving(record: RunRecord, scenario: Scenario) -> Mapping[str, Mapping[str, float]]:
    """Stream -> operation or session -> weight. Of a replay: how often they arrived."""
    if scenario.load.replay is not None:
        return {"": {name: of.arrivals for name, of in record.operations.items() if of.arrivals > 0}}
    named = scenario.load.streams
    return {
        (str(loc[2]) if named else ""): {name: weight for name, weight in mix.items() if weight}
        for loc, mix in mixes(scenario.load)
    }


def _within(record: RunRecord, scenario: Scenario, name: str) -> dict[str, float] | None:
    """Calls in one arrival of an operation, or of a session."""
    if not isinstance(scenario.operations.get(name), Session):
        return {name: 1.0}
    session = record.operations.get(name)
    if session is None or not session.count:
        return None
    return dict(_calls(record, sent, made / session.count) for sent, made in session.requests.items())


def _calls(record: RunRecord, sent: str, made: float) -> tuple[str, float]:
    """Requests as calls: of a compound operation several are one call."""
    whole = record.operations.get(sent.removesuffix(_PAGE))
    if not sent.endswith(_PAGE) or whole is None or not whole.count:
        return sent, made
    return sent.removesuffix(_PAGE), made * whole.count / record.operations[sent].count
