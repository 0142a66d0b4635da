"""Shared fixtures: a DynamoDB Local of this test session."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    """The URL of a DynamoDB Local, in memory, shared by the tests of the session: each test makes its own tables."""
    jar = os.environ.get("DDBLOAD_DYNAMODB_LOCAL_JAR")
    if not jar:
        pytest.skip("no DynamoDB Local: set DDBLOAD_DYNAMODB_LOCAL_JAR")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(jar).parent
    command = ["java", f"-Djava.library.path={folder}/DynamoDBLocal_lib", "-jar", jar]
    command += ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)
