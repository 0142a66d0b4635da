"""`ddbload init` as a shell: questions asked again, names refused at once, templates in a terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from ddbload.cli import app
from ddbload.scenario.load import load_scenario


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Person(io.StringIO):
    """Answers typed at a terminal."""

    def isatty(self) -> bool:
        return True


def test_an_answer_that_does_not_fit_is_asked_again_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = ("my table", "orders", "", "pk", "sk", "no", "500", "0", "300", "-1", "20", "120", "75%")
    monkeypatch.setattr("sys.stdin", Person("\n".join(answers) + "\n"))
    assert app.run(["init", "y"]) == 0
    said = "".join(capsys.readouterr())
    assert said.count("Error: ") == 6
    assert "Error: a table's name has 3 to 255 of a-z" in said
    assert "Error: the sort key is another attribute than the partition key" in said
    scenario = load_scenario("y.yaml").scenario
    assert scenario.every_table[0].name == "orders"
    assert dict(scenario.items["item"].of) == {"item": 50, "part": 10}
    assert scenario.load.rate == 20


def test_a_name_too_short_for_a_table_has_a_table_of_a_longer_name() -> None:
    assert app.run(["init", "y", "--yes"]) == 0
    assert load_scenario("y.yaml").scenario.every_table[0].name == "ddbload-y"


def test_the_name_of_a_file_is_its_scenario_s_name(tmp_path: Path) -> None:
    assert app.run(["init", "x.yaml", "--yes"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["x.yaml"]


WRONG: list[tuple[str, Sequence[str], str]] = [
    ("a name that no scenario can have", ["init", "a b", "--yes"], "NAME 'a b': a scenario's name has up to 64 of"),
    ("a column of no trace", ["init", "x", "--column", "time=ts"], "--column names the columns of a trace"),
    ("a column without its field", ["init", "x", "--from", "y.csv", "--column", "ts"], "--column ts: a field and what"),
]


@pytest.mark.parametrize(("sentence", "words", "said"), WRONG, ids=[case[0] for case in WRONG])
def test_what_does_not_fit_is_said_at_once_and_writes_nothing(
    sentence: str, words: Sequence[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(list(words)) == 2, sentence
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_columns_named_on_the_command_line_are_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("moment,op,who\n" + "".join(f"{n},get,user#{n % 5}\n" for n in range(50)))
    assert app.run(["init", "x", "--from", "t.csv", "--column", "time=moment", "--column", "key=who"]) == 0
    assert load_scenario("x.yaml").scenario.operations


def test_templates_fit_the_width_of_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "50")
    assert app.run(["init", "--template", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 50
    assert any(line.startswith("ycsb-a ") for line in lines)


def test_templates_are_one_line_each_where_another_program_reads_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["init", "--template", "list"]) == 0
    assert all(not line.startswith(" ") for line in capsys.readouterr().out.splitlines())
