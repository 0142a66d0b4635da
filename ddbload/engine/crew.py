"""The parent's side of a run: worker processes, one common start, their deltas summed, limits kept, a graceful end."""

from __future__ import annotations

import asyncio
import math
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from ddbload.engine.child import Child, start_child
from ddbload.engine.job import Done, Failed, Frames, Go, Job, Message, Ready, Stop, budget, client_limits
from ddbload.engine.plan import Measurement, Plan
from ddbload.engine.starved import Look, notes
from ddbload.errors import DdbloadError
from ddbload.measure.delta import Delta
from ddbload.measure.tally import Tally
from ddbload.operation import Outcome
from ddbload.verify import Key, Seen, Witnessed

_LEAD_S = 0.25
"""From the last worker's readiness to the start: time for every worker to hear of it."""
_READY_S = 60.0
_GRACE_S = 15.0
"""Beyond the last due call's own limits, before workers that do not end are killed."""
_LOOK_S = 0.25
"""How often it is looked whether that time has come."""
_NOW_S = 3.0
"""The same, for workers that were told to end at once."""
_LOST_S = 10
"""Seconds in a row in which every call fails to connect before the target counts as lost."""
_MOST_INTERVALS = 300


class WorkerError(DdbloadError):
    """A worker could not begin, for a reason that a person can mend."""

    def __init__(self, failure: Failed) -> None:
        super().__init__(failure.text)
        self.exit_code = failure.exit_code


class WorkerCrashError(RuntimeError):
    """A worker could not begin because of a bug; the message is its traceback."""


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
        self._workers: list[Child] = []
        self._server = Look(plan.server_pid)
        self._failures: list[str] = []
        self._bugs: list[str] = []
        self._seen: list[Seen] = []
        self._broken: set[Key] = set()
        self._ready: asyncio.Queue[Ready | Failed | None] = asyncio.Queue()
        self._running = False
        self._start_ns = 0
        self._deadline_ns = 0  # when workers that have not ended are killed
        self._limited_ns: int | None = None
        self._told = False  # the workers have been told to stop
        self._stopped_by: str | None = None
        self._stopped_ns = 0

    def stop(self, reason: str) -> None:
        """Ask for a graceful end; asked again, for an end at once."""
        now, self._told = self._told, True
        if self._stopped_by is None:
            self._stopped_by, self._stopped_ns = reason, time.monotonic_ns()
        self._patience(_NOW_S if now else self._plan.last_call_s + _GRACE_S)
        self._ready.put_nowait(None)
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
                worker = await start_child(job.worker)
                self._workers.append(worker)
                worker.tell(job)
                readers.append(asyncio.create_task(self._listen(worker)))
            await self._gather()
            started_at = datetime.now(UTC) + timedelta(seconds=_LEAD_S)
            if self._stopped_by is None:
                self._running = True
                self._start_ns = time.monotonic_ns() + round(_LEAD_S * 1e9)
                for worker in self._workers:
                    worker.tell(Go(self._start_ns))
                await self._see_through(readers)
            return self._measurement(started_at)
        finally:
            self._running = False
            for worker in self._workers:
                await worker.end()
            await asyncio.gather(*readers, return_exceptions=True)

    async def _gather(self) -> None:
        """Wait until every worker is ready, or the run is stopped."""
        for _ in self._workers:
            try:
                answer = await asyncio.wait_for(self._ready.get(), _READY_S)
            except TimeoutError:
                raise WorkerError(Failed(0, f"a worker was not ready within {_READY_S:g} s", "", 3)) from None
            if answer is None:
                return
            if isinstance(answer, Failed):
                raise WorkerCrashError(answer.trace) if answer.trace else WorkerError(answer)

    async def _see_through(self, readers: Sequence[asyncio.Task[None]]) -> None:
        """Wait for the workers to end; those that are past their time are left to be killed."""
        plan = self._plan
        self._patience(_LEAD_S + self._end_s + plan.finish_s + plan.max_late_s + plan.last_call_s + _GRACE_S)
        pending = set(readers)
        while pending and time.monotonic_ns() < self._deadline_ns:
            _, pending = await asyncio.wait(pending, timeout=_LOOK_S)
        for worker in self._workers:
            if pending and worker.done is None and not worker.failed:
                self._fail(worker, f"worker {worker.number} did not end and was killed", "workers did not end")

    def _patience(self, seconds: float) -> None:
        deadline_ns = time.monotonic_ns() + round(seconds * 1e9)
        self._deadline_ns = min(self._deadline_ns or deadline_ns, deadline_ns)

    async def _listen(self, worker: Child) -> None:
        frames = Frames()
        assert worker.process.stdout is not None
        try:
            while data := await worker.process.stdout.read(1 << 18):
                for message in frames.feed(data):
                    self._hear(worker, message)
        except Exception as error:  # noqa: BLE001 - what was measured must not be lost, nor pass for a whole run
            self._bugs.append(traceback.format_exc())
            self._fail(worker, f"what worker {worker.number} said could not be taken in: {error!r}", "internal error")
            return
        self._tally.gone(worker.number)
        if self._running and worker.done is None and not worker.failed:
            ended = await worker.ended()
            self._fail(worker, f"worker {worker.number} {ended}", f"worker {worker.number} died")
        if not self._running:
            self._ready.put_nowait(Failed(worker.number, "a worker process ended before it could begin", "", 70))

    def _hear(self, worker: Child, message: Message) -> None:
        if isinstance(message, Delta):
            worker.note_cpu(message)
            self._server.look(time.monotonic_ns())
            at_s = (message.at_ns - self._start_ns) * 1e-9
            self._tally.add(message, max(0, math.ceil(at_s - 0.25) - 1))
            self._keep_limits(message.limited_ns, at_s)
            if self._observe is not None:
                self._observe(self._tally, at_s)
        elif isinstance(message, Witnessed):
            self._seen += message.seen
            self._broken |= message.broken
        elif isinstance(message, Done):
            worker.done = message
        elif isinstance(message, Failed):
            if self._running:
                self._bugs += [message.trace] if message.trace else []
                text = f"worker {worker.number} could not go on: {message.text}"
                self._fail(worker, text, f"worker {worker.number} failed")
            else:
                self._ready.put_nowait(message)
        elif isinstance(message, Ready):
            self._ready.put_nowait(message)

    def _fail(self, worker: Child, text: str, reason: str) -> None:
        """A worker is of no more use: the others stop, too."""
        worker.failed = True
        self._failures.append(text)
        if not self._told:
            self.stop(reason)

    def _keep_limits(self, limited_ns: int | None, at_s: float) -> None:
        if limited_ns is not None:
            self._limited_ns = min(limited_ns, self._limited_ns or limited_ns)
            if self._plan.workload.concurrency is not None and len(self._workers) > 1 and not self._told:
                self.stop("limits.requests")  # the load is no longer what it should be once a share is spent
        if self._told:
            return
        limits, tally = self._plan.scenario.limits, self._tally
        counted = limits.requests is not None and self._plan.counts_requests and tally.requests >= limits.requests
        if limits.spend_usd is not None and (self._usd() or 0.0) >= limits.spend_usd:
            self.stop("limits.spend_usd")
        elif counted and at_s < self._end_s:
            self.stop("limits.requests")
        elif self._lost(int(at_s)):
            self.stop("target lost")

    def _usd(self) -> float | None:
        return self._plan.usd(self._tally.total.read_units, self._tally.total.write_units)

    def _lost(self, second: int) -> bool:
        """Whether nothing but failures to connect has been seen for a while."""
        if second < _LOST_S:
            return False
        rows = [self._tally.seconds.get(s) for s in range(second - _LOST_S, second)]
        seen = [row for row in rows if row is not None and row.completed]
        return len(seen) >= _LOST_S - 1 and all(row.outcomes[Outcome.CONNECTION] == row.completed for row in seen)

    def _measurement(self, started_at: datetime) -> Measurement:
        if self._stopped_by is None and self._limited_ns is not None:
            self._stopped_by, self._stopped_ns = "limits.requests", self._limited_ns
        stopped_s = max(0.0, (self._stopped_ns - self._start_ns) * 1e-9) if self._start_ns else 0.0
        shares = [one for worker in self._workers if (one := worker.cpu_share) is not None]
        return Measurement(
            tally=self._tally,
            started_at=started_at,
            elapsed_s=self._end_s if self._stopped_by is None else min(stopped_s, self._end_s),
            stopped_by=self._stopped_by,
            failures=tuple(self._failures),
            bugs=tuple(self._bugs),
            resent=sum(w.done.resent for w in self._workers if w.done is not None),
            connections_opened=sum(w.done.connections_opened for w in self._workers if w.done is not None),
            cpu_share=max(shares, default=None),
            seen=tuple(self._seen),
            broken=frozenset(self._broken),
            notes=notes(self._server.need),
        )


def _jobs(plan: Plan) -> list[Job]:
    requests = plan.scenario.limits.requests
    closed = plan.workload.concurrency is not None
    return [
        Job(
            plan.scenario,
            plan.endpoint,
            plan.transport,
            client_limits(plan.scenario, worker, plan.workers),
            worker=worker,
            workers=plan.workers,
            trust_reported=plan.trust_reported,
            max_late_s=plan.max_late_s,
            last_slot=None if closed else requests,
            budget=budget(requests, plan.workload.concurrency, worker, plan.workers),
            allow_code=plan.allow_code,
            survey=plan.survey,
            salt=plan.salt,
            follow=plan.follow,
        )
        for worker in range(plan.workers)
    ]
