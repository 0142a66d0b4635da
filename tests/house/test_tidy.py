"""The house is in order: lint, format, strict types, and rooms that import only from rooms below them."""

from __future__ import annotations

import pytest

from tests.house.conftest import COMMANDS, ROOT, Tidying


@pytest.mark.parametrize("what", COMMANDS)
def test_the_house_is_in_order(what: str, tidying: Tidying) -> None:
    out, _ = tidying[what].communicate()
    assert tidying[what].returncode == 0, out


def test_every_module_says_in_its_first_line_what_lives_there() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "ddbload").rglob("*.py"))
        if not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert silent == []
