"""The words of `ddbload compare` and `ddbload regress` that say what matters and what is under test, as values."""

from __future__ import annotations

from collections.abc import Sequence

from ddbload.compare.request import ComparisonError, require_parts
from ddbload.errors import UsageError
from ddbload.scenario.quantity import parse_percent


def margins(words: Sequence[str]) -> dict[str, float]:
    """The `GATE=SHARE` words of `--matters`: {"read.p99": 0.05}.

    Raises:
        UsageError: a word is none, its share is no percentage or nothing, or a gate is given twice.
    """
    given: dict[str, float] = {}
    for word in words:
        gate, equals, text = (part.strip() for part in word.partition("="))
        if not equals or not gate:
            raise UsageError(f"--matters {word}: what matters is given as gate=share, like --matters read.p99=5%")
        if gate in given:
            raise UsageError(f"--matters {word}: what matters to '{gate}' is given twice")
        try:
            given[gate] = parse_percent(text)
        except ValueError as error:
            raise UsageError(f"--matters {word}: {error}") from None
        if not given[gate]:
            raise UsageError(f"--matters {word}: a change of nothing cannot be ruled out; write more than 0%")
    return given


def parts(words: Sequence[str]) -> frozenset[str]:
    """The parts of the fingerprint of `--across`.

    Raises:
        UsageError: there is no such part; names the nearest.
    """
    try:
        return require_parts(words)
    except ComparisonError as error:
        raise UsageError(f"--across {error}") from None


def one_or_several(sides: Sequence[str], *, self_check: bool) -> tuple[str, ...]:
    """The words that name runs.

    Raises:
        UsageError: too few of them, or too many.
    """
    if self_check and len(sides) != 1:
        raise UsageError("--self-check takes one tag, which is compared with itself: ddbload compare TAG --self-check")
    if not self_check and not sides:
        raise UsageError("name a base and what is new, tags or runs' folders: ddbload compare BASE NEW")
    if not self_check and len(sides) == 1:
        raise UsageError(f"{sides[0]} has nothing to be compared with: ddbload compare BASE NEW, or --self-check")
    if empty := [place for place, word in enumerate(sides, 1) if not word.strip()]:
        raise UsageError(f"word {empty[0]} is empty: name a tag, scenario@tag, or a run's folder")
    return tuple(sides)
