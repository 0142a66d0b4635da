"""The distribution of item sizes, against the items themselves."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.capacity import item_bytes, write_units
from ddbload.capacity.expected import expected_write_units
from ddbload.planner.trial.sizes import item_sizes
from ddbload.scenario.model import Scenario
from ddbload.workload import item_at

VALUES: dict[str, Any] = {
    "status": {"choice": {"open": 20, "paid": 70, "refunded": 10}},
    "total": {"number": {"min": -500, "max": 250_000, "decimals": 2}},
    "placed": {"timestamp": {"within": "90d", "until": 1_700_000_000}},
    "note": {"text": {"size": {"lognormal": {"median": 700, "p99": 6000, "max": 32000}}}},
    "blob": {"binary": {"size": {"uniform": {"min": 0, "max": 3000}}}},
    "steps": {"text": {"size": {"histogram": {"200": 50, "1500": 30, "9000": 20}}}},
    "title": {"words": 3},
    "list": {"list": {"of": "total", "count": {"uniform": {"min": 0, "max": 5}}}},
    "id": "uuid",
    "tags": {"set": {"of": "status", "count": 2}},
}
SHAPES = {
    "note": "{note}",
    "text": "a {status} of {total}, at {placed}",
    "blob": "{blob}",
    "steps": "{steps}",
    "title": "{title}",
    "list": "{list}",
    "map": {"id": "{id}", "deep": [1, True, None, "é"]},
}


def scenario_of(shape: dict[str, Any], sparse: dict[str, str] | None = None, seed: int = 1) -> Scenario:
    return Scenario.model_validate(
        {
            "ddbload": 1,
            "name": "sizes",
            "seed": seed,
            "table": {"name": "sizes", "key": {"pk": "S", "sk": "N"}},
            "values": VALUES,
            "items": {
                "item": {
                    "of": {"a": 40, "b": 100},
                    "shape": {"pk": "item#{a}", "sk": "{b}", **shape},
                    "sparse": sparse or {},
                }
            },
            "operations": {"read": {"get": "item"}},
            "load": {"mix": {"read": 1}, "rate": 1, "phases": [{"hold": "1s"}]},
        }
    )


@settings(max_examples=15, deadline=None)
@given(names=st.sets(st.sampled_from(sorted(SHAPES)), min_size=1), sparse=st.booleans(), seed=st.integers(0, 10**6))
def test_it_is_how_the_items_are_spread(names: set[str], seed: int, *, sparse: bool) -> None:
    shape = {name: SHAPES[name] for name in sorted(names)}
    scenario = scenario_of(shape, dict.fromkeys(shape, "40%") if sparse else None, seed)
    known = item_sizes(scenario, "item")
    assert known is not None
    sizes = np.array([item_bytes(item) for item in item_at(scenario, "item").items(0, 4000)])
    for n_bytes in np.quantile(sizes, np.linspace(0.02, 0.98, 25)):
        above = float((sizes > n_bytes).mean())
        assert known.above(n_bytes) == pytest.approx(above, abs=0.05)  # six standard errors of 4,000 items
    assert known.sizes[0] <= sizes.min()
    assert known.most_bytes >= sizes.max()
    spread = float(np.std([write_units(int(n)) for n in sizes])) / 4000**0.5
    assert expected_write_units(known) == pytest.approx(fmean(map(write_units, sizes.tolist())), abs=6 * spread + 1e-9)


@pytest.mark.parametrize(
    "shape",
    [{"first": "{note}", "second": "a {note}"}, {"set": "{tags}"}],
    ids=["one value in two places", "the members of a set are different"],
)
def test_what_does_not_vary_by_itself_is_not_known(shape: dict[str, Any]) -> None:
    assert item_sizes(scenario_of(shape), "item") is None
