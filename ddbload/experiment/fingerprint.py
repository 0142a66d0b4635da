"""What makes two runs comparable: versions, host, target. Never a credential, never a name that identifies a person."""

from __future__ import annotations

import os
import platform
import re
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import ddbload
from ddbload.results.record import Fingerprint
from ddbload.scenario.files import every_file_of, hashes_of
from ddbload.scenario.load import LoadedScenario
from ddbload.scenario.model import Scenario
from ddbload.target.model import Target

_DEPENDENCIES = ("aioboto3", "botocore", "httptools", "numpy", "orjson", "uvloop")


def fingerprint(loaded: LoadedScenario, target: Target, transport: str, workers: int) -> Fingerprint:
    """The fingerprint of a run of a scenario against a target."""
    return Fingerprint(
        scenario=loaded.scenario.name,
        scenario_sha256=loaded.sha256,
        seed=loaded.scenario.seed,
        params=dict(loaded.params),
        ddbload=ddbload.__version__,
        dependencies={name: found for name in _DEPENDENCIES if (found := _version(name))},
        python=platform.python_version(),
        host={
            "system": f"{platform.system()} {platform.release()}",
            "machine": platform.machine(),
            "cpu": _cpu(),
            "cpus": os.cpu_count() or 1,
        },
        target={
            "kind": target.kind,
            "url": target.endpoint.url,
            "version": target.version,
            "image_digest": target.image_digest,
            "functional": target.functional,
            "region": target.endpoint.region,
        },
        transport=transport,
        workers=workers,
        files=_files(loaded.scenario),
        written_sha256=loaded.written_sha256,
    )


def _files(scenario: Scenario) -> dict[str, str]:
    """Those that are still there: what was measured must not be lost for one that is not."""
    found: dict[str, str] = {}
    for name in every_file_of(scenario):
        with suppress(OSError):
            found |= hashes_of([name], scenario.folder)
    return found


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cpu() -> str:
    """The processor's name, as far as the system tells."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or platform.machine()
