"""What the README says of comparing is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ddbload.compare.gates import DEFAULTS
from ddbload.compare.request import PARTS
from tests.compare.pairs_needed import table

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMPARING = README[README.index("## Comparing") : README.index("## How to read the numbers")]


def test_the_table_of_pairs_needed_is_the_one_that_is_computed() -> None:
    found = re.search(r"<!-- pairs needed -->\n(.*?)\n<!-- end of pairs needed -->", COMPARING, re.DOTALL)
    assert found is not None
    assert found[1] == table((0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2))


@pytest.mark.parametrize(("metric", "margin"), [each for each in DEFAULTS.items() if each[0].startswith("p")])
def test_every_default_margin_is_told(metric: str, margin: float) -> None:
    assert f"{margin * 100:g}% for a {metric.replace('_', '.')}" in " ".join(COMPARING.split())


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"params"}))
def test_every_part_that_may_be_under_test_is_told(part: str) -> None:
    assert part in COMPARING
