"""Which runs a word means, and what is said where it means none or too many."""

from __future__ import annotations

import dataclasses
import errno
import os
import shutil
from pathlib import Path

import pytest

from ddbload.results import ResultsError, RunRecord, write_run
from ddbload.results.listing import list_runs
from ddbload.results.pins import pin
from ddbload.results.record import Pairing
from ddbload.results.selection import newest, select
from tests.fingerprints import fingerprint_of

YAML = "ddbload: 1\n"
ODD_TAGS = ["feature/x y", "../..", "..", ".", "Ünïcode 🚀", "x" * 5000, "con", "v1@orders", "a\x00b", " ", "-n"]


def save(root: Path, record: RunRecord, *, scenario: str = "orders", tag: str = "v1", minute: int = 0) -> Path:
    started = f"2026-02-03T04:{minute:02d}:00+00:00"
    fingerprint = fingerprint_of(scenario, rate=100)
    changed = dataclasses.replace(record, tag=tag, started_at=started, fingerprint=fingerprint, id=f"{minute:08x}")
    return write_run(root, changed, YAML, [], [])


@pytest.fixture
def store(tmp_path: Path, record: RunRecord) -> Path:
    root = tmp_path / "results"
    for minute in (2, 1, 3):
        save(root, record, minute=minute)
    save(root, record, tag="v2", minute=4)
    save(root, record, scenario="carts", tag="v2", minute=5)
    return root


def test_a_tag_means_its_runs_in_order_of_their_start(store: Path) -> None:
    selection = select(store, "v1")
    assert (selection.word, selection.scenario, selection.tag, selection.damaged) == ("v1", "orders", "v1", ())
    assert [run.started_at[14:16] for run in selection.runs] == ["01", "02", "03"]


def test_a_tags_folder_means_the_same_runs(store: Path) -> None:
    assert select(Path("nowhere"), str(store / "orders" / "v1")).runs == select(store, "v1").runs


@pytest.mark.parametrize("form", ["folder", "run.json"])
def test_a_run_is_named_by_its_folder_or_its_document(store: Path, form: str) -> None:
    folder = Path(select(store, "v1").runs[1].path)
    selection = select(Path("nowhere"), str(folder if form == "folder" else folder / "run.json"))
    assert [run.path for run in selection.runs] == [str(folder)]
    assert (selection.scenario, selection.tag) == ("orders", None)


@pytest.mark.parametrize("tag", ODD_TAGS)
def test_any_tag_is_found_by_what_it_was_called(tmp_path: Path, record: RunRecord, tag: str) -> None:
    save(tmp_path, record, tag=tag)
    for word in (tag, f"orders@{tag}"):
        selection = select(tmp_path, word, scenario="orders")
        assert (selection.tag, len(selection.runs)) == (tag, 1)


@pytest.mark.parametrize("form", ["id", "name"])
def test_a_run_is_found_by_its_id_or_the_name_of_its_folder(store: Path, form: str) -> None:
    run = select(store, "v1").runs[1]
    selection = select(store, run.id if form == "id" else Path(run.path).name)
    assert (selection.runs, selection.tag) == ((run,), None)


def test_a_tag_that_looks_like_an_id_is_the_tag(store: Path, record: RunRecord) -> None:
    run = select(store, "v1").runs[1]
    save(store, record, tag=run.id)
    assert select(store, run.id).tag == run.id


def test_the_newest_run_is_the_last_to_have_started(store: Path) -> None:
    assert newest(select(store, "v1")).started_at[14:16] == "03"


@pytest.mark.parametrize(("hurt", "newest_is_whole"), [(0, True), (2, False)])
def test_a_damaged_run_hides_no_newer_one_and_is_not_passed_over_for_an_older(
    store: Path, hurt: int, newest_is_whole: bool
) -> None:
    (Path(select(store, "v1").runs[hurt].path) / "run.json").write_text("")
    selection = select(store, "v1")
    if newest_is_whole:
        assert newest(selection) == selection.runs[-1]
    else:
        with pytest.raises(ResultsError, match=r"is damaged: .* \(older runs of v1 that can be read: 2\)"):
            newest(selection)


def test_runs_of_one_second_go_by_their_place_in_the_experiment(tmp_path: Path, record: RunRecord) -> None:
    for position, identity in ((1, "0"), (0, "1"), (2, "2")):
        pairing = Pairing("x", position // 2, "base", position, {})
        write_run(tmp_path, dataclasses.replace(record, id=identity, pairing=pairing), YAML, [], [])
    assert [run.id for run in select(tmp_path, "v1.2").runs] == ["1", "0", "2"]


def test_a_tag_of_several_scenarios_is_refused_with_their_names(store: Path) -> None:
    with pytest.raises(ResultsError, match="runs of 2 scenarios: carts, orders; say which: carts@v2, orders@v2"):
        select(store, "v2")


@pytest.mark.parametrize(("word", "scenario"), [("carts@v2", None), ("v2", "carts"), ("carts@v2", "carts")])
def test_the_scenario_is_said_in_the_word_or_beside_it(store: Path, word: str, scenario: str | None) -> None:
    assert select(store, word, scenario=scenario).scenario == "carts"


NOTHING = [
    ("a tag that is nearly there", "v3", None, "a tag with runs in .*; the nearest: v2, v1"),
    ("nothing near", "zzzz", None, "there are: v1, v2"),
    ("another scenario's tag", "v1", "carts", "with runs of carts in .*; the nearest: v2"),
    ("a scenario that is not there", "v1", "boats", "there are no runs of boats in"),
    ("a scenario in place of a tag", "orders", None, "orders is a scenario; say which tag: orders@v1, orders@v2"),
    ("nothing pinned", "pinned", None, "no tag is pinned in .*; `ddbload results pin SCENARIO@TAG` pins one"),
    ("nothing pinned in a scenario", "orders@pinned", None, "no tag is pinned"),
    ("an empty word", "", None, "an empty word names no run and no tag"),
    ("a path without runs", "/", None, "neither a run's folder nor a tag"),
]


@pytest.mark.parametrize(("word", "scenario", "message"), [row[1:] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_a_word_that_means_nothing_is_told_what_there_is(
    store: Path, word: str, scenario: str | None, message: str
) -> None:
    with pytest.raises(ResultsError, match=message):
        select(store, word, scenario=scenario)


def test_a_scenarios_folder_is_told_its_tags_folders(store: Path) -> None:
    home = store / "orders"
    with pytest.raises(ResultsError, match=f"is a scenario's folder; say which tag: {home / 'v1'}, {home / 'v2'}"):
        select(store, str(home))


@pytest.mark.parametrize("word", ["\0", "x" * 5000])
def test_a_word_that_no_path_can_be_is_a_tag_that_is_not_there(store: Path, word: str) -> None:
    with pytest.raises(ResultsError, match="neither a run's folder nor a tag with runs"):
        select(store, word)


def test_a_store_that_is_not_there_has_no_runs(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=f"there are no runs in {tmp_path / 'none'}"):
        select(tmp_path / "none", "v1")


def test_a_folder_of_another_scenario_than_asked_for_is_refused(store: Path) -> None:
    with pytest.raises(ResultsError, match="holds runs of orders, not of carts"):
        select(store, str(store / "orders" / "v1"), scenario="carts")


def test_a_folder_with_runs_of_several_scenarios_is_refused(store: Path) -> None:
    stray = next((store / "carts" / "v2").iterdir())
    shutil.copytree(stray, store / "orders" / "v1" / stray.name)
    with pytest.raises(ResultsError, match="holds runs of several scenarios: carts, orders"):
        select(store, "v1")


def test_the_pinned_tag_goes_by_that_word(store: Path) -> None:
    pin(store / "orders" / "v1")
    assert select(store, "pinned").tag == select(store, "orders@pinned").tag == "v1"


def test_two_pinned_tags_of_a_scenario_are_refused_by_name(store: Path) -> None:
    pin(store / "orders" / "v1")
    pin(store / "orders" / "v2")
    with pytest.raises(ResultsError, match="2 tags of orders are pinned: v1, v2; name the one that is meant"):
        select(store, "pinned")


def test_a_damaged_run_is_told_beside_the_others(store: Path) -> None:
    (hurt,) = (path for path in (store / "orders" / "v1").iterdir() if path.name.endswith("2"))
    (hurt / "run.json").write_bytes((hurt / "run.json").read_bytes()[:500])
    selection = select(store, "v1")
    assert len(selection.runs) == 2
    assert [damaged.path for damaged in selection.damaged] == [str(hurt)]
    assert "is damaged" in selection.damaged[0].reason


def test_a_run_that_lost_its_document_is_damaged_not_absent(store: Path) -> None:
    (folder,) = (store / "orders" / "v2").iterdir()
    (folder / "run.json").unlink()
    selection = select(store, "orders@v2")
    assert (selection.runs, selection.scenario) == ((), "orders")
    assert "cannot be read" in selection.damaged[0].reason


def test_a_file_or_a_dead_link_in_place_of_a_run_is_damaged_not_absent(store: Path) -> None:
    first, second = (Path(run.path) for run in select(store, "v1").runs[:2])
    shutil.rmtree(first)
    first.write_text("no folder")
    shutil.rmtree(second)
    second.symlink_to("nowhere")
    selection = select(store, "v1")
    assert (len(selection.runs), [each.path for each in selection.damaged]) == (1, [str(first), str(second)])
    assert [each.path for each in list_runs(store, tag="v1").damaged] == [str(first), str(second)]


def test_a_damaged_run_that_was_asked_for_is_an_error(store: Path) -> None:
    folder = Path(select(store, "v1").runs[0].path)
    (folder / "run.json").write_text("{}")
    with pytest.raises(ResultsError, match="is not a run that this ddbload can read"):
        select(store, str(folder))


def test_half_written_folders_and_strangers_are_no_runs(store: Path) -> None:
    home = store / "orders" / "v1"
    shutil.copytree(select(store, "v1").runs[0].path, home / ".0123456789abcdef.partial")
    (home / "notes").mkdir()
    (home / "notes.txt").write_text("")
    (home / "20260203T040500Z-0123abcd.tar.gz").write_text("")
    selection = select(store, "v1")
    assert (len(selection.runs), selection.damaged) == (3, ())


def test_a_folder_without_runs_does_not_hide_the_tag_of_its_name(
    store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "v1").mkdir()
    monkeypatch.chdir(tmp_path)
    assert len(select(store, "v1").runs) == 3


def test_a_store_that_cannot_be_read_is_a_named_error(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(folder))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ResultsError, match="results cannot be read: Permission denied"):
        select(store, "v1")
