"""Scenarios of a few lines, and a recorder's tally of calls that never went anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ddbload.scenario.load import LoadedScenario, load_scenario

Load = Callable[..., LoadedScenario]


@pytest.fixture
def scenario(tmp_path: Path) -> Load:
    """scenario(rate=100, phases=[...], **parts): reads and writes of ten items of 4,000 bytes, half and half."""

    def make(*, rate: int | None = 100, phases: list[dict[str, Any]] | None = None, **parts: Any) -> LoadedScenario:
        load = {"mix": {"read": 1, "write": 1}, "arrivals": "constant", "rate": rate}
        load |= {"phases": phases or [{"warm": "1s"}, {"hold": "2s"}]} | parts.pop("load", {})
        document = {
            "ddbload": 1,
            "name": "experiment",
            "table": {"name": "things", "key": {"pk": "S"}},
            "values": {"note": {"text": {"size": 3990}}},  # with pk, its value and the name: 2 + 4 + 4 + 3990 bytes
            "items": {"thing": {"of": {"number": 10}, "shape": {"pk": "no#{number}", "note": "{note}"}}},
            "operations": {"read": {"get": "thing"}, "write": {"put": "thing"}},
            "load": {key: value for key, value in load.items() if value is not None},
            **parts,
        }
        path = tmp_path / "experiment.yaml"
        path.write_text(yaml.safe_dump(document, sort_keys=False))
        return load_scenario(path)

    return make
