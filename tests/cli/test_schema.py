"""`ddbload schema`: one JSON document, of a scenario or of what ddbload writes."""

from __future__ import annotations

import json

import pytest

from ddbload.cli import app


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ([], "ddbload scenario"),
        (["scenario"], "ddbload scenario"),
        (["plan"], "ddbload plan"),
        (["plans"], "ddbload plans"),
        (["run"], "ddbload run"),
        (["comparison"], "ddbload comparison"),
        (["trend"], "ddbload trend"),
        (["self-check"], "ddbload self-check"),
    ],
)
def test_a_schema_is_one_document(words: list[str], title: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["schema", *words]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["title"] == title
    assert said.err == ""


def test_an_unknown_document_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["schema", "bill"]) == 2
    assert "'bill' is not one of" in capsys.readouterr().err
