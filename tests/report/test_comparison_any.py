"""Whatever a comparison holds, every format is written, and no report is wider than its terminal."""

from __future__ import annotations

import io
from typing import get_args

import pytest
from hypothesis import given, settings, strategies as st
from rich.cells import cell_len
from rich.console import Console

from ddbload.compare.document import Change, Comparison, Excluded, Finding, Level, Likeness, Margin, Overall, Verdict
from ddbload.report import terminal
from ddbload.report.comparison import comparison_report
from ddbload.report.comparison_formats import Format, judged_comparison, write_judged
from tests.report.comparisons import comparison, side

numbers = st.floats(allow_nan=False, allow_infinity=False)
sizes = st.just(0.0) | st.floats(1e-5, 1e6)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
levels = st.builds(
    Level, runs=st.integers(0, 20), center=sizes | st.none(), spread=sizes | st.none(), values=st.just(())
)
changes = st.builds(Change, estimate=numbers, low=numbers | st.none(), high=numbers | st.none())
margins = st.builds(
    Margin,
    value=sizes,
    asked=sizes,
    source=st.sampled_from(["scenario", "option", "default"]),
    lag_floor=sizes | st.none(),
)
findings = st.builds(
    Finding,
    operation=st.sampled_from(["all", "read", "größe"]) | words,
    metric=st.sampled_from(["p50", "p99_9", "errors", "cost", "completed", "read_units", "lag_p99"]),
    key=words,
    unit=st.sampled_from(["ms", "share", "1/s", "units", "USD"]),
    better=st.sampled_from(["lower", "higher", "neither"]),
    scale=st.sampled_from(["ratio", "difference"]),
    gated=st.booleans(),
    base=levels,
    new=levels,
    change=changes | st.none(),
    margin=margins | st.none(),
    method=st.sampled_from(["paired t", "exact", "none"]),
    verdict=st.sampled_from(get_args(Verdict)) | st.none(),
    reason=words,
    detectable=sizes | st.none(),
    needed=st.integers(2, 1000) | st.none(),
)
unlike = st.builds(
    Likeness,
    part=st.sampled_from(["target", "rate"]),
    base=words,
    new=words,
    status=st.sampled_from(["same", "flagged", "under test"]),
    text=words,
)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """A comparison whose parts need not fit each other."""
    left_out = draw(st.lists(st.builds(Excluded, path=words, reason=words), max_size=3))
    return comparison(
        draw(st.sampled_from(get_args(Overall))),
        (),
        design=draw(st.sampled_from(["paired", "separate"])),
        reasons=tuple(draw(st.lists(words, max_size=4))),
        findings=tuple(draw(st.lists(findings, max_size=6))),
        likeness=tuple(draw(st.lists(unlike, max_size=4))),
        warnings=tuple(draw(st.lists(words, max_size=3))),
        base=side(draw(words), draw(st.integers(0, 3)), excluded=tuple(left_out)),
        scenario=draw(words),
        method=draw(words),
    )


@settings(max_examples=12, deadline=None)
@given(comparisons())
@pytest.mark.parametrize("form", get_args(Format))
def test_every_format_of_any_comparison_can_be_written(form: Format, any_one: Comparison) -> None:
    console = Console(file=io.StringIO(), width=80)
    for whole in (False, True):
        write_judged(judged_comparison(any_one), form, console, whole=whole)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue()


@settings(max_examples=20, deadline=None)
@given(comparisons(), st.integers(80, 100))
def test_no_line_of_any_comparison_is_wider_than_its_terminal(any_one: Comparison, width: int) -> None:
    lines = terminal.render(comparison_report(any_one), width).plain.splitlines()
    assert [line for line in lines if cell_len(line) > width] == []
