"""`ddbload init`: a new scenario from a template, a few questions, a table, a trace or a run."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from ddbload.errors import UsageError


def init(
    name: str = typer.Argument("workload", metavar="[NAME]", help="The scenario's name; it is written to NAME.yaml."),
    source: str | None = typer.Option(
        None,
        "--from",
        metavar="SOURCE",
        help="A table's name (with --target), a file with DescribeTable's answer, a trace (CSV, JSON lines, Parquet,"
        " MongoDB's profiler output), or a run's folder.",
    ),
    template: str | None = typer.Option(
        None, "--template", metavar="TEMPLATE", help="Begin with a shipped scenario; `--template list` names them."
    ),
    target: str = typer.Option("aws", "--target", metavar="T", help="Where a table named by --from is."),
    yes: bool = typer.Option(False, "--yes", help="Ask nothing: take the defaults."),
    force: bool = typer.Option(False, "--force", help="Replace a file that is there."),
) -> None:
    """Write a new scenario to NAME.yaml. Nothing is sent, but DescribeTable where a live table is named."""
    from ddbload.scaffold.files import write_files
    from ddbload.scaffold.shipped import from_template, templates

    if template == "list":
        for each, sentence in templates().items():
            typer.echo(f"{each:<16} {sentence}")
        return
    if template is not None and source is not None:
        raise UsageError("--template and --from exclude each other")
    if template is not None:
        files = from_template(template, name)
    elif source is not None:
        files = {f"{name}.yaml": _from_source(name, source, target)}
    else:
        files = {f"{name}.yaml": _from_answers(name, ask=not yes and sys.stdin.isatty())}
    for path in write_files(Path(), files, force=force):
        typer.echo(f"{path} written; next: ddbload check {path} --explain" if path.suffix == ".yaml" else path)


def _from_source(name: str, source: str, target: str) -> str:
    from ddbload.scaffold.sources import scenario_from

    text, said = scenario_from(name, source, target)
    for sentence in said:
        typer.echo(sentence, err=True)
    return text


def _from_answers(name: str, *, ask: bool) -> str:
    from ddbload.scaffold.answers import Answers, from_answers

    plain = Answers(table=name)
    if not ask:
        return from_answers(name, plain)
    try:
        answers = Answers(
            table=typer.prompt("Name of the table", default=plain.table),
            partition=typer.prompt("Partition key", default=plain.partition),
            sort=typer.prompt("Sort key (empty for none)", default="", show_default=False),
            items=typer.prompt("How many items", default=plain.items, type=int),
            item_bytes=typer.prompt("Bytes of an item", default=plain.item_bytes, type=int),
            rate=typer.prompt("Calls a second", default=plain.rate, type=float),
            reads=typer.prompt("Percent of reads", default=80, type=float) / 100,
        )
    except typer.Abort:  # Ctrl-C at a question: typer alone would end with 1, which says that an objective was missed
        raise KeyboardInterrupt from None
    return from_answers(name, answers)
