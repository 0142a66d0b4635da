"""Real worker processes against a stand-in: limits, stops, workers that die, stall or cannot begin."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ddbload.clock import LoopClock
from ddbload.engine import worker
from ddbload.engine.crew import Crew, WorkerError, _jobs
from ddbload.engine.job import Go, Ready
from ddbload.engine.plan import Measurement
from ddbload.measure.delta import Delta
from ddbload.measure.tally import Tally
from ddbload.operation import Outcome
from ddbload.standin import Constant, Traffic, always, delayed, every, faulty, null, serve
from ddbload.workload.stream import Charge
from tests.engine.conftest import PlanFor

CLOSED = {"arrivals": {"closed": {"concurrency": 3}}, "rate": None}


def workers_of_this_process() -> list[int]:
    """Process ids of the worker processes that this process has started."""
    mine = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == os.getpid() and b"ddbload.engine.worker" in command:
            mine.append(int(entry.name))
    return sorted(mine)


class Watched:
    """Sees the tally as it grows."""

    def __init__(self) -> None:
        self._tally: Tally | None = None
        self._changed = asyncio.Event()

    def observe(self, tally: Tally, _at_s: float) -> None:
        self._tally = tally
        self._changed.set()

    async def until(self, condition: Callable[[Tally], object]) -> None:
        while self._tally is None or not condition(self._tally):
            self._changed.clear()
            await self._changed.wait()


async def run_and(
    crew: Crew, watched: Watched, condition: Callable[[Tally], object], act: Callable[[], object]
) -> Measurement:
    """Run a crew; once what is watched meets a condition, do something."""
    running = asyncio.create_task(crew.run())
    await asyncio.wait_for(watched.until(condition), 60)
    act()
    return await asyncio.wait_for(running, 60)


def calls(number: int) -> Callable[[Tally], bool]:
    return lambda tally: tally.total.completed >= number


@pytest.mark.parametrize("workers", [1, 3])
async def test_every_call_of_the_timetable_is_made_whatever_the_number_of_workers(
    plan_for: PlanFor, workers: int
) -> None:
    traffic = Traffic()
    async with serve(null(), traffic=traffic) as url:
        measured = await Crew(plan_for(url, workers=workers)).run()
    assert measured.complete
    assert measured.failures == ()
    assert measured.elapsed_s == 2
    assert traffic.data_requests == measured.tally.count() == measured.tally.sent() == 200
    rows = measured.tally.seconds
    assert [rows[t].due for t in (0, 1)] == [100, 100]
    assert sum(row.read_units for row in rows.values()) == 100
    assert workers_of_this_process() == []


async def test_a_limit_that_the_timetable_just_reaches_does_not_cut_it_short(plan_for: PlanFor) -> None:
    async with serve(null()) as url:
        measured = await Crew(plan_for(url, workers=2, limits={"requests": 200})).run()
    assert (measured.stopped_by, measured.tally.count()) == (None, 200)


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_limit_on_requests_cuts_an_open_loop_at_that_call_and_the_rate_is_that_until_then(
    plan_for: PlanFor, workers: int
) -> None:
    traffic = Traffic()
    slow = delayed(null(), {"": Constant(0.4)})
    async with serve(slow, traffic=traffic) as url:
        measured = await Crew(plan_for(url, workers=workers, limits={"requests": 120})).run()
    assert measured.stopped_by == "limits.requests"
    assert traffic.data_requests == measured.tally.count() == 120
    assert measured.elapsed_s == pytest.approx(1.2)  # not the time at which the last answer came


@pytest.mark.parametrize("workers", [1, 2, 4])
async def test_a_limit_on_requests_is_never_exceeded_by_a_closed_loop(plan_for: PlanFor, workers: int) -> None:
    traffic = Traffic()
    async with serve(delayed(null(), {"": Constant(0.005)}), traffic=traffic) as url:
        plan = plan_for(url, workers=workers, load={**CLOSED, "phases": [{"hold": "60s"}]}, limits={"requests": 60})
        measured = await Crew(plan).run()
    assert measured.stopped_by == "limits.requests"
    assert traffic.data_requests == measured.tally.count() <= 60
    assert traffic.data_requests >= 20


async def test_retries_count_as_requests(plan_for: PlanFor) -> None:
    traffic = Traffic()
    async with serve(faulty(null(), "500", every(2)), traffic=traffic) as url:
        retries = {"attempts": 5, "base": "1ms", "max": "2ms"}
        plan = plan_for(url, client={"retries": retries}, load={"phases": [{"hold": "30s"}]}, limits={"requests": 150})
        measured = await Crew(plan).run()
    assert measured.stopped_by == "limits.requests"
    assert traffic.data_requests == measured.tally.requests
    assert measured.tally.total.completed < 150


async def test_a_limit_on_spend_stops_the_run_soon(plan_for: PlanFor) -> None:
    async with serve(null()) as url:  # half a unit a read, a dollar a unit: 50 dollars a second
        plan = plan_for(url, load={"phases": [{"hold": "60s"}]}, limits={"spend_usd": 60})
        measured = await Crew(plan).run()
    assert measured.stopped_by == "limits.spend_usd"
    spent = sum(units.read for _, _, _, units in measured.tally.charged(measured_only=False))
    assert 60 <= spent <= 600  # of 3,000: how soon its workers hear of it is the machine's affair


async def test_a_stop_ends_gracefully_and_keeps_every_call_that_was_sent(plan_for: PlanFor) -> None:
    watched, traffic = Watched(), Traffic()
    async with serve(delayed(null(), {"": Constant(0.2)}), traffic=traffic) as url:
        crew = Crew(plan_for(url, workers=2, load={"phases": [{"hold": "60s"}]}), watched.observe)
        measured = await run_and(crew, watched, calls(50), lambda: crew.stop("SIGINT"))
    tally = measured.tally
    assert (measured.stopped_by, measured.failures) == ("SIGINT", ())
    assert traffic.data_requests == tally.count() == tally.count(outcomes=frozenset({Outcome.OK}))
    assert sum(row.completed for row in tally.seconds.values()) == tally.count()


async def test_a_second_stop_does_not_wait_for_answers(plan_for: PlanFor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ddbload.engine.crew._NOW_S", 30.0)  # to end at once takes a busy machine a while
    watched = Watched()
    async with serve(faulty(null(), "hang", always)) as url:
        plan = plan_for(url, load={"phases": [{"hold": "60s"}]}, client={"timeout": "50s", "max_in_flight": 2000})
        crew = Crew(plan, watched.observe)

        def act() -> None:
            crew.stop("SIGINT")
            crew.stop("SIGINT")

        measured = await run_and(crew, watched, lambda tally: sum(tally.in_flight.values()), act)
    assert measured.stopped_by == "SIGINT"
    assert measured.failures == ()
    assert measured.tally.count(outcomes=frozenset({Outcome.CONNECTION})) == measured.tally.count() > 0


async def test_a_stop_before_the_start_measures_nothing(plan_for: PlanFor) -> None:
    async with serve(null()) as url:
        crew = Crew(plan_for(url, workers=2))
        running = asyncio.create_task(crew.run())
        while len(workers_of_this_process()) < 2:  # noqa: ASYNC110 - a process that starts sets no event here
            await asyncio.sleep(0.01)
        crew.stop("SIGTERM")
        measured = await asyncio.wait_for(running, 60)
    assert (measured.stopped_by, measured.elapsed_s, measured.tally.count()) == ("SIGTERM", 0, 0)
    assert workers_of_this_process() == []


async def test_a_worker_that_is_killed_ends_the_run_and_what_was_measured_is_kept(plan_for: PlanFor) -> None:
    watched = Watched()
    async with serve(null()) as url:
        crew = Crew(plan_for(url, workers=2, load={"phases": [{"hold": "60s"}]}), watched.observe)
        measured = await run_and(
            crew, watched, calls(60), lambda: os.kill(workers_of_this_process()[0], signal.SIGKILL)
        )
    assert measured.stopped_by is not None
    assert measured.stopped_by.endswith("died")
    assert ["SIGKILL" in text for text in measured.failures] == [True]
    assert measured.tally.count() >= 60
    assert not any(measured.tally.in_flight.values())


async def test_a_stop_does_not_wait_for_a_worker_that_stands_still(
    plan_for: PlanFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ddbload.engine.crew._GRACE_S", 4.0)  # for the other worker to end in
    watched = Watched()
    async with serve(null()) as url:
        plan = plan_for(
            url, workers=2, load={"phases": [{"hold": "600s"}]}, client={"timeout": "300ms", "connect_timeout": "300ms"}
        )
        crew = Crew(plan, watched.observe)

        def act() -> None:
            os.kill(workers_of_this_process()[0], signal.SIGSTOP)
            crew.stop("SIGINT")

        measured = await run_and(crew, watched, calls(40), act)
    assert measured.stopped_by == "SIGINT"
    assert ["did not end" in text for text in measured.failures] == [True]
    assert workers_of_this_process() == []


async def test_a_watcher_that_raises_makes_the_run_invalid_rather_than_short(plan_for: PlanFor) -> None:
    def observe(_tally: Tally, _at_s: float) -> None:
        raise ZeroDivisionError

    async with serve(null()) as url:
        measured = await Crew(plan_for(url, load={"phases": [{"hold": "60s"}]}), observe).run()
    assert not measured.complete
    assert ["ZeroDivisionError" in text for text in measured.failures] == [True]
    assert ["Traceback" in trace for trace in measured.bugs] == [True]


async def test_an_exception_in_a_callback_of_a_worker_ends_its_work(
    plan_for: PlanFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call whose end was lost would be waited for in vain. Here the capacity model has a bug."""

    def broken(*_: object) -> tuple[Charge, ...]:
        raise ZeroDivisionError("a bug")

    inbox: asyncio.Queue[object] = asyncio.Queue()
    async with serve(null()) as url:
        plan = plan_for(url, load={"phases": [{"hold": "60s"}]})
        monkeypatch.setattr(worker, "compile_workload", lambda *_, **__: replace(plan.workload, models=(broken,)))  # type: ignore[type-var]
        monkeypatch.setattr(worker, "_settle_memory", lambda: None)  # this process goes on afterwards
        inbox.put_nowait(Go(time.monotonic_ns()))
        sent: list[object] = []
        job = replace(_jobs(plan)[0], trust_reported=False)
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(worker.work(job, inbox, sent.append, LoopClock(asyncio.get_running_loop())), 60)
    assert [type(message) for message in sent][:1] == [Ready]
    assert isinstance(sent[-1], Delta)  # what was measured is handed on


async def test_a_worker_that_cannot_begin_says_why(plan_for: PlanFor) -> None:
    plan = plan_for("http://127.0.0.1:1")
    with pytest.raises(WorkerError, match="not an endpoint"):
        await Crew(replace(plan, endpoint=replace(plan.endpoint, url="ftp://nowhere"), workers=2)).run()
    assert workers_of_this_process() == []
