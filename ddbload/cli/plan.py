"""`ddbload plan`: what capacity a workload needs, what will throttle and what a month costs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ddbload.cli.formats import Format

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ddbload.planner.document import AssumptionLine, Plan
    from ddbload.planner.request import PlanRequest

EXIT = {"pass": 0, "fail": 1}


class DemandKind(StrEnum):
    """Which demand is planned for."""

    forecast = "forecast"
    load = "load"
    flat = "flat"


def plan(
    source: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="SOURCE",
            help="A scenario's YAML file, or a run's folder; several are compared as designs. Or the files of an export"
            " of CloudWatch metrics (CSV, JSON), with --describe.",
        ),
    ] = None,
    param: Annotated[
        list[str],
        typer.Option("-p", "--param", metavar="NAME=VALUE", help="Set a parameter, in every design. Repeatable."),
    ] = [],  # noqa: B006 - Typer copies it
    region: Annotated[str | None, typer.Option(help="Whose prices hold. [default: the table's, or us-east-1]")] = None,
    demand: Annotated[
        DemandKind | None,
        typer.Option(
            help="Plan for the scenario's forecast, its load over and over, or flat at the rate."
            " [default: the forecast, else flat]"
        ),
    ] = None,
    month: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM", help="A calendar month, with its own hours. [default: a mean month, 730 hours]"
        ),
    ] = None,
    worlds: Annotated[int, typer.Option(help="In how many ways what is uncertain may turn out, 1 to 10,000.")] = 200,
    throttled: Annotated[
        str | None,
        typer.Option(metavar="SHARE", help="What may be throttled, such as 0.5%. [default: the scenario's, or 0.1%]"),
    ] = None,
    confidence: Annotated[str, typer.Option(metavar="SHARE", help="In how many of the worlds it must hold.")] = "95%",
    free_tier: Annotated[
        bool | None,
        typer.Option(
            "--free-tier/--no-free-tier", help="Whether the free tier is taken off the bill. [default: the scenario's]"
        ),
    ] = None,
    commit: Annotated[
        int | None,
        typer.Option(
            metavar="YEARS",
            help="The longest term of reserved capacity to recommend: 0, 1 or 3. [default: 3, without a forecast 0]",
        ),
    ] = None,
    assume: Annotated[
        list[str], typer.Option(metavar="NAME=VALUE", help="Give an assumption of the model a value. Repeatable.")
    ] = [],  # noqa: B006 - Typer copies it
    assumptions: Annotated[
        bool,
        typer.Option(
            "--assumptions", help="Print the model's assumptions, with those of --assume; nothing is planned."
        ),
    ] = False,
    prices: Annotated[Path | None, typer.Option(help="A price book's file. [default: the newest there is]")] = None,
    describe: Annotated[
        list[Path], typer.Option(metavar="FILE", help="DescribeTable's answer, for an export. Repeatable.")
    ] = [],  # noqa: B006 - Typer copies it
    seed: Annotated[int | None, typer.Option(help="Of the worlds. [default: the scenario's]")] = None,
    allow_code: Annotated[
        bool, typer.Option("--allow-code", help="Let the scenario's values call the Python functions that it names.")
    ] = False,
    format: Annotated[Format, typer.Option(help="The report on standard output.")] = Format.terminal,  # noqa: A002 - the option's name
    full: Annotated[bool, typer.Option("--full", help="Every line of the report, however long.")] = False,
) -> None:
    """Plan the capacity of SOURCE: which mode and settings, what will throttle, and what a month costs, line by line.

    Nothing is sent. Exit codes: 0 planned; 1 no candidate keeps the throttle objective; 2 wrong input.
    """
    from ddbload.cli.plan_options import assumed, designs, share
    from ddbload.planner.assumed import assumption_lines, assumptions_with
    from ddbload.planner.request import PlanRequest
    from ddbload.scenario.parameters import assignments

    sources = source or []
    given = assumed(assume)
    if assumptions:  # which are the same whatever is planned
        _print_assumptions(assumption_lines(assumptions_with(given)), format.value)
        return
    requests = [
        PlanRequest(
            source=first,
            params=assignments(param),
            region=region,
            demand=None if demand is None else demand.value,
            month=month,
            worlds=worlds,
            throttled=None if throttled is None else share("--throttled", throttled),
            confidence=share("--confidence", confidence),
            free_tier=free_tier,
            assume=given,
            prices=prices,
            allow_code=allow_code,
            exports=more,
            describe=tuple(describe),
            seed=seed,
            commit_years=commit,
        )
        for first, more in designs(sources, described=bool(describe))
    ]
    parts = _parts(requests)
    plans = _planned(requests)
    raise typer.Exit(EXIT[_written(requests, plans, parts, format.value, whole=full)])


def _print_assumptions(lines: Sequence[AssumptionLine], form: Literal["terminal", "json", "markdown"]) -> None:
    from ddbload.cli.screen import standard_output
    from ddbload.report.plan_formats import write_assumptions

    write_assumptions(lines, form, standard_output())


def _parts(requests: list[PlanRequest]) -> list[Mapping[str, Any]]:
    """The scenarios of several designs as data, so that what is wrong with the last is told before the work."""
    from ddbload.planner.comparison import scenario_parts

    several = len(requests) > 1
    return [scenario_parts(request.source, request.params) for request in requests] if several else []


def _planned(requests: list[PlanRequest]) -> list[Plan]:
    from ddbload.cli.working import working
    from ddbload.planner.plan import plan as plan_scenario

    with working() as watch:
        return [plan_scenario(request, watch) for request in requests]


def _written(
    requests: list[PlanRequest],
    plans: list[Plan],
    parts: list[Mapping[str, Any]],
    form: Literal["terminal", "json", "markdown"],
    *,
    whole: bool,
) -> Literal["pass", "fail"]:
    """Write what was planned; its verdict."""
    from ddbload.cli.screen import standard_output
    from ddbload.planner.comparison import compared, design_names
    from ddbload.report.plan_formats import write_plan, write_plans

    if len(plans) == 1:
        write_plan(plans[0], form, standard_output(), whole=whole)
        return plans[0].verdict
    names = design_names([request.source for request in requests])
    document = compared(names, plans, parts)
    write_plans(document, form, standard_output())
    return document.comparison.verdict
