"""How many pairs a pilot asks for: by its noise, whatever its difference."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ddbload.compare.planned import planned_pairs
from ddbload.compare.request import ComparisonError
from tests.compare.records import noisy, pairs, side


def pilot(spread: float, change: float = 0.0, count: int = 4) -> tuple[list, list]:  # type: ignore[type-arg]
    return pairs(noisy(1.0, spread, count, 1), [(1 + change) * value for value in noisy(1.0, spread, count, 2)])


def test_more_noise_asks_for_more_pairs() -> None:
    few, more = (planned_pairs(*pilot(spread), {}).pairs for spread in (0.004, 0.01))
    assert few is not None
    assert more is not None
    assert few < more


def test_a_wider_margin_asks_for_fewer() -> None:
    sides = pilot(0.02)
    narrow, wide = (planned_pairs(*sides, {"p50": margin, "p99": margin}).pairs for margin in (0.05, 0.2))
    assert narrow is not None
    assert wide is not None
    assert wide < narrow


def test_the_difference_between_the_sides_plays_no_part() -> None:
    assert planned_pairs(*pilot(0.02), {}).pairs == planned_pairs(*pilot(0.02, change=0.8), {}).pairs


def test_the_gate_that_needs_the_most_is_named_with_its_noise_and_margin() -> None:
    found = planned_pairs(*pilot(0.01), {})
    assert found.gate == "read.p50"
    assert f"{found.pairs} pairs show the 3% that matter" in found.text


def test_noise_beyond_hope_has_no_number() -> None:
    found = planned_pairs(*pilot(2.0), {})
    assert found.pairs is None
    assert "not even a thousand pairs" in found.text


def test_a_pilot_without_two_valid_pairs_is_an_error_that_names_a_run() -> None:
    base, new = pilot(0.01)
    with pytest.raises(
        ComparisonError, match=r"fewer than 2 pairs of valid runs: results/orders/new/1: it is invalid: lag"
    ):
        planned_pairs(base, [replace(each, verdict="invalid", reasons=["lag"]) for each in new], {})


def test_runs_made_apart_are_no_pilot() -> None:
    with pytest.raises(ComparisonError, match="fewer than 2 pairs"):
        planned_pairs(side([1.0] * 4), side([1.0] * 4, tag="new", first=9), {})
