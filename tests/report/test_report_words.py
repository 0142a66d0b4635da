"""What a report says first, what it never says, and how it looks without colour or Unicode."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Mapping

import pytest
from rich.console import Console

from ddbload.report import markdown, terminal
from ddbload.report.build import report_of
from ddbload.report.latency import in_order
from ddbload.results import RunRecord, Second
from ddbload.results.record import DRAIN
from ddbload.results.subject import target_label


def lines_of(run: RunRecord) -> list[str]:
    return terminal.render(report_of(run)).plain.splitlines()


FIRST_LINES = [
    ("pass", " PASS  all 3 objectives met"),
    ("twelve", " PASS  no objective was set; the client kept to its timetable"),
    ("fail", " FAIL  2 of 3 objectives missed"),
    ("invalid", " INVALID  this run measures the client; its numbers are no fact about the table"),
]


@pytest.mark.parametrize(("name", "first"), FIRST_LINES)
def test_the_first_line_is_the_verdict_in_words(runs: Mapping[str, RunRecord], name: str, first: str) -> None:
    assert lines_of(runs[name])[0] == first


CAUSES = [
    ("interrupted", "cut short by Ctrl-C with 13s measured"),
    ("empty", "cut short by a request to end (SIGTERM) with 0s measured"),
    ("unanswered", "no call was answered"),
    ("long_names", "this run was too short to judge its objectives"),
]


@pytest.mark.parametrize(("name", "cause"), CAUSES)
def test_an_invalid_run_says_why_and_that_its_numbers_are_no_fact(
    runs: Mapping[str, RunRecord], name: str, cause: str
) -> None:
    assert report_of(runs[name]).headline == f"{cause}; its numbers are no fact about the table"


@pytest.mark.parametrize("event", ["worker 0 died", "target lost"])
def test_an_event_that_cut_a_run_short_is_told_as_it_is(runs: Mapping[str, RunRecord], event: str) -> None:
    run = dataclasses.replace(runs["interrupted"], stopped_by=event)
    assert report_of(run).headline == f"cut short with 13s measured: {event}; its numbers are no fact about the table"


def test_a_second_in_which_nothing_ended_stays_in_the_curve_and_the_drain_does_not(
    runs: Mapping[str, RunRecord], seconds: list[Second]
) -> None:
    frozen = dataclasses.replace(seconds[1], due=0, completed=0)  # a closed loop sends nothing while it waits
    drain = dataclasses.replace(seconds[0], phase=DRAIN, due=0, completed=1)
    text = terminal.render(report_of(runs["pass"], [seconds[0], frozen, seconds[0], drain])).plain
    assert "completed by the second  █▁█\n" in text


def test_every_reason_stands_right_below_the_verdict(runs: Mapping[str, RunRecord]) -> None:
    run = runs["invalid"]
    assert [line.strip("- ") for line in lines_of(run)[1:3]] == run.reasons


def test_a_percentile_without_the_sample_for_it_is_a_dash_with_its_reason(runs: Mapping[str, RunRecord]) -> None:
    lines = lines_of(runs["pass"])
    pay = next(line for line in lines if line.strip().startswith("pay "))
    assert pay.split()[5] == "–"  # noqa: RUF001 - an en dash is meant
    assert any("too few answered calls to tell: p99.9 takes 2,995" in line for line in lines)


def test_a_run_with_every_percentile_has_no_footnote(runs: Mapping[str, RunRecord]) -> None:
    assert not any("too few" in line for line in lines_of(runs["twelve"]))


def test_failures_stand_with_what_the_service_said(runs: Mapping[str, RunRecord]) -> None:
    text = " ".join(" ".join(lines_of(runs["fail"])).split())
    assert "702 × ProvisionedThroughputExceededException: TableWriteProvisionedThroughputExceeded" in text  # noqa: RUF001
    assert "20 × no answer within 1 s" in text  # noqa: RUF001 - a times sign is meant


def test_an_emulator_and_a_stand_in_are_named_as_such(runs: Mapping[str, RunRecord]) -> None:
    assert "DynamoDB Local is an emulator" in "\n".join(lines_of(runs["pass"]))
    assert "no measure of DynamoDB" in "\n".join(lines_of(runs["twelve"]))
    assert "emulator" not in "\n".join(lines_of(runs["fail"]))


def test_a_stand_in_that_spoke_for_itself_is_not_named_twice(runs: Mapping[str, RunRecord]) -> None:
    said = dataclasses.replace(runs["twelve"], warnings=["functional stand-in: not a measure of DynamoDB"])
    assert "\n".join(lines_of(said)).count("stand-in") == 2  # the target's label and the warning


@pytest.mark.parametrize(
    ("target", "label"),
    [
        ({"kind": "local", "version": "3.3.1"}, "DynamoDB Local 3.3.1"),
        ({"kind": "local", "version": None}, "DynamoDB Local"),
        ({"kind": "aws", "region": "eu-west-1"}, "DynamoDB in eu-west-1"),
        ({"kind": "endpoint", "url": "http://127.0.0.1:8000"}, "http://127.0.0.1:8000"),
        ({"kind": "embedded", "version": "moto 5.1"}, "embedded stand-in (moto 5.1)"),
        ({}, "an unnamed target"),
    ],
)
def test_a_target_is_called_by_what_people_know_it_as(target: dict[str, str | bool | None], label: str) -> None:
    assert target_label(target) == label


def shown(run: RunRecord, encoding: str = "utf-8", **options: object) -> str:
    buffer = io.BytesIO()
    file = io.TextIOWrapper(buffer, encoding=encoding)
    console = Console(file=file, width=80, **options)  # type: ignore[arg-type]
    terminal.show(report_of(run), console)
    file.flush()
    return buffer.getvalue().decode(encoding)


def test_in_a_file_there_is_no_escape_code(run: RunRecord) -> None:
    assert "\x1b" not in shown(run)


def test_with_no_color_nothing_is_coloured(runs: Mapping[str, RunRecord], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" in (coloured := shown(runs["fail"], force_terminal=True, color_system="standard"))
    assert "31m" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    plain = shown(runs["fail"], force_terminal=True, color_system="standard")
    assert "31m" not in plain
    assert "32m" not in plain


def test_a_terminal_without_unicode_gets_plain_ascii(run: RunRecord) -> None:
    assert shown(run, "ascii").isascii()


def test_markup_in_names_is_only_text(runs: Mapping[str, RunRecord]) -> None:
    run = dataclasses.replace(runs["pass"], tag="[red]a|b*c`<script>", warnings=["[bold]x[/bold]"])
    assert "tag [red]a|b*c`<script>" in "\n".join(lines_of(run))
    assert "[bold]x[/bold]" in shown(run)
    assert r"tag \[red\]a\|b\*c\`\<script\>" in markdown.render(report_of(run))


def test_every_row_of_a_markdown_table_has_as_many_cells(run: RunRecord) -> None:
    rows: list[str] = []
    for line in [*markdown.render(report_of(run)).splitlines(), ""]:
        if line.startswith("|"):
            rows.append(line.replace(r"\|", ""))
        elif rows:
            assert len({row.count("|") for row in rows}) == 1
            rows = []


def test_a_session_stands_before_the_steps_that_are_its_own(runs: Mapping[str, RunRecord]) -> None:
    assert [(name, indent) for name, _, indent in in_order(runs["sessions"].operations)] == [
        ("checkout", 0),
        ("pay", 1),
        ("list_orders", 0),
        ("list_orders/page", 1),
        ("recent", 0),  # called by itself, too
        ("save", 0),
    ]


def test_a_step_of_two_sessions_stands_for_itself(runs: Mapping[str, RunRecord]) -> None:
    operations = dict(runs["sessions"].operations)
    operations["browse"] = dataclasses.replace(operations["checkout"], requests={"pay": 3})
    assert ("pay", 0) in [(name, indent) for name, _, indent in in_order(operations)]


TOLD = [
    "143 requests/s: steps, pages and attempts made again included",
    "each: 1.02 recent, 1 pay",
    "40 more were cut off by the end of the run and are in no number",
    "each: 3 list_orders/page",
    "Cold starts  in the response times above, too",
    "70 parts left undone in all",
    "shop-carts                   0  17,500         0    292",
    "Hot keys  more than 1% of all units, or throttled",
    "shop-orders pk=customer#17",
    "give or take 120 units",
    "shop-orders pk=customer#3",  # few units, but throttled
]


@pytest.mark.parametrize("said", TOLD)
def test_of_sessions_tables_cold_starts_and_hot_keys_a_report_tells(runs: Mapping[str, RunRecord], said: str) -> None:
    assert said in "\n".join(lines_of(runs["sessions"]))


def test_a_key_that_is_neither_hot_nor_throttled_is_left_out(runs: Mapping[str, RunRecord]) -> None:
    assert "customer#4" not in "\n".join(lines_of(runs["sessions"]))


def test_sessions_that_all_ended_ok_are_counted_once(runs: Mapping[str, RunRecord]) -> None:
    checkout = dataclasses.replace(runs["sessions"].operations["checkout"], count=40, outcomes={"ok": 40})
    recent = dataclasses.replace(runs["sessions"].operations["recent"], count=100, outcomes={"ok": 100}, steps=40)
    run = dataclasses.replace(runs["sessions"], operations={"checkout": checkout, "recent": recent})
    assert "Outcomes  all 100 arrivals ended ok" in lines_of(run)


def test_a_record_of_before_there_were_sessions_reads_as_it_did(runs: Mapping[str, RunRecord]) -> None:
    text = "\n".join(lines_of(runs["twelve"]))
    assert "Hot keys" not in text
    assert "requests/s" not in text
    assert "Outcomes  all 390,000 calls ended ok" in text


@pytest.mark.parametrize(("columns", "width"), [(40, 60), (60, 60), (90, 90), (200, 100)])
def test_a_report_takes_the_width_of_its_terminal_within_bounds(
    runs: Mapping[str, RunRecord], columns: int, width: int
) -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=columns, color_system=None, _environ={})
    terminal.show(report_of(runs["pass"]), console)
    assert file.getvalue().rstrip("\n") == terminal.render(report_of(runs["pass"]), width).plain
