"""A plan of a few seconds against a stand-in, and a crew that runs it with real worker processes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ddbload.engine.plan import Plan
from ddbload.scenario.load import load_scenario
from ddbload.transport.protocol import Endpoint
from ddbload.workload import compile_workload

PlanFor = Callable[..., Plan]


@pytest.fixture
def plan_for(tmp_path: Path) -> PlanFor:
    """plan_for(url, workers=1, load={...}, client={...}, limits={...}): GetItem at a constant rate."""

    def make(url: str, *, workers: int = 1, **parts: Any) -> Plan:
        document = {
            "ddbload": 1,
            "name": "crew",
            "table": {"name": "crew", "key": {"pk": "S"}},
            "items": {"thing": {"of": {"number": 10}, "shape": {"pk": "thing#{number}"}}},
            "operations": {"read": {"get": "thing"}},
            **parts,
            # a test machine may be busy: a server that does answer has the time it takes
            "client": {"timeout": "30s", "connect_timeout": "30s"} | parts.get("client", {}),
            "load": {"mix": {"read": 1}, "arrivals": "constant", "rate": 100, "phases": [{"hold": "2s"}]}
            | parts.get("load", {}),
        }
        if document["load"]["rate"] is None:
            del document["load"]["rate"]
        path = tmp_path / "crew.yaml"
        path.write_text(yaml.safe_dump(document, sort_keys=False))
        scenario = load_scenario(path).scenario
        return Plan(
            scenario=scenario,
            workload=compile_workload(scenario),
            endpoint=Endpoint(url, "us-east-1"),
            transport="wire",
            workers=workers,
            trust_reported=True,
            usd=lambda read, write: read + write,  # a dollar a unit
        )

    return make
