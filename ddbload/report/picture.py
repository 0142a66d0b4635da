"""A report as a picture for a page: `python -m ddbload.report.picture RUN|PLAN.json > report.svg`, with no web font."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from ddbload.errors import DdbloadError
from ddbload.report.build import report_of
from ddbload.report.model import Report
from ddbload.report.terminal import WIDTH, render
from ddbload.results.record import RunRecord, Second
from ddbload.results.store import read_run, read_timeline

# the basic eight and their bright kin on a dark ground, each at least 4.5 : 1 against it
_EIGHT = [(72, 79, 88), (255, 123, 114), (63, 185, 80), (210, 153, 34)]
_EIGHT += [(88, 166, 255), (210, 140, 250), (57, 197, 207), (201, 209, 217)]
_THEME = TerminalTheme((13, 17, 23), (230, 237, 243), _EIGHT, _EIGHT)
_FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
# in place of rich's own, which fetches its fonts from a content network
_SVG = f"""<svg class="rich-terminal" viewBox="0 0 {{width}} {{height}}" xmlns="http://www.w3.org/2000/svg">
<style>
.{{unique_id}}-matrix {{{{
  font-family: {_FONTS};
  font-size: {{char_height}}px;
  line-height: {{line_height}}px;
  white-space: pre;
}}}}
.{{unique_id}}-title {{{{ font-family: {_FONTS}; font-size: 18px; }}}}
{{styles}}
</style>
<defs>
<clipPath id="{{unique_id}}-clip-terminal">
<rect x="0" y="0" width="{{terminal_width}}" height="{{terminal_height}}"/>
</clipPath>
{{lines}}
</defs>
{{chrome}}
<g transform="translate({{terminal_x}}, {{terminal_y}})" clip-path="url(#{{unique_id}}-clip-terminal)">
{{backgrounds}}
<g class="{{unique_id}}-matrix">
{{matrix}}
</g>
</g>
</svg>
"""


def report_svg(record: RunRecord, seconds: list[Second] | None = None, title: str = "") -> str:
    """The terminal report of a run as an SVG that needs nothing beside itself.

    Args:
        record: the run.
        seconds: its timeline, for the curves.
        title: the words above the report; the command by default.
    """
    return svg_of(report_of(record, seconds or ()), title or f"ddbload run {record.fingerprint.scenario}.yaml")


def svg_of(report: Report, title: str, width: int = WIDTH) -> str:
    """Any report as a terminal of that width shows it, as an SVG that needs nothing beside itself."""
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(render(report, width), soft_wrap=True, highlight=False)
    return console.export_svg(title=title, theme=_THEME, code_format=_SVG, unique_id="report")


def plan_svg(document: bytes, title: str = "ddbload plan") -> str:
    """The terminal report of a plan, from its JSON document."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - a run needs none of it

    from ddbload.planner.document import Plan  # noqa: PLC0415 - likewise
    from ddbload.report.plan import plan_report  # noqa: PLC0415 - likewise

    plan = TypeAdapter(Plan).validate_json(document)
    return svg_of(plan_report(plan), f"{title} {plan.subject.rpartition('(')[2].rstrip(')')}", 100)


def main(arguments: list[str]) -> int:
    """Write the picture of one run, or of a plan, to standard output."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m ddbload.report.picture RUN|PLAN.json > report.svg\n")
        return 2
    source = Path(arguments[0])
    try:
        if source.suffix == ".json":
            picture = plan_svg(source.read_bytes())
        else:
            picture = report_svg(read_run(source), read_timeline(source))
    except DdbloadError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
