"""What a person sees when something is wrong: one line each, with the place and its line of the file."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from ddbload.errors import DdbloadError, Problem, ScenarioError

_RED, _BOLD, _DIM, _OFF = "\x1b[31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
_WIDTH = 120


def show_error(error: DdbloadError) -> None:
    """Write an error to standard error, once."""
    if isinstance(error, ScenarioError):
        for problem in error.problems:
            show_problem(problem, "error")
        count = len(error.problems)
        _line(f"{count} {'mistake' if count == 1 else 'mistakes'}; nothing was sent")
    else:
        _line(f"{_paint('error:', _RED)} {error}")


def show_problem(problem: Problem, kind: str) -> None:
    """Write a mistake or a warning with its place, and the line of the file with a mark under the place."""
    place = f"{problem.file}:{problem.line}:{problem.column}:" if problem.line else f"{problem.file}:"
    fits = f" ({problem.fits})" if problem.fits else ""
    _line(f"{_paint(place, _BOLD)} {_paint(kind + ':', _RED)} {problem.message}{fits}")
    if excerpt := _excerpt(problem):
        _line(_paint(excerpt, _DIM))


def show_bug(error: BaseException) -> Path:
    """Write a traceback to a file of its own, and one line about it to standard error."""
    import traceback

    return show_trace("".join(traceback.format_exception(error)))


def show_trace(trace: str) -> Path:
    """The same for a traceback that another process sent; its last line says what was wrong."""
    import tempfile

    with tempfile.NamedTemporaryFile("w", prefix="ddbload-", suffix=".log", delete=False, encoding="utf-8") as file:
        file.write(trace)
    what = trace.strip().rpartition("\n")[2]
    _line(f"{_paint('internal error:', _RED)} {what}; this is a bug, its trace is in {file.name}")
    return Path(file.name)


def _excerpt(problem: Problem) -> str:
    if not problem.line:
        return ""
    lines: list[str] = []
    with contextlib.suppress(OSError, UnicodeError, ValueError):
        lines = Path(problem.file).read_text(encoding="utf-8-sig").splitlines()
    if problem.line > len(lines) or not lines[problem.line - 1].strip():
        return ""
    text = lines[problem.line - 1].replace("\t", " ")
    start = max(0, problem.column - _WIDTH // 2) if len(text) > _WIDTH else 0
    return f"    {text[start : start + _WIDTH]}\n    {' ' * (problem.column - 1 - start)}^"


def _paint(text: str, code: str) -> str:
    return f"{code}{text}{_OFF}" if sys.stderr.isatty() and not os.environ.get("NO_COLOR") else text


def _line(text: str) -> None:
    sys.stderr.write(text + "\n")
