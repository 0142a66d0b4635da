"""Pages of every kind as a voice reads them: columns have names, landmarks are told apart, names keep their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from markupsafe import Markup
from playwright.sync_api import Page, expect

from ddbload.report.page.comparison import comparison_page
from ddbload.report.page.direction import isolated
from ddbload.report.page.plan import plan_page
from ddbload.report.page.plans import plans_page
from ddbload.report.page.self_check import self_check_page
from ddbload.report.page.trend import trend_page
from tests.page.test_plan_page import SEVERAL
from tests.report.comparisons import NOT_WORSE, REGRESSED, SLOWED, TOO_NOISY
from tests.report.plans import SHOP

Look = Callable[..., Page]
HEBREW = "\u05d4\u05d6\u05de\u05e0\u05d5\u05ea"

PAGES = {
    "a plan": lambda: plan_page(SHOP),
    "several plans": lambda: plans_page(SEVERAL),
    "a comparison": lambda: comparison_page(REGRESSED),
    "a comparison without a finding": lambda: comparison_page(NOT_WORSE),
    "a trend": lambda: trend_page(SLOWED),
    "a tag against itself": lambda: self_check_page(TOO_NOISY),
}

_NAMELESS = "[...document.querySelectorAll('th')].filter(each => !each.textContent.trim()).map(each => each.outerHTML)"
_LANDMARKS = """() => {
  const name = (each) => each.getAttribute('aria-label')
    || (document.getElementById(each.getAttribute('aria-labelledby')) || {}).textContent || '';
  const role = (each) => each.getAttribute('role') || each.tagName.toLowerCase();
  const kinds = 'main, nav, aside, form, [role=region], [role=search], section[aria-labelledby]';
  const all = document.querySelectorAll(kinds);
  return [...all].map((each) => `${role(each)}: ${name(each).trim()}`);
}"""


def heard(page: Page) -> None:
    """Every heading of a column has a text, and no two landmarks have the same name."""
    assert page.evaluate(_NAMELESS) == []
    landmarks = page.evaluate(_LANDMARKS)
    assert len(landmarks) == len(set(landmarks))


@pytest.mark.parametrize("kind", PAGES)
def test_every_column_and_every_landmark_has_a_name_of_its_own(look: Look, kind: str) -> None:
    heard(look(PAGES[kind]()))


def test_so_they_have_on_the_page_of_a_run(look: Look, page_text: str) -> None:
    heard(look(page_text))


# --- how far what is drawn stands out ------------------------------------------------------------------------------

_RATIOS = """(names) => {
  const probe = document.body.appendChild(document.createElement('i'));
  const light = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map((each) => each / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  };
  const all = names.map(light);
  return all.slice(1).map((each, at) => (Math.max(each, all[at]) + 0.05) / (Math.min(each, all[at]) + 0.05));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_shade_of_the_heat_map_stands_out_from_the_next_and_the_first_from_the_ground(
    look: Look, page_text: str, scheme: str
) -> None:
    steps = look(page_text, scheme=scheme).evaluate(_RATIOS, ["ground", *(f"heat-{place}" for place in range(5))])
    assert min(steps) >= 1.4


@pytest.mark.parametrize("width", [360, 1440])
def test_the_legend_of_the_heat_map_is_not_cut(look: Look, page_text: str, width: int) -> None:
    page = look(page_text, width=width)
    keys = page.locator("#heat-map .legend span")
    assert keys.all_inner_texts() == ["under 0.1% of the calls", "to 1%", "to 5%", "to 20%", "more"]
    for key in keys.all():
        box = key.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_a_key_of_the_legend_looks_like_its_line(look: Look, page_text: str) -> None:
    """Lines without marks have none in the legend, and a wide pale one is wide and pale there."""
    page = look(page_text)
    assert page.locator("#percentiles .legend svg").locator("rect, circle, path").count() == 0
    offered = page.locator("#rate .legend button", has_text="offered").locator("line")
    expect(offered).to_have_attribute("stroke-opacity", "0.45")


def test_what_is_said_beneath_a_row_is_read_without_scrolling(look: Look) -> None:
    page = look(comparison_page(REGRESSED), width=360)
    notes = page.locator("tr.note div:visible")
    assert notes.count() > 0
    for note in notes.all():
        box = note.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 360


def test_a_row_keeps_its_name_in_sight_while_it_is_scrolled_on_a_phone(look: Look) -> None:
    page = look(comparison_page(REGRESSED), width=360)
    name = page.locator("main > .scroll tbody th").first
    name.evaluate("each => { each.closest('.scroll').scrollLeft = 200; }")
    box = name.bounding_box()
    assert box is not None
    assert box["x"] >= 0


def test_a_verdict_is_not_folded(look: Look) -> None:
    page = look(comparison_page(REGRESSED), width=360)
    verdicts = page.locator("td.whole:visible")
    assert "regressed" in verdicts.all_inner_texts()
    assert set(verdicts.evaluate_all("all => all.map(each => getComputedStyle(each).whiteSpace)")) == {"nowrap"}


# --- names from right to left --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        pytest.param("tag v1, 3 runs", "tag v1, 3 runs", id="a text from left to right stays as it is"),
        pytest.param(
            f"tag {HEBREW}, 3 runs",
            f"tag <bdi>{HEBREW}</bdi>, 3 runs",
            id="the comma and the number are not of the name",
        ),
        pytest.param(
            f"{HEBREW} 2 {HEBREW} p99", f"<bdi>{HEBREW} 2 {HEBREW}</bdi> p99", id="a name of several words is one"
        ),
        pytest.param(f"<b>{HEBREW}</b>", f"&lt;b&gt;<bdi>{HEBREW}</bdi>&lt;/b&gt;", id="nothing is taken for markup"),
        pytest.param(
            f"{HEBREW} <script> {HEBREW}",
            f"<bdi>{HEBREW}</bdi> &lt;script&gt; <bdi>{HEBREW}</bdi>",
            id="nor between two names",
        ),
        pytest.param("\u0637\u0644\u0628\u0627\u062a_2", "<bdi>\u0637\u0644\u0628\u0627\u062a</bdi>_2", id="Arabic"),
    ],
)
def test_a_name_from_right_to_left_is_isolated(text: str, marked: str) -> None:
    assert str(isolated(text)) == marked
    assert isinstance(isolated(text), Markup) == (text != marked)


def test_what_stands_after_such_a_name_stays_to_its_right(look: Look) -> None:
    page = look(comparison_page(replace(REGRESSED, base=replace(REGRESSED.base, name=HEBREW))))
    subject = page.locator(".subject").last
    name = subject.locator("bdi").bounding_box()
    after = subject.evaluate(
        """each => {
          const text = each.querySelector('bdi').nextSibling, range = document.createRange();
          range.setStart(text, 0), range.setEnd(text, text.textContent.search(/\\d/) + 1);
          return range.getBoundingClientRect().right;
        }"""
    )
    assert name is not None
    assert after > name["x"] + name["width"]
