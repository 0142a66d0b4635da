"""`ddbload init`: a new scenario from a template, a few questions, a table, a trace or a run."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import typer

from ddbload.errors import UsageError

_Answer = TypeVar("_Answer")
_COLUMN = 17  # where the sentences about templates begin


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
    column: list[str] = typer.Option(
        [],
        "--column",
        metavar="FIELD=NAME",
        help="What a trace (--from) calls a column, such as time=ts or key=user_id. Repeatable.",
    ),
    yes: bool = typer.Option(False, "--yes", help="Ask nothing: take the defaults."),
    force: bool = typer.Option(False, "--force", help="Replace a file that is there."),
) -> None:
    """Write a new scenario to NAME.yaml. Nothing is sent, but DescribeTable where a live table is named."""
    from ddbload.scaffold.files import write_files
    from ddbload.scaffold.questions import scenario_name
    from ddbload.scaffold.shipped import from_template, templates

    if template == "list":
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        for line in _listed(templates(), width):
            typer.echo(line)
        return
    if template is not None and source is not None:
        raise UsageError("--template and --from exclude each other")
    if column and source is None:
        raise UsageError("--column names the columns of a trace, which --from names")
    name = scenario_name(name)
    if template is not None:
        files = from_template(template, name)
    elif source is not None:
        files = {f"{name}.yaml": _from_source(name, source, target, _columns(column))}
    else:
        files = {f"{name}.yaml": _from_answers(name, ask=not yes and sys.stdin.isatty())}
    for path in write_files(Path(), files, force=force):
        typer.echo(f"{path} written; next: ddbload check {path} --explain" if path.suffix == ".yaml" else path)


def _listed(templates: Mapping[str, str], width: int | None) -> Iterator[str]:
    """A line for each template, of a terminal's width as many as it takes."""
    for each, sentence in templates.items():
        line = f"{each:<{_COLUMN - 1}} {sentence}"
        if width is None:
            yield line
        else:
            yield from textwrap.wrap(line, max(width, 2 * _COLUMN), subsequent_indent=" " * _COLUMN)


def _columns(given: list[str]) -> dict[str, str]:
    """What `--column` says, as field -> name of the column."""
    for text in given:
        if not all(text.partition("=")):
            raise UsageError(f"--column {text}: a field and what the trace calls it, such as time=ts")
    return dict(text.split("=", 1) for text in given)


def _from_source(name: str, source: str, target: str, columns: Mapping[str, str]) -> str:
    from ddbload.scaffold.sources import scenario_from

    text, said = scenario_from(name, source, target, columns)
    for sentence in said:
        typer.echo(sentence, err=True)
    return text


def _from_answers(name: str, *, ask: bool) -> str:
    from ddbload.scaffold import questions
    from ddbload.scaffold.answers import Answers, from_answers

    plain = Answers(table=questions.table_for(name))
    if not ask:
        return from_answers(name, plain)

    def sort_key(text: str) -> str:
        if text.strip() == partition:
            raise UsageError("the sort key is another attribute than the partition key")
        return questions.key_name(text) if text else ""

    try:
        table = _asked("Name of the table", plain.table, questions.table_name)
        partition = _asked("Partition key", plain.partition, questions.key_name)
        answers = Answers(
            table=table,
            partition=partition,
            sort=_asked("Sort key (empty for none)", "", sort_key),
            items=_asked("How many items", f"{plain.items}", questions.whole_number),
            item_bytes=_asked("Bytes of an item", f"{plain.item_bytes}", questions.item_bytes),
            rate=_asked("Calls a second", f"{plain.rate:g}", questions.rate),
            reads=_asked("Percent of reads", f"{100 * plain.reads:g}", questions.share),
        )
    except typer.Abort:  # Ctrl-C at a question: typer alone would end with 1, which says that an objective was missed
        raise KeyboardInterrupt from None
    return from_answers(name, answers)


def _asked(question: str, default: str, judged: Callable[[str], _Answer]) -> _Answer:
    """The answer to a question, which is asked again until it fits."""

    def judge(text: str) -> _Answer:
        try:
            return judged(text.strip())
        except UsageError as error:
            raise typer.BadParameter(str(error)) from None

    answer: _Answer = typer.prompt(question, default=default, show_default=bool(default), value_proc=judge)
    return answer
