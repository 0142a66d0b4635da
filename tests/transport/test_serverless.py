"""A serverless client: environments by themselves on a virtual clock, then the wire against a stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ddbload.clock import LoopClock, VirtualClock
from ddbload.errors import UsageError
from ddbload.operation import Call, Operation, Outcome
from ddbload.standin import Answer, Behaviour, Constant, Flaw, Traffic, delayed, null, serve
from ddbload.transport.choose import open_transport
from ddbload.transport.pool import Waiting
from ddbload.transport.protocol import ClientLimits, Endpoint, Serverless
from ddbload.transport.serverless import Environments, forced

SECOND = 1_000_000_000
READ = Operation("read", "GetItem", "t", {"TableName": "t", "Key": {"pk": {"S": "x"}}})


class Line:
    """A connection that does what the test says."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.gone = False

    def abort(self) -> None:
        self.gone = True


class Client:
    """Environments on a virtual clock, with connections that are made at once; `started` is (slot, connection)."""

    def __init__(self, concurrency: int = 2, cold: float = 0.0, reuse_s: float = 300.0) -> None:
        self.clock = VirtualClock()
        self.started: list[tuple[int, int]] = []
        self.failed: list[tuple[int, str]] = []
        self.busy: dict[int, Line] = {}
        self.refuse = False
        self.lines = 0
        self.environments: Environments[Line] = Environments(
            self._connect, self._start, self._fail, Serverless(concurrency, cold, reuse_s), self.clock, seed=5
        )

    async def _connect(self) -> Line:
        if self.refuse:
            raise ConnectionRefusedError
        self.lines += 1
        return Line(self.lines)

    def _start(self, connection: Line, waiting: Waiting) -> None:
        self.started.append((waiting.call.slot, connection.number))
        self.busy[waiting.call.slot] = connection

    def _fail(self, waiting: Waiting, reason: str) -> None:
        self.failed.append((waiting.call.slot, reason))

    async def call(self, slot: int) -> Call:
        call = Call(0, slot, None, (), 0)
        call.attempts = 1
        self.environments.want(Waiting(call, lambda _: None))
        await self.settle()
        return call

    async def answer(self, slot: int) -> None:
        self.environments.release(self.busy.pop(slot))
        await self.settle()

    async def lose(self, line: Line) -> None:
        line.gone = True
        self.environments.lost(line)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    def pass_s(self, seconds: float) -> None:
        self.clock.run(until_ns=self.clock.now_ns() + round(seconds * SECOND))


async def test_a_call_that_finds_no_environment_starts_one_and_is_cold() -> None:
    client = Client()
    assert [(await client.call(slot)).cold for slot in (1, 2)] == [True, True]
    assert client.started == [(1, 1), (2, 2)]


async def test_a_call_takes_the_environment_that_was_used_last() -> None:
    client = Client(concurrency=3)
    for slot in (1, 2, 3):
        await client.call(slot)
    for slot in (1, 3, 2):
        await client.answer(slot)
    assert not (await client.call(4)).cold
    assert client.started[-1] == (4, 2)


async def test_at_most_so_many_environments_run_at_once_and_the_others_wait_in_order() -> None:
    client = Client(concurrency=2)
    for slot in (1, 2, 3, 4):
        await client.call(slot)
    assert client.started == [(1, 1), (2, 2)]
    await client.answer(2)
    await client.answer(1)
    assert client.started == [(1, 1), (2, 2), (3, 2), (4, 1)]
    assert client.environments.counts.opened == 2


async def test_an_environment_that_was_free_for_too_long_is_gone_with_its_connection() -> None:
    client = Client(reuse_s=10.0)
    await client.call(1)
    line, gone = client.busy[1], list[bool]()
    await client.answer(1)
    for seconds in (9.9, 0.2):
        client.pass_s(seconds)
        gone.append(line.gone)
    assert gone == [False, True]
    assert (await client.call(2)).cold


async def test_a_call_within_the_time_keeps_an_environment_warm() -> None:
    client = Client(reuse_s=10.0)
    await client.call(1)
    await client.answer(1)
    for slot in range(2, 6):
        client.pass_s(9)
        assert not (await client.call(slot)).cold
        await client.answer(slot)
    assert client.environments.counts.opened == 1


async def test_only_those_that_were_free_for_too_long_are_gone() -> None:
    client = Client(concurrency=2, reuse_s=10.0)
    await client.call(1)
    await client.call(2)
    await client.answer(1)
    client.pass_s(6)
    await client.answer(2)
    client.pass_s(6)
    assert [(await client.call(slot)).cold for slot in (3, 4)] == [False, True]


async def test_an_environment_outlives_its_connection() -> None:
    client = Client()
    await client.call(1)
    line = client.busy[1]
    await client.answer(1)
    await client.lose(line)
    assert not (await client.call(2)).cold
    assert client.started == [(1, 1), (2, 2)]


async def test_an_environment_that_loses_its_connection_in_the_middle_of_a_call_is_free_after_it() -> None:
    client = Client(concurrency=1)
    await client.call(1)
    await client.call(2)
    await client.lose(client.busy.pop(1))
    assert client.started == [(1, 1), (2, 2)]
    assert client.environments.counts.opened == 2


async def test_a_forced_cold_start_takes_the_place_of_the_environment_used_longest_ago() -> None:
    client = Client(concurrency=2, cold=1.0)
    await client.call(1)
    await client.call(2)
    first, second = client.busy[1], client.busy[2]
    await client.answer(1)
    await client.answer(2)
    assert (await client.call(3)).cold
    assert (first.gone, second.gone) == (True, False)


async def test_a_forced_cold_start_that_waited_takes_the_place_of_the_one_that_came_free() -> None:
    client = Client(concurrency=1, cold=1.0)
    await client.call(1)
    second = await client.call(2)
    line = client.busy[1]
    assert not second.cold
    await client.answer(1)
    assert (second.cold, line.gone) == (True, True)
    await client.lose(line)
    await client.answer(2)
    assert client.started == [(1, 1), (2, 2)]


async def test_a_call_whose_environment_cannot_connect_fails_and_the_next_one_holds_back() -> None:
    client = Client(concurrency=1)
    client.refuse = True
    assert (await client.call(1)).cold
    assert client.failed == [(1, "ConnectionRefusedError")]
    assert not (await client.call(2)).cold
    assert len(client.failed) == 1
    client.refuse = False
    client.pass_s(0.01)
    await client.settle()
    assert client.started == [(2, 1)]


async def test_closing_ends_what_waits() -> None:
    client = Client(concurrency=1)
    await client.call(1)
    await client.call(2)

    async def lose() -> None:
        await client.settle()
        assert client.busy[1].gone
        client.environments.lost(client.busy[1])

    await asyncio.gather(client.environments.close("closed"), lose())
    assert client.failed == [(2, "closed")]


def test_which_calls_are_forced_depends_on_nothing_but_seed_slot_and_operation() -> None:
    client = Serverless(concurrency=1, cold=0.2)

    def cold(seed: int, slot: int, operation: int = 0, attempts: int = 1) -> bool:
        call = Call(operation, slot, None, (), 0)
        call.attempts = attempts
        return forced(client, seed, call)

    chosen = [slot for slot in range(5000) if cold(1, slot)]
    assert chosen == [slot for slot in range(5000) if cold(1, slot)]
    assert len(chosen) == pytest.approx(1000, abs=150)  # 5 standard deviations are 141
    assert chosen != [slot for slot in range(5000) if cold(2, slot)]
    assert chosen != [slot for slot in range(5000) if cold(1, slot, operation=1)]
    assert not any(cold(1, slot, attempts=2) for slot in range(5000))


# --- the wire --------------------------------------------------------------------------------------------------------


async def many(behaviour: Behaviour, client: Serverless, *, at_once: int, count: int) -> tuple[list[Call], Traffic]:
    """So many calls, each time as many at once; and what reached the server."""
    traffic = Traffic()
    limits = ClientLimits(at_once, client.concurrency, timeout_s=60, connect_timeout_s=60, serverless=client)
    calls: list[Call] = []
    async with serve(behaviour, traffic=traffic) as url:
        clock = LoopClock(asyncio.get_running_loop())
        wire = open_transport("wire", Endpoint(url, "us-east-1"), limits, clock, seed=9)
        await wire.open()
        prepared = wire.prepare(READ)
        free = asyncio.Semaphore(at_once)

        def on_done(call: Call) -> None:
            calls.append(call)
            free.release()

        for slot in range(count):
            await free.acquire()
            wire.submit(Call(0, slot, prepared, (), 0), on_done)
        for _ in range(at_once):
            await free.acquire()
        opened = wire.counts.opened
        await wire.close()
    assert opened == traffic.connections
    return calls, traffic


def closing(inner: Behaviour) -> Behaviour:
    def answer(api: str, body: bytes, n: int, now_s: float) -> Answer:
        return Answer(inner(api, body, n, now_s).body, flaw=Flaw.CLOSE_ANNOUNCED)

    return answer


ROWS: list[tuple[str, Behaviour, Serverless, int, Callable[[int], bool]]] = [
    ("one after the other share one environment", null(), Serverless(10), 1, lambda cold: cold == 1),
    ("side by side they have one each", delayed(null(), Constant(0.002)), Serverless(10), 4, lambda cold: cold == 4),
    ("never more than there may be", delayed(null(), Constant(0.002)), Serverless(3), 8, lambda cold: cold == 3),
    ("all are cold where all are forced to be", null(), Serverless(10, cold=1.0), 1, lambda cold: cold == 60),
    ("a share is cold", null(), Serverless(10, cold=0.5), 2, lambda cold: 15 < cold < 50),
    ("none is reused", delayed(null(), Constant(0.002)), Serverless(10, reuse_s=1e-9), 1, lambda cold: cold == 60),
]


@pytest.mark.parametrize(("behaviour", "client", "at_once", "fits"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
async def test_a_cold_call_is_a_connection(
    behaviour: Behaviour, client: Serverless, at_once: int, fits: Callable[[int], bool]
) -> None:
    calls, traffic = await many(behaviour, client, at_once=at_once, count=60)
    assert {(call.outcome, call.reason) for call in calls} == {(Outcome.OK, "")}
    assert len(calls) == traffic.data_requests == 60
    cold = sum(call.cold for call in calls)
    assert cold == traffic.connections
    assert fits(cold)


async def test_a_server_that_closes_its_connections_makes_no_call_cold() -> None:
    calls, traffic = await many(closing(null()), Serverless(10), at_once=1, count=20)
    assert {call.outcome for call in calls} == {Outcome.OK}
    assert (sum(call.cold for call in calls), traffic.connections) == (1, 20)


async def test_the_sdk_has_no_environments() -> None:
    limits = ClientLimits(1, 1, 1.0, 1.0, serverless=Serverless(1))
    with pytest.raises(UsageError, match=r"client\.lambda: only the transport wire"):
        open_transport("sdk", Endpoint("http://127.0.0.1:1", "us-east-1"), limits, VirtualClock(), seed=1)
