"""The whole procedure on real runs between which nothing changed: how often it says that something did.

The bank has blocks of runs against one DynamoDB Local version, each block with a server of its own, hours of quiet and
of other work on the machine among them. Null comparisons are drawn from it in the two designs there are. Comparisons
of one block share its luck, so that the interval of a rate looks at blocks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise, product
from typing import Literal

import pytest

from ddbload.compare.compare import compare_runs
from ddbload.compare.document import Overall
from ddbload.results.record import Pairing, RunRecord
from tests.bank.runs import BANK, bank

Null = tuple[Sequence[str], Overall]  # the blocks that a comparison is made of, and its verdict
NOW = datetime(2030, 1, 1, tzinfo=UTC)
MOST = 0.15
Z = 1.6448536269514722  # of 95 %, one-sided


@pytest.fixture(scope="module")
def blocks() -> dict[str, list[RunRecord]]:
    """The bank without runs that measured the client; a server's URL is no difference between blocks."""
    kept = {tag: [_at_home(run) for run in runs if run.verdict == "pass"] for tag, runs in bank().items()}
    return {tag: runs for tag, runs in kept.items() if len(runs) >= 3}


def test_the_bank_has_enough_runs_and_blocks_to_bound_a_rate(blocks: dict[str, list[RunRecord]]) -> None:
    assert sum(map(len, blocks.values())) >= 40
    assert upper([((name,), "not worse") for name in blocks]) <= MOST


def test_blocks_made_apart_rarely_differ(blocks: dict[str, list[RunRecord]]) -> None:
    """Each block against the next but one and others, with what the other blocks show of drift."""
    found = list(_apart(blocks))
    assert len(found) >= 40
    assert upper(found) <= MOST


def test_pairs_of_neighbours_rarely_differ(blocks: dict[str, list[RunRecord]]) -> None:
    """Neighbouring runs taken as pairs, of two blocks in a row, with the sides dealt out in every way."""
    found = list(_paired(blocks))
    assert len(found) >= 40
    assert upper(found) <= MOST


def test_a_slowdown_put_into_real_runs_is_found(blocks: dict[str, list[RunRecord]]) -> None:
    """The same pairs with all times of one side doubled: the noise is large, and so is this."""
    caught = [verdict == "regressed" for _, verdict in _paired(blocks, times=2.0)]
    assert sum(caught) / len(caught) >= 0.5


def test_two_versions_of_dynamodb_local_in_twenty_pairs_are_alike() -> None:
    """Real runs of `ddbload regress scenarios/ycsb-b.yaml --base local:2.5.2 --new local:3.3.1`, with their noise."""
    base, new = bank(BANK / "versions.jsonl").values()
    found = compare_runs(base, new, ("2.5.2", "3.3.1"), now=NOW)
    assert (found.design, len(found.base.runs), found.verdict) == ("paired", 20, "not worse")
    spreads = [gate.base.spread or 0.0 for gate in found.gates if gate.metric in {"p50", "p99"}]
    assert all(0.05 < spread < 0.3 for spread in spreads)


def rate(found: Sequence[Null]) -> float:
    """The share of comparisons that came out regressed."""
    return sum(verdict == "regressed" for _, verdict in found) / len(found)


def upper(found: Sequence[Null]) -> float:
    """The upper bound of 95 % of that share: Wilson's (1927), of as many observations as the comparisons are worth.

    How many that is, is seen by leaving out one block after another (the jackknife), at least one a block: Korn &
    Graubard 1998, "Confidence intervals for proportions with small expected number of positive counts", Survey
    Methodology 24.
    """
    share = rate(found)
    names = {name for made_of, _ in found for name in made_of}
    without = [rate([each for each in found if name not in each[0]]) for name in sorted(names)]
    center = sum(without) / len(without)
    variance = (len(names) - 1) / len(names) * sum((each - center) ** 2 for each in without)
    worth = share * (1 - share) / variance if variance > 0 else 0.0
    observations = min(max(worth, len(names)), len(found))
    weight = Z**2 / observations
    half = Z * math.sqrt(share * (1 - share) / observations + weight / (4 * observations))
    return (share + weight / 2 + half) / (1 + weight)


def _apart(blocks: dict[str, list[RunRecord]]) -> Iterator[Null]:
    names = list(blocks)
    for step in (1, 2, 5):
        for place, name in enumerate(names):
            other = names[(place + step) % len(names)]
            rest = [run for tag, runs in blocks.items() if tag not in {name, other} for run in runs]
            found = compare_runs(blocks[name], blocks[other], (name, other), background=rest, now=NOW)
            yield (name, other), found.verdict


def _paired(blocks: dict[str, list[RunRecord]], *, times: float = 1.0) -> Iterator[Null]:
    names = list(blocks)
    for first, second in pairwise(names):
        couples = [*_couples(blocks[first]), *_couples(blocks[second])]
        for dealt in list(product((False, True), repeat=len(couples)))[1 :: max(1, 2 ** len(couples) // 6)]:
            pairs = [couple[::-1] if turned else couple for couple, turned in zip(couples, dealt, strict=True)]
            base = [_placed(one, number, "base") for number, (one, _) in enumerate(pairs)]
            new = [_slowed(_placed(one, number, "new"), times) for number, (_, one) in enumerate(pairs)]
            yield (first, second), compare_runs(base, new, now=NOW).verdict


def _couples(runs: Sequence[RunRecord]) -> list[tuple[RunRecord, RunRecord]]:
    return list(zip(runs[::2], runs[1::2], strict=False))


def _placed(run: RunRecord, pair: int, side: Literal["base", "new"]) -> RunRecord:
    return replace(run, pairing=Pairing("bank", pair, side, 2 * pair, {"target": "local"}))


def _slowed(run: RunRecord, times: float) -> RunRecord:
    objectives = [
        replace(each, observed=None if each.observed is None else each.observed * times)
        if each.operation != "all"
        else each
        for each in run.objectives
    ]
    return replace(run, objectives=objectives)


def _at_home(run: RunRecord) -> RunRecord:
    target = {**run.fingerprint.target, "kind": "endpoint", "url": "http://127.0.0.1:8000", "version": None}
    return replace(run, fingerprint=replace(run.fingerprint, target=target))
