"""`ddbload compare`: did it get worse, of two sides or over many tags; and could these runs have told."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ddbload.cli.failure import show_error
from ddbload.cli.formats import JudgedFormat
from ddbload.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ddbload.compare.document import Comparison
    from ddbload.compare.request import CompareRequest
    from ddbload.report.comparison_formats import Judged

REFUSED, INCONCLUSIVE = 2, 4
EXIT = {"not worse": 0, "improved": 0, "regressed": 1, "invalid": 3, "cannot tell": INCONCLUSIVE}
EXIT_SELF_CHECK = {"pass": 0, "fail": 1, "cannot tell": INCONCLUSIVE}


def compare(
    side: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="BASE NEW",
            help="Tags, scenario@tag, pinned, or folders of runs: the first is what the others are judged against;"
            " of three and more the trend is shown.",
        ),
    ] = None,
    results: Annotated[Path, typer.Option(help="Folder of the results.")] = Path("results"),
    scenario: Annotated[
        str | None, typer.Option(help="Whose runs are meant, where a tag has those of several scenarios.")
    ] = None,
    across: Annotated[
        list[str],
        typer.Option(
            metavar="PART",
            help="A part of the fingerprint that is under test and may differ: scenario, params, seed, files, target,"
            " region, transport, workers, host. Repeatable.",
        ),
    ] = [],  # noqa: B006 - Typer copies it
    matters: Annotated[
        list[str],
        typer.Option(
            metavar="GATE=SHARE",
            help="The change that must not pass: read.p99=5%, or p99=5% of every operation. Repeatable."
            " [default: the scenario's, else p50 3%, p90 5%, p95 7%, p99 10%, p99.9 20%]",
        ),
    ] = [],  # noqa: B006 - Typer copies it
    format: Annotated[JudgedFormat, typer.Option(help="The report on standard output.")] = JudgedFormat.terminal,  # noqa: A002 - the option's name
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report as a page, too.")] = None,
    self_check: Annotated[
        bool,
        typer.Option("--self-check", help="Compare a tag with itself: its false alarms, and the noise of each gate."),
    ] = False,
    inconclusive_ok: Annotated[
        bool, typer.Option("--inconclusive-ok", help="Let pass what these runs cannot tell: 0 instead of 4.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Every metric, run and reason.")] = False,
) -> None:
    """Compare the runs of NEW with those of BASE: intervals first, then whether it is worse.

    Exit codes: 0 not worse, or better; 1 worse; 2 wrong or missing input, or unlike sides; 3 too few valid runs;
    4 these runs cannot tell.
    """
    from ddbload.cli.compare_options import margins, one_or_several, parts
    from ddbload.compare.request import CompareRequest

    request = CompareRequest(
        sides=one_or_several(side or [], self_check=self_check),
        results=results,
        scenario=scenario,
        across=parts(across),
        margins=margins(matters),
        curves=html is not None,
    )
    check_page(html)
    judged, page, code = (_self_check if self_check else judge)(request, inconclusive_ok=inconclusive_ok)
    write(judged, format.value, whole=full)
    if html is not None:
        write_page(html, page)
    raise typer.Exit(code)


def exit_code(comparison: Comparison, *, inconclusive_ok: bool) -> int:
    """With which code a comparison ends; one that judged nothing never ends with 0 unless that is let pass."""
    code = EXIT[comparison.verdict]
    return _let_pass(INCONCLUSIVE if not code and not comparison.gates else code, inconclusive_ok=inconclusive_ok)


def write(
    judged: Judged, form: Literal["terminal", "json", "markdown", "junit", "github"], *, whole: bool = False
) -> None:
    """Write what was judged to standard output; for GitHub also into the job's summary, where there is one."""
    from ddbload.cli.screen import standard_output
    from ddbload.report.comparison_formats import write_judged, write_summary

    write_judged(judged, form, standard_output(), whole=whole)
    summary = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if form == "github" and summary:
        try:
            write_summary(judged, Path(summary), whole=whole)
        except OSError as error:  # the verdict stands, and its code is what the job goes by
            show_error(UsageError(f"the job's summary cannot be written: {error}"))


def check_page(file: Path | None) -> None:
    """Find out whether a page can be written, before anything is done for it; what is there stays as it is.

    Raises:
        UsageError: the file cannot be written.
    """
    if file is None:
        return
    try:
        there = file.exists()
        if there and not (file.is_file() or file.is_dir()):  # a pipe's reader would take the trial for the end
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab"), tempfile.TemporaryFile(dir=file.resolve().parent):  # a page is made beside its place
            pass
        if not there:
            file.unlink()
    except OSError as error:
        raise _no_page(file, error) from None


def write_page(file: Path, page: Callable[[], str]) -> None:
    """Write a page: it is in its place when it is whole, and until then what was there stays.

    Raises:
        UsageError: the file cannot be written.
    """
    from ddbload.results.document import ResultsError
    from ddbload.results.export.files import write_whole

    text = page().encode()
    try:
        if file.exists() and not file.is_file():  # a pipe or a device has no place to be put into
            file.write_bytes(text)
        else:
            write_whole(file.resolve(), lambda to: to.write(text))  # a link goes on to lead there
    except ResultsError as error:
        raise UsageError(f"--html {error}") from None
    except OSError as error:
        raise _no_page(file, error) from None


def _no_page(file: Path, error: OSError) -> UsageError:
    return UsageError(f"--html {file}: cannot be written: {error.strerror or error}")


def _let_pass(code: int, *, inconclusive_ok: bool) -> int:
    return 0 if inconclusive_ok and code == INCONCLUSIVE else code


_Told = tuple["Judged", "Callable[[], str]", int]


def judge(request: CompareRequest, *, inconclusive_ok: bool = False) -> _Told:
    """Two sides compared, or the trend over more: for `write`, as a page when that is called, and the exit code.

    Raises:
        DdbloadError: runs are missing, damaged or unlike.
    """
    told = _trend if len(request.sides) > 2 else _compared  # noqa: PLR2004 - two sides are a comparison
    return told(request, inconclusive_ok=inconclusive_ok)


def _compared(request: CompareRequest, *, inconclusive_ok: bool) -> _Told:
    from ddbload.compare.compare import compare as compare_sides
    from ddbload.report.comparison_formats import judged_comparison

    found = compare_sides(request)

    def page() -> str:
        from ddbload.report.page.comparison import comparison_page

        return comparison_page(found)

    judged = judged_comparison(found, inconclusive_ok=inconclusive_ok)
    return judged, page, exit_code(found, inconclusive_ok=inconclusive_ok)


def _trend(request: CompareRequest, *, inconclusive_ok: bool) -> _Told:
    from ddbload.compare.trend import trend as trend_of
    from ddbload.report.comparison_formats import judged_trend

    found = trend_of(request)

    def page() -> str:
        from ddbload.report.page.trend import trend_page

        return trend_page(found)

    judged = judged_trend(found, inconclusive_ok=inconclusive_ok)
    return judged, page, exit_code(found.last, inconclusive_ok=inconclusive_ok)


def _self_check(request: CompareRequest, *, inconclusive_ok: bool) -> _Told:
    from ddbload.compare.self_check import self_check
    from ddbload.report.comparison_formats import judged_self_check
    from ddbload.report.self_check import self_check_verdict

    found = self_check(request)
    code = REFUSED if found.refused else EXIT_SELF_CHECK[self_check_verdict(found)]

    def page() -> str:
        from ddbload.report.page.self_check import self_check_page

        return self_check_page(found)

    return judged_self_check(found), page, _let_pass(code, inconclusive_ok=inconclusive_ok)
