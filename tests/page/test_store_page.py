"""The list of tags on a phone: what is chosen stays in sight at the lower edge, and nothing lies over it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from ddbload.report.page.index import Filter, Paging, RunEntry, StoreBlock, TagEntry, store_page

Look = Callable[..., Page]
HEBREW = "\u05d4\u05d6\u05de\u05e0\u05d5\u05ea"


def entry(tag: str) -> TagEntry:
    newest = RunEntry("run", f"/run/orders/{tag}/run", "2026-02-03 04:05:06", "pass", "local 3.3.1", 99.5, 1_200, 1.8)
    return TagEntry("orders", tag, f"orders/{tag}", 3, (3, 0, 0), newest, pinned=False)


def store(*tags: str) -> str:
    listed = StoreBlock(("orders",), tuple(map(entry, tags)), len(tags), len(tags), Filter(), Paging())
    return store_page("results", listed, (), 3 * len(tags))


_COVERED = """() => {
  const bar = document.querySelector('.store-compare'), box = bar.getBoundingClientRect(), covered = [];
  const end = Math.min(box.bottom, innerHeight);
  for (let x = box.left + 2; x < box.right; x += 8) for (let y = box.top + 2; y < end; y += 4)
    if (!bar.contains(document.elementFromPoint(x, y))) covered.push([x, y]);
  return covered;
}"""


@pytest.mark.parametrize("width", [360, 660, 1440])
def test_nothing_lies_over_the_choice_of_sides_wherever_one_has_scrolled_to(look: Look, width: int) -> None:
    page = look(store(*(f"v{number}" for number in range(20))), width=width)
    for at in range(0, 400, 40):
        page.evaluate("at => scrollTo(0, at)", at)
        assert page.evaluate(_COVERED) == []


def test_a_tag_from_right_to_left_does_not_move_what_stands_beside_it(look: Look) -> None:
    page = look(store(HEBREW, "v2"))
    page.get_by_role("radio", name=f"base: {HEBREW}").check()
    page.get_by_role("checkbox", name="new: v2").check()
    assert page.locator("output").inner_text() == f"\u2068{HEBREW}\u2069 against v2"
