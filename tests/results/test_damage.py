"""Whatever bytes are in a run's folder, its readers return or say what is wrong: nothing else comes out of them."""

from __future__ import annotations

import base64
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ddbload.results import ResultsError, each_interval, read_run, read_timeline
from ddbload.results.listing import list_runs
from ddbload.results.selection import select

BASELINE = min((Path(__file__).parents[2] / "results" / "quickstart" / "baseline").iterdir())
READERS: dict[str, Callable[[Path], object]] = {
    "run.json": read_run,
    "timeline.csv": read_timeline,
    "histograms.hlog": lambda folder: list(each_interval(folder)),
}
Edit = tuple[str, float, bytes]


def harmed(content: bytes, edits: list[Edit]) -> bytes:
    """The content with each edit at a share of its length: cut off, some bytes replaced, put in, or taken out."""
    for kind, where, piece in edits:
        at = int(where * len(content))
        rest = {"cut": b"", "put in": piece + content[at:], "replace": piece + content[at + len(piece) :]}
        content = content[:at] + rest.get(kind, content[at + 40 :])
    return content


PIECES = st.one_of(
    st.binary(min_size=1, max_size=4),
    st.sampled_from(
        [b'"', b"{", b"[", b",", b"\n", b"null", b"1e999", b"-1", b"9" * 400, b"NaN", b"\xff", b"\x00", b"#"]
    ),
)
EDITS: st.SearchStrategy[list[Edit]] = st.lists(
    st.tuples(st.sampled_from(["cut", "put in", "replace", "take out"]), st.floats(0, 1), PIECES),
    min_size=1,
    max_size=3,
)
FUZZ = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASELINE, tmp_path / "quickstart" / "baseline" / BASELINE.name))


def complaint(read: Callable[[], object]) -> str | None:
    """What a reader says is wrong; None where it reads. Any other exception is the test's failure."""
    try:
        read()
    except ResultsError as error:
        return str(error)
    return None


def is_read_or_named(name: str, folder: Path) -> bool:
    said = complaint(lambda: READERS[name](folder))
    return said is None or str(folder / name) in said


@pytest.mark.parametrize("name", list(READERS))
@FUZZ
@given(edits=EDITS)
def test_a_harmed_file_is_read_or_named(folder: Path, name: str, edits: list[Edit]) -> None:
    (folder / name).write_bytes(harmed((BASELINE / name).read_bytes(), edits))
    assert is_read_or_named(name, folder)


@pytest.mark.parametrize("name", list(READERS))
@FUZZ
@given(content=st.binary(max_size=300))
def test_any_bytes_at_all_are_read_or_named(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    assert is_read_or_named(name, folder)


@settings(FUZZ, max_examples=50)  # unpacking one takes most of the time
@given(edits=EDITS)
def test_a_histogram_that_unpacks_and_is_none_is_read_or_named(folder: Path, edits: list[Edit]) -> None:
    head, _, payload = (BASELINE / "histograms.hlog").read_text().strip().rpartition(",")
    packed = base64.b64decode(payload)
    inner = harmed(zlib.decompress(packed[8:]), edits)
    body = zlib.compress(inner)
    whole = packed[:4] + struct.pack(">i", len(body)) + body
    (folder / "histograms.hlog").write_text(f"{head},{base64.b64encode(whole).decode()}\n")
    assert is_read_or_named("histograms.hlog", folder)


@FUZZ
@given(edits=EDITS)
def test_a_store_with_a_harmed_run_is_listed_and_chosen_from(folder: Path, edits: list[Edit]) -> None:
    root = folder.parents[2]
    shutil.copytree(BASELINE, folder.with_name("20260101T000000Z-0"), dirs_exist_ok=True)
    (folder / "run.json").write_bytes(harmed((BASELINE / "run.json").read_bytes(), edits))
    listing = list_runs(root)
    assert len(listing.runs) + len(listing.damaged) == 2
    said = complaint(lambda: select(root, "baseline", scenario="quickstart"))
    assert said is None or "scenario" in said, "the run may now say that it is another scenario's"
