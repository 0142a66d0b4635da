"""The house is in order: lint, format, strict types, and rooms that import only from rooms below them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([BIN / "ruff", "check", "."], id="lint finds nothing"),
        pytest.param([BIN / "ruff", "format", "--check", "."], id="every file is formatted"),
        pytest.param([sys.executable, "-m", "mypy"], id="types are strict"),
        pytest.param([BIN / "lint-imports"], id="each room imports only from rooms below it"),
    ],
)
def test_the_house_is_in_order(command: list[str | Path]) -> None:
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_module_says_in_its_first_line_what_lives_there() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "ddbload").rglob("*.py"))
        if not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert silent == []
