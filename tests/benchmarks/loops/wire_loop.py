"""The wire transport alone, without engine and recorder: 32 calls in flight, each answer sends the next."""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import time

import uvloop

from ddbload.clock import LoopClock
from ddbload.operation import Call, Operation, Outcome, Slot, Template
from ddbload.transport.protocol import ClientLimits, Endpoint
from ddbload.transport.wire import WireTransport

READ = Operation(
    name="read",
    api="GetItem",
    table="orders",
    request={
        "TableName": "orders",
        "Key": {"pk": Template("S", ("item#", Slot(0)))},
        "ReturnConsumedCapacity": "TOTAL",
    },
)


async def main(url: str, seconds: float, concurrency: int = 32) -> None:
    clock = LoopClock(asyncio.get_running_loop())
    limits = ClientLimits(concurrency, concurrency, timeout_s=1.0, connect_timeout_s=1.0)
    transport = WireTransport(Endpoint(url, "us-east-1"), limits, clock)
    await transport.open()
    prepared = transport.prepare(READ)
    end = time.monotonic_ns() + round(seconds * 1e9)
    finished = asyncio.Event()
    running = concurrency

    def send() -> None:
        transport.submit(Call(0, 0, prepared, (random.randrange(1000),), 0), on_done)

    def on_done(call: Call) -> None:
        nonlocal running
        if call.outcome is not Outcome.OK:
            sys.exit(f"{call.outcome}: {call.reason}")
        if call.done_ns < end:
            send()
            return
        running -= 1
        if not running:
            finished.set()

    for _ in range(concurrency):
        send()
    await finished.wait()
    await transport.close()


if __name__ == "__main__":
    gc.freeze()
    uvloop.run(main(sys.argv[1], float(sys.argv[2])))
