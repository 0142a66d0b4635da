"""What a comparison says in words and figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ddbload.compare.document import Change, Comparison, Likeness, Margin, Scale
from ddbload.report.comparison import comparison_report
from ddbload.report.comparison_words import (
    change_text,
    headline,
    interval_texts,
    seen_from_worse,
    size_above,
    size_text,
)
from ddbload.report.model import Forest, Line, Section, Table
from ddbload.report.self_check import self_check_headline, self_check_report, self_check_verdict
from ddbload.report.trend import trend_report
from tests.report.comparisons import (
    ALARMING,
    CANNOT_TELL,
    CLOSED,
    GATES,
    IMPROVED,
    INVALID,
    NOISY,
    NOT_WORSE,
    ONE_AGAINST_ONE,
    QUIET,
    RAISED,
    READ_P99,
    REFUSED,
    REGRESSED,
    SEVERAL,
    SLOWED,
    SLOWER,
    STEADY,
    TOO_NOISY,
    comparison,
    gate,
)

PERHAPS = comparison(
    "regressed", (gate("read p99", 10.4, 11.1, (0.067, 0.021, 0.115), "regressed"), *GATES[:1], GATES[2])
)
LAGGING = gate("read p99", 10.4, 14.8, (0.423, 0.326, 0.49), "regressed", margin_is=Margin(0.5, 0.1, "default", 0.5))
HEADLINES = [
    (
        comparison("regressed", (LAGGING, *GATES[:1])),
        "read p99 +42.3% [+32.6, +49.0]: slower, by more than the 10% that matter",
    ),
    (NOT_WORSE, "the nearest of 5 gates: read p99 +1.9% [-1.1, +4.8], within the 10% that matter"),
    (REGRESSED, "read p99 +14.4% [+10.8, +18.1]: slower, by more than the 10% that matter"),
    (PERHAPS, "read p99 +6.7% [+2.1, +11.5]: slower, perhaps by more than the 10% that matter"),
    (SEVERAL, "place p99 is worse; 3 more of 5 gates are worse"),
    (CLOSED, "completed rate -7.5% [-9.2, -5.8]: lower, by more than the 3% that matter"),
    (IMPROVED, "read p99 -12.5% [-15.1, -9.8]: faster; none of 5 gates is worse"),
    (
        CANNOT_TELL,
        "read p99 +5.8% [-6.0, +19.0]: no change and one that matters are both possible; 34 pairs could tell",
    ),
    (ONE_AGAINST_ONE, "read p99 +1.9%: these runs cannot tell whether it is worse"),
    (INVALID, "too few valid runs to judge by: nothing is known of the change"),
    (comparison("not worse", (READ_P99,)), "read p99 +1.9% [-1.1, +4.8], within the 10% that matter"),
]


@pytest.mark.parametrize(("given", "said"), HEADLINES)
def test_the_first_line_has_the_interval_that_decides(given: Comparison, said: str) -> None:
    assert headline(given) == said


CHANGES: list[tuple[float, Scale, str]] = [
    (0.0192, "ratio", "+1.9%"),
    (-0.0083, "ratio", "-0.8%"),
    (0.0, "ratio", "0%"),
    (0.0004, "ratio", "+0.04%"),
    (-0.00004, "ratio", "-0.004%"),
    (1e-9, "ratio", "0%"),
    (1.4, "ratio", "+140%"),
    (119.0, "ratio", "+11,900%"),
    (7.2e10, "ratio", ">+999,999%"),
    (0.9996, "ratio", "+100%"),
    (0.0041, "difference", "+0.41pp"),
    (0.00002, "difference", "+0.002pp"),
    (-0.25, "difference", "-25.00pp"),
]


@pytest.mark.parametrize(("value", "scale", "text"), CHANGES)
def test_a_change_is_signed_and_has_its_unit(value: float, scale: Scale, text: str) -> None:
    assert change_text(value, scale) == text


def test_a_size_has_no_sign_and_no_digits_that_say_nothing() -> None:
    assert [size_text(value, "ratio") for value in (0.1, 0.03, 0.052, -0.0752)] == ["10%", "3%", "5.2%", "7.5%"]
    assert size_text(0.001, "difference") == "0.1pp"


def test_a_bound_without_sense_is_in_plain_digits() -> None:
    assert change_text(3e4, "ratio") == ">+999,999%"
    assert size_text(3e4, "ratio") == ">999,999%"


def test_a_margin_that_was_raised_a_little_does_not_read_like_the_one_asked_for() -> None:
    assert size_above(0.10004, 0.1, "ratio") == "10.004%"
    assert size_above(0.052, 0.03, "ratio") == "5.2%"


def test_the_ends_of_intervals_stand_below_each_other() -> None:
    given = [(Change(0.1, -0.02, 0.3), "paired t"), (Change(0.0, -0.2, 0.1), "paired t")]
    assert interval_texts([(change, "ratio", method) for change, method in given]) == [
        "[ -2.0, +30.0]",
        "[-20.0, +10.0]",
    ]


def test_a_bound_that_does_not_exist_is_left_open_and_without_both_there_is_no_interval() -> None:
    changes = [Change(0.1, None, 0.3), Change(0.1, None, None), Change(0.1, 0.1, 0.1)]
    methods = ["paired t", "none", "exact"]
    texts = interval_texts([(change, "ratio", method) for change, method in zip(changes, methods, strict=True)])
    assert [text.strip() for text in texts] == ["[…, +30.0]", "–", "exact"]  # noqa: RUF001 - an en dash is meant


def test_where_higher_is_better_a_fall_is_a_change_for_the_worse() -> None:
    rate = next(gate for gate in CLOSED.gates if gate.metric == "completed")
    assert seen_from_worse(rate) == (0.0752, 0.058, 0.092)


def test_where_higher_is_better_an_open_end_stays_on_its_side() -> None:
    rate = next(gate for gate in CLOSED.gates if gate.metric == "completed")
    assert seen_from_worse(replace(rate, change=Change(-0.07, -0.09, None))) == (0.07, None, 0.09)


def section(given: Comparison, title: str, *, whole: bool = False) -> Section | None:
    return next((each for each in comparison_report(given, whole=whole).sections if each.title == title), None)


def table(given: Section | None) -> Table:
    assert given is not None
    return next(block for block in given.blocks if isinstance(block, Table))


def test_a_margin_that_the_lag_has_raised_says_so_beneath_its_gate() -> None:
    notes = table(section(comparison("not worse", (RAISED,)), "Gates")).rows[0].notes
    assert notes == ("what matters was to be 3%; the noise of the client's dispatch lag allows no less than 5.2%",)


def test_a_margin_that_the_lag_has_raised_is_explained_once() -> None:
    raised = replace(RAISED, verdict="cannot tell", reason="beyond the 5.2% (the client's dispatch lag is noisy)")
    for given in (comparison("cannot tell", (raised,)), comparison("cannot tell", (raised,), reasons=(raised.reason,))):
        (row,) = table(section(given, "Gates")).rows
        assert sum("lag" in text for text in (*row.notes, *given.reasons)) == 1


def test_where_no_call_failed_it_is_said_of_how_many() -> None:
    row = next(row for row in table(section(NOT_WORSE, "Gates")).rows if row.cells[0] == "errors")
    assert row.notes == ("none in 480,000 calls of either side: up to 0.0006% by the rule of three",)


def test_a_reason_that_is_said_above_is_not_said_beneath_its_gate_again() -> None:
    assert table(section(REGRESSED, "Gates")).rows[1].notes == ()
    assert table(section(replace(REGRESSED, reasons=()), "Gates")).rows[1].notes == (SLOWER.reason,)


def test_every_excluded_run_is_named_with_its_reason() -> None:
    rows = table(section(INVALID, "Not counted")).rows
    assert [row.cells[0] for row in rows] == [Path(each.path).name for each in INVALID.new.excluded]
    assert [row.cells[2] for row in rows] == [each.reason for each in INVALID.new.excluded]


def test_of_each_gate_it_is_told_what_these_runs_could_have_shown_and_how_many_would() -> None:
    row = table(section(CANNOT_TELL, "What these runs could show")).rows[1]
    assert row.cells == ("read p99", "±14%", "±17%", "21.3%", "10%", "34 pairs")


def test_no_share_of_calls_that_could_be_shown_is_more_than_all() -> None:
    errors = gate("all errors", 0.2, 0.3, (0.1, -0.5, 0.7), "cannot tell", unit="share", detectable=1.11)
    row = table(section(comparison("cannot tell", (errors,)), "What these runs could show")).rows[0]
    assert row.cells[3] == "no share"


def test_without_an_interval_nothing_is_drawn_and_nothing_said_of_what_could_be_shown() -> None:
    titles = [each.title for each in comparison_report(ONE_AGAINST_ONE).sections]
    assert "Intervals" not in titles
    assert "What these runs could show" not in titles


def test_a_gate_without_a_change_is_not_drawn_and_the_others_are() -> None:
    drawn = section(SEVERAL, "Intervals")
    assert drawn is not None
    (forest,) = drawn.blocks
    assert isinstance(forest, Forest)
    assert [each.name for each in forest.intervals] == ["read p50", "read p99", "errors", "cost"]


def test_what_is_unlike_and_not_under_test_is_marked_in_words() -> None:
    rows = {row.cells[0]: row.cells[3] for row in table(section(NOT_WORSE, "Unlike")).rows}
    assert rows == {"target": "under test", "rate": "! flagged", "dependencies": "! flagged"}


def test_a_sentence_that_repeats_its_row_is_left_out() -> None:
    notes = {row.cells[0]: row.notes for row in table(section(NOT_WORSE, "Unlike")).rows}
    assert notes == {"target": (), "rate": ("the sides were under unlike loads: 800 and 790",), "dependencies": ()}


def test_what_was_to_differ_and_is_the_same_is_told() -> None:
    same = Likeness("target", "local 3.3.1", "local 3.3.1", "same", "target is under test, and both sides have it")
    given = section(comparison("not worse", likeness=(same,)), "Unlike")
    assert given is not None
    assert Line(same.text, "doubt", "!") in given.blocks


def test_where_a_part_of_what_is_under_test_differs_the_others_need_not() -> None:
    same = Likeness("target", "local", "local", "same", "target is under test, and both sides have it")
    version = Likeness("version", "2.5.2", "3.3.1", "under test", "version differs with what is under test")
    given = section(comparison("not worse", likeness=(same, version)), "Unlike")
    assert given is not None
    assert Line(same.text, "doubt", "!") not in given.blocks


def test_the_nearest_gate_is_one_with_noise() -> None:
    better = gate("read p99", 10.4, 10.0, (-0.04, -0.06, -0.02), "not worse")
    assert "read p99" in headline(comparison("not worse", (better, *GATES[3:])))
    assert headline(comparison("not worse", GATES[3:])) == "none of 2 gates is worse"


def test_metrics_beside_the_gates_are_few_until_all_are_asked_for() -> None:
    few, every = (len(table(section(NOT_WORSE, "Beside", whole=whole)).rows) for whole in (False, True))
    assert (few, every) == (9, 12)


def test_with_full_every_run_is_named() -> None:
    given = section(NOT_WORSE, "Runs", whole=True)
    folders = [row.cells[-1] for row in table(given).rows]
    assert sorted(folders) == sorted(run.path for side in (NOT_WORSE.base, NOT_WORSE.new) for run in side.runs)


def test_a_comparison_without_a_gate_says_that_there_was_nothing_to_judge() -> None:
    assert headline(comparison("not worse", ())) == "there was nothing to judge"


def test_undecided_gates_without_a_known_number_promise_none() -> None:
    given = comparison("cannot tell", (NOISY, replace(NOISY, operation="place", needed=None)))
    assert "could tell" not in headline(given)


# --- trends and self-checks ----------------------------------------------------------------------------------------


def test_a_trend_says_where_a_gate_moved_before_anything_else() -> None:
    report = trend_report(SLOWED)
    assert report.reasons[0] == "read p99 moved by +14.1% at v1.7 (p 0.004)"
    assert report.headline.startswith("v1.11 against v1.0: read p99 +14.4%")


def test_the_cell_of_a_tag_at_which_a_level_moved_is_marked() -> None:
    tags = next(each for each in trend_report(SLOWED).sections if each.title == "Tags")
    marked = {row.cells[0]: row.cells[3] for row in table(tags).rows if "▲" in row.cells[3]}
    assert marked == {"v1.7": "▲ 11.8ms"}


def test_a_steady_trend_has_no_marks_and_no_legend_of_them() -> None:
    tags = next(each for each in trend_report(STEADY).sections if each.title == "Tags")
    assert tags.aside == ""


def test_a_self_check_fails_where_false_alarms_are_proven_or_a_margin_is_refused() -> None:
    verdicts = [self_check_verdict(check) for check in (QUIET, TOO_NOISY, ALARMING, REFUSED)]
    assert verdicts == ["pass", "cannot tell", "fail", "fail"]


def test_a_self_check_of_nothing_does_not_pass() -> None:
    assert self_check_verdict(replace(QUIET, splits=0, false_alarms=0, low=0.0)) == "cannot tell"


def test_a_self_check_names_the_margin_that_is_below_its_floor() -> None:
    assert self_check_headline(TOO_NOISY) == "read p50 cannot be held to 3%: its noise floor is 6.4%"


@pytest.mark.parametrize(
    ("others", "said"), [(1, "; 1 more margin is too small"), (2, "; 2 more margins are too small")]
)
def test_a_self_check_counts_the_other_margins_that_are_too_small(others: int, said: str) -> None:
    low = next(floor for floor in TOO_NOISY.floors if not floor.kept)
    assert self_check_headline(replace(TOO_NOISY, floors=(low,) * (1 + others))).endswith(said)


def test_a_self_check_says_why_a_margin_that_was_set_is_refused() -> None:
    report = self_check_report(REFUSED)
    assert report.headline == "a margin is refused: below the noise floor"
    assert report.reasons == REFUSED.refused


def test_a_reason_that_the_headline_has_is_not_said_beneath_each_gate() -> None:
    undecided = tuple(replace(each, verdict="cannot tell", reason="too few valid runs") for each in GATES)
    rows = table(section(comparison("invalid", undecided), "Gates")).rows
    assert [row.notes for row in rows] == [()] * len(GATES)
