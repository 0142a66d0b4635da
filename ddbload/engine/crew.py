"""The parent's side of a run: worker processes, one common start, their deltas summed, limits kept, a graceful end."""

from __future__ import annotations

import asyncio
import math
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ddbload.engine.job import Done, Failed, Frames, Go, Job, Message, Ready, Stop, client_limits, frame
from ddbload.errors import DdbloadError
from ddbload.measure.recorder import Delta
from ddbload.measure.tally import Tally
from ddbload.operation import Outcome
from ddbload.scenario.model import Scenario
from ddbload.transport.protocol import Endpoint
from ddbload.workload.stream import Workload

_LEAD_S = 0.25
"""From the last worker's readiness to the start: time for every worker to hear of it."""
_READY_S = 60.0
_GRACE_S = 15.0
"""Beyond the last due call's own limits, before workers that do not end are killed."""
_LOST_S = 10
"""Seconds in a row in which every call fails to connect before the target counts as lost."""
_MOST_INTERVALS = 300


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run."""

    scenario: Scenario
    workload: Workload
    endpoint: Endpoint
    transport: str
    workers: int
    trust_reported: bool
    usd: Callable[[float, float], float]  # (read units, write units) -> price

    @property
    def max_late_s(self) -> float:
        """A call not sent this long after it was due is late."""
        client = self.scenario.client
        return client.max_late if client.max_late is not None else client.timeout


@dataclass(frozen=True, slots=True)
class Measurement:
    """What came of a run.

    Attributes:
        started_at: UTC.
        elapsed_s: from the start of the first phase to the end of the run (its plan's end, or where it was stopped).
        stopped_by: None when the run came to its planned end.
        failures: what workers said when they could not go on.
        cpu_share: the busiest worker's CPU time over wall time.
    """

    tally: Tally
    started_at: datetime
    elapsed_s: float
    stopped_by: str | None
    failures: tuple[str, ...]
    connections_opened: int
    cpu_share: float | None

    @property
    def complete(self) -> bool:
        """Whether the run came to its planned end."""
        return self.stopped_by is None


class WorkerError(DdbloadError):
    """A worker could not begin, for a reason that a person can mend."""

    def __init__(self, failure: Failed) -> None:
        super().__init__(failure.text)
        self.exit_code = failure.exit_code


class WorkerCrashError(RuntimeError):
    """A worker could not begin because of a bug; the message is its traceback."""


class _Worker:
    """A child process and its frames."""

    def __init__(self, number: int, process: asyncio.subprocess.Process) -> None:
        self.number = number
        self.process = process
        self.done: Done | None = None
        self.first_cpu: tuple[float, int] | None = None
        self.last_cpu: tuple[float, int] | None = None

    def tell(self, message: Message) -> None:
        if self.process.stdin is not None and not self.process.stdin.is_closing():
            self.process.stdin.write(frame(message))

    def note_cpu(self, delta: Delta) -> None:
        self.last_cpu = (delta.cpu_s, delta.at_ns)
        self.first_cpu = self.first_cpu or self.last_cpu

    @property
    def cpu_share(self) -> float | None:
        if self.first_cpu is None or self.last_cpu is None or self.last_cpu[1] <= self.first_cpu[1]:
            return None
        return (self.last_cpu[0] - self.first_cpu[0]) / ((self.last_cpu[1] - self.first_cpu[1]) * 1e-9)


class Crew:
    """Runs a plan with its worker processes.

    Args:
        plan: what is to be run.
        observe: called after every delta with the tally and the seconds since the start.
    """

    def __init__(self, plan: Plan, observe: Callable[[Tally, float], None] | None = None) -> None:
        self._plan = plan
        self._observe = observe
        self._end_s = plan.workload.spans[-1].end_ns * 1e-9
        self._tally = Tally(interval_s=max(1, math.ceil(self._end_s / _MOST_INTERVALS)))
        self._workers: list[_Worker] = []
        self._failures: list[Failed] = []
        self._ready: asyncio.Queue[Ready | Failed] = asyncio.Queue()
        self._start_ns = 0
        self._stopped_by: str | None = None
        self._stopped_ns = 0

    def stop(self, reason: str) -> None:
        """Ask for a graceful end; asked again, for an end at once."""
        now = self._stopped_by is not None
        if not now:
            self._stopped_by, self._stopped_ns = reason, time.monotonic_ns()
        for worker in self._workers:
            worker.tell(Stop(now=now))

    async def run(self) -> Measurement:
        """Run the plan to its end, or until it is stopped.

        Raises:
            WorkerError, WorkerCrashError: a worker could not begin; nothing was sent.
        """
        readers: list[asyncio.Task[None]] = []
        try:
            for job in _jobs(self._plan):
                worker = _Worker(job.worker, await _spawn())
                self._workers.append(worker)
                worker.tell(job)
                readers.append(asyncio.create_task(self._listen(worker)))
            await self._gather()
            self._start_ns = time.monotonic_ns() + round(_LEAD_S * 1e9)
            started_at = datetime.now(UTC)
            if self._stopped_by is None:
                for worker in self._workers:
                    worker.tell(Go(self._start_ns))
                await self._see_through(readers)
            return self._measurement(started_at)
        finally:
            for worker in self._workers:
                if worker.process.returncode is None:
                    with suppress(ProcessLookupError):
                        worker.process.kill()
                await worker.process.wait()
            await asyncio.gather(*readers, return_exceptions=True)

    async def _gather(self) -> None:
        for _ in self._workers:
            if self._stopped_by is not None:
                return
            answer = await asyncio.wait_for(self._ready.get(), _READY_S)
            if isinstance(answer, Failed):
                raise WorkerCrashError(answer.trace) if answer.trace else WorkerError(answer)

    async def _see_through(self, readers: Sequence[asyncio.Task[None]]) -> None:
        client = self._plan.scenario.client
        last_s = _LEAD_S + self._end_s + self._plan.max_late_s + client.timeout + client.connect_timeout
        _, pending = await asyncio.wait(readers, timeout=last_s + _GRACE_S)
        if pending:
            self.stop("workers did not end")
            self.stop("workers did not end")
            await asyncio.wait(pending, timeout=2)

    async def _listen(self, worker: _Worker) -> None:
        frames = Frames()
        assert worker.process.stdout is not None
        while data := await worker.process.stdout.read(1 << 18):
            for message in frames.feed(data):
                self._hear(worker, message)
        if worker.done is None and self._stopped_by is None:
            self._stop_all(f"worker {worker.number} died")
        if not self._start_ns:
            self._ready.put_nowait(Failed(worker.number, "a worker process ended before it could begin", "", 70))

    def _hear(self, worker: _Worker, message: Message) -> None:
        if isinstance(message, Delta):
            worker.note_cpu(message)
            at_s = (message.at_ns - self._start_ns) * 1e-9
            self._tally.add(message, max(0, math.ceil(at_s - 0.25) - 1))
            self._keep_limits(at_s)
            if self._observe is not None:
                self._observe(self._tally, at_s)
        elif isinstance(message, Done):
            worker.done = message
        elif isinstance(message, Failed):
            self._failures.append(message)
            if self._start_ns:
                self._stop_all(f"worker {worker.number} failed")
            else:
                self._ready.put_nowait(message)
        elif isinstance(message, Ready):
            self._ready.put_nowait(message)

    def _stop_all(self, reason: str) -> None:
        if self._stopped_by is None:
            self.stop(reason)

    def _keep_limits(self, at_s: float) -> None:
        if self._stopped_by is not None:
            return
        limits = self._plan.scenario.limits
        tally = self._tally
        if limits.spend_usd is not None:
            charged = [units for _, _, units in tally.charged(measured_only=False)]
            if self._plan.usd(sum(c.read for c in charged), sum(c.write for c in charged)) >= limits.spend_usd:
                self._stop_all("limits.spend_usd")
        if limits.requests is not None and tally.recorded >= limits.requests and at_s < self._end_s:
            self._stop_all("limits.requests")
        if self._lost(int(at_s)):
            self._stop_all("target lost")

    def _lost(self, second: int) -> bool:
        """Whether nothing but failures to connect has been seen for a while."""
        if second < _LOST_S:
            return False
        rows = [self._tally.seconds.get(s) for s in range(second - _LOST_S, second)]
        seen = [row for row in rows if row is not None and row.completed]
        return len(seen) >= _LOST_S - 1 and all(row.outcomes[Outcome.CONNECTION] == row.completed for row in seen)

    def _measurement(self, started_at: datetime) -> Measurement:
        limits = self._plan.scenario.limits
        if self._stopped_by is None and limits.requests is not None and self._tally.recorded >= limits.requests:
            self._stopped_by, self._stopped_ns = "limits.requests", time.monotonic_ns()
        stopped_s = max(0.0, (self._stopped_ns - self._start_ns) * 1e-9)
        shares = [share for worker in self._workers if (share := worker.cpu_share) is not None]
        return Measurement(
            tally=self._tally,
            started_at=started_at,
            elapsed_s=self._end_s if self._stopped_by is None else min(stopped_s, self._end_s),
            stopped_by=self._stopped_by,
            failures=tuple(failure.text for failure in self._failures),
            connections_opened=sum(w.done.connections_opened for w in self._workers if w.done is not None),
            cpu_share=max(shares, default=None),
        )


async def _spawn() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # the working directory must not shadow a module
        "-m",
        "ddbload.engine.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # the terminal's Ctrl-C is the parent's to interpret
    )


def _jobs(plan: Plan) -> list[Job]:
    requests = plan.scenario.limits.requests
    closed = plan.workload.concurrency is not None
    job = Job(
        plan.scenario,
        plan.endpoint,
        plan.transport,
        client_limits(plan.scenario, plan.workers),
        worker=0,
        workers=plan.workers,
        trust_reported=plan.trust_reported,
        max_late_s=plan.max_late_s,
        last_slot=None if closed else requests,
    )
    return [
        replace(job, worker=n, budget=_share(requests, n, plan.workers) if closed else None)
        for n in range(plan.workers)
    ]


def _share(total: int | None, number: int, parts: int) -> int | None:
    return None if total is None else total // parts + (number < total % parts)
