"""Stand-ins in their own process: they start, say where they are, and never outlive the one who started them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from ddbload.standin import standin_process


def answers(url: str) -> bool:
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname, address.port or 0), 1).close()
    except OSError:
        return False
    return True


def ends(url: str) -> bool:
    for _ in range(200):
        if not answers(url):
            return True
        time.sleep(0.05)
    return False


def test_a_stand_in_runs_for_the_length_of_the_block() -> None:
    with standin_process(["null", "--delay", "constant:1ms"]) as standin:
        assert answers(standin.url)
    assert not answers(standin.url)


def test_a_stand_in_tells_what_has_reached_it() -> None:
    with standin_process(["null"]) as standin:
        target = {"X-Amz-Target": "DynamoDB_20120810.GetItem"}
        for _ in range(3):
            urlopen(Request(standin.url, b'{"TableName":"orders"}', target), timeout=60).close()  # noqa: S310 - loopback
        traffic = standin.traffic()
    assert (traffic.requests, traffic.data_requests, traffic.connections) == ({"GetItem": 3}, 3, 4)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system pins no process")
def test_a_stand_in_stays_on_its_core() -> None:
    cpu = min(os.sched_getaffinity(0))
    with standin_process(["null"], cpu=cpu) as standin:
        assert os.sched_getaffinity(standin.pid) == {cpu}


def test_a_stand_in_dies_with_its_parent_even_when_that_is_killed() -> None:
    program = (
        "import os, signal\n"
        "from ddbload.standin import standin_process\n"
        "with standin_process(['null']) as standin:\n"
        "    print(standin.url, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert ends(done.stdout.strip())


def test_words_that_are_not_understood_end_it_with_a_message() -> None:
    command = [sys.executable, "-m", "ddbload.standin", "null", "--fault", "trottle:1%"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "unknown fault 'trottle'" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_that_cannot_start_raises_for_its_parent() -> None:
    with pytest.raises(RuntimeError, match="did not start"), standin_process(["null", "--freeze", "soon"]):
        pass
