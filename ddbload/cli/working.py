"""What a person sees of longer work without load: from its second second on, what is being done now."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE_S = 1.0
_CLEAR = "\r\x1b[2K"


class Working:
    """A line on standard error that says what is being done: one that changes on a terminal, else one for each step."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._lock = threading.Lock()
        self._text = ""
        self._shown = False
        self._timer = threading.Timer(_PATIENCE_S, self._show)
        self._timer.daemon = True
        self._timer.start()

    def __call__(self, text: str) -> None:
        """Say what is being done from now on."""
        with self._lock:
            self._text = text
            if self._shown:
                self._write()

    def _show(self) -> None:
        with self._lock:
            self._shown = True
            if self._text:
                self._write()

    def _write(self) -> None:
        sys.stderr.write(f"{_CLEAR}{self._text} ..." if self._terminal else f"{self._text} ...\n")
        sys.stderr.flush()

    def close(self) -> None:
        """Take the line off a terminal; nothing is said after that."""
        self._timer.cancel()
        with self._lock:
            if self._shown and self._terminal and self._text:
                sys.stderr.write(_CLEAR)
                sys.stderr.flush()
            self._shown, self._text = False, ""


@contextmanager
def working() -> Iterator[Working]:
    """Such a line for as long as the context lasts."""
    line = Working()
    try:
        yield line
    finally:
        line.close()
