"""A replay's trace, read once before anything is sent: what cannot be replayed, and how much there is."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.errors import ScenarioError
from ddbload.scenario.model import Scenario
from ddbload.scenario.quantity import spell_duration
from ddbload.workload.replay import Survey, survey


def surveyed(scenario: Scenario) -> Survey | None:
    """What the trace holds; None where nothing is replayed.

    Raises:
        ScenarioError: with the rows that cannot be replayed, each at its place.
    """
    if scenario.load.replay is None:
        return None
    found = survey(scenario)
    if found.problems:
        raise ScenarioError(list(found.problems))
    return found


def trace_words(scenario: Scenario, found: Survey) -> Iterator[str]:
    """What will be replayed, in words."""
    replay = scenario.load.replay
    assert replay is not None
    recorded, once = found.duration_s, found.duration_s / replay.speed
    yield f"{found.rows:,} rows in {spell_duration(recorded)} as recorded, {spell_duration(once)} at {replay.speed:g}x"
    shares = sorted(found.counts.items(), key=lambda one: -one[1])
    yield ", ".join(f"{name} {count / found.rows:.1%}" for name, count in shares)
    if replay.loop > 1:
        yield f"{replay.loop:,} times, {found.rows * replay.loop:,} arrivals in all"
