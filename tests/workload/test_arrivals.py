"""Arrivals shared among workers: each belongs to one, and those of a session to the same one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, strategies as st

from ddbload.workload.arrivals import Arriving, in_blocks, mine

chains = st.lists(st.one_of(st.just(0), st.integers(1, 2**63 - 1)), min_size=1, max_size=200)


@given(st.integers(0, 10**9), st.integers(1, 200), st.integers(1, 9))
def test_without_sessions_slot_k_belongs_to_worker_k_modulo_their_number(first: int, count: int, workers: int) -> None:
    arriving = Arriving(first, np.arange(count))
    for worker in range(workers):
        assert mine(arriving, worker, workers).tolist() == [
            at for at in range(count) if (first + at) % workers == worker
        ]


@given(st.integers(0, 10**9), chains, st.integers(1, 9))
def test_every_arrival_belongs_to_one_worker_and_a_session_to_the_same(
    first: int, sessions: list[int], workers: int
) -> None:
    arriving = Arriving(first, np.arange(len(sessions)), chains=np.array(sessions, dtype=np.int64))
    owner = {at: worker for worker in range(workers) for at in mine(arriving, worker, workers).tolist()}
    assert sorted(owner) == list(range(len(sessions)))
    for at, session in enumerate(sessions):
        assert owner[at] == (session or first + at) % workers


@given(st.integers(0, 10**9), chains, st.integers(1, 300))
def test_blocks_are_cut_without_loss(first: int, sessions: list[int], size: int) -> None:
    count = len(sessions)
    whole = Arriving(first, np.arange(count), numbers=np.arange(count) * 2, chains=np.array(sessions, dtype=np.int64))
    blocks = list(in_blocks(whole, size))
    assert [block.first for block in blocks] == list(range(first, first + count, size))
    assert max(len(block.due_ns) for block in blocks) <= size
    for column in ("due_ns", "numbers", "chains"):
        assert np.array_equal(np.concatenate([getattr(block, column) for block in blocks]), getattr(whole, column))
    assert all(block.operations is None for block in blocks)
