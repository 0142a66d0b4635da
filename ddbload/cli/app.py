"""The command line: its commands, each imported when it is called, and what becomes of errors. No logic."""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import typer

from ddbload.cli.failure import show_bug, show_error
from ddbload.errors import DdbloadError, UsageError

_INTERNAL = 70
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # of whoever owns the disk, never a bug of ours
_INTERRUPTED = 130
_PIPE_CLOSED = 141  # the shell's own code for SIGPIPE: whoever read our output went away

COMMANDS: dict[str, str] = {
    "check": "ddbload.cli.check:check",
    "compare": "ddbload.cli.compare:compare",
    "init": "ddbload.cli.init:init",
    "local": "ddbload.cli.local:local_app",
    "plan": "ddbload.cli.plan:plan",
    "prices": "ddbload.cli.prices:prices_app",
    "regress": "ddbload.cli.regress:regress",
    "report": "ddbload.cli.report:report",
    "results": "ddbload.cli.results:results_app",
    "run": "ddbload.cli.run:run",
    "schema": "ddbload.cli.schema:schema",
    "serve": "ddbload.cli.serve:serve",
}
"""Each command and where it lives: a function, or a `typer.Typer` with commands of its own."""


def main(words: list[str] | None = None) -> None:
    """Run a command and end the process with its exit code (README, "Exit codes")."""
    arguments = sys.argv[1:] if words is None else words
    _start_fast(arguments)
    code = run(arguments)
    if arguments[:1] == ["check"]:
        _end_fast(code)
    sys.exit(code)


def _end_fast(code: int) -> NoReturn:
    """End without taking the modules apart, which takes an eighth of a check's time; it holds nothing open."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # whoever read our output went away
        code = _PIPE_CLOSED
    os._exit(code)


def _start_fast(arguments: list[str]) -> None:
    """Spare what a short command does not need: a tenth of the time that a check takes."""
    gc.set_threshold(100_000)  # modules stay: there is no garbage to be found among them
    if arguments[:1] == ["check"]:
        gc.disable()  # it ends before any garbage could matter
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them reads every package's metadata


def run(arguments: list[str]) -> int:
    """Run a command; its exit code."""
    chosen = [word for word in arguments[:1] if word in COMMANDS]
    try:
        application(chosen or COMMANDS)(arguments, prog_name="ddbload")
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            return _PIPE_CLOSED
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except DdbloadError as error:
        show_error(error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort: a bug, kept for whoever mends it
        return _unforeseen(error)
    return 0


def _unforeseen(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno in _FULL:
        return _no_room(error)
    show_bug(error)
    return _INTERNAL


def _no_room(error: OSError) -> int:
    """Say that there is no room for what was to be written; what standard output still holds is let go."""
    what = f"{error.filename} cannot be written" if error.filename else "the output cannot be written"
    full = UsageError(f"{what}: {error.strerror or error}")
    show_error(full)
    try:
        sys.stdout.flush()
    except OSError:  # else the interpreter tries again as it ends, and says so in its own words
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return full.exit_code


def application(names: Iterable[str]) -> typer.Typer:
    """The command line with the named commands, and only these imported."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # rich takes longer to import than a check to run
        help="Load generator and capacity planner for Amazon DynamoDB.",
    )
    app.callback()(_options)
    for name in names:
        command = _load(COMMANDS[name])
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _load(place: str) -> Callable[..., Any] | typer.Typer:
    module, _, attribute = place.partition(":")
    command: Callable[..., Any] | typer.Typer = getattr(importlib.import_module(module), attribute)
    return command


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"ddbload {version('ddbload')}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(False, "--version", help="Show the version.", callback=_version, is_eager=True),
) -> None:
    """Load generator and capacity planner for Amazon DynamoDB."""
