"""`python -m ddbload.standin null …`: a stand-in as a process. Prints its URL; ends when its standard input does."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import sys

from ddbload.standin.answer import Behaviour
from ddbload.standin.canned import null
from ddbload.standin.fault import KINDS
from ddbload.standin.server import serve
from ddbload.standin.spec import compose


def main() -> None:
    """Serve until standard input ends, or a signal asks for the end."""
    options = _options()
    try:
        behaviour = compose(
            null(item_bytes=options.item_bytes, items=options.items, pages=options.pages),
            delays=options.delay,
            faults=options.fault,
            freezes=options.freeze,
            seed=options.seed,
        )
    except ValueError as mistake:
        sys.exit(f"error: {mistake}")
    if options.cpu is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {options.cpu})
    gc.freeze()
    try:
        import uvloop  # noqa: PLC0415 - not there on every system
    except ImportError:
        asyncio.run(_serve(behaviour, options.port))
    else:
        uvloop.run(_serve(behaviour, options.port))


async def _serve(behaviour: Behaviour, port: int) -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, done.set)
    stdin = sys.stdin.fileno()

    def drain() -> None:
        if not os.read(stdin, 4096):
            done.set()

    loop.add_reader(stdin, drain)
    async with serve(behaviour, port=port) as url:
        print(url, flush=True)  # noqa: T201 - the first line is the interface
        await done.wait()
        loop.remove_reader(stdin)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ddbload.standin", description=__doc__)
    parser.add_argument("base", choices=["null"], help="null: canned answers, nothing is stored")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument(
        "--delay", action="append", default=[], metavar="[API=]constant:T|uniform:A:B|lognormal:MEDIAN:P99"
    )
    parser.add_argument("--freeze", action="append", default=[], metavar="AT:FOR", help="after the first data request")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="[API=]KIND[:1%|:first=3|:every=10]",
        help=f"KIND: {', '.join(KINDS)}. API may be * for every request".replace("%", "%%"),
    )
    parser.add_argument("--item-bytes", type=int, default=100, help="size of the item that reads find")
    parser.add_argument("--items", type=int, default=1, help="items that a page of a query finds")
    parser.add_argument("--pages", type=int, default=1, help="pages that a query or scan has")
    parser.add_argument("--seed", type=int, default=1, help="of delays and faults")
    parser.add_argument("--cpu", type=int, help="the core to stay on")
    return parser.parse_args()


if __name__ == "__main__":
    main()
