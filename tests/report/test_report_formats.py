"""What goes to standard output in each format, and the picture that the tool makes of its own report."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from ddbload.report import formats, picture
from ddbload.report.written import Format
from ddbload.results import RunRecord, Second, from_json, write_run


def written(run: RunRecord, seconds: list[Second], form: Format) -> str:
    file = io.StringIO()
    formats.write(run, seconds, form, Console(file=file, width=80))
    return file.getvalue()


def test_json_is_one_document_and_nothing_else(run: RunRecord, seconds: list[Second]) -> None:
    text = written(run, seconds, "json")
    assert json.loads(text)["verdict"] == run.verdict
    assert from_json(text.encode(), "output") == run


def test_json_lines_are_not_folded_at_the_width_of_the_terminal(runs: Mapping[str, RunRecord]) -> None:
    assert from_json(written(runs["long_names"], [], "json").encode(), "output") == runs["long_names"]


def test_markdown_begins_with_the_verdict(runs: Mapping[str, RunRecord]) -> None:
    assert written(runs["fail"], [], "markdown").startswith("### ❌ FAIL: 2 of 3 objectives missed\n")


def test_the_terminal_form_begins_with_the_verdict(runs: Mapping[str, RunRecord]) -> None:
    assert written(runs["fail"], [], "terminal").startswith(" FAIL  2 of 3 objectives missed\n")


def test_the_picture_is_well_formed_and_needs_nothing_from_a_network(run: RunRecord, seconds: list[Second]) -> None:
    svg = picture.report_svg(run, seconds)
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own text
    assert re.findall(r"url\((?!#)|href|@font-face|@import", svg) == []


def test_the_picture_is_the_same_each_time(runs: Mapping[str, RunRecord], seconds: list[Second]) -> None:
    assert picture.report_svg(runs["pass"], seconds) == picture.report_svg(runs["pass"], seconds)


def test_the_command_makes_the_picture_of_a_saved_run(
    tmp_path: Path, runs: Mapping[str, RunRecord], seconds: list[Second], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_run(tmp_path, runs["pass"], "ddbload: 1\n", seconds, [])
    assert picture.main([str(folder)]) == 0
    assert "<svg" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"), [([], "usage"), (["a", "b"], "usage"), (["/nowhere"], "cannot be read")]
)
def test_the_command_says_what_it_lacks(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert picture.main(arguments) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""
