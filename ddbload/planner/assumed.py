"""The model's assumptions as a reader sees them: what `--assume` knows, and what `--assumptions` prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from ddbload.capacity.behaviour.assumptions import Assumption, Assumptions
from ddbload.errors import UsageError
from ddbload.planner.document import AssumptionLine
from ddbload.scenario.source import nearest

_SHOWN = ("name", "value", "low", "high", "unit", "text", "source")


def assumptions_with(given: Mapping[str, float]) -> Assumptions:
    """The model's assumptions, with some given: these are not drawn.

    Raises:
        UsageError: there is no such assumption, with what it may have been meant to be; or the value does not fit it.
    """
    known = [one.name for one in Assumptions()]
    for name in given:
        if name not in known:
            raise UsageError(f"there is no assumption '{name}' ({nearest(name, known, 'there are')})")
    return Assumptions().replaced(given)


def assumption_lines(assumptions: Iterable[Assumption]) -> tuple[AssumptionLine, ...]:
    """Assumptions as parts of a plan's document."""
    return tuple(AssumptionLine(**{name: asdict(one)[name] for name in _SHOWN}) for one in assumptions)
