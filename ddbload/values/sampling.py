"""Drawing several different numbers for one counter: a chooser's draws without repetition, as a batch's items are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ddbload.values.choosers import Chooser
from ddbload.values.philox import Counters, words_at
from ddbload.values.transforms import Integers

DrawRows = Callable[[Counters, int], Integers]
"""(positions of rows, lane) -> one number for each of these rows, a pure function of the row and the lane."""
Meaning = Callable[[Integers, Counters], Integers]
"""(numbers that were drawn, positions of their rows) -> what they stand for: different numbers for different things."""

REDRAWS = 16
"""How often a number that its row has already is drawn anew."""
REDRAW_SHIFT = 32
"""Number j is drawn anew with the lanes j + 2**32, j + 2 * 2**32, ..."""


def distinct(
    draw: DrawRows,
    n: int | Integers,
    rows: int,
    k: int,
    *,
    meaning: Meaning = lambda numbers, _: numbers,
    taken: Sequence[Integers] = (),
) -> Integers:
    """Choose k different numbers of 0 .. n-1 for each row, and return what they stand for, shape (rows, k).

    The first are drawn as ever, with lane 0; number j with lane j, and as long as its row has it already, with the
    lanes j + 2**32, j + 2 * 2**32, ... up to `REDRAWS` times. So the numbers are those of draws one after the other
    with the repeated ones left out. Where the chooser is so skewed (or n so near to k) that no draw has brought a new
    one, the next free number above it is taken, and 0 follows n - 1. A row depends on nothing but its own draws, and
    its first numbers do not depend on k.

    Args:
        draw: makes one number for each of some rows.
        n: how many numbers there are, at least k unless every draw is a new one; one for all rows, or one for each.
        rows: how many rows.
        k: how many numbers a row gets.
        meaning: what numbers stand for; by default themselves.
        taken: what each row has already, and does not get again.
    """
    limits = np.broadcast_to(np.asarray(n, dtype=np.int64), (rows,))
    known = len(taken)
    found = np.empty((known + k, rows), dtype=np.int64)  # so that each number is a stretch of its own
    for position, column in enumerate(taken):
        found[position] = column
    everything = np.arange(rows)
    for j in range(k):
        own, before = found[known + j], found[: known + j]
        drawn = draw(everything, j)
        own[:] = meaning(drawn, everything)
        again = everything[(before == own).any(axis=0)]
        for turn in range(1, REDRAWS + 1):
            if not len(again):
                break
            drawn[again] = draw(again, j + (turn << REDRAW_SHIFT))
            own[again] = meaning(drawn[again], again)
            again = again[(before[:, again] == own[again]).any(axis=0)]
        while len(again):
            drawn[again] = (drawn[again] + 1) % limits[again]
            own[again] = meaning(drawn[again], again)
            again = again[(before[:, again] == own[again]).any(axis=0)]
    return found[known:].T


def distinct_choices(chooser: Chooser, k: int, seed: int, stream: str, counters: Counters) -> Integers:
    """Choose k different numbers of a chooser for each counter, shape (n, k). The first is that of a draw of one.

    Raises:
        ValueError: the chooser has fewer than k.
    """
    if len(counters) and chooser.n < k:
        raise ValueError(f"cannot choose {k} different ones of {chooser.n}")

    def draw(rows: Counters, lane: int) -> Integers:
        return chooser.draw(words_at(seed, stream, counters[rows], lane))

    return distinct(draw, chooser.n, len(counters), k)
