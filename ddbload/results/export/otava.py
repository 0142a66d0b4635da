"""A hand-off to Apache Otava, which looks for change points: a CSV for each scenario, and the otava.yaml that reads it.

The form is that of Otava 0.8.0 (its documentation, "Importing results from CSV" and "Getting Started"): a test of type
`csv` with `file`, `time_column`, `attributes`, `csv_options`, and `metrics` with `column` and `direction` (1 where
higher is better, -1 where lower is). Every field of a metric must be a number, so that a metric that some run lacks is
left out; a run that measured its client, was cut short or is a pair's warming is no point of a series.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ddbload.measure.metrics import metric_of
from ddbload.results.document import ResultsError
from ddbload.results.export.files import Exported, require_folder, write_whole
from ddbload.results.export.rows import Number, numbers_of
from ddbload.results.names import safe_name
from ddbload.results.record import RunRecord
from ddbload.results.selection import started

_WHOLE_RUN = ("rate.completed", "cost.usd_per_million_operations", "client.lag_ms.p99")
_OPERATION = (
    "operations.*.response_ms.p50",
    "operations.*.response_ms.p90",
    "operations.*.response_ms.p99",
    "operations.*.response_ms.p99_9",
    "operations.*.service_ms.p50",
    "operations.*.service_ms.p99",
)
_LABELS = ("time", "tag", "run")
_DIRECTIONS = {"lower": -1, "higher": 1}


def write_otava(folder: Path, runs: Sequence[RunRecord]) -> Exported:
    """Write a CSV for each scenario and otava.yaml into a folder.

    Raises:
        ResultsError: no run is a point of a series, or the folder cannot take the files.
    """
    points = [run for run in runs if not _unfit(run)]
    left = Counter((run.fingerprint.scenario, reason) for run in runs if (reason := _unfit(run)))
    notes = [f"{scenario}: {_runs(count)} left out: {reason}" for (scenario, reason), count in left.items()]
    if not points:
        raise ResultsError("; ".join(["there is no run that Otava could use", *notes]))
    require_folder(folder)
    files: list[Path] = []
    tests: dict[str, Any] = {}
    for scenario in sorted({run.fingerprint.scenario for run in points}):
        own = sorted((run for run in points if run.fingerprint.scenario == scenario), key=started)
        numbers = [numbers_of(run) for run in own]
        metrics, missing = _metrics(own, numbers)
        notes += [f"{scenario}: {key} is left out: {count:,} of {_runs(len(own))} lack it" for key, count in missing]
        text = _series(own, numbers, metrics)
        files.append(write_whole(folder / f"{safe_name(scenario)}.csv", lambda file, one=text: file.write(one)))  # type: ignore[misc]  # the default binds this turn's text
        tests[safe_name(scenario)] = _test(files[-1], metrics)
    config = _config(folder / "otava.yaml", tests)
    files.append(write_whole(folder / "otava.yaml", lambda file: file.write(config)))
    return Exported(tuple(files), tuple(notes))


def _unfit(run: RunRecord) -> str:
    if run.verdict == "invalid":
        return "invalid"
    if not run.complete:
        return "cut short"
    return "of a warming pair" if run.pairing and run.pairing.warming else ""


def _runs(count: int) -> str:
    return f"{count:,} run" + ("s" if count != 1 else "")


def _metrics(
    runs: Sequence[RunRecord], numbers: Sequence[Mapping[str, Number]]
) -> tuple[dict[str, int], list[tuple[str, int]]]:
    """The keys that every run has a number for, with their directions; those that some lack, with how many do."""
    names = {name: None for run in runs for name, operation in run.operations.items() if operation.arrivals}
    keys = {pattern.replace("*", name, 1): pattern for name in names for pattern in _OPERATION}
    keys |= {key: key for key in _WHOLE_RUN}
    lacking = {key: sum(each.get(key) is None for each in numbers) for key in keys}
    whole = {key: _DIRECTIONS[metric_of(pattern).better] for key, pattern in keys.items() if not lacking[key]}
    return whole, [(key, count) for key, count in lacking.items() if 0 < count < len(runs)]


def _series(runs: Sequence[RunRecord], numbers: Sequence[Mapping[str, Number]], metrics: Iterable[str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_LABELS, *metrics])
    for run, each in zip(runs, numbers, strict=True):
        moment = f"{started(run):%Y-%m-%d %H:%M:%S +0000}"
        writer.writerow([moment, " ".join(run.tag.split()), run.id, *(each[key] for key in metrics)])
    return text.getvalue().encode(errors="replace")


def _test(file: Path, metrics: Mapping[str, int]) -> dict[str, Any]:
    return {
        "type": "csv",
        "file": file.as_posix(),
        "time_column": _LABELS[0],
        "attributes": list(_LABELS[1:]),
        "metrics": {key: {"column": key, "direction": direction} for key, direction in metrics.items()},
        "csv_options": {"delimiter": ",", "quote_char": '"'},
    }


def _config(place: Path, tests: Mapping[str, Any]) -> bytes:
    head = (
        f"# For Apache Otava 0.8: otava analyze TEST --config-file {place.as_posix()}\n"
        "# Its paths are seen from the folder in which ddbload was started; start Otava there, too.\n"
    )
    return (head + yaml.safe_dump({"tests": dict(tests)}, sort_keys=False, allow_unicode=True)).encode()
