"""Shared fixtures: a DynamoDB Local of this test session, moto's server as an AWS of our own, a scenario, records."""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from moto.server import ThreadedMotoServer

from ddbload.errors import TargetError
from ddbload.scenario.model import Scenario
from ddbload.target import open_target
from ddbload.target.records import Records

os.environ["DDBLOAD_PRICES"] = "bundled"  # whoever runs the tests may keep newer books
settings.register_profile("ddbload", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("ddbload")


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    """The URL of a DynamoDB Local, in memory, shared by the tests of the session: each test makes its own tables.

    Found as `--target local` finds it. Without one the tests that need it are skipped, except in CI, where they fail.
    """
    said: queue.SimpleQueue[str | BaseException] = queue.SimpleQueue()
    over = threading.Event()

    async def serve() -> None:
        async with open_target("local") as target:
            said.put(target.endpoint.url)
            await asyncio.to_thread(over.wait)

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:  # noqa: BLE001 - handed to the tests' thread
            said.put(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        first = said.get()
        if isinstance(first, TargetError) and not os.environ.get("CI"):
            pytest.skip(str(first))
        if isinstance(first, BaseException):
            raise first
        yield first
    finally:
        over.set()
        thread.join()


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """The URL of moto's server: tags, STS and the control plane, no units worth looking at."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """ddbload's records of tables, in a folder of the test's own."""
    return Records(tmp_path / "records")


@pytest.fixture
def orders() -> Callable[..., Scenario]:
    """Makes a scenario of 60 orders in a table of a name that no other test uses; keywords change the table."""
    return _orders


def _orders(**table: Any) -> Scenario:
    return Scenario.model_validate(
        {
            "ddbload": 1,
            "name": "orders",
            "table": {
                "name": f"orders-{uuid.uuid4().hex[:8]}",
                "key": {"pk": "S", "sk": "S"},
                "indexes": {"by_status": {"key": {"status": "S", "placed": "N"}, "project": "keys"}},
                **table,
            },
            "values": {
                "status": {"choice": {"open": 20.0, "paid": 80.0}},
                "placed": {"timestamp": {"within": "90d"}},
                "blob": {"binary": {"size": 100}},
            },
            "items": {
                "order": {
                    "of": {"customer": 12, "number": 5},
                    "shape": {
                        "pk": "cust#{customer}",
                        "sk": "order#{number}",
                        "status": "{status}",
                        "placed": "{placed}",
                        "blob": "{blob}",
                    },
                }
            },
            "operations": {"read": {"get": "order"}},
            "load": {"mix": {"read": 1.0}, "rate": 10.0, "phases": [{"hold": "1s"}]},
        }
    )
