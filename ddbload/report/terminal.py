"""A report in a terminal, as wide as it, 60 to 100 cells: readable on a light and a dark ground, without any colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.text import Text

from ddbload.report.layout import fold, lines_of, spans_of
from ddbload.report.model import Line, Report, Section, Tone
from ddbload.report.quantity import NONE

WIDTH = 80
_NARROWEST, _WIDEST = 60, 100
_MARGIN = "  "
# the sixteen basic colours follow the terminal's own theme; yellow and white are left out, being lost on a light ground
STYLES: Mapping[Tone, str] = {
    "plain": "",
    "strong": "bold",
    "quiet": "dim",
    "good": "green",
    "bad": "red",
    "doubt": "magenta",
}
_BADGES: Mapping[str, str] = {
    "pass": "bold reverse green",
    "fail": "bold reverse red",
    "invalid": "bold reverse magenta",
    "regressed": "bold reverse red",
    "improved": "bold reverse green",
    "not worse": "bold reverse green",
    "cannot tell": "bold reverse magenta",
}
_ASCII = str.maketrans(
    {"µ": "u", NONE: "-", "·": "|", "─": "-", "│": "|", "┤": "|", "░": ":", "×": "x", "▸": ">", "±": "~", "…": "~"}  # noqa: RUF001 - a times sign is meant
    | dict.fromkeys("▁▂▃", "_")
    | dict.fromkeys("╭╮╯╰└┼", "+")
    | {"◂": "<", "●": "o", "┊": ":", "→": ">", "▲": "^", "▼": "v"}
)
_CONTROL = dict.fromkeys([*range(10), *range(11, 32), *range(127, 160)], "\ufffd")  # a name must not move the cursor
_ASCII_BARS = str.maketrans(dict.fromkeys("▄▅▆", "=") | dict.fromkeys("▇█", "#"))


def render(report: Report, width: int = WIDTH) -> Text:
    """The report as styled text, ending without a newline."""
    lines = [*_head(report, width)]
    for section in report.sections:
        lines += [Text(), *_section(section, width)]
    if report.where:
        lines += [Text(), *_section(Section("Saved", (), report.where), width)]
    return Text("\n").join(lines)


def show(report: Report, console: Console) -> None:
    """Print the report, in plain ASCII where the console takes nothing else."""
    width = min(_WIDEST, console.width) if console.is_terminal else WIDTH  # a file is the same wherever it was made
    _print(render(report, max(_NARROWEST, width)), console)


def show_section(section: Section, console: Console) -> None:
    """Print one section by itself."""
    width = min(_WIDEST, console.width) if console.is_terminal else WIDTH
    _print(Text("\n").join(_section(section, max(_NARROWEST, width))), console)


def _print(text: Text, console: Console) -> None:
    text = Text(text.plain.translate(_CONTROL), spans=text.spans)
    if console.options.ascii_only:
        text = as_ascii(text)
    console.print(text, soft_wrap=True, highlight=False)


def as_ascii(text: Text) -> Text:
    """The same text for a terminal without Unicode; what has no likeness becomes a question mark."""
    plain = text.plain.translate(_ASCII).translate(_ASCII_BARS).encode("ascii", "replace").decode()
    return Text(plain, spans=text.spans)


def _head(report: Report, width: int) -> Iterator[Text]:
    badge = f" {report.verdict.upper()} "
    room = width - len(badge) - 1
    first, *more = fold(report.headline, room)
    yield Text.assemble((badge, _BADGES[report.verdict]), " ", (first, "bold"))
    for part in more:
        yield Text.assemble(" " * (len(badge) + 1), (part, "bold"))
    for reason in report.reasons:
        yield from _styled(Line(reason, mark="-"), width)
    yield Text()
    for line in report.subject:
        yield from _styled(Line(line, "quiet"), width, margin="")


def _section(section: Section, width: int) -> Iterator[Text]:
    first, *more = fold(section.aside, width - len(section.title) - 2) if section.aside else [""]
    yield Text.assemble((section.title, "bold"), (f"  {first}" if first else "", STYLES["quiet"]))
    for part in more:
        yield Text(_MARGIN + part, STYLES["quiet"])
    for block in section.blocks:
        for spans in spans_of(block, width - len(_MARGIN)):
            yield Text.assemble(_MARGIN, *((text, STYLES[tone]) for text, tone in spans))


def _styled(line: Line, width: int, margin: str = _MARGIN) -> Iterator[Text]:
    for text, tone in lines_of(line, width - len(margin)):
        yield Text(margin + text, STYLES[tone])
