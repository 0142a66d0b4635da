"""The proof that verdicts of comparisons are right as often as they claim, by thousands of simulated ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ddbload.compare.family import judge
from ddbload.compare.power import needed_for
from ddbload.compare.samples import Samples
from tests.bank.runs import bank
from tests.compare.pairs_needed import table
from tests.compare.samples import in_pairs
from tests.evidence.simulated import (
    Noise,
    Random,
    Rates,
    by_pairs,
    interleaved,
    measured,
    on_two_days,
    planned,
    rates,
    slower,
)

FALSE_ALARMS = 0.05
POWER = 0.9
GREEN = 0.9
ORDINARY = 0.03
"""Run-to-run spread of p99 where the table is some 20 ms away: 2 to 5 % measured."""
CELLS = ((0.02, 0.05), (0.03, 0.10), (0.05, 0.10), (0.05, 0.20))
"""Noise and margin of the cells of the table that are tried out."""
SLACK = 0.03
"""The table reckons with t; permutation of few pairs shows a little less for its steps."""
_SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class World:
    """A kind of comparison, what is true in it, and what must hold of its verdicts."""

    name: str
    family: Callable[[Random], list[Samples]]
    truth: str
    holds: Callable[[Rates], bool]


def worlds(noise: Noise) -> list[World]:
    """The comparisons that are simulated, from the noise of real runs."""

    def null(name: str, family: Callable[[Random], list[Samples]]) -> World:
        return World(name, family, "no change", lambda found: found.interval("regressed")[1] <= FALSE_ALARMS)

    def harm(spread: float) -> World:
        ordinary = noise.ordinary(spread)
        return World(
            f"10 pairs, read.p99 10 % slower, noise {spread:.0%}",
            lambda random: by_pairs(*slower(interleaved(random, ordinary, 10), 0.1)),
            "+10 %",
            lambda found: spread > ORDINARY or found.interval("regressed")[0] >= POWER,
        )

    def green(name: str, family: Callable[[Random], list[Samples]]) -> World:
        return World(name, family, "no change", lambda found: found.share("not worse", "improved") >= GREEN)

    calm = noise.ordinary(ORDINARY)
    return [
        null("10 pairs, noise as measured", lambda random: by_pairs(*interleaved(random, noise, 10))),
        null("6 pairs, noise as measured", lambda random: by_pairs(*interleaved(random, noise, 6))),
        null("pairs by a pilot, noise as measured", lambda random: by_pairs(*planned(random, noise))),
        null("pairs by a pilot, noise 5 %", lambda random: by_pairs(*planned(random, noise.ordinary(0.05)))),
        null("8 + 8 runs apart, 4 other batches known", lambda random: on_two_days(random, noise, 8, 4)),
        null("8 + 8 runs apart, no other batch known", lambda random: on_two_days(random, noise, 8)),
        null("5 + 5 runs apart, 4 other batches known", lambda random: on_two_days(random, noise, 5, 4)),
        null("3 + 3 runs apart, no other batch known", lambda random: on_two_days(random, noise, 3)),
        green(f"10 pairs, noise {ORDINARY:.0%}", lambda random: by_pairs(*interleaved(random, calm, 10))),
        green(f"pairs by a pilot, noise {ORDINARY:.0%}", lambda random: by_pairs(*planned(random, calm))),
        *(harm(spread) for spread in (0.02, 0.03, 0.04, 0.05)),
    ]


def simulate(comparisons: int) -> tuple[bool, str, str]:
    """Whether all holds, in a sentence, and the tables (Markdown)."""
    noise = measured(bank())
    rows, held = [], True
    for place, world in enumerate(worlds(noise)):
        found = rates(comparisons, _SEED + place, world.family)
        holds = world.holds(found)
        held &= holds
        rows.append(_row(world, found, holds=holds))
    cells = [power_of_cell(spread, margin, comparisons) for spread, margin in CELLS]
    held &= all(power >= POWER - SLACK for _, power in cells)
    head = "| comparisons | truth | regressed [95 %] | green | cannot tell | holds |"
    tried = [
        f"| {spread:.0%} | {margin:.0%} | {pairs} | {power:.1%} |"
        for (spread, margin), (pairs, power) in zip(CELLS, cells, strict=True)
    ]
    detail = "\n".join(
        [
            head,
            "| --- | --- | --- | ---: | ---: | --- |",
            *rows,
            "",
            "Pairs needed (four gates), and what as many show of a change of the margin:",
            "",
            table(),
            "",
            "| noise | margin | pairs | regressed |\n| ---: | ---: | ---: | ---: |",
            *tried,
        ]
    )
    return held, f"{comparisons:,} comparisons of each kind, five gates, from {len(noise.residuals)} blocks", detail


def _row(world: World, found: Rates, *, holds: bool) -> str:
    low, high = found.interval("regressed")
    regressed = f"{found.share('regressed'):.2%} [{low:.2%}, {high:.2%}]"
    green, open_ = f"{found.share('not worse', 'improved'):.1%}", f"{found.share('cannot tell'):.1%}"
    return f"| {world.name} | {world.truth} | {regressed} | {green} | {open_} | {'yes' if holds else 'NO'} |"


def power_of_cell(spread: float, margin: float, comparisons: int, *, gates: int = 4) -> tuple[int, float]:
    """The pairs that a cell of the table asks for, and how often they show a change of the margin: normal noise."""
    random = np.random.default_rng(_SEED)
    limit = math.log1p(margin)
    pairs = needed_for(spread, limit, gates, paired=True)
    assert pairs is not None
    shown = 0
    for _ in range(comparisons):
        base, new = random.normal(0, spread, (2, pairs, gates))
        new[:, 0] += limit
        family = [in_pairs(base[:, gate], new[:, gate]) for gate in range(gates)]
        shown += judge(family, [limit] * gates)[0].verdict == "regressed"
    return pairs, shown / comparisons
