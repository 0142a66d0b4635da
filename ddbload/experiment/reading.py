"""A scenario made ready to run, before any target is touched: read, checked, its trace surveyed, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ddbload.experiment.watcher import Watcher
from ddbload.preflight.checks import warnings as warnings_of
from ddbload.preflight.recorded import surveyed
from ddbload.scenario.load import LoadedScenario, load_scenario
from ddbload.scenario.model import Scenario
from ddbload.transport.choose import require_transport
from ddbload.workload import CompiledWorkload, compile_workload
from ddbload.workload.replay import Survey


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scenario that is ready to run.

    Attributes:
        survey: of the trace of a replay.
    """

    loaded: LoadedScenario
    workload: CompiledWorkload
    survey: Survey | None

    @property
    def scenario(self) -> Scenario:
        """The checked scenario."""
        return self.loaded.scenario

    @property
    def expected(self) -> float | None:
        """Calls that the timetable holds on average; None in a closed loop, which has none."""
        workload = self.workload
        return None if workload.concurrency is not None else sum(workload.expected_by_span())

    @property
    def planned_s(self) -> float:
        """Seconds that all phases take."""
        return self.workload.spans[-1].end_ns * 1e-9


def read(path: Path, params: Mapping[str, str], watcher: Watcher) -> LoadedScenario:
    """Read a scenario and tell of what is doubtful in it. Raises `ScenarioError`."""
    loaded = load_scenario(path, params)
    for problem in warnings_of(loaded):
        watcher.note(f"warning: {problem}")
    return loaded


def require(loaded: LoadedScenario, transport: str) -> None:
    """Raise `UsageError` unless the transport can run the scenario."""
    require_transport(transport, serverless=loaded.scenario.client.serverless is not None)


def prepare(loaded: LoadedScenario, watcher: Watcher, *, allow_code: bool) -> Prepared:
    """Survey a scenario's trace, where it replays one, and compile it. Raises `DdbloadError`."""
    scenario = loaded.scenario
    if scenario.load.replay is not None:
        watcher.starting(f"reading {Path(scenario.load.replay.file).name}")
    survey = surveyed(scenario)
    for problem in survey.warnings if survey is not None else ():
        watcher.note(f"warning: {problem}")
    return Prepared(loaded, compile_workload(scenario, allow_code=allow_code, survey=survey), survey)
