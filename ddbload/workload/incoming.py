"""Which arrivals a scenario has: those of a timetable, of several streams side by side, or of a trace."""

from __future__ import annotations

from ddbload.errors import Problem, ScenarioError
from ddbload.scenario.levels import is_closed, open_loops
from ddbload.scenario.model import Scenario
from ddbload.workload.arrivals import Arrivals
from ddbload.workload.merge import merged
from ddbload.workload.replay import Survey, replayed
from ddbload.workload.timetable import timetable_of


def arrivals(scenario: Scenario, found: Survey | None = None) -> Arrivals | None:
    """The arrivals of an open loop; None: a closed one, whose calls follow from the answers.

    `found` is what is known of the trace of a replay; without it the trace is read once more.

    Raises:
        TraceError: the trace cannot be read; names the line.
        ScenarioError: the trace does not fit the scenario, or the load lacks what makes one.
    """
    load = scenario.load
    if load.replay is not None:
        return replayed(scenario, found)
    if load.streams is not None:
        return merged(load, scenario.seed)
    if is_closed(load):
        return None
    loops = open_loops(load)
    if not loops:
        fits = "mix, rate and phases; or streams and phases; or replay"
        raise ScenarioError([Problem(scenario.name, 0, 0, "load does not say what arrives", fits)])
    return timetable_of(loops[0], scenario.seed)
