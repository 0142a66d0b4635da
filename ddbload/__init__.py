"""Load generator and capacity planner for Amazon DynamoDB.

The same words in Python: `load_scenario` reads a file, `run` runs a `RunRequest`, `read_run` reads a result back, and
`plan` plans a `PlanRequest`. `compare_tags` sets two tags of the store against each other, `compare_runs` any runs
that were read; `regress` runs the two sides of a `RegressRequest` interleaved and compares them. Three questions take
one call each: the `operation_units` of a call, the `bill` of some `Usage`, and `simulate_one` for capacity in time
(`Fixed`, `Tracked` or `OnDemand`). Each is imported when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ddbload.capacity.behaviour import Fixed, OnDemand, Scheduled, Tracked, simulate_one
    from ddbload.capacity.operation_units import IndexEntry, operation_units
    from ddbload.compare.compare import compare_runs, compare_tags
    from ddbload.errors import DdbloadError
    from ddbload.experiment.regress import RegressRequest, regress
    from ddbload.experiment.run import RunRequest, run
    from ddbload.planner.plan import plan
    from ddbload.planner.request import PlanRequest
    from ddbload.pricing import Usage, bill
    from ddbload.results.store import read_run, read_timeline
    from ddbload.scenario.load import load_scenario

__version__ = "0.1.0"
__all__ = [
    "DdbloadError",
    "Fixed",
    "IndexEntry",
    "OnDemand",
    "PlanRequest",
    "RegressRequest",
    "RunRequest",
    "Scheduled",
    "Tracked",
    "Usage",
    "__version__",
    "bill",
    "compare_runs",
    "compare_tags",
    "load_scenario",
    "operation_units",
    "plan",
    "read_run",
    "read_timeline",
    "regress",
    "run",
    "simulate_one",
]

_HOMES = {
    "DdbloadError": "ddbload.errors",
    "Fixed": "ddbload.capacity.behaviour",
    "IndexEntry": "ddbload.capacity.operation_units",
    "OnDemand": "ddbload.capacity.behaviour",
    "PlanRequest": "ddbload.planner.request",
    "RegressRequest": "ddbload.experiment.regress",
    "RunRequest": "ddbload.experiment.run",
    "Scheduled": "ddbload.capacity.behaviour",
    "Tracked": "ddbload.capacity.behaviour",
    "Usage": "ddbload.pricing",
    "bill": "ddbload.pricing",
    "compare_runs": "ddbload.compare.compare",
    "compare_tags": "ddbload.compare.compare",
    "load_scenario": "ddbload.scenario.load",
    "operation_units": "ddbload.capacity.operation_units",
    "plan": "ddbload.planner.plan",
    "read_run": "ddbload.results.store",
    "read_timeline": "ddbload.results.store",
    "regress": "ddbload.experiment.regress",
    "run": "ddbload.experiment.run",
    "simulate_one": "ddbload.capacity.behaviour",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'ddbload' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
