"""The page of a run in a browser: narrow and wide, light, dark and on paper, by keyboard and without script."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ddbload.report import quantity
from ddbload.report.page.blocks import Prose
from ddbload.report.page.frame import Page as Document, render
from ddbload.report.page.run import run_page
from ddbload.results.record import RunRecord, Second
from ddbload.results.store import each_interval
from tests.page.conftest import BASELINE

Look = Callable[..., Page]
EVIL = "</script><script>alert(1)</script>"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_scrolls_sideways_and_every_chart_is_drawn(look: Look, page_text: str, width: int, scheme: str) -> None:
    page = look(page_text, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    charts = page.locator("figure.chart")
    assert charts.count() >= 6
    assert page.locator("figure.chart svg path").count() > charts.count()
    widths = page.evaluate("[...document.querySelectorAll('.canvas svg')].map(each => each.clientWidth)")
    assert len(widths) == charts.count()
    assert max(widths) <= width


def test_the_numbers_beneath_a_chart_are_those_of_the_timeline(
    look: Look, page_text: str, seconds: list[Second]
) -> None:
    page = look(page_text)
    page.locator("#rate details summary").click()
    rows = page.locator("#rate tbody tr").all_inner_texts()
    loaded = [each for each in seconds if each.phase != "drain"]
    assert rows == [f"{each.t}\t{each.phase}\t{each.due}\t{each.sent}\t{each.completed}" for each in loaded]


def test_what_is_drawn_is_what_the_run_says(look: Look, page_text: str, record: RunRecord) -> None:
    page = look(page_text)
    drawn = page.evaluate(
        "ddbload.charts.find(each => each.figure.id === 'outcomes').chart.getOption().series"
        ".map(each => [each.name, each.data])"
    )
    shares = {name: sorted(parts) for name, parts in drawn}
    expected = sorted(op.outcomes.get("ok", 0) / op.count for op in record.operations.values())
    assert shares["ok"] == pytest.approx(expected, abs=1e-5)


def test_numbers_are_taken_away_as_csv(look: Look, page_text: str, seconds: list[Second]) -> None:
    page = look(page_text)
    page.locator("#rate details summary").click()
    with page.expect_download() as started:
        page.locator("#rate .csv").click()
    assert started.value.suggested_filename == "rate.csv"
    first, second, *_ = Path(started.value.path()).read_text().splitlines()
    assert first == "second,phase,offered,achieved,completed"
    assert second == f"{seconds[0].t},{seconds[0].phase},{seconds[0].due},{seconds[0].sent},{seconds[0].completed}"


def test_the_run_is_taken_away_as_it_is(look: Look, page_text: str) -> None:
    page = look(page_text)
    with page.expect_download() as started:
        page.get_by_role("link", name="run.json").click()
    taken = json.loads(Path(started.value.path()).read_text())
    assert taken["id"] == json.loads((BASELINE / "run.json").read_text())["id"]


def test_a_definition_is_shown_on_focus_and_hidden_by_escape(look: Look, page_text: str) -> None:
    page = look(page_text, width=360)
    tip = page.locator("#tip")
    expect(tip).to_be_hidden()
    term = page.locator(".figures .term", has_text="response p99")
    term.focus()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("99% of the samples")
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_definition_is_shown_on_hover(look: Look, page_text: str) -> None:
    page = look(page_text)
    page.locator("table .term").first.hover()
    expect(page.locator("#tip")).to_be_visible()


def test_a_series_is_hidden_and_shown_again_by_keyboard(look: Look, page_text: str) -> None:
    page = look(page_text)
    button = page.locator("#rate .legend button", has_text="achieved")
    paths = page.locator("#rate .canvas svg path")
    before = paths.count()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(paths).not_to_have_count(before)
    page.keyboard.press("Enter")
    expect(paths).to_have_count(before)


def test_a_chart_has_a_name_and_a_summary_for_who_cannot_see_it(look: Look, page_text: str) -> None:
    page = look(page_text)
    for figure in page.locator("figure.chart").all():
        canvas = figure.locator("[role=img]")
        for relation in ("aria-labelledby", "aria-describedby"):
            place = canvas.get_attribute(relation)
            assert page.locator(f"#{place}").inner_text().strip()


def test_headings_leave_no_level_out_and_no_id_is_used_twice(look: Look, page_text: str) -> None:
    page = look(page_text)
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(each => Number(each.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))


_CONTRAST = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const found = parse(getComputedStyle(each).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const node of document.querySelectorAll('main *, header *, footer *')) {
    const own = [...node.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim());
    if (!own || !node.checkVisibility() || node.closest('.canvas, script, .unseen')) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push([node.textContent.trim().slice(0, 40), ratio]);
  }
  return low;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(look: Look, page_text: str, scheme: str) -> None:
    assert look(page_text, scheme=scheme).evaluate(_CONTRAST) == []


def test_the_colours_of_series_stand_out_from_the_ground(look: Look, page_text: str) -> None:
    for scheme in ("light", "dark"):
        page = look(page_text, scheme=scheme)
        page.evaluate(
            """() => { for (let n = 1; n <= 8; n++) {
              const p = document.createElement('p');
              p.textContent = `series ${n}`, p.style.color = `var(--c${n})`;
              document.querySelector('main').append(p);
            } }"""
        )
        assert page.evaluate(_CONTRAST) == []


def test_charts_take_the_colours_of_the_readers_choice(look: Look, page_text: str) -> None:
    page = look(page_text)
    first = "ddbload.charts[0].chart.getOption().series[1].lineStyle.color"
    light = page.evaluate(first)
    page.emulate_media(color_scheme="dark")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate(first) != light


def test_on_paper_all_is_black_on_white_and_nothing_is_folded(look: Look, page_text: str) -> None:
    page = look(page_text, scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.more:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.more[open]").count() == 0


def test_without_script_every_number_is_still_there(look: Look, page_text: str) -> None:
    page = look(page_text, script=False)
    expect(page.locator("h1")).to_be_visible()
    page.locator("#rate details summary").click()
    expect(page.locator("#rate tbody tr").first).to_be_visible()
    expect(page.locator("#rate .summary")).to_be_visible()


def test_no_name_of_a_run_can_run_a_script(look: Look, record: RunRecord, seconds: list[Second]) -> None:
    name = next(iter(record.operations))
    operations = {EVIL if each == name else each: op for each, op in record.operations.items()}
    evil = replace(
        record, tag=EVIL, reasons=[EVIL], warnings=[EVIL, "<img src=x onerror=alert(1)>"], operations=operations
    )
    page = look(run_page(evil, seconds, each_interval(BASELINE), EVIL))  # a dialog fails the test
    expect(page.locator(".subject").first).to_contain_text(EVIL)
    page.locator("#outcomes .canvas").hover()
    assert page.locator("script").count() == 2 + page.locator("figure.chart").count()


VALUES = [
    0.0,
    0.0312,
    0.4995,
    0.9994,
    0.9996,
    1.0,
    9.949,
    9.96,
    59.6,
    99.94,
    99.96,
    123.4,
    999.4,
    999.6,
    3661.0,
    48_700.0,
    1.5e6,
]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("duration", quantity.duration),
        ("rate", quantity.rate),
        ("units", quantity.units),
        ("count", quantity.count),
        ("span", quantity.span),
        ("significant", quantity.significant),
        ("share", lambda value: quantity.share(value / 1.5e6)),
        ("dollars", quantity.dollars),
    ],
)
def test_the_page_writes_numbers_as_the_terminal_does(look: Look, name: str, written: Callable[[float], Any]) -> None:
    page = look(render(Document("numbers", (Prose("none"),))))
    values = [value / 1.5e6 if name == "share" else value for value in VALUES]
    assert page.evaluate(f"given => given.map(ddbload.formats.{name})", values) == [written(value) for value in VALUES]
