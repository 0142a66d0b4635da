"""`ddbload prices`: what units cost, and the books renewed from AWS's price list."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

prices_app = typer.Typer(help="What units cost: the price books, and their renewal.", no_args_is_help=True)


class Format(StrEnum):
    """How it is told."""

    terminal = "terminal"
    json = "json"


_Form = Annotated[Format, typer.Option("--format", help="how it is told")]


@prices_app.command()
def show(
    region: Annotated[str | None, typer.Argument(help="such as eu-west-1; default: the regions that there are")] = None,
    name: Annotated[str | None, typer.Argument(help="part of a price's name, such as reserved.1y")] = None,
    everything: Annotated[bool, typer.Option("--all", help="every figure, not only the usual ones")] = False,
    book: Annotated[str | None, typer.Option(help='"bundled", or a file; default: the newest book')] = None,
    form: _Form = Format.terminal,
) -> None:
    """Show the prices of a region, each with how sure it is and its date; or which regions there are."""
    from ddbload.pricing.shelf import load_book, regions
    from ddbload.pricing.shown import chosen, price_document, price_lines, region_document, region_lines

    if region is None:
        books = [load_book(one, path=book) for one in regions(book)]
        _tell(form, region_document(books), region_lines(books))
        return
    prices = load_book(region, path=book)
    warning = prices.age_warning(datetime.now(UTC).date())
    if warning:
        typer.echo(f"warning: {warning}; `ddbload prices update` renews it", err=True)
    figures = chosen(prices, name, everything=everything)
    lines = price_lines(prices, figures, sources=name is not None)
    _tell(form, price_document(prices, figures, warning), lines)


@prices_app.command()
def update(
    region: Annotated[list[str] | None, typer.Option("--region", help="may repeat; default: all")] = None,
    source: Annotated[
        list[Path] | None,
        typer.Option("--from", help="a JSON file of the AWS price list, in place of asking AWS; may repeat"),
    ] = None,
    profile: Annotated[str | None, typer.Option(help="the AWS profile to ask with; needs pricing:GetProducts")] = None,
    form: _Form = Format.terminal,
) -> None:
    """Renew the prices from the AWS price list; the older books stay beside the new one."""
    import asyncio

    from ddbload.account.prices import update_from_account, update_from_files
    from ddbload.errors import UsageError
    from ddbload.pricing.shown import renewal_document, renewal_lines

    today = datetime.now(UTC).date()
    if source and profile:
        raise UsageError("--from reads files and --profile asks AWS: one of them")
    if source:
        made = update_from_files(source, region or (), today)
    else:
        made = asyncio.run(
            update_from_account(region or (), today, profile=profile, say=lambda line: typer.echo(line, err=True))
        )
    lines = [line for one, renewal in made.renewals.items() for line in renewal_lines(one, renewal)]
    written = f"written to {made.path}; DDBLOAD_PRICES=bundled goes back to the bundled book"
    _tell(form, renewal_document(made.renewals, made.path), [*lines, written])


def _tell(form: Format, document: dict[str, Any], lines: Iterable[str]) -> None:
    text = json.dumps(document, indent=2) if form is Format.json else "\n".join(lines)
    sys.stdout.write(f"{text}\n")
