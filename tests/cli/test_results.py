"""`ddbload results`: what goes where, what is asked first, and with which code it ends."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import pytest
import typer

from ddbload.cli import app
from ddbload.results import RunRecord, read_run, read_timeline
from ddbload.results.selection import select
from ddbload.results.store import write_run

pytestmark = pytest.mark.usefixtures("root")
BASELINE = min((Path(__file__).parents[2] / "results" / "quickstart" / "baseline").iterdir())


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    assert app.run(["results", *words]) == code
    return capsys.readouterr()


@pytest.fixture
def record() -> RunRecord:
    return read_run(BASELINE)


@pytest.fixture
def root(tmp_path: Path, record: RunRecord, monkeypatch: pytest.MonkeyPatch) -> Path:
    for tag, minute in (("v1", 1), ("v1", 2), ("v2", 3)):
        run = dataclasses.replace(record, tag=tag, id=f"0000000{minute}", started_at=f"2026-02-03T04:0{minute}:00Z")
        write_run(tmp_path / "results", run, "", read_timeline(BASELINE), [])
    monkeypatch.chdir(tmp_path)
    return tmp_path / "results"


def damage(root: Path, tag: str, place: int) -> Path:
    folder = Path(select(root, tag).runs[place].path)
    (folder / "run.json").write_text("{")
    return folder


# --- ls ------------------------------------------------------------------------------------------------------------


def test_ls_says_a_line_for_each_tag(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(capsys, "ls")
    lines = out.splitlines()
    assert lines[0] == "Runs  3 runs of 1 scenario under 2 tags in results, newest first"
    assert [line.split()[:4] for line in lines[3:]] == [["v2", "quickstart", "1", "1"], ["v1", "quickstart", "2", "2"]]
    assert "2026-02-03 04:03" in lines[3]
    assert max(len(line) for line in lines) <= 80
    assert err == ""


def test_ls_says_a_line_for_each_run_where_it_is_asked_to(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = said(capsys, "ls", "v1", "--runs")
    assert [line.split()[2] for line in out.splitlines()[2:]] == ["00000002", "00000001"]


def test_ls_counts_what_it_does_not_show(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = said(capsys, "ls", "--limit", "1")
    assert out.splitlines()[-1].strip() == "and 1 older tag: --limit 0 shows all"
    out, _ = said(capsys, "ls", "--runs", "--limit", "0")
    assert "older" not in out


def test_ls_as_json_is_one_document_with_every_run(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(said(capsys, "ls", "--format", "json", "--limit", "1")[0])
    assert [run["id"] for run in document["runs"]] == ["00000003", "00000002", "00000001"]
    assert document["damaged"] == []


def test_ls_as_markdown_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert "| v2 | quickstart | 1 |" in said(capsys, "ls", "--format", "markdown")[0]


def test_ls_names_damaged_runs_and_lists_the_others(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = damage(root, "v1", 0)
    out, err = said(capsys, "ls")
    assert out.startswith("Runs  2 runs")
    assert err.startswith(f"warning: {folder.relative_to(root.parent)}/run.json is damaged: ")
    assert json.loads(said(capsys, "ls", "--format", "json")[0])["damaged"][0]["path"] == "results/" + str(
        folder.relative_to(root)
    )


def test_ls_marks_what_is_pinned(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "pin", "v1")
    out, _ = said(capsys, "ls")
    assert "newest first; ▸ pinned" in " ".join(out.split())
    assert [line.split()[:2] for line in out.splitlines() if "▸ v" in line] == [["▸", "v1"]]


def test_a_tag_cannot_write_over_the_terminal(
    tmp_path: Path, record: RunRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    write_run(tmp_path, dataclasses.replace(record, tag="\x1b[2Jgone\n" + "x" * 5000), "", [], [])
    out, _ = said(capsys, "ls", "--results", str(tmp_path))
    assert "\\x1b[2Jgone\\nx" in "".join(line.strip() for line in out.splitlines()[3:]).replace(" ", "")
    assert "\x1b" not in out
    assert len(out) < 1000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("ls", "v9"), "v9 is neither a run's folder nor a tag"),
        (("ls", "--results", "elsewhere"), "elsewhere is not there"),
        (("export", "v1", "v9"), "v9 is neither"),
        (("export", "v1", "--format", "parquet"), "name a file with --to"),
        (("export", "v1", "--format", "otava"), "name a folder with --to"),
        (("show", "v9"), "the nearest: v2, v1"),
        (("show", "results/quickstart"), "is a scenario's folder; say which tag: results/quickstart/v1"),
        (("pin", "v9"), "the nearest: v2, v1"),
        (("unpin", "pinned"), "no tag is pinned"),
        (("rm",), "name the runs or tags to remove"),
        (("rm", "v9", "--yes"), "the nearest: v2, v1"),
        (("rm", "v1", "v9", "--yes"), "v9 is neither"),
    ],
)
def test_what_is_not_there_ends_with_2_and_what_there_is(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    out, err = said(capsys, *words, code=2)
    assert message in err
    assert out == ""
    assert said(capsys, "ls")[0].startswith("Runs  3 runs"), "nothing was removed"


# --- show ----------------------------------------------------------------------------------------------------------


def test_show_is_the_report_again(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(capsys, "show", "00000001")
    assert out.splitlines()[0].startswith(" PASS ")
    assert "2026-02-03 04:01 UTC" in out
    assert err == ""


def test_show_takes_the_newest_run_of_a_tag_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(capsys, "show", "v1", "--format", "json")
    assert json.loads(out)["id"] == "00000002"
    assert err == f"v1: the newest of 2 runs, {json.loads(out)['path']}\n"


def test_show_names_a_damaged_run_beside_the_newest(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damage(root, "v1", 0)
    out, err = said(capsys, "show", "v1", "--format", "markdown")
    assert out.startswith("### ✅ PASS")
    assert "run.json is damaged" in err


@pytest.mark.parametrize("file", ["run.json", "timeline.csv"])
def test_show_does_not_show_a_run_that_is_damaged(root: Path, capsys: pytest.CaptureFixture[str], file: str) -> None:
    (Path(select(root, "v1").runs[1].path) / file).write_text("")
    out, err = said(capsys, "show", "v1", code=2)
    assert out == ""
    assert f"{file} is damaged" in err


# --- export --------------------------------------------------------------------------------------------------------


def test_export_writes_one_document_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert app.run(["results", "export", "quickstart"]) == 0
    out, err = capfdbinary.readouterr()
    header, *rows = out.decode().splitlines()
    assert header.startswith("scenario,tag,run,started_at,verdict,")
    assert len(rows) == 3 * 4
    assert err == b""


def test_export_says_where_it_wrote(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out, err = said(capsys, "export", "v1", "--format", "otava", "--to", "series")
    assert out == ""
    assert err.splitlines()[-2:] == ["written to series/quickstart.csv", "written to series/otava.yaml"]
    assert len((tmp_path / "series" / "quickstart.csv").read_text().splitlines()) == 3


# --- pin, rm -------------------------------------------------------------------------------------------------------


def test_a_pinned_tag_goes_by_that_word_and_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "pin", "quickstart@v1")[1] == "quickstart@v1 is pinned\n"
    assert said(capsys, "pin", "v1")[1] == "quickstart@v1 is pinned already\n"
    assert said(capsys, "show", "pinned")[1].startswith("pinned: the newest of 2 runs, results/quickstart/v1/")
    assert "quickstart@v1 is pinned; " in said(capsys, "rm", "v1", "--yes", code=2)[1]
    assert said(capsys, "unpin", "pinned")[1] == "quickstart@v1 is no longer pinned\n"
    assert said(capsys, "unpin", "v1")[1] == "quickstart@v1 was not pinned\n"


def test_a_second_pin_says_that_the_word_has_lost_its_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "pin", "v1")
    assert "so is v1: `pinned` means one tag only" in said(capsys, "pin", "v2")[1]


def test_rm_says_what_goes_and_asks(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(question: str, **_: object) -> bool:
        asked.append(question)
        return len(asked) > 1

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(typer, "confirm", answer)
    _, err = said(capsys, "rm", "v1", code=2)
    first, second = (Path(run.path).name for run in select(root, "v1").runs)
    assert f"results/quickstart/v1: 2 runs, {first} to {second}\n" in err
    assert err.endswith("nothing was removed\n")
    _, err = said(capsys, "rm", "v1")
    assert asked == ["remove 2 of the runs in results?"] * 2
    assert err.endswith("removed 2 runs\n")
    assert said(capsys, "ls")[0].startswith("Runs  1 run ")


def test_rm_without_a_terminal_needs_a_yes(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    assert "say --yes to agree (nothing was removed)" in said(capsys, "rm", "v1", code=2)[1]
    assert len(select(root, "v1").runs) == 2
    assert said(capsys, "rm", "00000001", "--yes")[1].endswith("removed 1 run\n")
    assert len(select(root, "v1").runs) == 1


def test_rm_sweeps_what_was_left_half_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "quickstart" / "v1" / ".00.partial").mkdir()
    assert said(capsys, "rm", "--partial")[1] == "removed 0 folders that were left half-written\n"
