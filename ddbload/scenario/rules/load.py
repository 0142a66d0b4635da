"""The load, the client, the limits and the objectives."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.scenario.levels import arrivals, is_closed, levels
from ddbload.scenario.model import Retries, Scenario
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.source import nearest


def load_faults(scenario: Scenario) -> Iterator[Fault]:
    """Mix, rate, phases, retries and objectives."""
    yield from _mix_faults(scenario)
    yield from _rate_faults(scenario)
    yield from _phase_faults(scenario)
    yield from _objective_faults(scenario)
    retries = scenario.client.retries
    if isinstance(retries, Retries) and retries.max < retries.base:
        yield Fault(
            ("client", "retries", "max"), "the longest pause is shorter than the first one", "max: at least base"
        )


def load_notices(scenario: Scenario) -> Iterator[Fault]:
    """Operations that are never called, and objectives about them."""
    called = {name for name, weight in scenario.load.mix.items() if weight > 0}
    for name in scenario.operations:
        if name not in called:
            yield Fault(
                ("operations", name),
                f"the operation '{name}' is never called",
                "give it a weight in load.mix",
                at_key=True,
            )
    for name in scenario.objectives:
        if name != "all" and name not in called:
            yield Fault(("objectives", name), f"an objective for '{name}', which is never called", at_key=True)


def _mix_faults(scenario: Scenario) -> Iterator[Fault]:
    mix = scenario.load.mix
    for name in mix:
        if name not in scenario.operations:
            fits = nearest(name, scenario.operations, "there are")
            yield Fault(("load", "mix", name), f"there is no operation '{name}'", fits, at_key=True)
    if not any(weight > 0 for weight in mix.values()):
        yield Fault(
            ("load", "mix"), "every weight is 0, so that nothing is called", "at least one above 0", at_key=True
        )


def _rate_faults(scenario: Scenario) -> Iterator[Fault]:
    load = scenario.load
    if is_closed(load) and load.rate is not None:
        message = "a closed loop has no rate: it follows from the answers"
        yield Fault(("load", "rate"), message, "leave `rate` out, or use arrivals: poisson or constant", at_key=True)
    if not is_closed(load) and load.rate is None:
        yield Fault(
            ("load",),
            "load lacks the key 'rate'",
            "arrivals a second at 100 %; or arrivals: {closed: ...}",
            at_key=True,
        )


def _phase_faults(scenario: Scenario) -> Iterator[Fault]:
    load = scenario.load
    if not any(level.measured for level in levels(load)):
        yield Fault(("load", "phases"), "no phase is measured", "add a phase such as {hold: 1m}", at_key=True)
    elif not any(level.measured and level.mean > 0 for level in levels(load)):
        yield Fault(("load", "phases"), "the measured phases have no load", "a level above 0%", at_key=True)
    elif load.rate is not None and not is_closed(load) and arrivals(load, measured=True) < 1:
        message = f"the measured phases have {arrivals(load, measured=True):.2g} arrivals, less than one"
        yield Fault(("load", "phases"), message, "a higher rate or longer phases", at_key=True)


def _objective_faults(scenario: Scenario) -> Iterator[Fault]:
    for name, objective in scenario.objectives.items():
        if name != "all" and name not in scenario.operations:
            fits = nearest(name, [*scenario.operations, "all"], "there are")
            yield Fault(("objectives", name), f"there is no operation '{name}'", fits, at_key=True)
        if not objective.model_dump(exclude_none=True, exclude={"matters"}):
            fits = "a percentile such as p99: 10ms, or a share such as errors: 0.1%"
            yield Fault(("objectives", name), f"the objective for '{name}' asks for nothing", fits, at_key=True)
