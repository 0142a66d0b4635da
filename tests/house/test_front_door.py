"""`import ddbload`: every name that it promises is there, and it opens no room before one is used."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

import ddbload


def test_every_name_has_a_home_and_no_home_is_without_a_name() -> None:
    assert sorted({*ddbload._HOMES, "__version__"}) == sorted(ddbload.__all__)
    assert [name for name in ddbload.__all__ if not hasattr(ddbload, name)] == []


def test_a_name_that_is_not_there_is_named() -> None:
    with pytest.raises(AttributeError, match="module 'ddbload' has no attribute 'nothing'"):
        _ = ddbload.nothing


def test_the_version_is_that_of_the_distribution() -> None:
    assert ddbload.__version__ == version("ddbload")


def test_no_room_is_opened_before_one_is_used() -> None:
    code = "import sys, ddbload; print(*(name for name in sys.modules if name.startswith('ddbload.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.split() == []
