"""Whatever a file holds: a scenario, or mistakes with a place; never anything else."""

from __future__ import annotations

import os
import random
import re

import pytest
import yaml

from ddbload.errors import Problem, ScenarioError
from ddbload.preflight.checks import warnings
from ddbload.preflight.explanation import explanation
from ddbload.preflight.summary import summary
from ddbload.scenario import document
from ddbload.scenario.load import parse_scenario
from ddbload.workload import compile_workload
from tests.scenario.everything import EVERYTHING

EXAMPLES = int(os.environ.get("DDBLOAD_EVIDENCE_EXAMPLES", "400"))
SHARDS = 4
WITHOUT_CODE = EVERYTHING.replace(
    '{python: {function: "shop:basket", max_bytes: 40, mean_bytes: 20, cardinality: 1000}}', "uuid"
)
"""What a run may compile without being allowed to run code."""
WORDS = [
    "yes", "no", "20:00", "010", "~", "null", "true", "-1", "0", "1", "1e400", "9" * 30, "0.5", "$rate", "$nope", "$$x",
    "{x}", "{customer}", "'{'", '"{status}"', "[]", "{}", "[1, {a: b}]", "uuid", "next", "order", "1s", "2%", "''",
    "&a 1", "*a", "!!str 1", "|\n  x\n", "? a", "- ", "\t", "\x00", "\ufeff", "é", "\U0001f600", "<<", "---",
    "pk = {pk}", "{get: order}", "{zipf: 0.9}", "{uniform: {min: 0, max: 0}}", "{closed: {concurrency: 1}}",
    "latest", "exists", "absent", "end", "all", "profile", "[profile, end]", "{think: 1s}", "{fresh: all}", "{tags}",
    "{branch: {ok: [end]}}", "{repeat: [profile], times: 2}", "first.sk", "item.version", "count", "attributes.x",
    "{csv: {file: none.csv, column: a}}", "{histogram: {'1': 1}}", "{list: {of: lines, count: 2}}", "{words: 3}",
    "{gaussian: {}}", "{n: next}", "local", "SELECT * FROM a", "{pause: 1s}", "{burst: 1s, to: 2%, every: 1s}",
]  # fmt: skip


def _mutated(text: str, dice: random.Random) -> str:
    for _ in range(dice.choice((1, 1, 2, 3))):
        text = dice.choice((_character, _token, _line, _span, _number, _number))(text, dice)
    return text


def _character(text: str, dice: random.Random) -> str:
    place = dice.randrange(len(text) + 1)
    return text[:place] + dice.choice("{}[]:,#'\"\n\t -$%&*!|>?@`x0é\x07") + text[place + dice.randint(0, 1) :]


def _token(text: str, dice: random.Random) -> str:
    """One word of the file, key or value, replaced, doubled or deleted."""
    tokens = list(re.finditer(r"[^\s{}\[\],:]+", text))
    if not tokens:
        return text
    token, other = dice.choice(tokens), dice.choice(tokens)
    new = dice.choice([dice.choice(WORDS), other[0], token[0] * 2, ""])
    return text[: token.start()] + new + text[token.end() :]


def _number(text: str, dice: random.Random) -> str:
    number = dice.choice(list(re.finditer(r"\d+", text)) or [re.match("", text)])
    assert number is not None
    return (
        text[: number.start()]
        + dice.choice(["0", "1", "2", "3", "7", "50", "99", "100", "4096", "12345678"])
        + text[number.end() :]
    )


def _line(text: str, dice: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    place = dice.randrange(len(lines))
    new = dice.choice([[], [lines[place]] * 2, [dice.choice(lines)], ["  " + lines[place]], [lines[place].lstrip()]])
    return "".join([*lines[:place], *new, *lines[place + 1 :]])


def _span(text: str, dice: random.Random) -> str:
    start, end = sorted(dice.randrange(len(text) + 1) for _ in range(2))
    return text[:start] + text[min(end, start + 40) :]


def _see(text: str, params: dict[str, str]) -> None:
    told: list[Problem] = []
    try:
        loaded = parse_scenario(text, "fuzz.yaml", params)
    except ScenarioError as error:
        told = error.problems
    else:
        assert parse_scenario(loaded.resolved_yaml).scenario == loaded.scenario
        assert all(warning.message for warning in warnings(loaded))
        assert summary(loaded)
        assert explanation(loaded)
        if "python:" not in text:
            assert compile_workload(loaded.scenario).operations
        return
    assert told
    assert all(problem.message and 0 <= problem.line <= len(text.splitlines()) + 1 for problem in told)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_mutated_scenario_loads_or_is_told_its_mistakes(sample: str, shard: int) -> None:
    dice = random.Random(shard)
    for turn in range(EXAMPLES // SHARDS):
        text = _mutated((sample, EVERYTHING, WITHOUT_CODE)[turn % 3], dice)
        _see(text, dice.choice([{}, {"rate": "5"}, {"rate": "x"}, {"none": "1"}]))


def test_the_reader_without_libyaml_is_as_closed(sample: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "_LOADER", yaml.SafeLoader)
    dice = random.Random(9)
    for _ in range(EXAMPLES // 16):
        _see(_mutated(sample, dice), {})


def test_a_text_of_brackets_is_no_danger() -> None:
    with pytest.raises(ScenarioError):
        parse_scenario("[" * 5_000)
    with pytest.raises(ScenarioError, match="nested more than 40 levels deep"):
        parse_scenario("[" * 50 + "]" * 50)
