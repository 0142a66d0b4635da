"""A run's folder: whole or not there, never over another, never with a credential in it."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hdrh.histogram import HdrHistogram

from ddbload.results import (
    Interval,
    ResultsError,
    RunRecord,
    Second,
    default_tag,
    each_interval,
    read_run,
    read_scenario,
    read_timeline,
    write_run,
)

YAML = "ddbload: 1\nname: orders\n"
SECONDS = [Second(t, "hold 2s", 100, 100, 100, 97, 3, 3, 0.8, 4.2, 0.7, None, 0.1, 12, 0, 50.5, 0.0) for t in range(2)]


def intervals() -> list[Interval]:
    histogram = HdrHistogram(1, 3_600_000_000_000, 3)
    histogram.record_value(1_000_000)
    return [Interval(0.0, 1.0, "read/ok/response", histogram)]


def test_a_run_is_four_files_under_scenario_tag_and_time(tmp_path: Path, record: RunRecord) -> None:
    folder = write_run(tmp_path, record, YAML, SECONDS, intervals())
    assert folder == tmp_path / "orders" / "v1.2" / "20260203T040506Z-7f3a9c01"
    assert sorted(p.name for p in folder.iterdir()) == ["histograms.hlog", "run.json", "scenario.yaml", "timeline.csv"]


def test_a_run_reads_back_from_its_folder_or_its_document(tmp_path: Path, record: RunRecord) -> None:
    folder = write_run(tmp_path, record, YAML, SECONDS, intervals())
    expected = dataclasses.replace(record, path=str(folder))
    assert read_run(folder) == read_run(folder / "run.json") == expected
    assert read_timeline(folder) == SECONDS
    assert [i.tag for i in each_interval(folder)] == ["read/ok/response"]
    assert read_scenario(folder) == read_scenario(folder / "run.json") == YAML


def test_the_document_names_its_folder_and_a_moved_run_its_new_one(tmp_path: Path, record: RunRecord) -> None:
    folder = write_run(tmp_path, record, YAML, [], [])
    assert json.loads((folder / "run.json").read_text())["path"] == str(folder)
    moved = folder.rename(tmp_path / "moved")
    assert read_run(moved).path == str(moved)


@pytest.mark.parametrize("tag", ["../../out", "/abs", "con", "a\x00b", "", "x" * 4000, "Feature/Ünïcode"])
def test_any_tag_makes_a_folder_inside_the_root_and_stays_itself_in_the_document(
    tmp_path: Path, record: RunRecord, tag: str
) -> None:
    folder = write_run(tmp_path, dataclasses.replace(record, tag=tag), YAML, [], [])
    assert folder.resolve().is_relative_to(tmp_path.resolve())
    assert read_run(folder).tag == tag


def test_runs_of_one_second_and_one_id_do_not_overwrite_each_other(tmp_path: Path, record: RunRecord) -> None:
    names = [write_run(tmp_path, record, YAML, [], []).name for _ in range(3)]
    assert names == ["20260203T040506Z-7f3a9c01", "20260203T040506Z-7f3a9c01-2", "20260203T040506Z-7f3a9c01-3"]


def test_writers_at_the_same_time_each_get_a_whole_folder(tmp_path: Path, record: RunRecord) -> None:
    barrier, folders = threading.Barrier(6), []

    def save(number: int) -> None:
        barrier.wait()
        folders.append((number, write_run(tmp_path, dataclasses.replace(record, duration_s=number), YAML, [], [])))

    threads = [threading.Thread(target=save, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({folder for _, folder in folders}) == 6
    assert all(read_run(folder).duration_s == number for number, folder in folders)
    assert all(Path(read_run(folder).path) == folder for _, folder in folders)


def test_a_write_that_breaks_off_leaves_nothing_behind(tmp_path: Path, record: RunRecord) -> None:
    def broken() -> list[Interval]:
        raise RuntimeError("the histogram is gone")

    with pytest.raises(RuntimeError):
        write_run(tmp_path, record, YAML, SECONDS, (i for _ in [0] for i in broken()))
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    assert [p.name for p in (tmp_path / "orders" / "v1.2").iterdir()] == []


def test_a_results_folder_that_cannot_be_made_is_a_named_error(tmp_path: Path, record: RunRecord) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ResultsError, match=r"the run cannot be saved in .*file"):
        write_run(blocked, record, YAML, [], [])


READERS: dict[str, Callable[[Path], object]] = {
    "run.json": read_run,
    "timeline.csv": read_timeline,
    "histograms.hlog": lambda folder: list(each_interval(folder)),
    "scenario.yaml": read_scenario,
}


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_is_missing_is_a_named_error(tmp_path: Path, record: RunRecord, name: str) -> None:
    folder = write_run(tmp_path, record, YAML, [], [])
    (folder / name).unlink()
    with pytest.raises(ResultsError, match=f"{name} cannot be read: No such file"):
        READERS[name](folder)


def test_a_binary_timeline_is_a_named_error(tmp_path: Path, record: RunRecord) -> None:
    folder = write_run(tmp_path, record, YAML, [], [])
    (folder / "timeline.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ResultsError, match=r"timeline\.csv is damaged"):
        read_timeline(folder)


def test_no_credential_is_written_wherever_it_stood(
    tmp_path: Path, record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, token, key = "wJalr/XUtnFEMI+K7MDENG+bPxRfiCY", "IQoJb3JpZ2luX2VjEXAMPLE", "ASIAQRSTUVWXYZ234567"
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    echo = f"InvalidSignatureException: host:x\nx-amz-security-token:{token}\nCredential={key}/20260203"
    leaky = dataclasses.replace(
        record,
        reasons=[f"rejected: {secret}"],
        warnings=["x-amz-security-token:another/Token+1=="],
        operations={
            "read": dataclasses.replace(record.operations["read"], reasons={"rejected": {echo: 1, echo + "9": 2}})
        },
        fingerprint=dataclasses.replace(record.fingerprint, target={"url": "http://user:hunter2@127.0.0.1:8000"}),
    )
    folder = write_run(tmp_path, leaky, YAML + f"# {secret}\n", SECONDS, intervals())
    everything = "".join(path.read_text() for path in folder.iterdir())
    for hidden in (secret, token, key, "hunter2", "another/Token"):
        assert hidden not in everything
    assert read_run(folder).fingerprint.target["url"] == "http://[redacted]@127.0.0.1:8000"


def test_a_short_dummy_credential_does_not_blot_out_ordinary_words(
    tmp_path: Path, record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    folder = write_run(tmp_path, record, YAML, [], [])
    assert read_run(folder).fingerprint.target["kind"] == "local"


def test_counts_of_reasons_that_differ_in_a_credential_only_add_up(tmp_path: Path, record: RunRecord) -> None:
    reasons = {"rejected": {"no such key AKIAIOSFODNN7EXAMPL1": 1, "no such key AKIAIOSFODNN7EXAMPL2": 2}}
    operation = dataclasses.replace(record.operations["read"], reasons=reasons)
    folder = write_run(tmp_path, dataclasses.replace(record, operations={"read": operation}), YAML, [], [])
    assert read_run(folder).operations["read"].reasons == {"rejected": {"no such key [redacted]": 3}}


def test_the_default_tag_is_what_git_calls_the_checkout(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "-q")
    (tmp_path / "a").write_text("1")
    git("add", "a")
    git("commit", "-q", "-m", "first")
    assert default_tag(tmp_path) == git("rev-parse", "--short", "HEAD")
    (tmp_path / "a").write_text("2")
    assert default_tag(tmp_path).endswith("-dirty")


@pytest.mark.parametrize("what", ["no repository", "no folder"])
def test_without_a_checkout_a_run_is_untagged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert default_tag(tmp_path if what == "no repository" else tmp_path / "missing") == "untagged"


def test_without_git_a_run_is_untagged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert default_tag(tmp_path) == "untagged"
