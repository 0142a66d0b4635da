"""The one exception family. The command line renders it once; no traceback for a person's mistake."""

from __future__ import annotations

from dataclasses import dataclass


class DdbloadError(Exception):
    """Something a person can mend: says what was wrong, where, and what would fit.

    `exit_code` is the process's exit code when the error reaches the command line (see README, "Exit codes").
    """

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake at one place of an input file; `line` and `column` count from 1, 0 where there is none."""

    file: str
    line: int
    column: int
    message: str
    fits: str = ""  # what would fit: the nearest key, the expected form

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}" + (f" ({self.fits})" if self.fits else "")


class ScenarioError(DdbloadError):
    """The scenario cannot be used as it is; carries every problem found, in the order of the file."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (p.line, p.column))
        super().__init__("\n".join(str(p) for p in self.problems))


class UsageError(DdbloadError):
    """The command's words are off, or a question was declined. Nothing was sent."""


class TargetError(DdbloadError):
    """The target could not be started or reached, or a table cannot be used as the scenario asks."""

    exit_code = 3
