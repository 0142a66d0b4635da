"""Two sides of runs, from records to a verdict: what passes, what fails, what is refused and what cannot be told."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.compare.compare import compare_runs
from ddbload.compare.document import Comparison, Finding
from ddbload.compare.request import ComparisonError
from ddbload.results.encoded import to_json
from ddbload.results.record import Pairing, RunRecord
from tests.compare.records import NOW, START, lag_of, latency, noisy, objective, operation, pairs, run, side

QUIET = 0.005


def compared(base: Sequence[RunRecord], new: Sequence[RunRecord], **given: object) -> Comparison:
    return compare_runs(base, new, ("v1", "v2"), now=NOW, **given)  # type: ignore[arg-type] # keywords as they are


def finding(comparison: Comparison, name: str) -> Finding:
    return next(each for each in comparison.findings if each.name == name)


def interleaved(change: float, count: int = 10, spread: float = QUIET) -> tuple[list[RunRecord], list[RunRecord]]:
    return pairs(noisy(1.0, spread, count, 1), noisy(1.0 + change, spread, count, 2))


def test_the_same_thing_twice_is_not_worse() -> None:
    found = compared(*interleaved(0.0))
    assert found.verdict == "not worse"
    assert found.design == "paired"


def test_twice_as_slow_is_a_regression_that_names_its_gates_first() -> None:
    found = compared(*interleaved(1.0))
    assert found.verdict == "regressed"
    assert found.reasons[0].startswith("read p50: regressed, worse by at least")


def test_half_as_slow_is_an_improvement() -> None:
    assert compared(*interleaved(-0.5)).verdict == "improved"


def test_noise_beyond_the_margin_cannot_tell_and_says_how_many_pairs_could() -> None:
    found = compared(*interleaved(0.0, count=6, spread=0.05))
    gate = finding(found, "read.p50")
    assert found.verdict == "cannot tell"
    assert gate.needed is not None
    assert gate.needed > 6
    assert f"{gate.needed} pairs" in gate.reason


def test_a_margin_wide_enough_lets_the_same_change_pass() -> None:
    sides = interleaved(0.05)
    assert finding(compared(*sides), "read.p50").verdict == "regressed"
    assert finding(compared(*sides, margins={"p50": 0.2}), "read.p50").verdict == "not worse"


def test_runs_made_apart_are_held_against_each_other_with_batches() -> None:
    found = compared(side(noisy(1.0, QUIET, 8, 1)), side(noisy(2.0, QUIET, 8, 2), tag="new", first=100))
    assert found.design == "separate"
    assert {line.batch for line in found.base.runs} == {0}
    assert {line.batch for line in found.new.runs} == {1}
    assert found.verdict == "regressed"


def test_what_differs_between_sides_of_one_tag_is_no_drift() -> None:
    base = side(noisy(1.0, QUIET, 8, 1), tag="main")
    apart = side(noisy(2.0, QUIET, 8, 2), tag="main", first=1000)
    elsewhere = [replace(each, tag="other") for each in apart]
    assert finding(compared(base, apart), "read.p50").change == finding(compared(base, elsewhere), "read.p50").change


def test_occasions_that_lie_far_apart_in_other_tags_widen_the_interval() -> None:
    base, new = side(noisy(1.0, QUIET, 8, 1)), side(noisy(1.1, QUIET, 8, 2), tag="new", first=1000)
    steady, moody = (
        [each for day, level in enumerate(levels) for each in side([level] * 3, tag="history", first=5000 * (day + 1))]
        for levels in ([1.0, 1.001, 0.999, 1.0], [1.0, 1.3, 0.8, 1.2])
    )
    assert finding(compared(base, new, background=steady), "read.p50").verdict == "regressed"
    assert finding(compared(base, new, background=moody), "read.p50").verdict == "cannot tell"


def test_ten_runs_against_one_are_judged_by_the_spread_of_the_ten_and_it_is_said() -> None:
    found = compared(side(noisy(1.0, QUIET, 10, 1)), [run(100, 3.0, tag="new")])
    assert finding(found, "read.p50").verdict == "regressed"
    assert any("one run stands for v2" in warning for warning in found.warnings)


def test_one_run_against_one_cannot_tell() -> None:
    found = compared([run(0)], [run(1, 3.0, tag="new")])
    assert found.verdict == "cannot tell"
    assert finding(found, "read.p50").change is not None


def test_the_document_of_any_of_these_has_finite_numbers_alone() -> None:
    for sides in (interleaved(0.0), interleaved(1.0), ([run(0)], [run(1, tag="new")])):
        assert to_json(compared(*sides)).startswith('{"schema":"ddbload-comparison/1"')


# --- runs that do not count ---------------------------------------------------------------------------------------


def test_a_side_without_runs_is_an_error() -> None:
    with pytest.raises(ComparisonError, match="v2 has no runs"):
        compared([run()], [])


def test_the_same_run_on_both_sides_is_an_error_even_as_a_copy_in_another_folder() -> None:
    both = side([1.0, 1.0])
    with pytest.raises(ComparisonError, match=r"run base-1 in elsewhere/1 stands on both sides.*results/orders/base/1"):
        compared(both, [replace(both[1], path="elsewhere/1")])


def test_an_invalid_run_is_left_out_by_name_with_its_reason() -> None:
    base, new = interleaved(0.0)
    new[3] = replace(new[3], verdict="invalid", reasons=["the client was behind its timetable"])
    found = compared(base, new)
    assert [each.path for each in found.new.excluded] == ["results/orders/new/7"]
    assert "behind its timetable" in found.new.excluded[0].reason
    assert [each.path for each in found.base.excluded] == ["results/orders/base/6"]
    assert "has no valid run of the other side" in found.base.excluded[0].reason
    assert len(found.base.runs) == len(found.new.runs) == 9


def test_too_few_valid_runs_make_the_comparison_invalid() -> None:
    base, new = interleaved(0.0, count=3)
    void = [replace(each, verdict="invalid", reasons=["a worker died"]) for each in new[1:]]
    found = compared(base, [new[0], *void])
    assert found.verdict == "invalid"
    assert "v2 has 1 valid run, 2 are needed" in found.reasons[0]
    assert "a worker died" in found.reasons[0]
    assert {gate.verdict for gate in found.gates} == {"cannot tell"}


def test_pairs_that_fell_apart_are_compared_as_runs_and_it_is_said() -> None:
    base, new = interleaved(0.0, count=3)
    found = compared(base[:2], [replace(new[0], verdict="invalid", reasons=["lag"]), *new[1:]])
    assert found.design == "separate"
    assert any("fewer than 2 whole pairs are valid" in each for each in found.warnings)


def test_a_copy_of_a_run_within_its_side_counts_once() -> None:
    runs = side(noisy(1.0, QUIET, 4, 1))
    found = compared([*runs, replace(runs[2], path="results/orders/base/copied")], side([1.0] * 4, tag="new", first=50))
    assert len(found.base.runs) == 4
    assert "it is a copy of results/orders/base/" in found.base.excluded[0].reason


def test_a_side_of_invalid_runs_alone_is_invalid_and_names_one() -> None:
    warming = Pairing("e", 0, "new", 0, {}, warming=True)
    new = [run(8, tag="new", pairing=warming), run(9, tag="new", verdict="invalid", reasons=["lag"])]
    found = compared(side([1.0, 1.0]), new)
    assert found.verdict == "invalid"
    assert found.reasons == ("v2 has no run that counts: results/orders/new/9: it is invalid: lag (and 1 more)",)
    assert found.scenario == "orders"


def test_a_run_that_was_cut_short_does_not_count() -> None:
    found = compared(
        side([1.0] * 3),
        [*side([1.0] * 3, tag="new", first=10), run(20, tag="new", complete=False, stopped_by="SIGINT")],
    )
    assert found.new.excluded[0].reason == "it was cut short by SIGINT"


def test_the_first_pair_of_an_experiment_is_thrown_away() -> None:
    base, new = interleaved(0.0, count=4)
    for runs in (base, new):
        assert runs[0].pairing is not None
        runs[0] = replace(runs[0], pairing=replace(runs[0].pairing, warming=True))
    found = compared(base, new)
    assert len(found.base.runs) == 3
    assert "thrown away" in found.base.excluded[0].reason


def test_of_a_pair_that_was_made_again_the_last_runs_count() -> None:
    base, new = interleaved(0.0, count=4)
    new[2] = replace(new[2], verdict="invalid", reasons=["lag"])
    again = [
        replace(
            each,
            id=f"{each.id}-again",
            path=f"{each.path}-again",
            started_at=(START + timedelta(hours=1)).isoformat(),
            verdict="pass",
        )
        for each in (base[2], new[2])
    ]
    found = compared([*base, again[0]], [*new, again[1]])
    assert len(found.base.runs) == 4
    assert "results/orders/base/4-again" in [line.path for line in found.base.runs]
    assert any("made again" in each.reason for each in found.base.excluded)


def test_a_tag_that_holds_both_sides_of_an_experiment_is_an_error() -> None:
    base, new = interleaved(0.0, count=3)
    with pytest.raises(
        ComparisonError, match=r"v1 holds both sides of experiment e1.*target local:2.5.2.*target local:3.3.1"
    ):
        compared([*base, new[0]], new[1:])


def test_the_sides_of_an_experiment_the_other_way_round_are_still_pairs() -> None:
    base, new = interleaved(1.0)
    found = compared(new, base)
    assert found.design == "paired"
    assert found.verdict == "improved"


# --- missing, zero, failed ----------------------------------------------------------------------------------------


def test_an_operation_that_vanished_cannot_be_told_and_is_named() -> None:
    both = {"read": operation(), "write": operation()}
    found = compared(
        side([1.0] * 4, operations=both), side([1.0] * 4, tag="new", first=9, operations={"read": operation()})
    )
    gate = finding(found, "write.p99")
    assert found.verdict == "cannot tell"
    assert gate.reason == "no run of the new side has the operation write any more"


def test_an_added_operation_is_information() -> None:
    both = {"read": operation(), "write": operation()}
    found = compared(
        side([1.0] * 4, operations={"read": operation()}), side([1.0] * 4, tag="new", first=9, operations=both)
    )
    assert found.verdict == "not worse"
    assert not finding(found, "write.p99").gated
    assert any(warning.startswith("write: only the new side has it") for warning in found.warnings)


def test_a_percentile_that_falls_on_failed_calls_is_a_regression_in_words() -> None:
    base, new = interleaved(0.0)
    met = [objective("read", "p99", 20.0, 5.0)]
    missed = [objective("read", "p99", 20.0, None)]
    found = compared(
        [replace(each, objectives=met) for each in base], [replace(each, objectives=missed) for each in new]
    )
    assert finding(found, "read.p99").verdict == "regressed"
    assert "in 10 of 10 runs the p99 falls on calls that failed" in found.reasons[0]


def test_one_run_slower_than_any_limit_keeps_its_side_from_passing() -> None:
    base, new = interleaved(0.0)
    met = [objective("read", "p99", 20.0, 5.0)]
    new = [replace(each, objectives=met) for each in new]
    new[0] = replace(new[0], objectives=[objective("read", "p99", 20.0, None)])
    found = compared([replace(each, objectives=met) for each in base], new)
    assert finding(found, "read.p99").verdict == "cannot tell"
    assert "in 1 of 10 runs" in finding(found, "read.p99").reason


def test_a_percentile_that_most_new_runs_lack_samples_for_cannot_tell() -> None:
    base, new = interleaved(0.0)
    rare = {"read": operation(response_ms=latency(1.0, p99=None))}
    found = compared(base, [new[0], *(replace(each, operations=rare) for each in new[1:])])
    assert finding(found, "read.p99").verdict == "cannot tell"
    assert "1 of 10 runs of the new side have a value" in finding(found, "read.p99").reason


def test_no_failed_call_on_either_side_is_not_worse_and_says_how_sure_that_is() -> None:
    gate = finding(compared(*interleaved(0.0)), "all.errors")
    assert gate.verdict == "not worse"
    assert gate.reason == "none failed in 100,000 calls a side: with 95% confidence below 0.003% of them"


def test_how_rare_failures_may_be_is_said_in_plain_digits() -> None:
    many = {"read": operation(1.0, calls=10_000_000)}
    sides = ([replace(each, operations=many) for each in side] for side in interleaved(0.0))
    assert finding(compared(*sides), "all.errors").reason.endswith("with 95% confidence below 0.000003% of them")


def test_calls_that_begin_to_fail_are_a_regression() -> None:
    base, new = interleaved(0.0)
    failing = [
        replace(
            each, operations={"read": operation(outcomes={"ok": 9_600 - 10 * place, "throttled": 400 + 10 * place})}
        )
        for place, each in enumerate(new)
    ]
    gate = finding(compared(base, failing), "all.errors")
    assert gate.verdict == "regressed"
    assert gate.change is not None
    assert gate.change.estimate == pytest.approx(0.0445)
    assert "percentage points" in gate.reason


def test_one_failed_call_in_each_new_run_is_within_what_chance_does_to_shares() -> None:
    base, new = interleaved(0.0)
    one = {"read": operation(outcomes={"ok": 9_999, "timeout": 1})}
    assert finding(compared(base, [replace(each, operations=one) for each in new]), "all.errors").verdict == "not worse"


def test_a_price_of_nothing_on_both_sides_is_no_change() -> None:
    base, new = (
        [replace(each, cost=replace(each.cost, usd_per_million_operations=0.0)) for each in runs]
        for runs in interleaved(0.0)
    )
    assert finding(compared(base, new), "all.cost").verdict == "not worse"


def test_a_price_where_there_was_none_is_a_regression() -> None:
    base, new = interleaved(0.0)
    free = [replace(each, cost=replace(each.cost, usd_per_million_operations=0.0)) for each in base]
    gate = finding(compared(free, new), "all.cost")
    assert gate.verdict == "regressed"
    assert gate.change is None


def test_a_price_on_one_side_alone_cannot_be_told() -> None:
    base, new = interleaved(0.0)
    unknown = [replace(each, cost=replace(each.cost, usd_per_million_operations=None)) for each in new]
    assert finding(compared(base, unknown), "all.cost").verdict == "cannot tell"


def test_without_any_price_the_cost_is_no_gate_and_it_is_said() -> None:
    base, new = (
        [replace(each, cost=replace(each.cost, usd_per_million_operations=None)) for each in runs]
        for runs in interleaved(0.0)
    )
    found = compared(base, new)
    assert "cost" not in {gate.metric for gate in found.gates}
    assert "the cost is no gate: no run has a price" in found.warnings


def test_units_that_were_nothing_and_are_something_have_no_ratio_and_no_number() -> None:
    base, new = interleaved(0.0)
    from_cache = {
        "read": replace(
            operation(),
            capacity=replace(operation().capacity, reported=replace(operation().capacity.reported, read=0.0)),
        )
    }
    found = finding(compared([replace(each, operations=from_cache) for each in base], new), "read.read_units")
    assert found.change is None
    assert found.reason == "some runs have 0, of which there is no ratio"


def test_a_slower_closed_loop_is_a_regression_of_the_completed_rate() -> None:
    base, new = interleaved(0.0)
    base = [
        replace(each, rate=replace(each.rate, loop="closed", completed=200.0 + place))
        for place, each in enumerate(base)
    ]
    new = [
        replace(each, rate=replace(each.rate, loop="closed", completed=150.0 + place)) for place, each in enumerate(new)
    ]
    gate = finding(compared(base, new), "all.completed")
    assert gate.verdict == "regressed"
    assert gate.change is not None
    assert gate.change.low is not None
    assert gate.change.high is not None
    assert gate.change.low <= gate.change.estimate <= gate.change.high < 0


# --- the client is not the table ----------------------------------------------------------------------------------


def test_a_change_that_the_dispatch_lag_explains_is_not_the_tables() -> None:
    base, new = interleaved(0.5)
    late = [replace(each, client=replace(each.client, lag_ms=lag_of(0.45))) for each in new]
    gate = finding(compared(base, late), "read.p50")
    assert gate.verdict == "cannot tell"
    assert "the client's own dispatch lag moved by 0.4 ms" in gate.reason


def test_a_margin_is_never_below_three_times_the_noise_of_the_lag() -> None:
    base, new = interleaved(0.0)
    shaky = [
        replace(each, client=replace(each.client, lag_ms=lag_of(0.05 + 0.05 * place))) for place, each in enumerate(new)
    ]
    margin = finding(compared(base, shaky), "read.p50").margin
    assert margin is not None
    assert margin.asked == 0.03
    assert margin.value == margin.lag_floor
    assert margin.value > 0.1


def test_a_lag_that_scatters_from_call_to_call_is_noise_however_many_runs_there_are() -> None:
    base, new = (
        [replace(each, client=replace(each.client, lag_ms=lag_of(0.05, scatter=0.03))) for each in side]
        for side in interleaved(0.0)
    )
    margin = finding(compared(base, new), "read.p50").margin
    assert margin is not None
    assert margin.lag_floor == pytest.approx(3 * 0.03, rel=0.05)
    assert margin.value == margin.lag_floor


def test_the_noise_of_the_lag_does_not_excuse_what_is_worse_beyond_doubt() -> None:
    base, new = interleaved(0.06)
    shaky = [  # by turns, on either side alike: noise, and no change
        [
            replace(each, client=replace(each.client, lag_ms=lag_of(0.05 if (place + turn) % 2 else 0.15)))
            for place, each in enumerate(side)
        ]
        for turn, side in enumerate((base, new))
    ]
    gate = finding(compared(*shaky), "read.p50")
    assert gate.margin is not None
    assert gate.change is not None
    assert gate.margin.asked < (gate.change.low or 0.0)
    assert (gate.change.high or 0.0) < gate.margin.value
    assert gate.verdict == "regressed"
    assert "more than the 3% that matter" in gate.reason


def test_other_answers_are_said_though_none_failed() -> None:
    base, new = interleaved(0.0)
    empty = {"read": operation(outcomes={"not_found": 10_000})}
    found = compared(base, [replace(each, operations=empty) for each in new])
    assert any("the share of calls that ended not_found went from 0.00% to 100.00%" in each for each in found.warnings)


# --- in time ------------------------------------------------------------------------------------------------------


def test_two_loads_at_once_are_said() -> None:
    base, new = side([1.0] * 3), side([1.0] * 3, tag="new", first=10)
    new[0] = replace(new[0], started_at=(START + timedelta(seconds=3)).isoformat())
    assert any("two loads at once measure each other" in each for each in compared(base, new).warnings)


def test_a_start_in_the_future_is_said() -> None:
    ahead = replace(run(5, tag="new"), started_at=(NOW + timedelta(days=1)).isoformat())
    found = compared(side([1.0] * 3), [*side([1.0] * 3, tag="new", first=10), ahead])
    assert any("lies in the future" in each for each in found.warnings)


def test_a_clock_that_was_set_back_is_said() -> None:
    base, new = interleaved(0.0, count=4)
    new[3] = replace(new[3], started_at=(START - timedelta(hours=2)).isoformat())
    assert any("the clock was set back" in each for each in compared(base, new).warnings)


def test_a_start_that_is_no_time_is_an_error_that_names_the_run() -> None:
    with pytest.raises(ComparisonError, match=r"results/orders/new/9: started_at 'yesterday'"):
        compared(side([1.0, 1.0]), [run(9, tag="new", started_at="yesterday")])


# --- laws ---------------------------------------------------------------------------------------------------------

MEDIANS = st.lists(st.floats(0.1, 100), min_size=4, max_size=12)


@settings(max_examples=25, deadline=None)
@given(MEDIANS, MEDIANS)
def test_the_sides_the_other_way_round_have_the_inverse_change(first: list[float], second: list[float]) -> None:
    base, new = side(first), side(second, tag="new", first=100)
    there, back = (finding(each, "read.p50").change for each in (compared(base, new), compared(new, base)))
    assert there is not None
    assert back is not None
    assert (1 + there.estimate) * (1 + back.estimate) == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(MEDIANS, MEDIANS, st.randoms(use_true_random=False))
def test_the_order_in_which_runs_are_given_does_not_matter(
    first: list[float], second: list[float], order: random.Random
) -> None:
    base, new = side(first), side(second, tag="new", first=100)
    mixed = order.sample(base, len(base)), order.sample(new, len(new))
    assert to_json(compared(base, new)) == to_json(compared(*mixed))


@settings(max_examples=25, deadline=None)
@given(MEDIANS, MEDIANS)
def test_the_verdict_of_a_gate_is_read_off_its_interval_and_margin(first: list[float], second: list[float]) -> None:
    gate = finding(compared(side(first), side(second, tag="new", first=100)), "read.p50")
    assert gate.change is not None
    assert gate.margin is not None
    assert gate.change.low is not None
    assert gate.change.high is not None
    assert gate.change.low <= gate.change.estimate <= gate.change.high
    assert (gate.verdict in {"not worse", "improved"}) >= (gate.change.high < gate.margin.value)
    assert (gate.verdict == "regressed") == (gate.change.low > 0 and gate.change.high >= gate.margin.value)


def missing(hits: tuple[int, int], runs: int) -> Finding:
    """The gate of sides run apart whose p99 falls on failed calls in so many runs of the base and of the new side."""
    sides = []
    for place, (tag, count) in enumerate(zip(("base", "new"), hits, strict=True)):
        made = side(noisy(1.0, QUIET, runs, place), tag=tag, first=100 * place)
        seen = [objective("read", "p99", 20.0, None if at < count else 5.0) for at in range(runs)]
        sides.append([replace(each, objectives=[own]) for each, own in zip(made, seen, strict=True)])
    return finding(compared(*sides), "read.p99")


@pytest.mark.parametrize(
    ("hits", "runs", "verdict"),
    [
        pytest.param((0, 2), 2, "cannot tell", id="two of two runs miss it by chance in one case of sixteen"),
        pytest.param((0, 3), 3, "regressed", id="three of three do not"),
        pytest.param((0, 2), 4, "cannot tell", id="half of a few is chance"),
        pytest.param((0, 5), 10, "regressed", id="half of many is not"),
        pytest.param((2, 0), 2, "cannot tell", id="what failed twice before and does not now may be chance, too"),
        pytest.param((5, 0), 10, "improved", id="what failed in half of many and never now is better"),
    ],
)
def test_runs_that_fail_decide_only_where_chance_would_not(hits: tuple[int, int], runs: int, verdict: str) -> None:
    assert missing(hits, runs).verdict == verdict


def test_runs_without_a_number_because_calls_failed_are_not_said_to_have_too_few_samples() -> None:
    assert "the others have calls that failed where the percentile falls" in missing((0, 2), 2).reason


def test_tags_of_two_experiments_are_as_far_apart_as_tags_of_none() -> None:
    # runs share the state of their own day, whatever else they were interleaved with
    plain = [side(noisy(1.0, QUIET, 8, place), tag=tag, first=9000 * place) for place, tag in enumerate(("v1", "v2"))]
    paired = [
        [replace(each, pairing=Pairing(f"e{place}", at, "base", 2 * at, {})) for at, each in enumerate(runs)]
        for place, runs in enumerate(plain)
    ]
    apart, other = finding(compared(*plain), "read.p50"), finding(compared(*paired), "read.p50")
    assert other.change == apart.change
