"""`ddbload serve`: what it says when it answers, when it opens a browser, and what it refuses."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from ddbload.cli import app
from ddbload.serve import running

ADDRESS = "http://127.0.0.1:1/"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a browser was asked to open; the server answers and is ended at once."""
    addresses: list[str] = []

    async def answers(_: web.Application, listening: socket.socket, ready: Callable[[str], None]) -> None:
        ready(ADDRESS)
        listening.close()

    monkeypatch.setattr(running, "serve", answers)
    monkeypatch.setattr(webbrowser, "open", addresses.append)
    return addresses


@pytest.mark.parametrize(("words", "expected"), [([], []), (["--open"], [ADDRESS])])
def test_it_says_its_address_and_opens_a_browser_only_where_that_is_asked(
    words: list[str], expected: list[str], opened: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["serve", "--results", str(tmp_path), "--port", "0", *words]) == 0
    assert capsys.readouterr().out.startswith(ADDRESS)
    assert opened == expected


def test_a_folder_that_is_not_there_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["serve", "--results", str(tmp_path / "none")]) == 2
    assert "none is no folder; --results names the one that runs are saved in" in capsys.readouterr().err


def test_a_port_that_is_taken_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running.listening(0) as taken:
        port = taken.getsockname()[1]
        assert app.run(["serve", "--results", str(tmp_path), "--port", str(port)]) == 2
    assert "is in use by another program" in capsys.readouterr().err
