"""How often a run called each operation in one arrival: the mix is exact, and stays so; sessions are as they went."""

from __future__ import annotations

from ddbload.planner.calls import Calls, arriving_of, calls_of
from ddbload.results.record import RunRecord
from ddbload.scenario.model import Scenario, Session

_PAGE = "/page"


def measured_calls(record: RunRecord, scenario: Scenario) -> Calls | None:
    """The calls in one arrival of each stream; None if a session never came up."""
    replayed = {name: float(of.arrivals) for name, of in record.operations.items() if of.arrivals > 0}
    arriving = arriving_of(scenario, replayed)
    within: dict[str, dict[str, float]] = {}
    for name in (name for weights in arriving.values() for name in weights):
        found = _within(record, scenario, name)
        if found is None:
            return None
        within[name] = found
    return calls_of(arriving, within.__getitem__)


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
