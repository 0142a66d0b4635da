"""What a scenario must keep beyond its form: names that lead somewhere, keys that fit, DynamoDB's own limits. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.scenario.model import Scenario
from ddbload.scenario.rules.bill import bill_faults
from ddbload.scenario.rules.captures import capture_faults, capture_notices
from ddbload.scenario.rules.expectations import expectation_notices
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.rules.forecast import forecast_faults
from ddbload.scenario.rules.growth import growth_faults, growth_notices
from ddbload.scenario.rules.load import load_faults, load_notices
from ddbload.scenario.rules.operations import operation_faults
from ddbload.scenario.rules.sendable import sendable_faults
from ddbload.scenario.rules.sessions import session_faults
from ddbload.scenario.rules.shapes import key_faults, shape_faults
from ddbload.scenario.rules.table import reference_faults, table_faults, ttl_notices
from ddbload.scenario.rules.values import value_faults, value_notices

__all__ = ["Fault", "faults", "notices"]


def faults(scenario: Scenario) -> Iterator[Fault]:
    """Everything that keeps the scenario from being run."""
    missing = list(reference_faults(scenario))
    if missing:  # nothing can be said of items whose table is not known
        yield from (*missing, *value_faults(scenario), *load_faults(scenario))
        return
    within = [*value_faults(scenario), *table_faults(scenario), *shape_faults(scenario)]
    yield from within
    if not within:  # sizes and types of keys mean something only where every name leads somewhere
        yield from key_faults(scenario)
    wrong = [*operation_faults(scenario, sound=not within), *session_faults(scenario)]
    yield from wrong
    if not (within or wrong):  # what steps hand on and what grows means something only where every step leads somewhere
        paths = [*capture_faults(scenario)]
        yield from paths or sendable_faults(scenario)
        yield from growth_faults(scenario)
    yield from load_faults(scenario)
    yield from forecast_faults(scenario)
    yield from bill_faults(scenario)


def notices(scenario: Scenario) -> Iterator[Fault]:
    """What is written but does nothing, or another thing than it seems. Of a scenario without faults."""
    yield from ttl_notices(scenario)
    yield from value_notices(scenario)
    yield from capture_notices(scenario)
    yield from growth_notices(scenario)
    yield from expectation_notices(scenario)
    yield from load_notices(scenario)
