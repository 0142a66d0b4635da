"""Drawing several different numbers for one counter: a chooser's draws without repetition, as a batch's items are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ddbload.values.choosers import Chooser
from ddbload.values.philox import Counters, words_at
from ddbload.values.transforms import Integers

DrawRows = Callable[[Counters, int], Integers]
"""(positions of rows, lane) -> one number for each of these rows, a pure function of the row and the lane."""

REDRAWS = 16
"""How often a number that its row has already is drawn anew."""
_REDRAW_SHIFT = 32


def distinct(draw: DrawRows, n: int | Integers, rows: int, k: int) -> Integers:
    """Choose k different numbers of 0 .. n-1 for each row, shape (rows, k).

    The first are drawn as ever, with lane 0; number j with lane j, and as long as its row has it already, with the
    lanes j + 2**32, j + 2 * 2**32, ... up to `REDRAWS` times. So the numbers are those of draws one after the other
    with the repeated ones left out. Where the chooser is so skewed (or n so near to k) that no draw has brought a new
    one, the next free number above it is taken, and 0 follows n - 1. A row depends on nothing but its own draws, and
    its first numbers do not depend on k.

    Args:
        draw: makes one number for each of some rows.
        n: how many numbers there are; one for all rows, or one for each.
        rows: how many rows.
        k: how many numbers a row gets.

    Raises:
        ValueError: there are fewer than k numbers.
    """
    limits = np.broadcast_to(np.asarray(n, dtype=np.int64), (rows,))
    if rows and int(limits.min()) < k:
        raise ValueError(f"cannot choose {k} different ones of {int(limits.min())}")
    chosen = np.empty((rows, k), dtype=np.int64)
    everything = np.arange(rows)
    for j in range(k):
        chosen[:, j] = draw(everything, j)
        again = _repeated(chosen, everything, j)
        for turn in range(1, REDRAWS + 1):
            if not len(again):
                break
            chosen[again, j] = draw(again, j + (turn << _REDRAW_SHIFT))
            again = _repeated(chosen, again, j)
        while len(again):
            chosen[again, j] = (chosen[again, j] + 1) % limits[again]
            again = _repeated(chosen, again, j)
    return chosen


def distinct_choices(chooser: Chooser, k: int, seed: int, stream: str, counters: Counters) -> Integers:
    """Choose k different numbers of a chooser for each counter, shape (n, k). The first is that of a draw of one.

    Raises:
        ValueError: the chooser has fewer than k.
    """

    def draw(rows: Counters, lane: int) -> Integers:
        return chooser.draw(words_at(seed, stream, counters[rows], lane))

    return distinct(draw, chooser.n, len(counters), k)


def _repeated(chosen: Integers, rows: Counters, j: int) -> Counters:
    """Those of the rows whose number j stands before it as well."""
    if not j:
        return rows[:0]
    twice: Counters = rows[(chosen[rows, :j] == chosen[rows, j : j + 1]).any(axis=1)]
    return twice
