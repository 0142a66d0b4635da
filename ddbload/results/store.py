"""Runs on disk: `<root>/<scenario>/<tag>/<UTC time>-<short id>/`, written whole or not at all, and read back."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO, TypeVar

from ddbload.results.document import ResultsError, from_json, to_json
from ddbload.results.folders import RUN
from ddbload.results.hlog import Interval, parse_log, write_log
from ddbload.results.moment import moment_of
from ddbload.results.names import safe_name, tag_folder
from ddbload.results.record import RunRecord, Second
from ddbload.results.redact import redact, redacted, secrets_of
from ddbload.results.timeline import parse_timeline, write_timeline

SCENARIO, HISTOGRAMS, TIMELINE = "scenario.yaml", "histograms.hlog", "timeline.csv"
PARTIAL = ".partial"
"""How the hidden folder of a run that is being written ends."""
UNTAGGED = "untagged"
_TRIES = 100

T = TypeVar("T")


def new_id() -> str:
    """A short random id for a run."""
    return secrets.token_hex(4)


def default_tag(folder: Path) -> str:
    """The tag of a run that was given none: what git calls the checkout in `folder`, "untagged" outside of one."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603 - fixed words
    except (OSError, subprocess.SubprocessError, ValueError):
        return UNTAGGED
    return (answer.stdout.strip() if answer.returncode == 0 else "") or UNTAGGED


def write_run(
    root: Path, record: RunRecord, scenario_yaml: str, seconds: Sequence[Second], intervals: Iterable[Interval]
) -> Path:
    """Save a run and return its folder.

    The folder appears under its name only when all of it is on the disk, and never replaces another. Anything that
    looks like a credential is taken out. In `run.json`, `path` is the folder returned.

    Args:
        root: the results folder; made if missing.
        record: the run; `tag` and `fingerprint.scenario` may be any text.
        scenario_yaml: the scenario as run.
        seconds: the timeline, warm-up included.
        intervals: stretches of the measured phases in order of their start; an iterator is read once.

    Raises:
        ResultsError: the folder cannot be written.
        ValueError: a number is not finite, or intervals are out of order.
    """
    hidden = secrets_of(os.environ)
    started = moment_of(record.started_at)
    home = tag_folder(root, record.fingerprint.scenario, record.tag)
    partial = home / f".{secrets.token_hex(8)}{PARTIAL}"
    clean = redacted(record, hidden)
    try:
        _make(partial)
        try:
            _write(partial / SCENARIO, lambda file: file.write(redact(scenario_yaml, hidden)))
            _write(partial / TIMELINE, lambda file: write_timeline(file, seconds))
            _write(partial / HISTOGRAMS, lambda file: write_log(file, started, intervals))
            return _publish(partial, home, f"{started:%Y%m%dT%H%M%SZ}-{safe_name(record.id)}", clean)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise ResultsError(f"the run cannot be saved in {home}: {error.strerror or error}") from error


def _make(partial: Path) -> None:
    """Make the folder in its tag's, which another process may be taking away for being empty."""
    for _ in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):
            partial.mkdir(parents=True)
            return
    partial.mkdir(parents=True)


def _publish(partial: Path, home: Path, name: str, record: RunRecord) -> Path:
    """Give the folder its final name, or that name with a number where another run has it."""
    for attempt in range(_TRIES):
        final = home / (f"{name}-{attempt + 1}" if attempt else name)
        if final.exists():
            continue
        document = to_json(replace(record, path=str(final)))
        _write(partial / RUN, lambda file, text=document: file.write(text))  # type: ignore[misc]  # the default binds this turn's text
        _sync_folder(partial)
        try:
            partial.rename(final)
        except OSError:
            if final.exists():  # another writer was faster
                continue
            raise
        _sync_folder(home)
        return final
    raise ResultsError(f"the run cannot be saved in {home}: {_TRIES} runs are called {name} already")


def _write(path: Path, fill: Callable[[TextIO], object]) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        fill(file)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_run(path: Path) -> RunRecord:
    """The record of a run's folder or of its `run.json`; `path` in it is where it was found.

    Raises:
        ResultsError: there is none, it is damaged or of another schema.
    """
    file = path / RUN if path.is_dir() else path
    try:
        document = file.read_bytes()
    except OSError as error:
        raise ResultsError(f"{file} cannot be read: {error.strerror or error}") from error
    return replace(from_json(document, str(file)), path=str(file.parent))


def read_timeline(path: Path) -> list[Second]:
    """The timeline of a run's folder (or of its `run.json`). Raises ResultsError."""
    return list(_read(_sibling(path, TIMELINE), parse_timeline))


def each_interval(path: Path) -> Iterator[Interval]:
    """The intervals of a run's folder (or of its `run.json`), in order of their start.

    They are read one by one: all at once, those of a long run would not fit into memory.

    Raises:
        ResultsError: the log cannot be read or is damaged, as far as it was read.
    """
    return _read(_sibling(path, HISTOGRAMS), parse_log)


def read_scenario(path: Path) -> str:
    """The scenario of a run's folder (or of its `run.json`) as it was run: YAML. Raises ResultsError."""
    file = _sibling(path, SCENARIO)
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ResultsError(f"{file} cannot be read: {error.strerror or error}") from error


def _sibling(path: Path, name: str) -> Path:
    return (path if path.is_dir() else path.parent) / name


def _read(path: Path, parse: Callable[[TextIO, str], Iterator[T]]) -> Iterator[T]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from parse(file, str(path))
    except OSError as error:
        raise ResultsError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ResultsError(f"{path} is damaged: {error}") from error
