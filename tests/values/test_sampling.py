"""Numbers without repetition: different in each row, whatever else is drawn with it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.values import Chooser, Gaussian, Hotspot, Latest, Uniform, Zipf, distinct, distinct_choices, words_at
from ddbload.values.philox import Counters
from ddbload.values.transforms import Integers

CHOOSERS = st.one_of(
    st.builds(Uniform, st.integers(1, 60)),
    st.builds(Zipf, st.integers(1, 60), st.sampled_from([0.2, 0.99, 4.9])),
    st.builds(lambda n: Hotspot(n, 1, 0.999999), st.integers(1, 60)),
    st.builds(lambda n: Gaussian(n, 0.5, 0.001), st.integers(1, 60)),
)


@settings(deadline=None, max_examples=50)
@given(chooser=CHOOSERS, share=st.floats(0, 1), counters=st.lists(st.integers(0, 2**62), max_size=6))
def test_a_row_has_as_many_different_numbers_as_asked_for_even_all(
    chooser: Chooser, share: float, counters: list[int]
) -> None:
    k = round(share * chooser.n)
    chosen = distinct_choices(chooser, k, 7, "s", np.array(counters, dtype=np.int64))
    assert chosen.shape == (len(counters), k)
    for row in chosen.tolist():
        assert len(set(row)) == k
        assert set(row) <= set(range(chooser.n))


@settings(deadline=None, max_examples=30)
@given(CHOOSERS, st.lists(st.integers(0, 2**62), min_size=1, max_size=6))
def test_a_row_does_not_depend_on_the_rows_around_it(chooser: Chooser, counters: list[int]) -> None:
    k = min(chooser.n, 8)
    together = distinct_choices(chooser, k, 7, "s", np.array(counters))
    alone = [distinct_choices(chooser, k, 7, "s", np.array([counter]))[0].tolist() for counter in counters]
    assert together.tolist() == alone


@settings(deadline=None, max_examples=30)
@given(CHOOSERS)
def test_the_first_numbers_of_a_row_do_not_depend_on_how_many_follow(chooser: Chooser) -> None:
    counters = np.arange(20)
    every = distinct_choices(chooser, chooser.n, 7, "s", counters)
    for k in {0, 1, chooser.n // 2}:
        assert np.array_equal(distinct_choices(chooser, k, 7, "s", counters), every[:, :k])
    assert every[:, 0].tolist() == chooser.draw(words_at(7, "s", counters)).tolist()


def test_each_row_may_choose_below_a_limit_of_its_own() -> None:
    counters = np.arange(500)
    counts = 5 + counters
    latest = Latest(0.99)

    def draw(rows: Counters, lane: int) -> Integers:
        return latest.draw(words_at(7, "s", counters[rows], lane), counts[rows])

    chosen = distinct(draw, counts, 500, 5)
    assert all(len(set(row)) == 5 for row in chosen.tolist())
    assert (chosen < counts[:, None]).all()
    assert sorted(chosen[0].tolist()) == [0, 1, 2, 3, 4]


def test_what_no_draw_brings_is_taken_in_its_order() -> None:
    chosen = distinct(lambda rows, _: np.full(len(rows), 3), 5, 2, 4)
    assert chosen.tolist() == [[3, 4, 0, 1]] * 2


def test_more_than_there_are_cannot_be_chosen() -> None:
    with pytest.raises(ValueError, match="cannot choose 4 different ones of 3"):
        distinct_choices(Uniform(3), 4, 1, "s", np.arange(2))
