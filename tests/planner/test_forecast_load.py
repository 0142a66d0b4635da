"""Demand by the run's own load, and flat at the rate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.errors import UsageError
from ddbload.planner.demand.forecast import demand_of
from ddbload.planner.demand.month import month_of
from ddbload.planner.demand.repeated import repeated
from ddbload.scenario.levels import levels
from ddbload.scenario.load import load_scenario
from ddbload.scenario.model import Load, Scenario

SHIPPED = Path(__file__).parents[2] / "scenarios"
MONTH = month_of()


def scenario(load: dict[str, Any]) -> Scenario:
    return Scenario.model_validate(
        {
            "ddbload": 1,
            "name": "orders",
            "table": {"name": "orders", "key": {"pk": "S"}},
            "items": {"order": {"of": {"n": 100}, "shape": {"pk": "order#{n}"}}},
            "operations": {"read": {"get": "order"}, "place": {"put": "order", "pick": "next"}},
            "load": load,
        }
    )


def one(*phases: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"mix": {"read": 1.0}, "rate": 100.0, "phases": list(phases), **more}


HALF = one({"hold": "1m", "at": "20%"}, {"hold": "1m"})


def test_without_a_forecast_the_month_is_flat_at_the_rate_and_an_upper_bound() -> None:
    flat = demand_of(scenario(HALF), MONTH, 3, 1)
    assert flat.arrivals[""].shape == (3, 43_200)
    assert (flat.arrivals[""] == 100).all()
    assert (flat.kind, flat.upper_bound) == ("flat", True)
    assert flat.words.startswith("flat at the rate, 100 arrivals a second")


def test_the_runs_phases_come_over_and_over() -> None:
    load = demand_of(scenario(HALF), MONTH, 2, 1, kind="load")
    assert load.arrivals[""][1, :4] == pytest.approx([20, 100, 20, 100])
    assert load.arrivals[""][0].mean() == pytest.approx(60)
    assert (load.kind, load.upper_bound, load.words) == ("load", False, "the run's own phases, 2m long, over and over")


def test_a_short_run_is_seen_by_the_second_where_that_is_asked() -> None:
    load = demand_of(scenario(one({"hold": "2s", "at": "20%"}, {"hold": "1s"})), MONTH, 1, 1, kind="load", step_s=1)
    assert load.arrivals[""][0, :6] == pytest.approx([20, 20, 100, 20, 20, 100])
    assert load.arrivals[""].shape == (1, 2_592_000)


def test_a_streams_own_phases_begin_with_the_loads() -> None:
    streams = {
        "web": {"mix": {"read": 1.0}, "rate": 10.0, "arrivals": "poisson"},
        "jobs": {"mix": {"place": 1.0}, "rate": 60.0, "phases": [{"pause": "1m"}, {"hold": "30s"}]},
    }
    load = demand_of(scenario({"streams": streams, "phases": [{"hold": "3m"}]}), MONTH, 1, 1, kind="load")
    assert load.arrivals["web"][0, :4] == pytest.approx([10, 10, 10, 10])
    assert load.arrivals["jobs"][0, :5] == pytest.approx([0, 30, 0, 0, 30])
    assert load.dispersion == {"web": 1.0, "jobs": 0.0}


@given(
    st.lists(
        st.sampled_from(
            [
                {"hold": "7s", "at": "50%"},
                {"ramp": "90s", "to": "170%"},
                {"wave": "100s", "between": ["40%", "120%"], "period": "30s"},
                {"burst": "50s", "to": "300%", "at": "10%", "every": "20s", "lasting": "3s"},
                {"steps": "61s", "from": "20%", "to": "90%", "count": 4},
                {"pause": "13s"},
            ]
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([1, 60]),
)
@settings(max_examples=40, deadline=None)
def test_as_many_arrive_in_a_span_of_steps_as_the_phases_hold(phases: list[dict[str, Any]], step_s: int) -> None:
    over = levels(Load.model_validate(one(*phases)))
    turn = sum(level.length for level in over)
    steps = int(turn)  # so that they are `step_s` whole turns
    held = repeated(over, float(turn), steps, step_s).sum() * step_s
    exact = float(sum(level.area() for level in over)) * step_s
    assert held == pytest.approx(exact, rel=1e-9, abs=1e-6)


def test_a_closed_loop_says_what_to_do() -> None:
    closed = scenario({"mix": {"read": 1.0}, "arrivals": {"closed": {"concurrency": 8}}, "phases": [{"hold": "1m"}]})
    for kind in (None, "load", "flat"):
        with pytest.raises(UsageError, match=r"a closed loop has no rate of its own.*plan from the run"):
            demand_of(closed, MONTH, 1, 1, kind=kind)
    assert demand_of(closed, MONTH, 1, 1, rate=70.0).arrivals[""][0, 0] == 70


def test_a_trace_is_replayed_over_and_over() -> None:
    replay = load_scenario(SHIPPED / "replay.yaml").scenario
    load, flat = (demand_of(replay, MONTH, 1, 1, kind=kind) for kind in ("load", "flat"))
    assert load.arrivals[""].mean() == pytest.approx(flat.arrivals[""].mean(), rel=1e-6)
    assert "trace" in load.words
    assert "the trace's mean rate" in flat.words


@pytest.mark.parametrize(
    ("told", "gaps", "seconds", "dispersion"),
    [
        ("even arrivals do not vary", "even", 300, 0.0),
        ("Poisson's vary by as much as their mean", "poisson", 300, 1.0),
        ("a minute at least is needed to tell", "even", 20, 1.0),
    ],
)
def test_a_traces_seconds_tell_how_bursty_it_is(
    tmp_path: Path, told: str, gaps: str, seconds: int, dispersion: float
) -> None:
    del told
    rate, rng = 100, np.random.default_rng(4)
    count = seconds * rate
    times = np.cumsum(np.full(count, 1 / rate) if gaps == "even" else rng.exponential(1 / rate, count))
    rows = "".join(f"{at:.6f},read,order#{k % 100}\n" for k, at in enumerate(times.tolist()))
    (tmp_path / "trace.csv").write_text("time,operation,key\n" + rows, encoding="utf-8")
    replay = scenario({"replay": {"file": str(tmp_path / "trace.csv")}})
    load = demand_of(replay, MONTH, 1, 1, kind="load")
    assert load.dispersion[""] == pytest.approx(dispersion, abs=0.25 if gaps == "poisson" else 0.02)
    assert load.arrivals[""].mean() == pytest.approx(rate, rel=0.05)


def test_worlds_that_are_alike_are_held_once() -> None:
    load = demand_of(scenario(HALF), MONTH, 200, 1, kind="load")
    assert load.arrivals[""].base is not None
    assert np.shares_memory(load.arrivals[""][0], load.arrivals[""][199])
