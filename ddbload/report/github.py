"""Cases as GitHub annotations (workflow commands on standard output), and a report for the job's summary.

Source of the escapes: actions/toolkit, packages/core/src/command.ts, as "Workflow commands for GitHub Actions" uses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from ddbload.report.cases import Case

Level = Literal["error", "warning", "notice"]
MOST = 10
"""Annotations of a level that GitHub shows of a step; the others would be lost without a word."""

_LEVELS: dict[str, Level] = {"failure": "error", "error": "error", "skipped": "warning"}


def commands(cases: Sequence[Case], *, headline: str, warnings: Sequence[str], place: str | None) -> Iterator[str]:
    """The commands, a line each: what is worse or was not judged, then warnings; a notice where all is well.

    Args:
        cases: what was judged.
        headline: verdict and what it means, for the notice.
        warnings: what a reader should know besides.
        place: a file that the annotations stand at, a path from the repository's root.
    """
    found: dict[Level, list[tuple[str, str]]] = {"error": [], "warning": [], "notice": []}
    for case in cases:
        if case.status != "passed":
            text = case.message if case.text in ("", case.message) else f"{case.message}\n{case.text}"
            found[_LEVELS[case.status]].append((case.name, text))
    found["warning"] += [("ddbload", text) for text in warnings]
    if not found["error"]:
        found["notice"].append(("ddbload", headline))
    for level, texts in found.items():
        yield from (command(level, title, text, place) for title, text in _few(texts))


def _few(texts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if len(texts) <= MOST:
        return texts
    rest = texts[MOST - 1 :]
    names = "\n".join(f"{title}: {text.partition(chr(10))[0]}" for title, text in rest)
    return [*texts[: MOST - 1], (f"and {len(rest)} more", names)]


def command(level: Level, title: str, text: str, place: str | None = None) -> str:
    """One workflow command: `::error file=...,title=...::text`."""
    properties = {"file": place, "title": title}
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{level} {given}::{_data(text)}" if given else f"::{level}::{_data(text)}"


def add_summary(path: Path, markdown: str) -> None:
    """Add a report to the job's summary, after what other steps wrote there.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("a", encoding="utf-8", errors="replace") as file:
        file.write(f"\n{markdown}\n")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
