"""Files of CloudWatch's metrics -> series of numbers, whatever form they were exported in. What they mean is elsewhere.

Read are the answers of GetMetricData and of GetMetricStatistics as JSON (one, or a list of them), the queries of
GetMetricData, which say what its answer does not, and CSV with a column of times, as the console downloads it.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from ddbload.errors import UsageError

_STATISTICS = ("Sum", "Average", "SampleCount", "Minimum", "Maximum")
_STATISTIC = re.compile(rf"(?<![A-Za-z])({'|'.join(_STATISTICS)}|p\d+(?:\.\d+)?)(?![A-Za-z])", re.IGNORECASE)
_PERIOD = re.compile(r"(\d+)\s*(seconds?|s|minutes?|min|m|hours?|hour|h)?", re.IGNORECASE)
_EPOCH = re.compile(r"\d{9,11}(\.\d+)?")
FITS = (
    "the JSON of `aws cloudwatch get-metric-data` or `get-metric-statistics`, or the CSV that the console downloads,"
    " of ConsumedReadCapacityUnits and ConsumedWriteCapacityUnits, statistic Sum"
)


@dataclass(frozen=True, slots=True)
class Series:
    """Values in time.

    Attributes:
        place: where it stands, for a message.
        words: all that names it: label, id, headings, the file's name.
        points: (seconds since 1970, value), in order of time.
        statistic: as far as it is said, such as "Sum"; else "".
        period_s: as far as it is said; else 0.
        dimensions: as far as they are said: "TableName" and "GlobalSecondaryIndexName".
    """

    place: str
    words: str
    points: tuple[tuple[float, float], ...]
    statistic: str = ""
    period_s: int = 0
    dimensions: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """What a query of GetMetricData asked for."""

    metric: str
    statistic: str
    period_s: int
    dimensions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """All series of some files, and whether there were times without a zone among them."""

    series: tuple[Series, ...]
    without_zone: bool


def read_files(files: Sequence[Path], zone: tzinfo = UTC) -> Read:
    """All series of some files; `zone` is that of times which name none.

    Raises:
        UsageError: a file that cannot be read or is none of these; a value that is no number, or below zero.
    """
    documents, found = [], list[Series]()
    times = _Times(zone)
    for file in files:
        text = _text(file)
        if text.lstrip().startswith(("{", "[")):
            documents.append((file, _json(file, text)))
        else:
            found += _csv(file, text, times)
    queries = {key: query for file, document in documents for key, query in _queries(file, document)}
    for file, document in documents:
        found += _documents(file, document, queries, times)
    return Read(tuple(found), times.without_zone)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is no text in UTF-8: {error.reason} at byte {error.start} ({FITS})") from error


def _json(file: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageError(f"{file} is no JSON: {error} ({FITS})") from error


# --- times and values ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Times:
    """Reads times, and remembers whether one named no zone."""

    zone: tzinfo
    without_zone: bool = False

    def seconds(self, written: Any) -> float | None:
        """Seconds since 1970; None where it is no time."""
        if isinstance(written, bool) or written is None:
            return None
        if isinstance(written, (int, float)) or _EPOCH.fullmatch(str(written).strip()):
            return float(written)
        try:
            moment = datetime.fromisoformat(str(written).strip().replace("/", "-"))
        except ValueError:
            return None
        if moment.tzinfo is None:
            self.without_zone = True
            moment = moment.replace(tzinfo=self.zone)
        return moment.timestamp()

    def required(self, written: Any, place: str) -> float:
        seconds = self.seconds(written)
        if seconds is None or not math.isfinite(seconds):
            raise UsageError(f"{place}: {written!r} is no time (such as 2026-10-01T00:00:00Z)")
        return seconds


def _value(written: Any, place: str) -> float:
    try:
        value = float(written)
    except (TypeError, ValueError):
        value = math.nan
    if isinstance(written, bool) or not math.isfinite(value) or value < 0:
        raise UsageError(f"{place}: {written!r} is no number of 0 or more")
    return value


def _sorted(points: Iterator[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    return tuple(sorted(points))


def statistic_in(words: str) -> str:
    """The statistic that is named in some words; "" where none is."""
    found = _STATISTIC.search(words)
    if found is None:
        return ""
    return next((name for name in _STATISTICS if name.lower() == found[1].lower()), found[1].lower())


def _seconds_in(words: str) -> int:
    found = _PERIOD.fullmatch(words.strip())
    if found is None:
        return 0
    unit = (found[2] or "s").lower()
    return int(found[1]) * (60 if unit.startswith("m") else 3600 if unit.startswith("h") else 1)


# --- JSON ----------------------------------------------------------------------------------------------------------


def _parts(document: Any) -> Sequence[Any]:
    return document if isinstance(document, list) else [document]


def _queries(file: Path, document: Any) -> Iterator[tuple[str, Query]]:
    """The queries of GetMetricData: of `--cli-input-json`, or the list of `--metric-data-queries`."""
    for part in _parts(document):
        inside = part.get("MetricDataQueries") if isinstance(part, dict) else None
        for one in inside if isinstance(inside, list) else [part]:
            if isinstance(one, dict) and isinstance(asked := one.get("MetricStat"), dict):
                try:
                    metric = asked["Metric"]
                    dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions", ())}
                    query = Query(metric["MetricName"], asked["Stat"], int(asked["Period"]), dimensions)
                    yield one["Id"], query
                except (KeyError, TypeError, ValueError) as error:
                    raise UsageError(f"{file}: a query without {error}, which GetMetricData asks for") from None


def _documents(file: Path, document: Any, queries: Mapping[str, Query], times: _Times) -> Iterator[Series]:
    for number, part in enumerate(_parts(document)):
        if not isinstance(part, dict):
            raise UsageError(f"{file}: entry {number + 1} is no answer of CloudWatch ({FITS})")
        if "MetricDataResults" in part:
            yield from _results(file, part["MetricDataResults"], queries, times)
        elif "Datapoints" in part:
            yield from _datapoints(file, part, times)
        elif "MetricDataQueries" not in part and "MetricStat" not in part:
            has = ", ".join(map(repr, part)) or "nothing"
            raise UsageError(f"{file} is no answer of CloudWatch: it has {has} ({FITS})")


def _results(file: Path, results: Any, queries: Mapping[str, Query], times: _Times) -> Iterator[Series]:
    if not isinstance(results, list):
        raise UsageError(f"{file}: MetricDataResults is no list ({FITS})")
    for number, result in enumerate(results):
        place = f"{file}: MetricDataResults[{number}]"
        if not isinstance(result, dict) or not all(isinstance(result.get(k), list) for k in ("Timestamps", "Values")):
            raise UsageError(f"{place} has no Timestamps and Values ({FITS})")
        moments, values = result["Timestamps"], result["Values"]
        if len(moments) != len(values):
            raise UsageError(f"{place} has {len(moments)} Timestamps and {len(values)} Values: as many of each")
        label, key = str(result.get("Label", "")), str(result.get("Id", ""))
        points = _sorted(
            (times.required(moment, f"{place}.Timestamps[{k}]"), _value(value, f"{place}.Values[{k}]"))
            for k, (moment, value) in enumerate(zip(moments, values, strict=True))
        )
        asked = queries.get(key)
        if asked is None:
            yield Series(place, f"{label} {key} {file.stem}", points, statistic_in(label) or statistic_in(key))
        else:
            yield Series(place, asked.metric, points, asked.statistic, asked.period_s, asked.dimensions)


def _datapoints(file: Path, part: Mapping[str, Any], times: _Times) -> Iterator[Series]:
    label, found = str(part.get("Label", "")), part["Datapoints"]
    if not isinstance(found, list) or not all(isinstance(point, dict) for point in found):
        raise UsageError(f"{file}: Datapoints is no list of points ({FITS})")
    has = [name for name in _STATISTICS if any(name in point for point in found)]
    for name in has:
        points = _sorted(
            (times.required(point.get("Timestamp"), f"{place}.Timestamp"), _value(point[name], f"{place}.{name}"))
            for k, point in enumerate(found)
            if name in point
            for place in (f"{file}: Datapoints[{k}]",)
        )
        yield Series(f"{file}: {label or 'Datapoints'}", f"{label} {file.stem}", points, name)
    if not has:
        yield Series(f"{file}: {label or 'Datapoints'}", f"{label} {file.stem}", ())


# --- CSV -----------------------------------------------------------------------------------------------------------


def _csv(file: Path, text: str, times: _Times) -> Iterator[Series]:
    """Rows of headings, as many as there are, then a row for each time; an empty cell is no value."""
    rows = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(text)), 1) if any(map(str.strip, row))]
    first = next((k for k, (_, row) in enumerate(rows) if times.seconds(row[0]) is not None), None)
    if first is None:
        raise UsageError(
            f"{file} has no rows that begin with a time, such as 2026/10/01 00:00:00, and a comma after it ({FITS})"
        )
    if first == 0:
        raise UsageError(f"{file}: no heading says what its columns are ({FITS})")
    headings, data = [row for _, row in rows[:first]], rows[first:]
    width = max(len(row) for _, row in rows)
    for number, row in data:
        if times.seconds(row[0]) is None:
            raise UsageError(f"{file}:{number}: {row[0]!r} is no time (such as 2026/10/01 00:00:00)")
    for column in range(1, width):
        words = [(row[0].strip().lower(), row[column].strip()) for row in headings if column < len(row)]
        said = " ".join(word for _, word in words)
        points = _sorted(
            (times.required(row[0], f"{file}:{number}"), _value(row[column], f"{file}:{number}:{column + 1}"))
            for number, row in data
            if column < len(row) and row[column].strip()
        )
        period = next((_seconds_in(word) for name, word in words if name.startswith("period")), 0)
        yield Series(f"{file}, column {column + 1}", f"{said} {file.stem}", points, statistic_in(said), period)
