"""The words of `ddbload plan`'s options as values, with errors that name the option and what would fit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from ddbload.errors import UsageError
from ddbload.scenario.quantity import parse_share

_EXPORTS = frozenset({".csv", ".json"})


def assumed(words: Sequence[str]) -> dict[str, float]:
    """The `NAME=VALUE` words of `--assume`.

    Raises:
        UsageError: a word is none, its value is no finite number, or a name is given twice.
    """
    given: dict[str, float] = {}
    for word in words:
        name, equals, text = word.partition("=")
        name = name.strip()
        if not equals or not name:
            raise UsageError(f"--assume {word}: an assumption is given as name=value, like --assume split_delay_min=10")
        if name in given:
            raise UsageError(f"--assume {word}: the assumption '{name}' is given twice")
        given[name] = _finite(word, text)
    return given


def _finite(word: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"--assume {word}: '{text}' is not a finite number, like 10 or 0.5")
    return value


def share(option: str, text: str) -> float:
    """The fraction of a percentage.

    Raises:
        UsageError: it is no percentage, or more than the whole.
    """
    try:
        return parse_share(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None


def designs(sources: Sequence[Path], *, described: bool) -> list[tuple[Path, tuple[Path, ...]]]:
    """What is planned: a source each; of an export the first of its files, with the others.

    Raises:
        UsageError: there is no source.
    """
    if not sources:
        raise UsageError("name what to plan: a scenario's YAML file, a run's folder, or the files of an export")
    if described or all(source.suffix in _EXPORTS for source in sources):
        return [(sources[0], tuple(sources[1:]))]
    return [(source, ()) for source in sources]
