"""Load generator and capacity planner for Amazon DynamoDB.

The same words in Python: `load_scenario` reads a file, `run` runs a `RunRequest`, `read_run` reads a result back. Each
is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ddbload.errors import DdbloadError
    from ddbload.experiment.run import RunRequest, run
    from ddbload.results.store import read_run, read_timeline
    from ddbload.scenario.load import load_scenario

__version__ = "0.1.0"
__all__ = ["DdbloadError", "RunRequest", "__version__", "load_scenario", "read_run", "read_timeline", "run"]

_HOMES = {
    "DdbloadError": "ddbload.errors",
    "RunRequest": "ddbload.experiment.run",
    "load_scenario": "ddbload.scenario.load",
    "read_run": "ddbload.results.store",
    "read_timeline": "ddbload.results.store",
    "run": "ddbload.experiment.run",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'ddbload' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
