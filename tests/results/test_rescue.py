"""A results folder that cannot take a run is told before the run; a run that was made is never lost for it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from ddbload.results import ResultsError, RunRecord, read_run
from ddbload.results.rescue import require_folder, write_run_or_rescue

YAML = "ddbload: 1\nname: orders\n"


def test_a_missing_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    require_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_file_in_the_folders_place_is_told_with_what_would_help(tmp_path: Path, below: str) -> None:
    (tmp_path / "results").write_text("mine")
    with pytest.raises(ResultsError, match=r"runs cannot be saved in .*results.*--results.*nothing was sent"):
        require_folder(tmp_path / "results" / below)
    assert (tmp_path / "results").read_text() == "mine"


def test_a_run_that_its_folder_does_not_take_is_kept_in_another(
    tmp_path: Path, record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "results").write_text("in the way")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    saved, unsaved = write_run_or_rescue(tmp_path / "results", record, YAML, [], list)
    assert unsaved is not None
    assert saved.path in str(unsaved)
    assert unsaved.exit_code == 3
    assert Path(saved.path).is_relative_to(tmp_path / "tmp")
    assert read_run(Path(saved.path)).verdict == record.verdict


def test_a_run_that_nothing_takes_still_has_its_record(
    tmp_path: Path, record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "results").write_text("in the way")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    saved, unsaved = write_run_or_rescue(tmp_path / "results", record, YAML, [], list)
    assert unsaved is not None
    assert saved == record


def test_a_run_that_its_folder_takes_says_where_it_is(tmp_path: Path, record: RunRecord) -> None:
    saved, unsaved = write_run_or_rescue(tmp_path, record, YAML, [], list)
    assert unsaved is None
    assert read_run(Path(saved.path)) == saved
