"""Random bits: the published algorithm, addressed by counter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.values.philox import further_words, key_of, philox4x64, words, words_at

# Known answers published with Random123 (kat_vectors, philox4x64-10): counter, key, words.
ONES = 2**64 - 1
KNOWN = [
    (
        "all zeros",
        (0, 0, 0, 0),
        (0, 0),
        (0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B),
    ),
    (
        "all ones",
        (ONES, ONES, ONES, ONES),
        (ONES, ONES),
        (0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0),
    ),
    (
        "digits of pi",
        (0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89),
        (0x452821E638D01377, 0xBE5466CF34E90C6C),
        (0xA528F45403E61D95, 0x38C72DBD566E9788, 0xA5A1610E72FD18B5, 0x57BD43B5E52B7FE6),
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), [row[1:] for row in KNOWN], ids=[row[0] for row in KNOWN])
def test_our_philox_gives_the_published_answers(
    counter: tuple[int, ...], key: tuple[int, int], expected: tuple[int, ...]
) -> None:
    assert tuple(philox4x64(np.array([counter], dtype=np.uint64), key)[0].tolist()) == expected


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**64 - 1),
    stream=st.text(max_size=20),
    start=st.integers(0, 2**63 - 100),
    count=st.integers(0, 50),
    lane=st.one_of(st.just(0), st.integers(0, 2**63 - 1)),
)
def test_numpys_generator_and_ours_agree_on_every_counter(
    seed: int, stream: str, start: int, count: int, lane: int
) -> None:
    counters = np.zeros((count, 4), dtype=np.uint64)
    counters[:, 0] = np.arange(start, start + count, dtype=np.uint64)
    counters[:, 1] = lane
    assert np.array_equal(words(seed, stream, start, count, lane), philox4x64(counters, key_of(seed, stream)))


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**63 - 1), max_size=30), st.lists(st.integers(0, 20_000), max_size=30))
def test_words_of_any_counters_are_those_of_each_one_alone(far: list[int], near: list[int]) -> None:
    for counters in (far, near):
        for lane in (0, 7):
            alone = [words(3, "s", counter, 1, lane)[0].tolist() for counter in counters]
            assert words_at(3, "s", np.array(counters, dtype=np.int64), lane).tolist() == alone


def test_streams_and_seeds_have_words_of_their_own() -> None:
    firsts = {tuple(words(seed, stream, 0, 1)[0].tolist()) for seed in range(20) for stream in ("a", "b", "", "ab")}
    assert len(firsts) == 80


def test_every_lane_has_words_of_its_own() -> None:
    firsts = {tuple(words(1, "s", counter, 1, lane)[0].tolist()) for counter in range(20) for lane in (0, 1, 2**32)}
    assert len(firsts) == 60


def test_further_words_depend_on_the_row_and_the_number_alone() -> None:
    block = words(1, "s", 0, 20)
    rows, numbers = np.repeat(np.arange(20), 3), np.tile(np.array([0, 1, 2**32]), 20)
    together = further_words(block[rows], numbers)
    alone = [further_words(block[row : row + 1], np.array([n]))[0] for row, n in zip(rows, numbers, strict=True)]
    assert np.array_equal(together, alone)
    assert len({tuple(row) for row in together.tolist()}) == 60
