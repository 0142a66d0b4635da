"""What is to be run, and what came of it. Values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ddbload.engine.flow import FINISH_S
from ddbload.measure.tally import Tally
from ddbload.scenario.model import Retries, Scenario
from ddbload.transport.protocol import Endpoint
from ddbload.verify import Key, Seen
from ddbload.workload.replay import Survey
from ddbload.workload.stream import Workload

Usd = Callable[[float, float], float | None]
"""(read units, write units) -> their price; None where no price is known."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run."""

    scenario: Scenario
    workload: Workload
    endpoint: Endpoint
    transport: str
    workers: int
    trust_reported: bool
    usd: Usd
    allow_code: bool = False
    survey: Survey | None = None  # of the trace of a replay
    salt: str = ""  # of the tokens of transactions: the run's id
    server_pid: int | None = None  # the target's process, where it is one of this machine
    follow: Mapping[str, int] = field(default_factory=dict)  # family -> one item in so many is followed, for verifying

    @property
    def max_late_s(self) -> float:
        """A call not sent this long after it was due is late."""
        client = self.scenario.client
        return client.max_late if client.max_late is not None else client.timeout

    @property
    def last_call_s(self) -> float:
        """How long a call can be under way, every attempt and pause included."""
        client = self.scenario.client
        once_s = client.timeout + client.connect_timeout
        if not isinstance(client.retries, Retries):
            return once_s
        return once_s * client.retries.attempts + client.retries.max * (client.retries.attempts - 1)

    @property
    def finish_s(self) -> float:
        """How long flows may still begin requests after the plan's end."""
        return FINISH_S if self.workload.flows else 0.0

    @property
    def counts_requests(self) -> bool:
        """Whether an arrival may be more than one request: then a limit on them is kept here, not by the workers."""
        return isinstance(self.scenario.client.retries, Retries) or bool(self.workload.flows)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What came of a run.

    Attributes:
        started_at: UTC.
        elapsed_s: from the start of the first phase to the end of the run (its plan's end, or where it was stopped).
        stopped_by: None when the run came to its planned end.
        failures: why workers could not go on, each a sentence.
        bugs: tracebacks of what should never happen.
        resent: requests sent again because the server had closed the connection they went out on.
        cpu_share: the busiest worker's CPU time over wall time.
        seen: what the workers saw of the items that were followed.
        broken: items whose history has a gap.
        notes: what a report must say of the machine, in sentences.
    """

    tally: Tally
    started_at: datetime
    elapsed_s: float
    stopped_by: str | None
    failures: tuple[str, ...]
    connections_opened: int
    cpu_share: float | None
    bugs: tuple[str, ...] = ()
    resent: int = 0
    seen: tuple[Seen, ...] = ()
    broken: frozenset[Key] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the run came to its planned end."""
        return self.stopped_by is None
