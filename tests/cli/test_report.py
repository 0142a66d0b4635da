"""`ddbload report`: a run, a tag, a plan or a comparison again, as text or as a page, and what wrong input says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from ddbload.cli import app
from ddbload.results.encoded import to_json
from ddbload.results.store import write_run
from tests.compare.records import noisy, side
from tests.report.plans import SHOP

RUNS = 6


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tags of six runs."""
    root = tmp_path_factory.mktemp("results")
    for tag, first in (("v1", 0), ("v2", 20), ("v3", 40)):
        for run in side(noisy(1.0, 0.01, RUNS, first), tag=tag, first=first):
            write_run(root, run, "ddbload: 1\n", [], [])
    return root


def ddbload(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    code = app.run([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def newest_of(store: Path, tag: str) -> Path:
    return max(store.glob(f"*/{tag}/*"))


def test_a_tag_is_its_newest_run(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ddbload(capsys, "report", "v1", "--results", store, "--format", "json")
    assert code == 0
    assert json.loads(out)["path"] == str(newest_of(store, "v1"))
    assert f"the newest of {RUNS} runs" in err


@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_a_run_is_read_again_by_its_folder(store: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ddbload(capsys, "report", newest_of(store, "v1"), "--format", form)
    assert (code, err) == (0, "")
    assert "p99" in out


@pytest.mark.parametrize("words", [["v1"], ["v1", "v2"], ["v1", "v2", "v3"]], ids=["a run", "two sides", "a trend"])
def test_a_page_is_one_file_that_needs_no_network(
    words: Sequence[str], store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "out.html"
    code, out, err = ddbload(capsys, "report", *words, "--results", store, "--html", page)
    assert (code, out) == (0, "")
    assert f"written: {page}" in err
    text = page.read_text(encoding="utf-8")
    assert all(word in text for word in words)
    assert len(text.encode()) < 1_500_000
    assert 'src="http' not in text


@pytest.mark.parametrize("words", [["v1", "v2"], ["v1", "v2", "v3"]], ids=["two sides", "a trend"])
def test_sides_are_shown_whatever_their_verdict(
    words: Sequence[str], store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = ddbload(capsys, "report", *words, "--results", store, "--format", "json")
    assert code == 0
    assert json.loads(out)["schema"].startswith("ddbload-")


@pytest.mark.parametrize("form", ["terminal", "json", "html"])
def test_a_plan_is_shown_again_from_its_document(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan, page = tmp_path / "plan.json", tmp_path / "plan.html"
    plan.write_text(to_json(SHOP), encoding="utf-8")
    how = ["--html", page] if form == "html" else ["--format", form]
    code, out, _ = ddbload(capsys, "report", plan, *how)
    assert code == 0
    assert SHOP.headline.split(" (")[0] in (page.read_text(encoding="utf-8") if form == "html" else out)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("{", "it is not JSON", id="cut off"),
        pytest.param("{}", "its schema is None", id="of no schema"),
        pytest.param('{"schema": "ddbload-run/1"}', "of a run, name its folder", id="a run under another name"),
        pytest.param('{"schema": "ddbload-plan/1"}', "is damaged", id="nothing but a schema"),
    ],
)
def test_what_is_no_plan_is_said(content: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plan.json").write_text(content, encoding="utf-8")
    code, out, err = ddbload(capsys, "report", tmp_path / "plan.json")
    assert (code, out) == (2, "")
    assert says in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param([], "name what to report", id="nothing"),
        pytest.param(["v9"], "v9", id="a tag without runs"),
        pytest.param(["v1", "v9"], "v9", id="a side without runs"),
        pytest.param(["v" * 5000], "neither a run's folder nor a tag", id="a word that no file can be called"),
    ],
)
def test_what_is_missing_ends_with_2(
    words: Sequence[str], says: str, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = ddbload(capsys, "report", *words, "--results", store)
    assert (code, out) == (2, "")
    assert says in err


def test_a_page_that_cannot_be_written_is_said(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, err = ddbload(capsys, "report", "v1", "--results", store, "--html", tmp_path / "file" / "out.html")
    assert code == 2
    assert "out.html" in err


def test_a_run_without_its_scenario_has_no_page(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Path(shutil.copytree(newest_of(store, "v1"), tmp_path / "run"))
    (run / "scenario.yaml").unlink()
    code, _, err = ddbload(capsys, "report", run, "--html", tmp_path / "out.html")
    assert code == 2
    assert "scenario.yaml cannot be read" in err
    assert not (tmp_path / "out.html").exists()
