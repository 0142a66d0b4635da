"""Data files of a scenario: what is read, and what is said about a file that is not what it should be."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ddbload.errors import ScenarioError
from ddbload.values import read_column, read_histogram


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data.csv"


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("with a header", "size,count\n100,5\n2000,1\n"),
        ("without a header", "100,5\n2000,1\n"),
        ("in any order", "2000,1\n100,5\n"),
        ("with blanks and empty lines", "Size, Count\n\n 100 , 5\n\n2000,1"),
        ("with Windows line ends and a byte order mark", "\ufeffsize,count\r\n100,5\r\n2000,1\r\n"),
        ("with a size that stands twice", "100,2\n2000,1\n100,3\n"),
        ("with a size that never occurs", "100,5\n300,0\n2000,1\n"),
        ("as YCSB writes it", "BlockSize\t100\n0\t5\n1\t0\n19\t1\n"),
    ],
    ids=lambda value: value if " " in value and "\n" not in value else "",
)
def test_a_histogram_is_read(sentence: str, text: str, file: Path) -> None:
    assert sentence
    file.write_bytes(text.encode())
    histogram = read_histogram(file)
    assert (histogram.sizes, histogram.weights) == ((100, 2000), (5.0, 1.0))
    assert histogram.mean == pytest.approx(2500 / 6)


def test_weights_may_be_shares(file: Path) -> None:
    file.write_text("100,0.25\n200,7.5e-1\n")
    assert read_histogram(str(file)).weights == (0.25, 0.75)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "{file}: has no sizes that occur (rows of size,count: 512,20)"),
        ("size,count\n", "{file}: has no sizes that occur (rows of size,count: 512,20)"),
        ("size,count\n1,0\n", "{file}: has no sizes that occur (rows of size,count: 512,20)"),
        ("1,2\n3\n", "{file}:2:1: found 1 cells: '3' (two: size,count)"),
        ("1,2\n\n3,4,5\n", "{file}:3:1: found 3 cells: '3,4,5' (two: size,count)"),
        ("bytes,n\n1,2\n", "{file}:1:1: 'bytes,n' is not the header of a histogram (size,count, or none)"),
        ("foo\n1,2\n", "{file}:1:1: 'foo' is not the header of a histogram (size,count, or none)"),
        ("large,3\n1,2\n", "{file}:1:1: 'large' is not a size (a whole number of bytes: 512)"),
        ("1,2\n-5,2\n", "{file}:2:1: '-5' is not a size (a whole number of bytes: 512)"),
        ("1.5,2\n", "{file}:1:1: '1.5' is not a size (a whole number of bytes: 512)"),
        ("5,-2\n", "{file}:1:1: '-2' is not a count (a number, 0 or more: 20)"),
        ("5,many\n", "{file}:1:1: 'many' is not a count (a number, 0 or more: 20)"),
        ("5,nan\n", "{file}:1:1: 'nan' is not a count (a number, 0 or more: 20)"),
        ("5,1e999\n", "{file}:1:1: '1e999' is not a count (a number, 0 or more: 20)"),
        ("409601,1\n", "{file}:1:1: a size of 409,601 bytes is too large (at most 409,600)"),
        (
            "BlockSize\n0\t5\n",
            "{file}:1:1: BlockSize is followed by no size (BlockSize, a tab, and the bytes of a block: 100)",
        ),
        (
            "BlockSize\t0\n",
            "{file}:1:1: BlockSize is followed by no size (BlockSize, a tab, and the bytes of a block: 100)",
        ),
        ("BlockSize\t9\n99999\t1\n", "{file}:2:1: a size of 900,000 bytes is too large (at most 409,600)"),
    ],
)
def test_a_histogram_that_is_none_is_refused_with_its_line(text: str, message: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(ScenarioError) as error:
        read_histogram(file)
    assert str(error.value) == message.format(file=file)


CITIES = 'city,people,"land, code"\nParis,2102650,FR\n"São ""Paulo"", SP",11451245,BR\n\nOslo,\n"two\nlines",1.5e3,XX\n'


def test_a_column_is_read_by_its_name(file: Path) -> None:
    file.write_text("\ufeff" + CITIES.replace("Oslo,", "Oslo,7e-3,NO"), encoding="utf-8")
    assert read_column(file, "city") == ("Paris", 'São "Paulo", SP', "Oslo", "two\nlines")
    assert read_column(file, "people", "N") == ("2102650", "11451245", "7e-3", "1.5e3")
    assert read_column(file, "land, code", "S") == ("FR", "BR", "NO", "XX")


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", "city", "{file}: is empty (a line of column names, then the rows)"),
        ("city,people\n", "city", "{file}:1:1: has no rows (at least one row below the column names)"),
        (
            "city,people\n",
            "citi",
            "{file}:1:1: there is no column 'citi' (did you mean 'city'? the columns are: 'city', 'people')",
        ),
        ("city;people\n", "people", "{file}:1:1: the columns are separated by ';' (columns are separated by commas)"),
        ("a,b\n", "people", "{file}:1:1: there is no column 'people' (the columns are: 'a', 'b')"),
        ("city,city\n", "city", "{file}:1:1: there are 2 columns 'city' (a name of its own for each column)"),
        (CITIES, "land, code", "{file}:5:1: a row of 2 cells has no 'land, code' (3 cells, as above)"),
        (
            "city,people\nParis,many\n",
            "people",
            (
                "{file}:2:1: column 'people': 'many' is not a number "
                "(digits with a point at most: 12.5; or the type S for texts)"
            ),
        ),
        (
            CITIES,
            "people",
            (
                "{file}:5:1: column 'people': '' is not a number "
                "(digits with a point at most: 12.5; or the type S for texts)"
            ),
        ),
        (
            "people\n" + "1" * 39 + "\n",
            "people",
            "{file}:2:1: column 'people': DynamoDB has no such number: '" + "1" * 39 + "' "
            "(38 digits, from 1E-130 to 9.99E+125)",
        ),
        (
            'city\nOslo\n"Paris\n',
            "city",
            (
                '{file}:3:1: is not CSV: unexpected end of data (cells with commas or quotes stand in quotes: "Paris, '
                '""France""")'
            ),
        ),
    ],
)
def test_a_column_that_cannot_be_used_is_refused_with_its_line(
    text: str, column: str, message: str, file: Path
) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        read_column(file, column, "N" if column == "people" else "S")
    assert str(error.value) == message.format(file=file)


def test_a_text_beyond_the_largest_attribute_is_refused(file: Path) -> None:
    file.write_text("city\n" + "é" * 130_000 + "\n" + "𐍈" * 110_000 + "\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r":3:1: column 'city': a text of 440,000 bytes is too large"):
        read_column(file, "city")


def test_a_file_of_another_encoding_is_refused_with_the_line(file: Path) -> None:
    file.write_bytes("city\nOslo\nZürich\n".encode("latin-1"))
    with pytest.raises(ScenarioError, match=r"data.csv:3:1: is not text in UTF-8 \(save the file as UTF-8\)"):
        read_column(file, "city")


def test_too_many_rows_are_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ddbload.values.files.MOST_ROWS", 1000)
    file.write_text("a\n" + "1\n" * 1000)
    assert len(read_column(file, "a")) == 1000
    file.write_text("a\n" + "1\n" * 1001)
    with pytest.raises(ScenarioError, match=r":1002:1: there are too many rows \(at most 1,000\)"):
        read_column(file, "a")


@pytest.mark.parametrize(("name", "why"), [("none.csv", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_refused(name: str, why: str, tmp_path: Path) -> None:
    message = re.escape(f"{tmp_path / name}: cannot be read: {why} (a path relative to the scenario's file)")
    with pytest.raises(ScenarioError, match=message):
        read_histogram(tmp_path / name)


@pytest.mark.parametrize("module", ["ddbload.values", "ddbload.values.files", "ddbload.values.vocabulary"])
def test_a_check_reads_data_files_without_numpy(module: str) -> None:
    code = f"import sys, {module}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_room_names_what_it_has() -> None:
    import ddbload.values as room

    assert [name for name in room.__all__ if not hasattr(room, name)] == []
    assert sorted(room.__all__) == sorted(room._HOMES)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        room.nothing  # noqa: B018
