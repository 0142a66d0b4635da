"""The formats of a report, as `--format` of several commands takes them."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """The form of the report on standard output."""

    terminal = "terminal"
    json = "json"
    markdown = "markdown"


class JudgedFormat(StrEnum):
    """The form of what is judged on standard output: a build server's forms, too."""

    terminal = "terminal"
    json = "json"
    markdown = "markdown"
    junit = "junit"
    github = "github"
