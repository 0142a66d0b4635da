"""A server's guardian: a process of its own that ends the server when whoever started it is gone, however it went.

Run as `python -I -S guardian.py JSON` with a pipe on standard input. It says `started PID` on standard output. When
the pipe ends (its writer closed it, exited, or was killed) it terminates the server, kills it 5 s later if need be,
runs the clean-up command and exits. Standard library only, so that it starts in 20 ms and needs nothing installed.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading

GRACE_S = 5.0
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _die_with_guardian() -> None:
    """In the server, before it starts: be killed should even the guardian be killed (Linux only)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        server.kill()


def main() -> int:
    """Guard one server; the exit code is the server's."""
    order = json.loads(sys.argv[1])
    for interrupt in (signal.SIGINT, signal.SIGHUP) if os.name == "posix" else (signal.SIGINT,):
        signal.signal(interrupt, signal.SIG_IGN)  # the terminal's Ctrl-C is the owner's to answer
    with open(order["log"], "ab", buffering=0) as log:  # noqa: PTH123 - pathlib costs 10 ms of imports here
        server = subprocess.Popen(  # noqa: S603 - what ddbload ordered
            order["command"],
            cwd=order["cwd"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_guardian if sys.platform == "linux" else None,  # noqa: PLW1509 - one thread so far
        )
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=_stop, args=(server,)).start())
    sys.stdout.write(f"started {server.pid}\n")
    sys.stdout.flush()

    def watch() -> None:
        while os.read(0, 4096):
            pass
        _stop(server)

    threading.Thread(target=watch, daemon=True).start()
    code = server.wait()
    if order["cleanup"]:
        subprocess.run(order["cleanup"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)  # noqa: S603 - as above
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
