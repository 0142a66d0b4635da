"""`ddbload report`: a run, a plan or a comparison again, on standard output or as a page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ddbload.cli.formats import Format
from ddbload.cli.stored import newest_run
from ddbload.errors import UsageError

if TYPE_CHECKING:
    from ddbload.planner.document import Plan, PlansDocument


def report(
    source: Annotated[
        list[str] | None,
        typer.Argument(
            help="A run's folder, a tag (its newest run), the JSON of a plan, or two sides and more to compare."
        ),
    ] = None,
    results: Annotated[Path, typer.Option(help="Folder of the results.")] = Path("results"),
    scenario: Annotated[
        str | None, typer.Option(help="Whose runs are meant, where a tag has those of several scenarios.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page instead: one file that needs no network.")
    ] = None,
    format: Annotated[Format, typer.Option(help="The report on standard output.")] = Format.terminal,  # noqa: A002 - the option's name
) -> None:
    """Show the report of a run, of a plan or of a comparison again; with --html as a page.

    Exit codes: 0 shown, whatever its verdict is; 2 there is no such result, or it cannot be read.
    """
    words = source or []
    if not words:
        raise UsageError("name what to report: a run's folder, a tag, a plan's JSON, or two sides to compare")
    if len(words) > 1:
        _compared(tuple(words), results, scenario, html, format)
    elif _is_plan(Path(words[0])):
        _plan(Path(words[0]), html, format)
    else:
        _run(words[0], results, scenario, html, format)


def _is_plan(path: Path) -> bool:
    """A file that is no run's: `run.json` is one of its folder, and read by the store."""
    from ddbload.results.folders import RUN

    return os.path.isfile(path) and path.name != RUN  # noqa: PTH113 - a tag may be longer than what Path takes


def _run(word: str, results: Path, scenario: str | None, html: Path | None, form: Format) -> None:
    from ddbload.cli.screen import standard_output
    from ddbload.report.formats import write
    from ddbload.results.store import each_interval, read_scenario, read_timeline

    record = newest_run(results, word, scenario)
    folder = Path(record.path)
    if html is None:
        write(record, read_timeline(folder), form.value, standard_output())
        return
    from ddbload.report.page.run import run_page

    _save(html, run_page(record, read_timeline(folder), each_interval(folder), read_scenario(folder)))


def _plan(path: Path, html: Path | None, form: Format) -> None:
    from ddbload.cli.screen import standard_output
    from ddbload.planner.document import Plan
    from ddbload.report.plan_formats import write_plan, write_plans

    document = _document(path)
    if html is not None:
        from ddbload.report.page.plan import plan_page
        from ddbload.report.page.plans import plans_page

        _save(html, plan_page(document) if isinstance(document, Plan) else plans_page(document))
    elif isinstance(document, Plan):
        write_plan(document, form.value, standard_output())
    else:
        write_plans(document, form.value, standard_output())


def _document(path: Path) -> Plan | PlansDocument:
    """What `ddbload plan --format json` wrote.

    Raises:
        UsageError: the file cannot be read, or holds something else.
    """
    import orjson
    from pydantic import TypeAdapter, ValidationError

    from ddbload.planner.document import PLANS_SCHEMA, SCHEMA, Plan, PlansDocument

    try:
        content = path.read_bytes()
        found = orjson.loads(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{path} is no plan: it is not JSON ({error})") from None
    kinds: dict[str, type[Plan | PlansDocument]] = {SCHEMA: Plan, PLANS_SCHEMA: PlansDocument}
    schema = found.get("schema") if isinstance(found, dict) else None
    if schema not in kinds:
        fits = "a plan's has what `ddbload plan --format json` prints; of a run, name its folder"
        raise UsageError(f"{path} is no plan that this ddbload can read: its schema is {schema!r}; {fits}")
    try:
        plan: Plan | PlansDocument = TypeAdapter(kinds[schema]).validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UsageError(f"{path} is damaged: {place}: {first['msg'].lower()}") from None
    return plan


def _compared(words: tuple[str, ...], results: Path, scenario: str | None, html: Path | None, form: Format) -> None:
    from ddbload.cli.compare import judge, write
    from ddbload.compare.request import CompareRequest

    request = CompareRequest(
        sides=words, results=results, scenario=scenario, across=frozenset(), margins={}, curves=html is not None
    )
    judged, page, _ = judge(request)
    write(judged, form.value) if html is None else _save(html, page())


def _save(html: Path, page: str) -> None:
    from ddbload.cli.compare import write_page

    write_page(html, lambda: page)
    typer.echo(f"written: {html}", err=True)
