"""How fast a month of capacity is simulated: by the second, and by the minute for many candidates and worlds.

Times are CPU times of one core, since others may use the machine; beside them is what a naive loop over the same steps
would take, measured on a part of them, and the ratio of the two.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np

from ddbload.capacity.behaviour import Asked, Fixed, OnDemand, Setting, Tracked, simulate
from ddbload.capacity.behaviour.settings import Floats
from tests.benchmarks.naive_walk import walk

MINUTES = 30 * 1440
START = datetime(2026, 1, 5, tzinfo=UTC)
RATES = {"": 800.0, "by_status": 300.0, "by_date": 500.0, "by_owner": 200.0}


def main() -> None:
    """Prints one line for each measurement."""
    print(f"{'what':92s} {'CPU s':>8s} {'naive s':>9s} {'ratio':>7s}")
    for words, setting in (("auto scaling", _tracked), ("fixed at the peak", _ample), ("fixed, short", _short)):
        _by_second(words, {name: setting(rate) for name, rate in RATES.items()})
    _by_second("on demand", {name: OnDemand() for name in RATES})
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for words, setting in (("auto scaling", _tracked), ("fixed, from short to ample", _ample)):
        _by_minute(words, worlds, [_candidate(setting, at / 20) for at in range(20)])


def _tracked(rate: float) -> Setting:
    return Tracked(low=max(1.0, rate * 0.1), high=rate * 4)


def _ample(rate: float) -> Setting:
    return Fixed(rate * 1.2)


def _short(rate: float) -> Setting:
    return Fixed(rate * 0.6)


def _candidate(kind: object, at: float) -> Mapping[str, Setting]:
    names = list(RATES)[:3]
    if kind is _tracked:
        return {name: Tracked(RATES[name] * (0.05 + 0.2 * at), RATES[name] * 4, 0.4 + 0.5 * at) for name in names}
    return {name: Fixed(RATES[name] * (0.5 + 1.5 * at)) for name in names}


def _day() -> Floats:
    minutes = np.arange(MINUTES)
    return np.asarray(0.55 - 0.45 * np.cos(2 * np.pi * (minutes - 300) / 1440))


def _by_second(words: str, candidate: Mapping[str, Setting]) -> None:
    rng = np.random.default_rng(1)
    rates = {name: np.repeat(rate * _day(), 60).reshape(1, MINUTES, 60) for name, rate in RATES.items()}
    units = {name: rng.poisson(rate).astype(np.float64) for name, rate in rates.items()}
    spent = _cpu(Asked("write", units, START), [candidate])
    part = {name: one[0, :1440].ravel() for name, one in units.items()}
    naive = 30 * walk(part, candidate, steps_s=1)
    _print(f"30 days by the second, a table with three indexes, one candidate, {words}", spent, naive)


def _by_minute(words: str, worlds: int, candidates: list[Mapping[str, Setting]]) -> None:
    rng = np.random.default_rng(1)
    level = np.exp(rng.normal(0, 0.2, (worlds, 1)))
    units = {
        name: RATES[name] * _day() * level * np.exp(rng.normal(0, 0.1, (worlds, MINUTES))) for name in list(RATES)[:3]
    }
    spent = _cpu(Asked("write", units, START), candidates)
    part = {name: one[0, :4320] for name, one in units.items()}
    naive = 10 * worlds * sum(walk(part, candidate, steps_s=60) for candidate in candidates)
    _print(f"30 days by the minute, two indexes, 20 candidates x {worlds} worlds, {words}", spent, naive)


def _cpu(asked: Asked, candidates: list[Mapping[str, Setting]]) -> float:
    before = time.process_time()
    simulate(asked, candidates)
    return time.process_time() - before


def _print(what: str, spent: float, naive: float) -> None:
    print(f"{what:92s} {spent:8.2f} {naive:9.1f} {naive / spent:6.0f}x", flush=True)


if __name__ == "__main__":
    main()
