"""Files: those that are not there, are no text, or come from another editor; and where things stand in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from ddbload.errors import ScenarioError
from ddbload.scenario.document import read_document
from ddbload.scenario.load import MAX_FILE_BYTES, load_scenario
from ddbload.scenario.quantity import parse_duration, parse_percent, spell_duration, spell_percent


def _refused(path: Path) -> str:
    with pytest.raises(ScenarioError) as refused:
        load_scenario(path)
    return str(refused.value).replace(str(path), "FILE")


def test_a_missing_file_names_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").touch()
    assert _refused(tmp_path / "order.yaml") == "FILE: there is no such file (in that folder: orders.yaml)"
    assert _refused(tmp_path / "none" / "order.yaml") == "FILE: there is no such file"


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    assert _refused(tmp_path) == "FILE: this is a folder, not a scenario (name the YAML file in it)"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(
            b"a: \xff\n", "FILE:1:1: this line is not UTF-8 (save the file as UTF-8)", id="bytes that are no text"
        ),
        pytest.param("a: 1".encode("utf-16"), "FILE: the file is in UTF-16 (save it as UTF-8)", id="UTF-16"),
        pytest.param(
            b"#" * (MAX_FILE_BYTES + 1),
            "FILE: the file has more than 1,000,000 bytes (a scenario is a page of YAML)",
            id="a file that is too large",
        ),
        pytest.param(b"", "FILE: the file is empty (a scenario begins with 'ddbload: 1')", id="an empty file"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(content)
    assert _refused(path) == told


@pytest.mark.parametrize("change", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n")], ids=["a BOM", "CRLF"])
def test_a_file_of_another_editor_loads(tmp_path: Path, sample: str, change: object) -> None:
    assert callable(change)
    path = tmp_path / "s.yaml"
    path.write_bytes(change(sample).encode())
    loaded = load_scenario(path, {"rate": "5"})
    (tmp_path / "again.yaml").write_bytes(loaded.resolved_yaml.encode())
    assert load_scenario(tmp_path / "again.yaml").scenario == loaded.scenario


def test_a_place_is_that_of_the_value_of_the_key_or_of_what_is_around_it(sample: str) -> None:
    source = read_document(sample, "s.yaml").source
    assert source.line_column(("operations", "pay", "update")) == (33, 13)
    assert source.line_column(("operations", "pay", "update"), key=True) == (33, 5)
    assert source.line_column(("load", "phases", 1, "to")) == (45, 22)
    assert source.line_column(("operations", "pay", "nothing", "here")) == (32, 3)
    assert source.line_column(("nothing",)) == (1, 1)


@pytest.mark.parametrize(
    ("spelled", "value", "offset", "place"),
    [
        pytest.param("abc", "abc", 2, (1, 6), id="plain"),
        pytest.param("'abc'", "abc", 2, (1, 7), id="quoted"),
        pytest.param(r'"a\nbc"', "a\nbc", 2, (1, 4), id="quoted with an escape: the beginning"),
        pytest.param("|\n  ab\n  cd\n", "ab\ncd\n", 4, (3, 4), id="a block"),
        pytest.param(">\n  ab\n  cd\n", "ab cd\n", 4, (1, 4), id="a folded block: the beginning"),
        pytest.param("|\n  ab\n    cd\n", "ab\n  cd\n", 5, (3, 5), id="a block with an indented line"),
    ],
)
def test_a_character_of_a_text_has_a_place(spelled: str, value: str, offset: int, place: tuple[int, int]) -> None:
    document = read_document(f"k: {spelled}\n", "s.yaml")
    assert document.data == {"k": value}
    assert document.source.character(("k",), value, offset) == place


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("300ms", 0.3), ("10s", 10), ("1m30s", 90), ("1.5h", 5400), ("90d", 7_776_000), ("250us", 0.00025), ("0s", 0)],
)
def test_a_duration_is_a_number_with_its_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["10", 10, "", "s", "-1s", "1 s", "1sm", "1e3s", "\u0661s", True, None, [], {}])
def test_anything_else_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (0.3, "300ms"), (61.1, "1m1.1s"), (90, "1m30s"), (3600, "1h"), (7776000, "90d")]
)
def test_a_duration_is_spelled_as_people_write_it(seconds: float, text: str) -> None:
    assert spell_duration(seconds) == text


@given(st.integers(0, 10**10))
def test_a_duration_that_is_spelled_is_read_back(ms: int) -> None:
    assert parse_duration(spell_duration(ms / 1000)) == pytest.approx(ms / 1000, abs=1e-9)


@given(st.decimals(0, 1000, places=3))
def test_a_percentage_is_a_hundredth(number: object) -> None:
    assert parse_percent(f"{number}%") == pytest.approx(float(str(number)) / 100)


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.7, "70%"), (0.001, "0.1%"), (1e-6, "0.0001%"), (0, "0%"), (-0.1, "-10%")]
)
def test_a_share_is_spelled_as_people_write_it(fraction: float, text: str) -> None:
    assert spell_percent(fraction) == text


@pytest.mark.parametrize("text", ["2", 0.02, "-1%", "%", "1e3%", "two%", "1%%"])
def test_anything_else_is_no_percentage(text: object) -> None:
    with pytest.raises(ValueError, match="not a percentage"):
        parse_percent(text)
