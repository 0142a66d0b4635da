"""SIGINT and SIGTERM during a run: cancelled before the load, ended gracefully during it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ddbload.errors import DdbloadError


class InterruptedBeforeLoadError(DdbloadError):
    """A signal came before any load was offered: there is nothing to save."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__(f"{number.name}: stopped before any load was offered; nothing was measured")
        self.exit_code = 128 + number


class Signals:
    """SIGINT and SIGTERM: before the load they cancel what is going on, during it they end it gracefully."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        self.first: signal.Signals | None = None
        self.on_signal: Callable[[signal.Signals], None] | None = None
        self._cancel = cancel

    def handle(self, number: signal.Signals) -> None:
        self.first = self.first or number
        if self.on_signal is None:
            self._cancel()
        else:
            self.on_signal(number)


@asynccontextmanager
async def graceful_signals() -> AsyncIterator[Signals]:
    """Handle both signals within the block. Raises `InterruptedBeforeLoadError` when one cancelled it."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    signals = Signals(task.cancel)
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, signals.handle, number)
    try:
        yield signals
    except asyncio.CancelledError:
        if signals.first is None:
            raise
        raise InterruptedBeforeLoadError(signals.first) from None
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
