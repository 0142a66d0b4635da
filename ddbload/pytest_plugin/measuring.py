"""One run for a test: when it may be sent, one at a time, and what becomes of a signal or a bug in it."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest

from ddbload.errors import UsageError
from ddbload.experiment.run import Outcome, RunRequest, run
from ddbload.experiment.signals import InterruptedBeforeLoadError
from ddbload.pytest_plugin.turn import turn
from ddbload.target.model import parse_spec

AWS_HOSTS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


def require_plain_test() -> None:
    """Raises `UsageError` inside an event loop: a load has one of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise UsageError("this test runs inside an event loop, and a load needs its own: make it a plain `def`")


def costs_money(target: str) -> bool:
    """Whether load for a target would go to AWS, by name or by URL. Raises `UsageError` for what is no target."""
    spec = parse_spec(target)
    host = urlsplit(spec.argument or "").hostname if spec.kind == "endpoint" else None
    return spec.kind == "aws" or (host or "").rstrip(".").endswith(AWS_HOSTS)


def measured(request: RunRequest, results: Path) -> Outcome:
    """Run a scenario when no other test sends load.

    A signal ends pytest as it would have without the run, which took it to save what it had.

    Raises:
        DdbloadError: as `run`; also that the run could not be kept.
        RuntimeError: a bug of ddbload, with its trace.
    """
    try:
        with turn(results):
            outcome = run(request)
    except InterruptedBeforeLoadError as error:
        _end(signal.Signals(error.exit_code - 128))
    if outcome.bugs:
        raise RuntimeError(outcome.bugs[0])
    if outcome.unsaved is not None:
        raise outcome.unsaved
    if outcome.signal is not None:
        _end(outcome.signal)
    return outcome


def _end(number: signal.Signals) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    pytest.exit(f"{number.name} during a load", returncode=128 + number)
