"""The clocks of the event loop: alarms come in order, never early, and not at all when called off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest

from ddbload.clock import Clock, LoopClock, Timer
from ddbload.engine.alarm import DescriptorClock, precise_clock

MS = 1_000_000
Make = Callable[[asyncio.AbstractEventLoop], Clock]


@pytest.fixture(params=[LoopClock, precise_clock])
async def clock(request: pytest.FixtureRequest) -> AsyncIterator[Clock]:
    make: Make = request.param
    clock = make(asyncio.get_running_loop())
    yield clock
    if isinstance(clock, DescriptorClock):
        clock.close()


async def test_alarms_fire_in_the_order_of_their_times_and_never_early(clock: Clock) -> None:
    fired: list[tuple[int, int]] = []
    start = clock.now_ns()
    done = asyncio.Event()

    def note(when: int) -> None:
        fired.append((when, clock.now_ns()))

    for ms in (9, 3, 6):
        clock.call_at(start + ms * MS, partial(note, start + ms * MS))
    clock.call_at(start + 20 * MS, done.set)
    await done.wait()
    assert [when - start for when, _ in fired] == [3 * MS, 6 * MS, 9 * MS]
    # the loop's own timers may come up to half of their resolution early; a driver looks at the clock again
    assert all(now >= when - MS for when, now in fired)


async def test_an_alarm_that_was_called_off_does_not_fire(clock: Clock) -> None:
    fired: list[str] = []
    start = clock.now_ns()
    done = asyncio.Event()
    timer = clock.call_at(start + 2 * MS, lambda: fired.append("off"))
    clock.call_at(start + 5 * MS, lambda: fired.append("on"))
    clock.call_at(start + 8 * MS, done.set)
    timer.cancel()
    await done.wait()
    assert fired == ["on"]


async def test_an_alarm_in_the_past_fires_soon(clock: Clock) -> None:
    done = asyncio.Event()
    clock.call_at(clock.now_ns() - 1000 * MS, done.set)
    await asyncio.wait_for(done.wait(), 60)


async def test_an_alarm_set_while_another_fires_is_kept(clock: Clock) -> None:
    done = asyncio.Event()

    def again() -> None:
        clock.call_at(clock.now_ns() + MS, done.set)

    clock.call_at(clock.now_ns() + MS, again)
    await asyncio.wait_for(done.wait(), 60)


async def test_an_alarm_set_while_another_fires_does_not_put_off_one_that_is_due_before_it(clock: Clock) -> None:
    """A sweep that sets its next sweep far ahead must not hold up the next release."""
    start, done = clock.now_ns(), asyncio.Event()
    far: list[Timer] = []

    def sweep() -> None:
        far.append(clock.call_at(start + 3_600_000 * MS, done.set))

    clock.call_at(start + MS, sweep)
    clock.call_at(start + 50 * MS, done.set)
    await asyncio.wait_for(done.wait(), 60)  # not in an hour
    assert len(far) == 1
    far[0].cancel()


async def test_an_alarm_whose_callback_raises_does_not_lose_the_others(clock: Clock) -> None:
    done, said = asyncio.Event(), []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: said.append(context["exception"]))

    def fail() -> None:
        raise ZeroDivisionError

    clock.call_at(clock.now_ns() + MS, fail)
    clock.call_at(clock.now_ns() + 3 * MS, done.set)
    await asyncio.wait_for(done.wait(), 60)
    assert [type(error) for error in said] == [ZeroDivisionError]
