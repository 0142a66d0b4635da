"""A browser to look at pages with, and the baseline run that the repository keeps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ddbload.results.record import RunRecord, Second
from ddbload.results.store import each_interval, read_run, read_timeline

CHROMIUM = Path("/usr/bin/chromium")
BASELINE = min((Path(__file__).parents[2] / "results" / "quickstart" / "baseline").iterdir())


@pytest.fixture(scope="module")  # not of the session: its event loop would be in the way of asynchronous tests
def browser() -> Iterator[Browser]:
    """Debian's Chromium; tests that need one are skipped where there is none, except in CI, where they fail."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip(f"there is no {CHROMIUM} to look with")
    expect.set_options(timeout=60_000)  # a test machine may be busy
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def look(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a page from its text; at the end nothing may have gone wrong in it, and nothing been asked of a network."""
    wrong: list[str] = []
    pages: list[Page] = []

    def open_page(text: str, *, width: int = 1440, scheme: str = "light", script: bool = True) -> Page:
        file = tmp_path / f"page-{len(pages)}.html"
        file.write_text(text, encoding="utf-8")
        page = browser.new_page(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
        )
        page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
        page.goto(file.as_uri())
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert wrong == []


@pytest.fixture(scope="session")
def record() -> RunRecord:
    return read_run(BASELINE)


@pytest.fixture(scope="session")
def seconds() -> list[Second]:
    return read_timeline(BASELINE)


@pytest.fixture(scope="session")
def page_text(record: RunRecord, seconds: list[Second]) -> str:
    from ddbload.report.page.run import run_page

    return run_page(record, seconds, each_interval(BASELINE), (BASELINE / "scenario.yaml").read_text())
