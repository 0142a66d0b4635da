"""What is removed is runs of the store, all of it or nothing of it, and never behind anyone's back."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import shutil
from pathlib import Path

import pytest

from ddbload.results import ResultsError, RunRecord, write_run
from ddbload.results.listing import list_runs
from ddbload.results.pins import PIN, is_pinned, pin, unpin
from ddbload.results.removal import find_doomed, remove, remove_leftovers
from ddbload.results.selection import select


@pytest.fixture
def root(tmp_path: Path, record: RunRecord) -> Path:
    for tag, minute in (("v1", 1), ("v1", 2), ("v2", 3)):
        started = f"2026-02-03T04:{minute:02d}:00+00:00"
        write_run(tmp_path / "results", dataclasses.replace(record, tag=tag, started_at=started), "", [], [])
    return tmp_path / "results"


def tags(root: Path) -> list[str]:
    return [run.tag for run in list_runs(root).runs]


def test_a_tag_goes_with_all_its_runs_and_its_folder(root: Path) -> None:
    (doomed,) = find_doomed(root, ["v1"])
    assert (len(doomed.runs), doomed.whole, doomed.pinned) == (2, True, False)
    assert tags(root) == ["v2", "v1", "v1"], "finding removes nothing"
    assert remove([doomed]) == 2
    assert tags(root) == ["v2"]
    assert not doomed.folder.exists()


def test_the_last_run_takes_the_scenarios_folder_with_it_not_the_root(root: Path) -> None:
    remove(find_doomed(root, ["v1", "v2"]))
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("form", ["absolute", "from the current folder", "from within"])
def test_one_run_goes_by_its_folder(root: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Path(select(root, "v1").runs[0].path)
    monkeypatch.chdir(run if form == "from within" else root)
    word = {"absolute": str(run), "from within": "."}.get(form, os.path.relpath(run, root))
    (doomed,) = find_doomed(root, [word])
    assert (doomed.runs, doomed.whole) == ((run.name,), False)
    monkeypatch.chdir(root)
    assert remove([doomed]) == 1
    assert tags(root) == ["v2", "v1"]


def test_a_damaged_run_can_be_removed(root: Path) -> None:
    (run,) = (root / "orders" / "v2").iterdir()
    (run / "run.json").unlink()
    assert remove(find_doomed(root, [str(run)])) == 1
    assert tags(root) == ["v1", "v1"]


def test_a_file_in_place_of_a_run_can_be_removed(root: Path) -> None:
    (doomed,) = find_doomed(root, ["v2"])
    place = doomed.folder / doomed.runs[0]
    shutil.rmtree(place)
    place.write_text("no folder")
    assert remove(find_doomed(root, ["v2"])) == 1
    assert not doomed.folder.exists()


def test_what_cannot_be_deleted_stays_in_sight(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    (doomed,) = find_doomed(root, ["v2"])
    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(ResultsError, match="cannot be removed: Permission denied"):
        remove([doomed])
    assert tags(root) == ["v2", "v1", "v1"]


def test_words_that_overlap_count_a_run_once(root: Path) -> None:
    run = select(root, "v1").runs[0].path
    assert [len(doomed.runs) for doomed in find_doomed(root, [run, "v1", "orders@v1"])] == [2]


def test_what_is_no_run_is_refused(root: Path, tmp_path: Path) -> None:
    other = shutil.copytree(root, tmp_path / "other")
    (root / "orders" / "notes").mkdir()
    shutil.copytree(select(root, "v2").runs[0].path, root / "orders" / "v1" / ".00.partial")
    for word, message in (
        (str(other / "orders" / "v1"), "is no tag of"),
        (select(other, "v2").runs[0].path, "is no tag of"),
        (str(root), "neither a run's folder nor a tag"),
        (str(root / "orders"), "is a scenario's folder; say which tag"),
        (str(root / "orders" / "notes"), "neither a run's folder nor a tag"),
        (str(root / "orders" / "v1" / ".00.partial"), "neither a run's folder nor a tag"),
        ("orders", "orders is a scenario; say which tag"),
        ("..", "neither a run's folder nor a tag"),
        ("", "an empty word names no run"),
    ):
        with pytest.raises(ResultsError, match=message):
            find_doomed(root, [word])
    assert tags(root) == tags(other) == ["v2", "v1", "v1"]


@pytest.mark.parametrize("level", ["scenario", "tag", "run"])
def test_no_link_is_followed(root: Path, tmp_path: Path, level: str) -> None:
    outside = shutil.copytree(root, tmp_path / "outside")
    inside = {"scenario": "carts", "tag": "orders/v3", "run": "orders/v1/20260101T000000Z-0"}[level]
    run = Path(select(outside, "v1").runs[0].path)
    real = {"scenario": run.parents[1], "tag": run.parent, "run": run}
    (root / inside).symlink_to(real[level], target_is_directory=True)
    word = {"scenario": "carts@v1", "tag": "v3", "run": str(root / inside)}[level]
    with pytest.raises(ResultsError, match=r"is a link: only runs of the store are removed \(nothing was\)"):
        find_doomed(root, [word])


def test_a_link_that_takes_a_runs_place_in_the_meantime_is_not_followed(root: Path, tmp_path: Path) -> None:
    (doomed,) = find_doomed(root, ["v2"])
    run = doomed.folder / doomed.runs[0]
    run.rename(tmp_path / "precious")
    run.symlink_to(tmp_path / "precious")
    with pytest.raises(ResultsError, match="cannot be removed"):
        remove([doomed])
    assert (tmp_path / "precious" / "run.json").exists()


def test_a_pinned_tag_stays_unless_forced(root: Path) -> None:
    assert pin(root / "orders" / "v1")
    doomed = find_doomed(root, ["v2", "v1"])
    with pytest.raises(ResultsError, match=r"orders@v1 is pinned; .* or --force \(nothing was removed\)"):
        remove(doomed)
    assert tags(root) == ["v2", "v1", "v1"]
    assert remove(doomed, force=True) == 3
    assert list(root.iterdir()) == []


def test_pins_are_put_on_and_taken_off_once(root: Path) -> None:
    folder = root / "orders" / "v1"
    assert [pin(folder), pin(folder), is_pinned(folder)] == [True, False, True]
    assert {run.tag for run in list_runs(root).runs if run.pinned} == {"v1"}
    assert [unpin(folder), unpin(folder), is_pinned(folder)] == [True, False, False]


def test_a_pin_outlives_one_of_its_runs(root: Path) -> None:
    pin(root / "orders" / "v1")
    remove(find_doomed(root, [select(root, "v1").runs[0].path]), force=True)
    assert is_pinned(root / "orders" / "v1")


def test_a_tag_that_is_not_there_cannot_be_pinned(root: Path) -> None:
    with pytest.raises(ResultsError, match="cannot be pinned: No such file"):
        pin(root / "orders" / "v9")


def test_what_somebody_else_keeps_in_a_tags_folder_stays(root: Path) -> None:
    notes = root / "orders" / "v1" / "notes.txt"
    notes.write_text("why we chose on-demand")
    assert remove(find_doomed(root, ["v1"])) == 2
    assert notes.exists()


def test_a_run_that_another_process_removed_first_is_no_error(root: Path) -> None:
    doomed = find_doomed(root, ["v1"])
    assert remove(doomed) == 2
    assert remove(doomed) == 0


def test_leftovers_of_killed_writers_go_once_they_are_old(root: Path) -> None:
    home = root / "orders" / "v1"
    for name, age_s in ((".00.partial", 7200), (".11.partial", 60), (".22.removed", 7200), (".git", 7200)):
        (home / name).mkdir()
        (home / name / "run.json").write_text("{")
        for place in (home / name / "run.json", home / name):
            moment = place.stat().st_mtime - age_s
            os.utime(place, (moment, moment))
    assert len(list_runs(root).runs) == 3, "they are no runs"
    assert remove_leftovers(root) == 2
    assert sorted(p.name for p in home.iterdir() if p.name.startswith(".")) == [".11.partial", ".git"]


def _write(root: Path, record: RunRecord, number: int, gate: object) -> None:
    gate.wait()  # type: ignore[attr-defined]
    for turn in range(6):
        write_run(root, dataclasses.replace(record, tag="t", duration_s=float(10 * number + turn)), "", [], [])


def test_processes_that_write_at_once_under_one_tag_lose_nothing(tmp_path: Path, record: RunRecord) -> None:
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(2)
    writers = [context.Process(target=_write, args=(tmp_path, record, number, gate)) for number in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
        writer.close()
    selection = select(tmp_path, "t")
    durations = sorted(run.duration_s for run in selection.runs)
    assert (durations, selection.damaged) == ([*map(float, range(6)), *map(float, range(10, 16))], ())


def _churn(root: Path, record: RunRecord, gate: object) -> None:
    gate.wait()  # type: ignore[attr-defined]
    for turn in range(25):
        write_run(root, dataclasses.replace(record, id=f"{turn}"), "", [], [])
        remove(find_doomed(root, ["v1.2"]))


def test_readers_beside_a_process_that_writes_and_removes_see_whole_runs_or_none(
    tmp_path: Path, record: RunRecord
) -> None:
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(2)
    churn = context.Process(target=_churn, args=(tmp_path, record, gate))
    churn.start()
    gate.wait()
    seen: set[int] = set()
    while churn.is_alive():
        listing = list_runs(tmp_path)
        assert listing.damaged == ()
        seen.add(len(listing.runs))
    churn.join()
    assert churn.exitcode == 0
    churn.close()
    assert seen <= {0, 1}
    assert not (tmp_path / "orders" / "v1.2" / PIN).exists()


def test_a_writer_finds_its_tags_folder_though_a_remover_takes_empty_ones_away(
    tmp_path: Path, record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.mkdir
    taken: list[str] = []

    def mkdir(path: str, mode: int = 0o777) -> None:
        if str(path).endswith(".partial") and Path(path).parent.exists() and len(taken) < 3:
            Path(path).parent.rmdir()  # between the making of the tag's folder and of the one in it
            taken.append(path)
        real(path, mode)

    monkeypatch.setattr(os, "mkdir", mkdir)
    assert write_run(tmp_path, record, "", [], []).is_dir()
    assert len(taken) == 3
