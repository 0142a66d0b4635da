"""What an operation says to the planner that cannot be: failures without a condition, rows of what reads none."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.scenario.actions import Action, actions_of
from ddbload.scenario.model import Scenario, Session
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.source import Loc

_READS_MANY = frozenset({"query", "scan", "statement"})


def expectation_notices(scenario: Scenario) -> Iterator[Fault]:
    """Expectations and options that nothing comes of. Of a scenario without faults."""
    for name, operation in scenario.operations.items():
        if isinstance(operation, Session):
            continue
        loc: Loc = ("operations", name, "expect")
        actions = actions_of(operation)
        if operation.expect.fails and not any(_may_fail(action) for action in actions):
            yield Fault((*loc, "fails"), f"'{name}' has no condition that could fail", "a `condition`", at_key=True)
        if operation.expect.rows is not None and not any(action.kind in _READS_MANY for action in actions):
            yield Fault((*loc, "rows"), f"'{name}' reads no rows: it goes by key", "of a query or a scan", at_key=True)
        for action in actions:
            if action.kind != "statement" and getattr(action.spec, "on_failure", None) and not _may_fail(action):
                message = f"'{name}' has no condition whose failure could return anything"
                yield Fault(("operations", name, *action.loc, "on_failure"), message, "a `condition`", at_key=True)


def _may_fail(action: Action) -> bool:
    return action.kind == "statement" or getattr(action.spec, "condition", None) is not None
