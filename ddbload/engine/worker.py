"""One worker process: compiles the workload, drives its share of the calls, hands on what it recorded.

Talks to its parent over its standard input and output; when the parent is gone (end of input), it ends at once.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any, BinaryIO

from ddbload.clock import Clock
from ddbload.engine.alarm import precise_clock
from ddbload.engine.driver import ClosedLoop, OpenLoop
from ddbload.engine.gate import Lane
from ddbload.engine.job import FLUSH_S, Done, Failed, Frames, Go, Job, Message, Ready, Stop, frame
from ddbload.errors import DdbloadError
from ddbload.measure.recorder import Recorder
from ddbload.operation import Call
from ddbload.transport.choose import open_transport
from ddbload.verify import Witness
from ddbload.workload import CompiledWorkload, compile_workload
from ddbload.workload.stream import Block

Driver = OpenLoop | ClosedLoop
_COUNTED = frozenset({"Query", "Scan", "ExecuteStatement"})
"""Calls whose answers have rows to be counted."""


class _Channel(asyncio.Protocol):
    """Frames from the parent; its end means that the parent is gone."""

    def __init__(self, on_message: Callable[[Any], None], on_end: Callable[[], None]) -> None:
        self._frames = Frames()
        self._on_message = on_message
        self._on_end = on_end

    def data_received(self, data: bytes) -> None:
        for message in self._frames.feed(data):
            self._on_message(message)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._on_end()


class _Drained(asyncio.BaseProtocol):
    """The sending side of the pipe: tells when everything has been handed over."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.lost.set()


def calls_of(job: Job, workload: CompiledWorkload) -> list[tuple[int, Iterator[Block]]]:
    """This worker's calls by closed-loop slot; those of an open loop stand under 0. The first blocks are made now."""
    if workload.concurrency is None:
        return [(0, _begun(workload.open_loop(job.worker, job.workers)))]
    mine = range(job.worker, workload.concurrency, job.workers)  # of an active level, every worker has its share
    return [(slot, _begun(workload.closed_loop(slot))) for slot in mine]


def _begun(blocks: Iterator[Block]) -> Iterator[Block]:
    return chain(list(islice(blocks, 1)), blocks)


def make_driver(
    job: Job, workload: CompiledWorkload, calls: Sequence[tuple[int, Iterator[Block]]], lane: Lane
) -> Driver:
    """The driver of this worker's share."""
    if workload.concurrency is None:
        return OpenLoop(lane, calls[0][1], last_slot=job.last_slot)
    return ClosedLoop(
        lane,
        calls,
        active=workload.active,
        end_ns=workload.spans[-1].end_ns,
        think_ns=workload.think_ns,
        budget=job.budget,
    )


def make_recorder(workload: CompiledWorkload, start_ns: int, *, trust_reported: bool) -> Recorder:
    """A recorder of this workload's calls."""
    return Recorder(
        start_ns,
        [(span.start_ns, span.end_ns) for span in workload.spans if span.measured],
        [operation.writes for operation in workload.operations],
        workload.models,
        trust_reported=trust_reported,
        touches=workload.touches,
        counted=[operation.api in _COUNTED for operation in workload.operations],
    )


def make_witness(job: Job, workload: CompiledWorkload) -> Witness | None:
    """What keeps the histories of the items that are followed; None where none are."""
    if not job.follow:
        return None
    keys = {table.name: tuple(table.key) for table in job.scenario.every_table}
    return Witness(workload.compiled, keys, job.follow)


class Watched:
    """A recorder whose requests a witness looks at, too."""

    def __init__(self, recorder: Recorder, witness: Witness) -> None:
        self._recorder = recorder
        self._witness = witness
        self.record_flow = recorder.record_flow
        self.cut = recorder.cut
        self.late_by_client = recorder.late_by_client

    def record(self, call: Call) -> None:
        """A request was answered or given up."""
        self._recorder.record(call)
        self._witness.record(call)


async def work(job: Job, inbox: asyncio.Queue[Any], send: Callable[[Message], None], clock: Clock) -> None:
    """Do a job: open the transport, say that all is ready, wait for the start, drive, hand on."""
    workload = compile_workload(job.scenario, allow_code=job.allow_code, survey=job.survey, salt=job.salt)
    transport = open_transport(job.transport, job.endpoint, job.limits, clock, seed=job.scenario.seed)
    await transport.open()
    prepared = [transport.prepare(operation) for operation in workload.operations]
    calls = calls_of(job, workload)
    _settle_memory()
    send(Ready(job.worker))
    message = await inbox.get()
    if not isinstance(message, Go):
        await transport.close()
        return
    finished = asyncio.Event()
    crashes = _end_at_crash(finished)
    recorder = make_recorder(workload, message.start_ns, trust_reported=job.trust_reported)
    slots = min(job.limits.max_in_flight, job.limits.connections)
    late_ns = round(job.max_late_s * 1e9)
    end_ns = message.start_ns + workload.spans[-1].end_ns
    witness = make_witness(job, workload)
    record = recorder if witness is None else Watched(recorder, witness)
    lane = Lane(
        clock, transport, prepared, record, slots, late_ns, message.start_ns, finished.set, workload.flows, end_ns
    )
    driver = make_driver(job, workload, calls, lane)

    def flush(*, last: bool = False) -> None:
        send(
            recorder.delta(
                job.worker,
                clock.now_ns(),
                released=driver.released,
                in_flight=driver.gate.in_flight,
                queued=driver.queued,
                cpu_s=time.process_time(),
                limited_ns=driver.limited_ns,
                last=last,
            )
        )
        if witness is not None:
            send(witness.taken(job.worker))

    driver.start()
    _flush_regularly(flush, message.start_ns, clock, finished)
    stopper = asyncio.create_task(_obey(inbox, driver, finished))
    await finished.wait()
    stopper.cancel()
    await transport.close()
    flush(last=True)
    if crashes:
        raise crashes[0]
    send(Done(job.worker, transport.counts.opened, transport.counts.resent))


def _end_at_crash(finished: asyncio.Event) -> list[Exception]:
    """Let an exception in a callback end the work: a call whose end was lost would be waited for in vain.

    Sockets that fail are the transports' business; what the loop itself says of them goes where it always goes.
    """
    crashes: list[Exception] = []

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception) and not isinstance(error, OSError):
            crashes.append(error)
            finished.set()
        else:
            loop.default_exception_handler(context)

    asyncio.get_running_loop().set_exception_handler(handle)
    return crashes


def _settle_memory() -> None:
    """Keep the garbage collector out of the measurement: what exists now is never looked at again.

    Calls are freed by their reference counts; full collections are left to a count that a leak would reach.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 100, 1000)


def _flush_regularly(flush: Callable[[], None], start_ns: int, clock: Clock, finished: asyncio.Event) -> None:
    """Flush at whole multiples of `FLUSH_S` from the start; those missed in a stall are not made up for."""
    step = round(FLUSH_S * 1e9)

    def again() -> None:
        count = max(0, (clock.now_ns() - start_ns) // step) + 1
        clock.call_at(start_ns + count * step, turn)

    def turn() -> None:
        if not finished.is_set():
            flush()
            again()

    again()


async def _obey(inbox: asyncio.Queue[Any], driver: Driver, finished: asyncio.Event) -> None:
    while True:
        message = await inbox.get()
        if isinstance(message, Stop):
            driver.stop()
            if message.now:
                finished.set()


async def _main(source: BinaryIO, sink: BinaryIO) -> None:
    loop = asyncio.get_running_loop()
    writer, drained = await loop.connect_write_pipe(_Drained, sink)
    inbox: asyncio.Queue[Any] = asyncio.Queue()

    def send(message: Message) -> None:
        writer.write(frame(message))

    await loop.connect_read_pipe(partial(_Channel, inbox.put_nowait, partial(os._exit, 0)), source)
    job = await inbox.get()
    try:
        await work(job, inbox, send, precise_clock(loop))
    except DdbloadError as error:
        send(Failed(job.worker, str(error), "", error.exit_code))
    except Exception as error:  # noqa: BLE001 - whatever it was, the parent must hear of it
        send(Failed(job.worker, repr(error), traceback.format_exc(), 70))
    writer.close()  # flushes first
    await drained.lost.wait()


def main() -> None:
    """Run as a child: `python -m ddbload.engine.worker`, frames on standard input and output."""
    # the terminal's Ctrl-C reaches the whole process group: the parent decides what it means
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = os.fdopen(os.dup(0), "rb", 0), os.fdopen(os.dup(1), "wb", 0)
    os.dup2(2, 1)  # whatever prints must not end up between the frames
    try:
        import uvloop  # noqa: PLC0415 - absent on Windows
    except ImportError:
        asyncio.run(_main(source, sink))
    else:
        uvloop.run(_main(source, sink))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
