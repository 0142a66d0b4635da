"""The store in a browser: `ddbload serve` as a person uses it, from its first line to Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.serve.stores import add, filled

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and not os.environ.get("CI"), reason="there is no /usr/bin/chromium to look with"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = filled(tmp_path_factory.mktemp("store") / "results")
    for minute in range(3):
        add(root, "orders", "v2", 40 + minute)
        add(root, "orders", "v3", 50 + minute)
    start = "from ddbload.cli.app import main; main()"
    words = [sys.executable, "-c", start, "serve", "--results", str(root), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[0]
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page()
    wrong: list[str] = []
    opened.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto(address)
    yield opened
    opened.close()
    assert wrong == []


def tags(page: Page) -> list[str]:
    return [each.get_attribute("data-tag") or "" for each in page.locator("tbody tr[data-tag]:visible").all()]


def test_typing_filters_the_list_without_asking_the_server(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("searchbox", name="Tag").fill("üNLIKE")
    assert tags(page) == ["feature/Ünlike <b>"]
    expect(page.locator(".found")).to_have_text("1 of 5 tags")
    assert asked == []
    assert page.url.startswith(f"{address}?tag=")
    page.reload()
    assert tags(page) == ["feature/Ünlike <b>"]


def test_scenario_and_verdict_filter_together(page: Page) -> None:
    page.get_by_label("Scenario").select_option("orders")
    assert len(tags(page)) == 4
    page.get_by_label("Newest run").select_option("fail")
    assert tags(page) == ["feature/Ünlike <b>"]


def test_two_tags_are_compared_by_keyboard_alone(page: Page) -> None:
    compare = page.get_by_role("button", name="Compare")
    expect(compare).to_be_disabled()
    page.get_by_role("radio", name="base: v2 of orders").focus()
    page.keyboard.press("Space")
    page.get_by_role("checkbox", name="new: v3 of orders").focus()
    page.keyboard.press("Space")
    expect(page.locator("output")).to_have_text("v2 against v3")
    compare.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("worse", timeout=60_000)
    expect(page.locator("figure.chart svg").first).to_be_visible()
    page.get_by_role("link", name="All results").click()
    expect(page.locator("h1")).to_contain_text("Results")


def test_the_base_cannot_be_compared_with_itself(page: Page) -> None:
    page.get_by_role("checkbox", name="new: v2 of orders").check()
    page.get_by_role("radio", name="base: v2 of orders").check()
    expect(page.get_by_role("checkbox", name="new: v2 of orders")).to_be_disabled()
    expect(page.get_by_role("button", name="Compare")).to_be_disabled()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, width: int, scheme: str) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type] # one of two words
    )
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_without_a_script_the_list_is_filtered_and_compared_by_forms(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Newest run").select_option("invalid")
    page.get_by_role("button", name="Filter").click()
    assert page.url.endswith("verdict=invalid")
    assert tags(page) == ["v1"]
    context.close()
