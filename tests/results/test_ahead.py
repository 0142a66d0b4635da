"""Files read ahead come in order, each with what is in it or with why it cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddbload.results.ahead import read_ahead


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 200, 1000])
def test_files_come_in_order(tmp_path: Path, count: int) -> None:
    paths = [str(tmp_path / str(number)) for number in range(count)]
    for number, path in enumerate(paths):
        Path(path).write_text(f"{number}")
    assert list(read_ahead(paths)) == [(path, str(number).encode()) for number, path in enumerate(paths)]


@pytest.mark.parametrize("count", [3, 300])
def test_a_file_that_cannot_be_read_takes_its_place_among_the_others(tmp_path: Path, count: int) -> None:
    paths = [str(tmp_path / str(number)) for number in range(count)]
    for path in paths:
        Path(path).write_text("x")
    Path(paths[1]).unlink()
    found = [content for _, content in read_ahead(paths)]
    assert isinstance(found.pop(1), FileNotFoundError)
    assert found == [b"x"] * (count - 1)


def test_whoever_stops_early_leaves_nothing_running(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    files = read_ahead([str(tmp_path / "a")] * 5000)
    assert next(files)[1] == b"x"
    files.close()  # type: ignore[attr-defined]
