"""What a plan's report says first, what it leaves out where there is nothing to say, and what it never says."""

from __future__ import annotations

import dataclasses
import io
import re

import pytest
from rich.console import Console

from ddbload.planner.document import Band, MonthPlan, Plan
from ddbload.report import markdown, terminal
from ddbload.report.plan import plan_report
from ddbload.report.plan_formats import write_plan
from ddbload.report.plan_words import part, with_error
from tests.report.plans import (
    CARTS,
    FLAT,
    NONE_KEEPS,
    ONE,
    ORDERS,
    ORDERS_CANDIDATES,
    PLANS,
    SHOP,
    bill_line,
    fixed,
    on_demand,
    plan_of,
)

BARE = dataclasses.replace(
    plan_of(dataclasses.replace(CARTS, bill=(), curves=(), why=())), operations=(), findings=(), months=(), warnings=()
)
ALL = {**PLANS, "bare": BARE}


def lines_of(plan: Plan, *, whole: bool = False) -> list[str]:
    return terminal.render(plan_report(plan, whole=whole), 100).plain.splitlines()


def text_of(plan: Plan, *, whole: bool = False) -> str:
    """The report in one line, so that a sentence is found wherever it was folded."""
    return " ".join(" ".join(lines_of(plan, whole=whole)).split())


FIRST = [
    (ONE, " PASS  orders: auto scaling + 1 year reserved, $424 ($386 to $474) a month with upfront fees spread"),
    (FLAT, " PASS  carts: on-demand, $38.21 ($34.77 to $42.68) a month, 13% less than auto scaling"),
    (NONE_KEEPS, " FAIL  no candidate for orders keeps throttling at or below 0.1%; the cheapest would be $385 ($351"),
]


@pytest.mark.parametrize(("plan", "first"), FIRST)
def test_the_first_line_is_the_recommendation_with_what_it_costs(plan: Plan, first: str) -> None:
    assert lines_of(plan)[0] == first


TITLES = ["A day", "The bill", "Units", "The design", "Later", "Notes"]


def test_a_section_without_anything_to_say_is_left_out() -> None:
    said = {line.partition("  ")[0] for line in lines_of(BARE) if line and not line.startswith(" ")}
    assert said.isdisjoint(TITLES)
    assert {"carts", "Rests on"} <= said


@pytest.mark.parametrize("plan", ALL.values(), ids=ALL)
@pytest.mark.parametrize("whole", [False, True])
def test_no_report_says_none_nan_powers_of_ten_or_less_than_nothing(plan: Plan, *, whole: bool) -> None:
    for text in ("\n".join(lines_of(plan, whole=whole)), markdown.render(plan_report(plan, whole=whole))):
        assert not re.search(r"\bNone\b|\bnan\b|\binf\b|\d[eE][+-]?\d|(?<!\d)-\$|\$-|__|<[a-z]", text)


@pytest.mark.parametrize("plan", ALL.values(), ids=ALL)
def test_a_terminal_without_unicode_gets_plain_ascii_without_question_marks(plan: Plan) -> None:
    text = terminal.as_ascii(terminal.render(plan_report(plan), 100)).plain
    assert text.isascii()
    assert "?" not in text


def test_settings_are_words_that_a_person_can_type_in() -> None:
    lines = [line.strip() for line in lines_of(ONE)]
    assert "orders write     auto scaling 60-700, target 70%" in lines
    assert "by_status write  auto scaling 60-700, target 70%" in lines
    assert "carts read and write  on demand, at most 2,000" in [line.strip() for line in lines_of(FLAT)]


def test_of_many_reasons_the_first_stand_on_the_screen_and_no_note_is_said_twice() -> None:
    (note,) = ORDERS.billed.notes
    sentences = ("The first.", f"{note[0].upper()}{note[1:]}.", "The third.", "The fourth.")
    plan = plan_of(dataclasses.replace(ORDERS, why=sentences))
    assert "The third." in text_of(plan)
    assert "The fourth." not in text_of(plan)
    assert "The fourth." in text_of(plan, whole=True)
    assert text_of(plan).count("reserved for a year") == 1


def test_scheduled_actions_are_counted_on_the_screen_and_listed_where_all_is_asked_for() -> None:
    plan = plan_of(dataclasses.replace(ORDERS, chosen="auto scaling with a schedule"))
    assert "auto scaling 120-1,400, target 70%, 2 scheduled actions" in text_of(plan)
    assert "--full and the other formats have the scheduled actions" in text_of(plan)
    assert "900-1,400 from 18:30; 120-1,400 from 23:00 (Europe/Berlin)" in text_of(plan, whole=True)
    assert "--full" not in text_of(plan, whole=True)


def test_a_table_on_demand_is_one_setting_with_its_indexes() -> None:
    settings = (*on_demand("orders"), *on_demand("orders/by_status"))
    billed = dataclasses.replace(ORDERS.billed, settings=settings)
    plan = plan_of(dataclasses.replace(ORDERS, candidates=(billed,)))
    assert "orders and its indexes  on demand" in [line.strip() for line in lines_of(plan)]


def test_of_many_indexes_candidates_and_curves_the_first_stand_on_the_screen() -> None:
    settings = tuple(fixed(f"orders/index_{number}", "write", number) for number in range(1, 21))
    many = tuple(dataclasses.replace(ORDERS_CANDIDATES[0], name=f"candidate {number}") for number in range(20))
    chosen = dataclasses.replace(ORDERS.billed, settings=settings)
    curves = tuple(dataclasses.replace(ORDERS.curves[1], resource=f"orders/index_{n}") for n in range(20))
    table = dataclasses.replace(ORDERS, candidates=(*many, chosen, ORDERS_CANDIDATES[4]), curves=curves)
    text = text_of(plan_of(table))
    assert [word in text for word in ("and 14 more", "candidate 5", "candidate 6", "on-demand", "and 15 more")] == [
        True, True, False, True, True,
    ]  # fmt: skip
    assert len(lines_of(plan_of(table))) < 100
    assert "candidate 19" in text_of(plan_of(table), whole=True)


def test_a_month_with_an_upfront_fee_is_compared_with_the_fee_spread_over_its_term() -> None:
    (marked,) = (line for line in lines_of(ONE) if "▸" in line)
    assert "$424" in marked  # $416 a month, and a twelfth of $96
    assert "every month $416.11 once $96.00 a month, upfront fees spread $424.11" in text_of(ONE)
    assert "a month with upfront fees spread ($416 a month and $96.00 once)" in ONE.headline
    assert "upfront fees spread" not in text_of(FLAT)


def test_what_is_hardly_asked_is_not_nothing() -> None:
    small = dataclasses.replace(
        ORDERS.curves[0], asked=(0.002,) * 1440, capacity=(1.0,) * 1440, throttled=(0.0,) * 1440
    )
    assert "asked, at most <0.1" in text_of(plan_of(dataclasses.replace(ORDERS, curves=(small,))))


def test_what_to_do_where_nothing_keeps_the_objective_is_told_to_the_end() -> None:
    table = dataclasses.replace(NONE_KEEPS.tables[0], why=tuple(f"Sentence {n}." for n in range(6)))
    assert "Sentence 5." in text_of(plan_of(table))


def test_one_block_is_one_block() -> None:
    one = bill_line("reserved_upfront", "reserved read capacity, 1 year: upfront", 1, "blocks of 100", 30.0, once=True)
    assert "1 block of 100" in text_of(plan_of(dataclasses.replace(ORDERS, bill=(one,))))


def test_several_tables_are_told_as_they_are_ranked() -> None:
    assert "Tables upfront fees spread over their terms" in text_of(SHOP)
    (row,) = (line for line in lines_of(SHOP) if line.startswith("  all"))
    assert "$462" in row  # $424 and $38


def test_a_trace_of_throttling_is_told_without_marking_its_minutes() -> None:
    write = dataclasses.replace(ORDERS.curves[1], throttled=(0.01,) * 1440)
    text = text_of(plan_of(dataclasses.replace(ORDERS, curves=(write,))))
    assert "capacity 106-700 · throttled <0.01%" in text


def test_the_chosen_candidate_alone_is_marked() -> None:
    marked = [line for line in lines_of(ONE) if "▸" in line]
    assert len(marked) == 1
    assert marked[0].split()[1:7] == ["auto", "scaling", "+", "1", "year", "reserved"]
    assert not any("▸" in line for line in lines_of(NONE_KEEPS))


def test_of_a_long_bill_the_small_lines_are_counted_and_summed() -> None:
    (more,) = (line.split() for line in lines_of(ONE) if "more lines" in line)
    assert more == ["and", "4", "more", "lines", "$18.66"]
    assert "more lines" not in text_of(ONE, whole=True)


def test_what_is_paid_once_is_never_among_the_lines_that_are_counted() -> None:
    once = bill_line("warm", "warm throughput", 1, "units", 0.5, once=True)
    plan = plan_of(dataclasses.replace(ORDERS, bill=(*ORDERS.bill, once)))
    assert "warm throughput, once" in text_of(plan)


def test_lines_that_cost_nothing_are_left_out_but_where_all_is_asked_for() -> None:
    covered = dataclasses.replace(bill_line("hours", "capacity that is reserved", 0, "unit-hours", 0.1), paid=0.0)
    plan = plan_of(dataclasses.replace(ORDERS, bill=(*ORDERS.bill, covered)))
    assert "and 4 more lines" in text_of(plan)
    assert "capacity that is reserved 0 unit-hours" in text_of(plan, whole=True)


def test_of_a_line_what_is_paid_for_is_told_so_that_it_makes_the_amount_with_its_price() -> None:
    line = dataclasses.replace(bill_line("hours", "write capacity", 100, "unit-hours", 0.1), quantity=900.0, paid=100.0)
    assert "write capacity 100 unit-hours $0.10 verified $10.00" in text_of(
        plan_of(dataclasses.replace(ORDERS, bill=(line,)))
    )


def test_what_is_paid_once_has_a_sum_of_its_own() -> None:
    assert "every month $416.11 once $96.00" in text_of(ONE)
    assert "once" not in text_of(FLAT)


def test_a_line_of_another_region_names_it() -> None:
    replica = dataclasses.replace(ORDERS.bill[1], region="eu-west-1")
    plan = plan_of(dataclasses.replace(ORDERS, bill=(ORDERS.bill[1], replica)))
    assert "write capacity, provisioned, eu-west-1" in text_of(plan)
    assert "provisioned, us-east-1" not in text_of(plan_of(ORDERS))


def test_the_chart_is_of_the_curve_that_throttles_most() -> None:
    assert "A day  by_status write units a second, 2027-02-27" in lines_of(ONE)
    calm = tuple(dataclasses.replace(curve, throttled=(0.0,) * 1440) for curve in ORDERS.curves)
    said = lines_of(plan_of(dataclasses.replace(ORDERS, curves=calm)))
    assert "A day  orders write units a second, 2027-02-27" in said  # a write unit is dearer than a read unit
    assert any("nothing throttled" in line for line in said)


def test_what_a_run_measured_stands_beside_with_the_reason_of_a_difference() -> None:
    text = text_of(ONE)
    assert "measured: the run's customers had fewer orders" in text
    (recent,) = (line.split() for line in lines_of(ONE) if line.strip().startswith("recent"))
    assert recent[-2:] == ["4.02", "0"]
    assert "measured" not in text_of(SHOP)


def test_findings_come_with_their_advice_where_all_is_asked_for() -> None:
    assert "project: [total]" not in text_of(ONE)
    assert "project: [total]" in text_of(ONE, whole=True)


BASIS = [
    (FLAT, "The month is an upper bound."),
    (FLAT, "the free tier is taken off"),
    (FLAT, "all verified"),
    (ONE, "no free tier"),
    (ONE, "11% of the bill at prices that are not verified"),
    (ONE, "the bundled book of 2026-11-22"),
    (ONE, "GB of 10^9 bytes"),
    (ONE, "672 hours"),
    (ONE, "200, seed 42; throttled at most 0.1%, in 95% of them"),
    (ONE, "28.1 to 311 arrivals a second, 121 on average"),
    (dataclasses.replace(ONE, throttle_objective=0.0), "throttled nothing, in 95% of them"),
]


@pytest.mark.parametrize(("plan", "said"), BASIS)
def test_what_a_plan_rests_on_is_told(plan: Plan, said: str) -> None:
    assert said in text_of(plan)


def test_an_upper_bound_is_not_said_twice() -> None:
    assert text_of(dataclasses.replace(FLAT, demand="flat: an upper bound")).count("upper bound") == 1


def test_warnings_stand_at_the_end_with_that_of_an_old_price_book() -> None:
    old = dataclasses.replace(NONE_KEEPS.prices, warning="the price book is 120 days old")
    text = text_of(dataclasses.replace(NONE_KEEPS, prices=old))
    assert text.endswith("partition at its ceiling")
    assert "Notes ! the price book is 120 days old ! " in text


def test_of_later_months_the_last_is_told_where_none_is_telling() -> None:
    month = MonthPlan(2, Band(1.0, 2.0, 3.0), Band(5.0, 5.0, 5.0))
    assert "in 2 months $2.00 ($1.00 to $3.00), 5.00 arrivals a second at the peak" in text_of(
        dataclasses.replace(ONE, months=(month,))
    )


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0, "0%"),
        (1e-7, "<0.01%"),
        (0.00012, "0.012%"),
        (0.001, "0.1%"),
        (0.25, "25%"),
        (0.9996, "99.960%"),
        (1, "100%"),
    ],
)
def test_a_share_has_two_digits_and_never_rounds_to_nothing_or_all(fraction: float, text: str) -> None:
    assert part(fraction) == text


@pytest.mark.parametrize(
    ("mean", "error", "text"),
    [(0, 0, "0"), (1, 0, "1"), (2.5, 0, "2.50"), (2.14, 0.012, "2.14±0.01"), (1, 0.01, "1.00±0.01"), (8, 1e-5, "8")],
)
def test_units_stand_with_their_error_where_it_shows(mean: float, error: float, text: str) -> None:
    assert with_error(mean, error) == text


def test_in_a_file_there_is_no_escape_code() -> None:
    file = io.StringIO()
    write_plan(ONE, "terminal", Console(file=file, width=100))
    assert "\x1b" not in file.getvalue()


def test_markdown_has_every_line_and_the_chosen_candidate_strong() -> None:
    file = io.StringIO()
    write_plan(ONE, "markdown", Console(file=file))
    text = file.getvalue()
    assert "| **auto scaling + 1 year reserved** |" in text
    assert "auto scaling's alarms" in text
    assert "```text\n600 ┤" in text


@pytest.mark.parametrize("plan", ALL.values(), ids=ALL)
def test_every_row_of_a_markdown_table_has_as_many_cells(plan: Plan) -> None:
    rows: list[str] = []
    for line in [*markdown.render(plan_report(plan, whole=True)).splitlines(), ""]:
        if line.startswith("|"):
            rows.append(line.replace(r"\|", ""))
        elif rows:
            assert len({row.count("|") for row in rows}) == 1
            rows = []
