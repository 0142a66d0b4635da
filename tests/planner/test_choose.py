"""The choice of capacity: what is recommended, what it costs, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ddbload.capacity.behaviour.settings import Fixed, Floats, OnDemand, Tracked
from ddbload.planner.choice.candidates import DIMENSIONS, Choice, Evaluated, TableFacts
from ddbload.planner.choice.choose import choose
from ddbload.planner.choice.priced import usages
from ddbload.planner.choice.regret import median_usd
from ddbload.planner.demand.model import UnitDemand
from ddbload.planner.words import money
from ddbload.pricing import load_book
from ddbload.pricing.bill import bill
from ddbload.pricing.usage import TableClass, Usage
from tests.planner.demands import demand, of_units
from tests.planner.plain_behaviour import plain

FACTS = TableFacts("t")
HOURS_OF_MONTH = 730.0


def _nothing(table_class: TableClass) -> Sequence[Sequence[Usage]]:
    return [[Usage(table_class=table_class)]]


def _stored(table_class: TableClass) -> Sequence[Sequence[Usage]]:
    return [[Usage(table_class=table_class, storage_gb=1000.0)]]


def _monthly(asked: UnitDemand) -> UnitDemand:
    return replace(asked, month=replace(asked.month, billed_hours=HOURS_OF_MONTH))


def _chosen(
    asked: UnitDemand, facts: TableFacts = FACTS, *, objective: float = 0.001, reserve: bool = False
) -> tuple[Choice, Evaluated]:
    facts = replace(facts, may_reserve=reserve)
    choice = choose(facts, _monthly(asked), standing=_nothing, simulate=plain, objective=objective)
    assert choice.chosen is not None
    return choice, choice.chosen


def _named(choice: Choice, name: str) -> Evaluated:
    return next(each for each in choice.evaluated if each.candidate.name == name)


def _flat(units: float, worlds: int = 4) -> UnitDemand:
    return of_units("made", np.full((worlds, 1440), units), 1)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("flat", "fixed"),
        ("day and night", "auto-scaling"),
        ("spiky", "on-demand"),
        ("read heavy", "auto-scaling"),
    ],
)
def test_a_demand_has_the_mode_that_fits_it(name: str, mode: str) -> None:
    _, chosen = _chosen(demand(name, days=2, worlds=6))
    assert chosen.candidate.mode == mode


def test_the_bill_of_every_candidate_in_every_world_is_that_of_the_price_book() -> None:
    facts = TableFacts("t", indexes=("i",), replicas=("eu-west-1",))
    choice = choose(
        facts, _monthly(demand("write heavy", days=2, worlds=3)), standing=_stored, simulate=plain, objective=0.01
    )
    assert {"on demand", "fixed", "auto scaling"} <= {each.candidate.name for each in choice.evaluated}
    for each in choice.evaluated:
        for world in range(3):
            fixed = _stored(each.candidate.table_class)[0]
            billed = bill(usages(facts, each.candidate, each.measured, choice.scale, world=world, fixed=fixed))
            assert each.monthly_usd[world] == pytest.approx(billed.monthly_usd, rel=1e-12)
            assert each.once_usd == pytest.approx(billed.once_usd)


def test_reserved_capacity_is_billed_as_it_was_reckoned() -> None:
    choice, chosen = _chosen(demand("day and night", days=2, worlds=3), reserve=True)
    assert chosen.candidate.reserved
    for each in choice.evaluated:
        billed = bill(usages(FACTS, each.candidate, each.measured, choice.scale, world=1))
        assert each.monthly_usd[1] == pytest.approx(billed.monthly_usd, rel=1e-12)
        assert each.once_usd == pytest.approx(billed.once_usd)
        spread = sum(
            line.usd * HOURS_OF_MONTH / (8760 * years)
            for line in billed.lines
            for (unit, years) in each.candidate.reserved
            if line.once and unit in line.item
        )
        assert each.cost_usd[1] == pytest.approx(billed.monthly_usd + spread, rel=1e-12)


def test_nothing_that_keeps_the_objective_is_cheaper_than_what_is_recommended() -> None:
    choice, chosen = _chosen(demand("weekly", days=7, worlds=8), reserve=True)
    cheapest = min(median_usd(each) for each in choice.evaluated if each.keeps)
    assert median_usd(chosen) <= cheapest * 1.01


def test_candidates_stand_in_order_of_cost() -> None:
    choice, _ = _chosen(demand("day and night", days=2, worlds=4))
    costs = [median_usd(each) for each in choice.evaluated]
    assert costs == sorted(costs)


def test_what_is_recommended_keeps_the_objective_for_reads_and_for_writes_in_the_same_worlds() -> None:
    _, chosen = _chosen(demand("bursty", days=2, worlds=20), objective=0.01)
    shares = [chosen.measured[dimension].share for dimension in DIMENSIONS]
    assert np.mean(np.maximum(*shares) <= 0.01) >= 0.95


def test_what_is_written_now_is_a_candidate_with_its_own_settings() -> None:
    written = {dimension: {"": Fixed(900.0)} for dimension in DIMENSIONS}
    choice, _ = _chosen(_flat(100.0), replace(FACTS, written=written))
    now = _named(choice, "as written")
    assert now.candidate.settings == written
    assert median_usd(now) == pytest.approx(900 * 730 * (0.00065 + 0.00013))
    assert any(sentence.startswith("As written would cost") for sentence in choice.why)


def test_two_that_cost_the_same_are_decided_for_the_simpler() -> None:
    written = {dimension: {"": Tracked(1.0, 1.0)} for dimension in DIMENSIONS}
    _, chosen = _chosen(_flat(0.9), replace(FACTS, written=written))
    assert chosen.candidate.mode == "fixed"


def test_infrequent_access_is_chosen_where_storage_outweighs_throughput() -> None:
    choice = choose(FACTS, _monthly(_flat(2.0)), standing=_stored, simulate=plain)
    assert choice.chosen is not None
    assert choice.chosen.candidate.table_class == "infrequent-access"
    assert "infrequent access" in choice.chosen.candidate.name


def test_infrequent_access_is_not_listed_where_it_does_not_pay() -> None:
    choice, _ = _chosen(_flat(200.0))
    assert {each.candidate.table_class for each in choice.evaluated} == {"standard"}


def test_on_demand_is_pre_warmed_where_it_would_throttle() -> None:
    units = np.full((3, 1440), 20.0)
    units[:, 700:720] = 30_000.0
    choice, _ = _chosen(of_units("made", units, 1))
    warmed = _named(choice, "on demand, pre-warmed")
    assert not _named(choice, "on demand").keeps
    assert warmed.keeps
    setting = warmed.candidate.settings["write"][""]
    assert isinstance(setting, OnDemand)
    assert setting.warm == 15_000.0
    assert warmed.once_usd == pytest.approx(11_000 * load_book().price("warm.write").usd)


def test_a_maximum_throughput_of_the_scenario_stays() -> None:
    facts = replace(FACTS, maximum={"write": {"": 50.0}})
    choice, _ = _chosen(_flat(100.0), facts)
    assert not _named(choice, "on demand").keeps


def test_where_nothing_keeps_the_objective_nothing_is_recommended() -> None:
    def never(*args: object, **more: object) -> object:
        return {name: replace(of, throttled=of.asked) for name, of in plain(*args, **more).items()}  # type: ignore[arg-type]

    choice = choose(FACTS, _monthly(_flat(100.0)), standing=_nothing, simulate=never)  # type: ignore[arg-type]
    assert choice.chosen is None
    assert choice.why[0].startswith("No candidate throttles at most 0.1% of its units in 95% of")


def test_an_objective_of_nothing_says_what_counts_as_nothing() -> None:
    choice, _ = _chosen(_flat(100.0), objective=0.0)
    assert "throttles nothing (at most a millionth of its units)" in choice.why[0]


def _none_keeps(headroom: float) -> str:
    def refusing(*args: object, **more: object) -> object:
        return {
            name: replace(of, throttled=0.00412 * of.asked, peak_use=np.full_like(of.peak_use, 1 - headroom))
            for name, of in plain(*args, **more).items()  # type: ignore[arg-type]
        }

    choice = choose(FACTS, _monthly(_flat(100.0)), standing=_nothing, simulate=refusing)  # type: ignore[arg-type]
    assert choice.chosen is None
    return " ".join(choice.why)


def test_where_nothing_keeps_the_objective_an_objective_is_named_that_would_be_kept() -> None:
    assert "An objective of 0.42% would be kept (--throttled 0.42%)." in _none_keeps(headroom=0.2)


@pytest.mark.parametrize(
    ("headroom", "advice"),
    [
        pytest.param(0.2, "Spread the hottest keys", id="capacity is left: it is a partition that is short"),
        pytest.param(0.0, "raise its limits", id="the capacity is used up"),
    ],
)
def test_where_nothing_keeps_the_objective_it_is_told_what_to_do(headroom: float, advice: str) -> None:
    assert advice in _none_keeps(headroom)


def test_capacity_beyond_the_quota_is_told() -> None:
    choice, chosen = _chosen(_flat(50_000.0))
    assert chosen.candidate.mode == "fixed"
    assert any("beyond the table's quota of 40,000" in note for note in chosen.notes)
    assert not any("quota" in sentence for sentence in choice.why), "a note of the candidate is not said twice"


def test_what_is_throttled_beyond_the_objective_costs_regret_by_the_factor_that_is_assumed() -> None:
    asked = _monthly(_flat(100.0))
    facts = replace(FACTS, written={"read": {"": Fixed(11.0)}, "write": {"": Fixed(50.0)}}, may_reserve=False)
    usual, doubled = (
        choose(facts, asked, standing=_nothing, simulate=plain, throttled_factor=factor) for factor in (100.0, 200.0)
    )
    short = _named(usual, "as written")
    assert (short.excess_usd > 0).all()
    np.testing.assert_allclose(_named(doubled, "as written").excess_usd, 2 * short.excess_usd)


def test_uncertain_demand_is_decided_by_regret_and_said_so() -> None:
    units: Floats = np.full((20, 1440), 20.0)
    units[:8] = 100.0
    units[:, ::2] *= 0.5
    choice, chosen = _chosen(of_units("made", units, 1))
    regrets = [each.regret_usd for each in choice.evaluated if each.keeps]
    assert chosen.regret_usd <= min(regrets) + 0.006 * median_usd(chosen)
    assert choice.uncertain
    assert any("depends on how the demand turns out" in sentence for sentence in choice.why)


def test_the_reasons_name_the_next_best_the_difference_and_the_break_even() -> None:
    choice, chosen = _chosen(demand("day and night", days=2, worlds=4))
    told = " ".join(choice.why)
    assert f"at {money(float(chosen.cost_usd[0]))} a month" in told, "the figure of the table of candidates"
    assert "USD" not in told
    assert "below 28.9% on demand would be cheaper" in told


def test_on_demand_is_explained_by_how_little_provisioned_capacity_would_be_used() -> None:
    choice, chosen = _chosen(demand("spiky", days=2, worlds=6))
    assert chosen.candidate.mode == "on-demand"
    assert any("pays where more than 28.9% of it is used on average" in sentence for sentence in choice.why)


def test_a_commitment_is_told_with_what_it_costs_not_to_commit() -> None:
    choice, chosen = _chosen(_flat(1000.0), reserve=True)
    assert chosen.candidate.name == "fixed + 3 years reserved"
    told = " ".join(choice.why)
    assert "pays where it is used in more than 23% of the hours of 3 years, and is reckoned as if every month" in told
    assert any("ommits to 1,000 write units for 3 years" in note for note in chosen.notes)
    assert "ommits to" not in told, "a note of the candidate is not said twice"
    assert "Fixed would cost" in told
    assert "ithout a commitment" not in told, "what was compared already is not told again"
    assert "its upfront fee spread over the term" in told


def test_a_term_that_is_too_long_is_listed_and_not_recommended() -> None:
    choice = choose(FACTS, _monthly(_flat(1000.0)), standing=_nothing, simulate=plain, commit_years=0)
    assert choice.chosen is not None
    assert choice.chosen.candidate.name == "fixed"
    assert choice.evaluated[0].candidate.name == "fixed + 3 years reserved"
    assert any("less, for a commitment that is longer than --commit allows" in sentence for sentence in choice.why)


def test_another_design_is_a_candidate_with_all_that_it_pays() -> None:
    asked = _monthly(_flat(3000.0))
    fewer = {resource: {**of, "read": of["read"] / 10} for resource, of in asked.units.items()}

    def with_nodes(table_class: TableClass) -> Sequence[Sequence[Usage]]:
        return [[Usage(table_class=table_class, dax_node_hours={"dax.r5.large": 2190.0})]]

    choice = choose(
        FACTS,
        asked,
        standing=_nothing,
        simulate=plain,
        variants={"with DAX": (replace(asked, units=fewer), with_nodes)},
    )
    assert choice.chosen is not None
    assert choice.chosen.candidate.variant == ""
    assert "fixed, with DAX" in {each.candidate.name for each in choice.evaluated}


def test_the_same_seed_gives_the_same_choice() -> None:
    asked = demand("bursty", days=1, worlds=5)
    one, other = (_chosen(asked)[0] for _ in range(2))
    assert [each.candidate for each in one.evaluated] == [each.candidate for each in other.evaluated]
    assert one.why == other.why


def test_a_table_that_nothing_is_asked_of_is_left_on_demand() -> None:
    choice = choose(replace(FACTS, name="other"), _monthly(_flat(5.0)), standing=_nothing, simulate=plain)
    assert choice.chosen is not None
    assert choice.chosen.candidate.mode == "on-demand"
    assert median_usd(choice.chosen) == 0


@pytest.mark.parametrize(("objective", "confidence"), [(-0.1, 0.95), (1.0, 0.95), (0.001, 0.0), (float("nan"), 0.95)])
def test_what_is_no_share_is_refused(objective: float, confidence: float) -> None:
    with pytest.raises(ValueError, match="are shares"):
        choose(FACTS, _flat(5.0), standing=_nothing, simulate=plain, objective=objective, confidence=confidence)
