"""Ten demands that have little in common, as units a second over days, for the tests and the proof of the choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import numpy as np

from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.demand.model import Month, UnitDemand
from ddbload.planner.resource import Dimension, Resource

MONDAY = datetime(2027, 2, 1, tzinfo=UTC)
Shape = Callable[[Floats, np.random.Generator], Floats]
"""Minutes since Monday midnight, and where to draw from -> units a second of one world."""


def _day(minutes: Floats, trough: float, peak: float) -> Floats:
    wave = (1 - np.cos(2 * np.pi * (minutes / 1440 - 0.125))) / 2
    return trough + (peak - trough) * wave


def _noisy(units: Floats, rng: np.random.Generator, share: float = 0.03) -> Floats:
    return np.maximum(0.0, units * (1 + share * rng.standard_normal(len(units))))


def _spikes(minutes: Floats, rng: np.random.Generator) -> Floats:
    units = np.full(len(minutes), 20.0)
    for start in rng.integers(0, len(minutes), size=max(1, len(minutes) // 720)):
        units[start : start + 12] = 600.0
    return units


def _bursts(minutes: Floats, rng: np.random.Generator) -> Floats:
    return _day(minutes, 60, 240) * rng.gamma(4.0, 0.25, len(minutes))


def _event(minutes: Floats, rng: np.random.Generator) -> Floats:
    sale = (minutes >= 1440 + 20 * 60) & (minutes < 1440 + 22 * 60)
    return _noisy(_day(minutes, 80, 300), rng) * np.where(sale, 3.0, 1.0)


def _week(minutes: Floats, rng: np.random.Generator) -> Floats:
    weekend = np.isin((minutes // 1440).astype(int) % 7, (5, 6))
    return _noisy(_day(minutes, 50, 400), rng) * np.where(weekend, 0.3, 1.0)


SHAPES: Mapping[str, Shape] = {
    "flat": lambda minutes, rng: _noisy(np.full(len(minutes), 250.0), rng, 0.01),
    "day and night": lambda minutes, rng: _noisy(_day(minutes, 40, 400), rng),
    "spiky": _spikes,
    "weekly": _week,
    "event": _event,
    "trend": lambda minutes, rng: _noisy(_day(minutes, 60, 200) * (1 + minutes / minutes[-1]), rng),
    "write heavy": lambda minutes, rng: _noisy(_day(minutes, 100, 700), rng),
    "read heavy": lambda minutes, rng: _noisy(_day(minutes, 500, 5000), rng),
    "tiny": lambda minutes, rng: _noisy(_day(minutes, 0.5, 4.0), rng, 0.1),
    "bursty": _bursts,
}


def demand(name: str, *, days: int, worlds: int, seed: int = 7) -> UnitDemand:
    """A demand by name, of table "t"; "write heavy" has an index "i" with half of its writes."""
    rng = np.random.default_rng([seed, list(SHAPES).index(name)])
    minutes = np.arange(days * 1440, dtype=float)
    level = np.exp(0.08 * rng.standard_normal(worlds))
    units = np.stack([SHAPES[name](minutes, rng) * each for each in level])
    return of_units(name, units, days)


def of_units(name: str, units: Floats, days: int) -> UnitDemand:
    """A demand with these writes (reads, of "read heavy") and a tenth of it of the other kind."""
    many: Dimension = "read" if name == "read heavy" else "write"
    few: Dimension = "write" if many == "read" else "read"
    asked: dict[Resource, dict[Dimension, Floats]] = {Resource("t"): {many: units, few: units / 10}}
    if name == "write heavy":
        asked[Resource("t", "i")] = {"write": units / 2}
    return UnitDemand(Month(MONDAY, days, days * 24.0, "some days"), 60, asked)
