"""A scenario's runs held against those of an earlier tag, for a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ddbload.compare.compare import compare, compare_read, selected
from ddbload.compare.document import Comparison
from ddbload.compare.request import CompareRequest
from ddbload.errors import UsageError
from ddbload.results.record import RunRecord
from ddbload.scenario.quantity import parse_percent


@dataclass(frozen=True, slots=True)
class Against:
    """What a test holds runs against.

    Attributes:
        than: a tag of the same scenario, or "pinned".
        matters: by gate, the change that must not pass: "5%" or 0.05; wins over the scenario's.
        across: parts of the fingerprint that are under test.
    """

    than: str
    matters: Mapping[str, str | float] = field(default_factory=dict)
    across: Iterable[str] = ()


def compared(
    results: Path, scenario: str, tag: str, against: Against, new: Sequence[RunRecord] | None = None
) -> Comparison:
    """Compare a scenario's runs under a tag, or only those of them that are given.

    Raises:
        DdbloadError: as `compare`; `UsageError` for a margin that is none.
    """
    words = (f"{scenario}@{against.than}", f"{scenario}@{tag}")
    margins = {gate: _margin(gate, value) for gate, value in against.matters.items()}
    request = CompareRequest(words, results, across=frozenset(against.across), margins=margins)
    if new is None:
        return compare(request)
    return compare_read(request, selected(request, words[0]).runs, new)


def _margin(gate: str, value: str | float) -> float:
    try:
        return parse_percent(value) if isinstance(value, str) else float(value)
    except ValueError as error:
        raise UsageError(f"matters {gate}: {error}") from None
