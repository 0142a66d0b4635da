"""What a person sees of a bug: one line, and where its trace is."""

from __future__ import annotations

import pytest

from ddbload.cli.failure import show_bug, show_trace


def test_a_trace_of_another_process_is_kept_in_a_file_and_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    trace = 'Traceback (most recent call last):\n  File "x.py", line 1, in f\nValueError: nonsense\n'
    file = show_trace(trace)
    assert file.read_text() == trace
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "ValueError: nonsense" in said
    assert str(file) in said
    file.unlink()


def test_a_bug_is_told_by_its_kind_and_message(capsys: pytest.CaptureFixture[str]) -> None:
    file = show_bug(ZeroDivisionError("by nothing"))
    assert "ZeroDivisionError: by nothing" in capsys.readouterr().err
    file.unlink()
