"""What was measured -> the record: rates, shares, prices and verdicts against figures worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from ddbload.experiment.operations import latency
from ddbload.experiment.summary import Setting, summarise
from ddbload.experiment.timeline import intervals_of, seconds_of
from ddbload.measure.histogram import Histogram
from ddbload.operation import Call, Outcome
from ddbload.pricing import PriceBook, load_book
from ddbload.results.record import Fingerprint, RunRecord
from ddbload.scenario.load import LoadedScenario
from ddbload.workload import compile_workload
from tests.experiment.conftest import Load
from tests.experiment.measurements import WRITE, call, even, measurement

BOOK = load_book("us-east-1")


def record(
    loaded: LoadedScenario,
    calls: Iterable[Call],
    *,
    elapsed_s: float = 3,
    stopped_by: str | None = None,
    cpu_share: float | None = None,
    book: PriceBook | None = BOOK,
) -> RunRecord:
    workload = compile_workload(loaded.scenario)
    fingerprint = Fingerprint("experiment", "", 1, {}, "", {}, "", {}, {}, "wire", 1)
    setting = Setting("id", "tag", loaded.scenario, workload, fingerprint, book, "us-east-1")
    measured = measurement(workload, calls, elapsed_s=elapsed_s, stopped_by=stopped_by, cpu_share=cpu_share)
    return summarise(setting, measured)


def test_offered_is_the_timetable_achieved_what_was_sent_and_completed_what_was_answered(scenario: Load) -> None:
    """200 calls are due in the 2 measured seconds: 2 were not sent, 3 more not answered; the warm-up does not count."""
    calls = [
        *even(100, 0, 1),
        *even(195, 1, 3),
        *even(2, 1, 3, outcome=Outcome.LATE, sent=False),
        *even(2, 1, 3, outcome=Outcome.TIMEOUT),
        call(2.0, outcome=Outcome.CONNECTION),
    ]
    made = record(scenario(), calls)
    assert (made.rate.offered, made.rate.achieved, made.rate.completed) == (100, 99, 97.5)
    assert made.rate.measured_s == 2
    assert made.operations["read"].count == 200


def test_a_run_that_was_stopped_is_rated_over_the_measured_time_that_it_had(scenario: Load) -> None:
    made = record(scenario(), [*even(100, 0, 1), *even(50, 1, 1.5)], elapsed_s=1.5, stopped_by="SIGINT")
    assert (made.rate.offered, made.rate.completed, made.rate.measured_s) == (100, 100, 0.5)
    assert (made.complete, made.verdict, made.stopped_by) == (False, "invalid", "SIGINT")


def test_a_run_stopped_in_its_warm_up_has_no_rate(scenario: Load) -> None:
    made = record(scenario(), even(50, 0, 0.5), elapsed_s=0.5, stopped_by="SIGINT")
    assert (made.rate.offered, made.rate.measured_s, made.cost.usd_per_million_operations) == (0, 0, None)


def test_calls_that_were_lost_are_missing_from_what_was_released(scenario: Load) -> None:
    made = record(scenario(), even(198, 1, 3))
    assert made.verdict == "invalid"
    assert made.reasons == ["only 99.00% of the calls due were released (limit 99.50%)"]


def test_headline_percentiles_leave_failures_out_and_objectives_count_them_as_slowest(scenario: Load) -> None:
    """3 of 300 failed fast: p99 is the slowest of the good ones and still passes; with 4 it lies among the failed."""
    objectives = {"read": {"p99": "10ms"}}
    phases = [{"hold": "3s"}]
    made = {
        failed: record(
            scenario(phases=phases, objectives=objectives),
            [*even(300 - failed, 0, 3), *even(failed, 0, 3, outcome=Outcome.THROTTLED, service_ms=1)],
        )
        for failed in (3, 4)
    }
    assert [(made[n].verdict, made[n].objectives[0].observed) for n in (3, 4)] == [
        ("pass", pytest.approx(5, rel=1e-3)),
        ("fail", None),
    ]
    read = made[4].operations["read"]
    assert (read.response_ms.count, read.outcome_ms["throttled"].count) == (296, 4)
    assert read.response_ms.p99 is None  # 296 calls do not support it
    assert read.outcome_ms["throttled"].max == 1


def test_units_are_kept_apart_and_their_sum_is_priced(scenario: Load) -> None:
    """Reads of half a unit reported, writes that time out by the model: 4,000 bytes are 4 write units."""
    calls = [*even(100, 0, 1, units=0.5), *even(100, 1, 3, units=0.5)]
    calls += even(100, 1, 3, operation=WRITE, outcome=Outcome.TIMEOUT)
    made = record(scenario(), calls)
    assert made.operations["read"].capacity.reported.read == 50
    assert made.operations["write"].capacity.modelled.write == 400
    assert made.operations["write"].capacity.reported.write == 0
    assert (made.capacity["things"].read, made.capacity["things"].write) == (50, 400)
    book = load_book("us-east-1").on_demand
    usd = 50 * book.rru.usd_per_million / 1e6 + 400 * book.wru.usd_per_million / 1e6
    assert made.cost.usd_per_million_operations == pytest.approx(usd / 200 * 1e6)
    assert made.cost.usd_per_month_at_this_rate == pytest.approx(usd / 2 * 730 * 3600)
    assert made.cost.usd == pytest.approx(usd + 50 * book.rru.usd_per_million / 1e6)  # the warm-up is paid for


@pytest.mark.parametrize(
    ("sentence", "objectives", "samples", "verdict"),
    [
        ("an operation's own calls", {"write": {"errors": "0%"}}, 50, "pass"),
        ("all of them", {"all": {"errors": "0%"}}, 200, "fail"),
        ("one that is never called supports nothing", {"idle": {"errors": "0%"}}, 0, "invalid"),
    ],
)
def test_an_objective_is_judged_on(
    sentence: str, objectives: dict[str, Any], samples: int, verdict: str, scenario: Load
) -> None:
    operations = {"read": {"get": "thing"}, "write": {"put": "thing"}, "idle": {"get": "thing"}}
    calls = [*even(149, 1, 3), call(2.0, outcome=Outcome.SERVER_ERROR), *even(50, 1, 3, operation=WRITE)]
    made = record(scenario(objectives=objectives, operations=operations), calls)
    assert (made.objectives[0].samples, made.verdict) == (samples, verdict), sentence


def test_the_timeline_has_a_row_for_every_second_of_the_plan_and_for_those_in_which_calls_still_ended(
    scenario: Load,
) -> None:
    """1.5 s of load: the second row is half a second long. One call ends at 3.2 s; nothing happened in second 2."""
    loaded = scenario(phases=[{"hold": "1500ms"}])
    workload = compile_workload(loaded.scenario)
    calls = [*even(149, 0, 1.5, units=0.5), call(1.2, units=0.5, service_ms=2000)]
    rows = seconds_of(workload, measurement(workload, calls, elapsed_s=1.5).tally, 1.5)
    assert [(row.t, row.phase, row.completed) for row in rows] == [
        (0, "hold 1.5s", 99),
        (1, "hold 1.5s", 50),
        (3, "drain", 1),
    ]
    assert sum(row.due for row in rows) == sum(row.sent for row in rows) == 150
    assert sum(row.read_units for row in rows) == 75


def test_what_ends_after_a_stop_is_drained_whatever_the_plan_had_there(scenario: Load) -> None:
    workload = compile_workload(scenario(phases=[{"hold": "60s"}]).scenario)
    calls = [*even(149, 0, 1.5), call(1.2, service_ms=4000)]
    tally = measurement(workload, calls, elapsed_s=1.5, stopped_by="SIGINT").tally
    assert [(row.t, row.phase) for row in seconds_of(workload, tally, 1.5)] == [
        (0, "hold 1m"),
        (1, "hold 1m"),
        (5, "drain"),
    ]


def test_the_log_holds_every_measured_call_once_under_its_operation_outcome_and_clock(scenario: Load) -> None:
    workload = compile_workload(scenario().scenario)
    calls = [*even(100, 0, 1), *even(100, 1, 3), *even(40, 1, 3, operation=WRITE, outcome=Outcome.TIMEOUT)]
    counts: dict[str, int] = {}
    for one in intervals_of(workload, measurement(workload, calls, elapsed_s=3).tally):
        counts[one.tag] = counts.get(one.tag, 0) + one.histogram.get_total_count()
    clocks = ("response", "service", "queue", "lag")
    assert counts == {f"read/ok/{c}": 100 for c in clocks} | {f"write/timeout/{c}": 40 for c in clocks}


def test_a_client_that_is_busy_says_so(scenario: Load) -> None:
    loaded = scenario(load={"arrivals": {"closed": {"concurrency": 4}}}, rate=None)
    quiet, busy = (record(loaded, even(100, 1, 3), cpu_share=share) for share in (0.5, 0.97))
    assert [("processor" in " ".join(made.warnings)) for made in (quiet, busy)] == [False, True]
    assert quiet.rate.loop == "closed"


def test_an_empty_distribution_has_no_figures() -> None:
    shown = latency(Histogram())
    assert (shown.count, shown.p50, shown.max, shown.mean, shown.stddev) == (0, None, None, None, None)


def test_without_prices_for_the_region_everything_else_is_reported(scenario: Load) -> None:
    calls = even(200, 1, 3, units=0.5)
    priced, unpriced = record(scenario(), calls), record(scenario(), calls, book=None)
    assert priced.cost.usd
    assert unpriced.operations == priced.operations
    assert (unpriced.cost.usd, unpriced.cost.usd_per_million_operations, unpriced.cost.price_date) == (None, None, None)
    assert unpriced.cost.region == "us-east-1"


def test_requests_that_were_sent_again_are_said(scenario: Load) -> None:
    loaded = scenario()
    workload = compile_workload(loaded.scenario)
    fingerprint = Fingerprint("experiment", "", 1, {}, "", {}, "", {}, {}, "wire", 1)
    setting = Setting("id", "tag", loaded.scenario, workload, fingerprint, BOOK, "us-east-1")
    made = summarise(setting, replace(measurement(workload, even(200, 1, 3), elapsed_s=3), resent=7))
    assert made.client.resent == 7
    assert [text for text in made.warnings if "7 requests" in text and "done twice" in text]
