"""`ddbload serve`: the store in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PORT = 8642


def serve(
    results: Annotated[Path, typer.Option(help="the results folder")] = Path("results"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="on loopback; 0 takes one that is free")] = PORT,
    open_: Annotated[bool, typer.Option("--open", help="open it in the browser")] = False,
) -> None:
    """Show the store in a browser: list, filter, open and compare runs. Reads only, answers only this machine."""
    import asyncio
    import webbrowser

    from ddbload.errors import UsageError
    from ddbload.serve.app import application
    from ddbload.serve.running import listening, serve as serve_until_stopped

    if not results.is_dir():
        raise UsageError(f"{results} is no folder; --results names the one that runs are saved in")

    def ready(address: str) -> None:
        typer.echo(f"{address}   {results}, read only; Ctrl-C ends it")
        if open_:
            webbrowser.open(address)

    asyncio.run(serve_until_stopped(application(results), listening(port), ready))
