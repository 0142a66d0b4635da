"""Writes a trace of given text or bytes and opens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ddbload.trace import Trace, open_trace

Made = Callable[..., Trace]


@pytest.fixture
def trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Opens a trace of the given content, as the file "trace" of the current folder."""
    monkeypatch.chdir(tmp_path)

    def make(content: str | bytes, columns: Mapping[str, str] | None = None) -> Trace:
        data = content.encode() if isinstance(content, str) else content
        Path("trace").write_bytes(data)
        return open_trace("trace", columns)

    return make
