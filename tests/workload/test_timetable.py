"""Due times: counts equal the integral of the rate, times are exact, in order and without drift."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.scenario.levels import Level, area_of
from ddbload.scenario.model import Burst, Hold, Load, Pause, Phase, Ramp, Steps, Warm, Wave
from ddbload.values.transforms import Integers
from ddbload.workload.timetable import Stretch, Timetable, level_at, spans, timetable, turn_of

NS = 10**9


def load_of(*of: Phase) -> Load:
    return Load(mix={"any": 1.0}, rate=1.0, phases=list(of))


def table(rate: float, *phases: Phase, poisson: bool = False, seed: int = 1) -> Timetable:
    return timetable(spans(load_of(*phases)), rate, poisson=poisson, seed=seed)


def all_due(of: Timetable, size: int = 512) -> Integers:
    blocks = [block.due_ns for block in of.blocks(size)]
    return np.concatenate(blocks) if blocks else np.array([], dtype=np.int64)


durations = st.integers(1, 20_000).map(lambda ms: f"{ms}ms")
periods = st.integers(100, 20_000).map(lambda ms: f"{ms}ms")  # 200 turns of 64 pieces: each is summed exactly below
levels = st.integers(0, 2000).map(lambda tenths: f"{tenths / 10}%")
uneven = st.tuples(st.integers(0, 1000), st.integers(1, 1000)).map(lambda t: (f"{t[0]}%", f"{sum(t)}%"))
phases = st.one_of(
    st.builds(lambda d, p: Warm.model_validate({"warm": d, "at": p}), durations, levels),
    st.builds(lambda d, p: Ramp.model_validate({"ramp": d, "to": p}), durations, levels),
    st.builds(lambda d, p: Hold.model_validate({"hold": d, "at": p}), durations, levels),
    st.builds(lambda d: Hold.model_validate({"hold": d}), durations),
    st.builds(lambda d: Pause.model_validate({"pause": d}), durations),
    st.builds(
        lambda d, each, pair: Wave.model_validate({"wave": d, "period": each, "between": list(pair)}),
        durations,
        periods,
        uneven,
    ),
    st.builds(
        lambda d, pair, n: Steps.model_validate({"steps": d, "from": pair[1], "to": pair[0], "count": n}),
        durations,
        uneven,
        st.integers(2, 9),
    ),
    st.builds(
        lambda d, pair, each, rest: Burst.model_validate(
            {"burst": d, "at": pair[0], "to": pair[1], "every": f"{each + rest}ms", "lasting": f"{each}ms"}
        ),
        durations,
        uneven,
        st.integers(1, 3000),
        st.integers(20, 9000),
    ),
)
loads = st.lists(phases, min_size=1, max_size=5)
rates = st.one_of(st.integers(1, 3000).map(float), st.floats(0.1, 50))


def phase(text: str, **fields: object) -> Phase:
    kind, duration = text.split()
    forms: dict[str, type[Phase]] = {
        "warm": Warm, "ramp": Ramp, "hold": Hold, "wave": Wave, "steps": Steps, "burst": Burst, "pause": Pause
    }  # fmt: skip
    return forms[kind].model_validate({kind: duration, **fields})


def test_constant_arrivals_are_evenly_spaced_from_zero_on() -> None:
    assert all_due(table(4, phase("hold 2s"))).tolist() == [k * NS // 4 for k in range(8)]


def test_a_ramp_from_nothing_follows_the_square_root() -> None:
    # 0 to 10/s in 10 s: L(t) = t^2 / 2, so call k is due at sqrt(2 k)
    due = all_due(table(10, phase("ramp 10s", to="100%")))
    assert due.tolist() == [round(math.sqrt(2 * k) * NS) for k in range(50)]


def test_a_ramp_to_nothing_ends_at_its_end() -> None:
    due = all_due(table(10, phase("hold 1s"), phase("ramp 10s", to="0%")))[10:]
    # L(u) = 10 u - u^2 / 2, so u = 10 - sqrt(100 - 2 k)
    assert due == pytest.approx([NS + (10 - math.sqrt(100 - 2 * k)) * NS for k in range(50)], abs=1)


LEVELS = [
    ("a ramp starts from nothing at the very start", [phase("ramp 1s", to="50%")], [(0, 0.5)]),
    ("a ramp starts at the level before",
     [phase("warm 1s", at="20%"), phase("ramp 1s", to="5%")], [(0.2, 0.2), (0.2, 0.05)]),
    ("a hold keeps what the ramp reached", [phase("ramp 1s", to="50%"), phase("hold 1s")], [(0, 0.5), (0.5, 0.5)]),
    ("a hold after a hold is at 100 %", [phase("hold 1s", at="50%"), phase("hold 1s")], [(0.5, 0.5), (1, 1)]),
    ("a hold after a warm-up is at 100 %", [phase("warm 1s", at="25%"), phase("hold 1s")], [(0.25, 0.25), (1, 1)]),
    ("a hold may name its level", [phase("ramp 1s", to="50%"), phase("hold 1s", at="80%")], [(0, 0.5), (0.8, 0.8)]),
]  # fmt: skip


@pytest.mark.parametrize(("given_phases", "expected"), [row[1:] for row in LEVELS], ids=[row[0] for row in LEVELS])
def test_levels(given_phases: list[Phase], expected: list[tuple[float, float]]) -> None:
    assert [(span.from_level, span.to_level) for span in spans(load_of(*given_phases))] == expected


def test_spans_follow_each_other_and_say_what_is_measured() -> None:
    found = spans(load_of(phase("warm 500ms"), phase("ramp 90s", to="100%", measure=False), phase("hold 2h")))
    assert [(span.name, span.measured) for span in found] == [
        ("warm 500ms", False),
        ("ramp 1m30s", False),
        ("hold 2h", True),
    ]
    assert [(span.start_ns, span.end_ns) for span in found] == [
        (0, NS // 2),
        (NS // 2, NS * 181 // 2),
        (NS * 181 // 2, NS * 181 // 2 + 7200 * NS),
    ]


def test_the_level_at_a_time_lies_on_the_line() -> None:
    over = spans(load_of(phase("warm 1s", at="20%"), phase("ramp 2s", to="100%"), phase("hold 1s", at="50%")))
    times = [-1, 0, NS - 1, NS, 2 * NS, 3 * NS, 4 * NS - 1, 4 * NS]
    assert [level_at(over, t) for t in times] == pytest.approx([0, 0.2, 0.2, 0.2, 0.6, 0.5, 0.5, 0])


LEVELS_OF_TURNS = [
    ("a wave goes up from its middle, down through it, and again",
     phase("wave 20s", between=["20%", "100%"], period="8s"),
     [(0, 0.6), (2, 1), (4, 0.6), (6, 0.2), (10, 1), (16, 0.6)]),
    ("between two corners a wave is straight",
     phase("wave 64s", between=["0%", "200%"], period="64s"), [(15.5, (1.995184726672 + 2) / 2)]),
    ("steps are flat", phase("steps 9s", **{"from": "20%"}, to="80%", count=3),
     [(0, 0.2), (2.9, 0.2), (3, 0.5), (8.9, 0.8)]),
    ("a burst begins with its peak", phase("burst 20s", at="50%", to="300%", every="8s", lasting="2s"),
     [(0, 3), (1.9, 3), (2, 0.5), (7.9, 0.5), (8, 3), (16, 3), (19, 0.5)]),
    ("a pause is empty", phase("pause 2s"), [(0, 0), (1.9, 0)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("turning", "expected"), [row[1:] for row in LEVELS_OF_TURNS], ids=[row[0] for row in LEVELS_OF_TURNS]
)
def test_the_level_at_a_time_of_a_phase_of_pieces(turning: Phase, expected: list[tuple[float, float]]) -> None:
    over = spans(load_of(phase("hold 7s"), turning))
    at = [level_at(over, round((7 + seconds) * NS)) for seconds, _ in expected]
    assert at == pytest.approx([level for _, level in expected])


def test_a_day_of_short_waves_is_exact_to_its_end_and_no_larger_than_one_of_them() -> None:
    of = table(1000, phase("wave 1d", between=["10%", "130%"], period="7s"))
    (stretch,) = of.stretches
    assert len(stretch.lines.before) == 64
    last = math.ceil(of.total) - 1
    for first in range(0, last - 4, last // 50):
        due = stretch.due_ns(first, np.arange(5, dtype=np.float64)).tolist()
        for k, at in enumerate(due, first):
            by = stretch.before + 1000 * Fraction(area_of(turn_of(stretch.span), Fraction(at - 1, NS)))
            after = stretch.before + 1000 * Fraction(area_of(turn_of(stretch.span), Fraction(at + 1, NS)))
            assert at == 0 or by <= k <= after


def test_waves_with_less_than_an_arrival_each_are_exact_too() -> None:
    of = table(0.5, phase("wave 1h", between=["0%", "200%"], period="100ms"))
    turn = turn_of(of.stretches[0].span)
    for k, at in list(enumerate(all_due(of).tolist()))[::17]:
        assert at == 0 or area_of(turn, Fraction(at - 1, NS)) / 2 <= k <= area_of(turn, Fraction(at + 1, NS)) / 2


def test_peaks_get_their_share_of_the_calls() -> None:
    due = all_due(table(1000, phase("burst 10s", at="50%", to="300%", every="1s", lasting="100ms")))
    assert np.bincount(due * 10 // NS).tolist() == [300, *[50] * 9] * 10


def expected_within(stretch: Stretch, t_ns: int, rate: float) -> Fraction:
    """Arrivals expected between a phase's beginning and a time in it, exactly: piece by piece."""
    length = Fraction(t_ns - stretch.span.start_ns, NS)
    whole = Level("any", float(length), 0, 0, measured=True, turn=turn_of(stretch.span))
    return Fraction(rate).limit_denominator(10**9) * sum(
        ((piece.start + piece.end) / 2 * piece.seconds for piece in whole.pieces()), Fraction(0)
    )


@settings(deadline=None)
@given(loads, rates)
def test_constant_counts_of_each_phase_are_the_integral_of_the_rate(load: list[Phase], rate: float) -> None:
    of = table(rate, *load)
    due, counts = all_due(of), of.counts()
    assert len(due) == sum(counts)
    for stretch, count in zip(of.stretches, counts, strict=True):
        area = expected_within(stretch, stretch.span.end_ns, rate)
        assert stretch.expected == area
        assert abs(count - area) < 1
        assert ((due >= stretch.span.start_ns) & (due < stretch.span.end_ns)).sum() == count


@settings(deadline=None)
@given(loads, rates, st.booleans(), st.integers(0, 2**63 - 1))
def test_due_times_never_go_back(load: list[Phase], rate: float, poisson: bool, seed: int) -> None:
    due = all_due(table(rate, *load, poisson=poisson, seed=seed))
    assert (np.diff(due) >= 0).all()


@settings(deadline=None, max_examples=30)
@given(loads, rates, st.booleans(), st.integers(1, 3000))
def test_times_do_not_depend_on_the_size_of_the_blocks(
    load: list[Phase], rate: float, poisson: bool, size: int
) -> None:
    of = table(rate, *load, poisson=poisson)
    assert np.array_equal(all_due(of, size), all_due(of))


def expected_by(stretch: Stretch, t_ns: int, rate: float) -> Fraction:
    """Arrivals expected by a time, exactly."""
    return stretch.before + expected_within(stretch, t_ns, rate)


@settings(deadline=None, max_examples=50)
@given(loads, rates)
def test_every_constant_time_is_the_exact_inverse_to_the_nanosecond(load: list[Phase], rate: float) -> None:
    of = table(rate, *load)
    due = all_due(of).tolist()
    for k in range(0, len(due), max(1, len(due) // 20)):
        stretch = next(s for s in reversed(of.stretches) if s.before <= k and s.expected)
        assert due[k] == stretch.span.start_ns or expected_by(stretch, due[k] - 1, rate) <= k
        assert due[k] == stretch.span.end_ns - 1 or expected_by(stretch, due[k] + 1, rate) >= k


@pytest.mark.parametrize(("rate", "hours"), [(0.1, 24), (100_000, 3), (1 / 3, 24), (99_999.9, 24)])
def test_there_is_no_drift_over_a_day(rate: float, hours: int) -> None:
    of = table(rate, phase(f"hold {hours}h"))
    last = of.counts()[0] - 1
    full = Fraction(rate).limit_denominator(10**9)
    assert abs(int(of._due_ns(last, np.zeros(1, dtype=np.int64))[0]) - Fraction(last) / full * NS) <= 1
    assert last == math.ceil(full * hours * 3600) - 1


def test_poisson_gaps_are_exponential_at_every_rate() -> None:
    due = all_due(table(50_000, phase("hold 1s"), poisson=True))
    gaps = np.sort(np.diff(due)) / NS * 50_000
    cdf = 1 - np.exp(-gaps)
    # Kolmogorov-Smirnov: beyond 1.95 in one of a thousand right samples
    assert math.sqrt(len(gaps)) * np.abs(cdf - np.arange(1, len(gaps) + 1) / len(gaps)).max() < 1.95


def test_poisson_arrivals_on_a_ramp_are_uniform_in_the_integral() -> None:
    due = all_due(table(20_000, phase("ramp 5s", to="100%"), poisson=True)) / (5 * NS)
    by = np.sort(due**2)  # L(t) / L(end)
    assert math.sqrt(len(by)) * np.abs(by - np.arange(1, len(by) + 1) / len(by)).max() < 1.95


def test_poisson_counts_of_the_phases_are_those_of_the_drawn_times() -> None:
    of = table(500, phase("warm 1s", at="10%"), phase("ramp 2s", to="100%"), phase("hold 3s"), poisson=True)
    due = all_due(of)
    by_phase = [int(((due >= s.span.start_ns) & (due < s.span.end_ns)).sum()) for s in of.stretches]
    assert list(of.counts()) == by_phase
    assert sum(by_phase) == pytest.approx(float(of.total), abs=4 * math.sqrt(float(of.total)))


def test_a_phase_without_load_has_no_calls() -> None:
    of = table(100, phase("hold 1s", at="0%"), phase("hold 1s"), phase("hold 1s", at="0%"))
    assert of.counts() == (0, 100, 0)
    assert all_due(table(100, phase("hold 1s", at="0%"), poisson=True)).tolist() == []
