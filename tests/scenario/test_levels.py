"""Levels of phases: straight pieces, exact areas, and what arrives in all."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.scenario.levels import SINE, Level, arrivals, is_closed, levels, open_loops, peak_rate
from ddbload.scenario.model import Load

WAVE = {"wave": "20m", "between": ["40%", "120%"], "period": "10m"}
STEPS = {"steps": "10m", "from": "20%", "to": "100%", "count": 5}
BURST = {"burst": "5m", "at": "50%", "to": "300%", "every": "60s", "lasting": "5s"}


def load_of(*phases: dict[str, Any], rate: float = 100.0, **more: Any) -> Load:
    return Load.model_validate({"mix": {"read": 1.0}, "rate": rate, "phases": list(phases), **more})


def level_of(phase: dict[str, Any]) -> Level:
    return levels(load_of(phase))[0]


def test_the_table_of_the_sine_is_the_sine_and_symmetric() -> None:
    assert max(abs(float(s) - math.sin(2 * math.pi * k / 64)) for k, s in enumerate(SINE)) < 1e-12
    assert list(SINE) == [-s for s in reversed(SINE)]
    assert SINE[16] == 1


def test_a_wave_is_within_two_thousandths_of_the_sine() -> None:
    pieces = list(level_of(WAVE).pieces())
    for piece in pieces:
        for k in range(8):
            t = float(piece.at + piece.seconds * k / 8)
            sine = 0.8 + 0.4 * math.sin(2 * math.pi * t / 600)
            assert abs(float(piece.level(piece.seconds * k / 8)) - sine) < 0.002 * 0.4


def test_a_wave_has_64_pieces_a_period_and_begins_at_the_middle_going_up() -> None:
    wave = level_of(WAVE)
    pieces = list(wave.pieces())
    assert len(pieces) == 128
    assert (wave.start, wave.end, wave.mean, wave.peak) == (0.8, 0.8, 0.8, 1.2)
    assert pieces[0].end > pieces[0].start == Fraction(4, 5)


def test_a_wave_that_ends_within_a_period_ends_where_it_is() -> None:
    quarter = level_of(WAVE | {"wave": "150s"})
    assert (quarter.start, quarter.end, quarter.peak) == (0.8, 1.2, 1.2)
    eighth = level_of(WAVE | {"wave": "75s"})
    assert eighth.peak == eighth.end == pytest.approx(0.8 + 0.4 * math.sqrt(0.5))


def test_a_last_piece_may_be_partial() -> None:
    *_, before, last = level_of(WAVE | {"wave": "10s"}).pieces()
    assert (before.seconds, last.seconds) == (Fraction(600, 64), 10 - Fraction(600, 64))


def test_steps_are_equally_long_and_equally_high() -> None:
    steps = level_of(STEPS)
    assert [(p.at, p.seconds, p.start) for p in steps.pieces()] == [
        (Fraction(120 * k), Fraction(120), Fraction(20 + 20 * k, 100)) for k in range(5)
    ]
    assert (steps.start, steps.end, steps.mean) == (0.2, 1.0, 0.6)


def test_steps_may_go_down() -> None:
    assert [float(p.start) for p in level_of(STEPS | {"from": "100%", "to": "0%", "count": 3}).pieces()] == [1, 0.5, 0]


def test_the_first_peak_of_a_burst_comes_at_once() -> None:
    burst = level_of(BURST)
    assert [(int(p.at), int(p.seconds), float(p.end)) for p in burst.pieces()][:3] == [
        (0, 5, 3.0),
        (5, 55, 0.5),
        (60, 5, 3.0),
    ]
    assert (burst.start, burst.end, burst.peak) == (3.0, 0.5, 3.0)
    assert burst.area() == 5 * (5 * 3 + Fraction(55, 2))


def test_a_burst_may_end_within_a_peak() -> None:
    burst = level_of(BURST | {"burst": "62s"})
    assert burst.end == 3.0
    assert burst.area() == 5 * 3 + Fraction(55, 2) + 2 * 3


def test_a_burst_without_a_level_between_is_at_full_load() -> None:
    assert level_of({"burst": "1m", "to": "200%", "every": "10s", "lasting": "1s"}).end == 1.0


def test_nothing_arrives_in_a_pause_and_it_is_not_measured() -> None:
    pause = level_of({"pause": "10s"})
    assert (pause.kind, pause.start, pause.end, pause.measured) == ("pause", 0, 0, False)
    assert pause.area() == 0
    assert level_of({"pause": "10s", "measure": True}).measured


BEFORE_A_RAMP = [
    ("a wave, at its middle", WAVE, 0.8),
    ("steps, at the last one", STEPS, 1.0),
    ("a burst, between its peaks", BURST, 0.5),
    ("a pause, at nothing", {"pause": "1s"}, 0.0),
]


@pytest.mark.parametrize(("before", "start"), [row[1:] for row in BEFORE_A_RAMP], ids=[row[0] for row in BEFORE_A_RAMP])
def test_a_ramp_begins_where_the_phase_before_it_ended(before: dict[str, Any], start: float) -> None:
    assert levels(load_of(before, {"ramp": "1s", "to": "10%"}))[1].start == start


def test_a_hold_after_a_wave_is_at_full_load() -> None:
    assert levels(load_of(WAVE | {"wave": "75s"}, {"hold": "1s"}))[1].start == 1.0


@settings(deadline=None)
@given(st.integers(1, 3000), st.integers(1, 1000), st.integers(0, 500), st.integers(1, 500))
def test_a_turn_that_repeats_holds_what_all_its_pieces_hold(length: int, period: int, low: int, more: int) -> None:
    wave = level_of({"wave": f"{length}ms", "period": f"{period + 100}ms", "between": [f"{low}%", f"{low + more}%"]})
    pieces = list(wave.pieces())
    assert sum(piece.seconds for piece in pieces) == Fraction(length, 1000)
    assert sum(piece.area for piece in pieces) == wave.area()
    assert wave.peak == float(max(max(piece.start, piece.end) for piece in pieces))
    assert wave.end == float(pieces[-1].end)
    assert all(before.end == after.start for before, after in pairwise(pieces))


def test_levels_are_the_decimal_numbers_that_were_written() -> None:
    assert level_of({"hold": "3s", "at": "33.3%"}).area() == Fraction(999, 1000)


STREAMS = {
    "web": {"mix": {"read": 1.0}, "rate": 100.0, "arrivals": "poisson"},
    "jobs": {"mix": {"scan": 1.0}, "rate": 3.0, "phases": [{"pause": "30s"}, {"hold": "50s", "at": "200%"}]},
}
OVER = [{"warm": "40s", "at": "50%"}, {"hold": "60s"}]


def test_streams_arrive_by_levels_of_their_own_or_by_those_of_the_load() -> None:
    web, jobs = open_loops(Load.model_validate({"streams": STREAMS, "phases": OVER}))
    assert (web.name, web.poisson, web.peak_rate) == ("web", True, 100)
    assert (jobs.name, jobs.poisson, jobs.peak_rate) == ("jobs", False, 6)
    assert [level.kind for level in web.levels] == ["warm", "hold"]
    assert [level.kind for level in jobs.levels] == ["pause", "hold"]
    assert [jobs.arrivals_by(Fraction(t)) for t in (0, 30, 31, 80, 100)] == [0, 0, 6, 300, 300]


def test_the_arrivals_of_streams_are_those_of_all_of_them() -> None:
    load = Load.model_validate({"streams": STREAMS, "phases": OVER})
    assert peak_rate(load) == 106
    assert arrivals(load) == 100 * (20 + 60) + 6 * 50
    assert arrivals(load, measured=True) == 100 * 60 + 6 * 40


def test_of_a_replay_nothing_is_known_without_its_file() -> None:
    load = Load.model_validate({"replay": {"file": "trace.csv"}})
    assert (levels(load), open_loops(load), peak_rate(load), arrivals(load)) == ((), (), None, 0)


def test_a_closed_loop_has_levels_but_no_rate() -> None:
    load = Load.model_validate({"mix": {"read": 1.0}, "arrivals": {"closed": {"concurrency": 8}}, "phases": [STEPS]})
    assert is_closed(load)
    assert (peak_rate(load), arrivals(load), len(levels(load))) == (None, 0, 1)
