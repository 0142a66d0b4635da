"""`histograms.hlog`: the standard HdrHistogram interval log (version 1.3), values in nanoseconds.

Each line is "Tag=T,start,length,max,histogram": start and length in seconds, start relative to BaseTime; max in
milliseconds, by the log format's own convention of dividing a nanosecond value by 1,000,000. Readers take the values
from the compressed histogram alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TextIO

from hdrh.histogram import HdrHistogram

from ddbload.results.document import ResultsError

_NS_PER_MS = 1_000_000
_UNSAFE = re.compile(r"[,\s\x00-\x1f\x7f]+")  # what the format does not allow in a tag
_LINE = re.compile(r"(?:Tag=([^,]*),)?(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\S+)")
LEGEND = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"'


@dataclass(frozen=True, slots=True)
class Interval:
    """The samples of one tag in one stretch of a run's measured phases.

    Attributes:
        start_s: seconds from the start of the run.
        length_s: seconds.
        tag: "operation/outcome/clock"; clock is response, service, queue or lag.
        histogram: an `hdrh.histogram.HdrHistogram` of nanoseconds.
    """

    start_s: float
    length_s: float
    tag: str
    histogram: Any


def write_log(file: TextIO, started_at: datetime, intervals: Iterable[Interval]) -> None:
    """Write the log; intervals come in order of their start, and those without a sample are left out.

    Raises:
        ValueError: an interval starts before the one in front of it, or a time is negative or not finite.
    """
    file.write("#[Values are nanoseconds, Interval_Max is milliseconds]\n")
    file.write("#[Histogram log format version 1.3]\n")
    epoch_s = started_at.timestamp()
    file.write(f"#[StartTime: {epoch_s:.3f} (seconds since epoch), {started_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}]\n")
    file.write(f"#[BaseTime: {epoch_s:.3f} (seconds since epoch)]\n")
    file.write(LEGEND + "\n")
    latest_s = 0.0
    for interval in intervals:
        if not (latest_s <= interval.start_s < math.inf and 0 <= interval.length_s < math.inf):
            raise ValueError(f"interval {interval.tag} of {interval.start_s} s + {interval.length_s} s is out of order")
        latest_s = interval.start_s
        if interval.histogram.get_total_count():
            file.write(_line(interval))


def _line(interval: Interval) -> str:
    tag = _UNSAFE.sub("_", interval.tag) or "_"
    highest_ms = interval.histogram.get_max_value() / _NS_PER_MS
    payload = interval.histogram.encode().decode("ascii")
    return f"Tag={tag},{interval.start_s:.3f},{interval.length_s:.3f},{highest_ms:.6f},{payload}\n"


def parse_log(file: TextIO, place: str) -> Iterator[Interval]:
    """The intervals of a log, in its order.

    Raises:
        ResultsError: a line is no interval or its histogram cannot be decoded; names `place` and the line.
    """
    for number, line in enumerate(file, 1):
        text = line.strip()
        if not text or text.startswith(("#", '"')):
            continue
        match = _LINE.fullmatch(text)
        if match is None:
            raise ResultsError(f"{place}:{number} is damaged: not an interval of an HdrHistogram log")
        try:
            histogram = HdrHistogram.decode(match[5])
        except Exception as error:  # the decoder raises whatever its layers raise: base64, zlib, struct, its own
            raise ResultsError(f"{place}:{number} is damaged: its histogram cannot be decoded ({error})") from error
        start_s, length_s = float(match[2]), float(match[3])
        if math.isinf(start_s + length_s):  # a float of 400 digits
            raise ResultsError(f"{place}:{number} is damaged: a time is not finite")
        yield Interval(start_s, length_s, match[1] or "", histogram)
