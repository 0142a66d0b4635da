"""The last values in many lanes: the greatest or the least of n, at a constant cost a value; those of a while ago."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Sliding:
    """An extreme by blocks of n: that of the rest of the last block, and of what is there of this one.

    The method is van Herk's and Gil and Werman's (1992). Before there are n values the extreme is NaN, as with a NaN
    among them, and NaN is neither above nor below any threshold.
    """

    def __init__(self, extreme: np.ufunc, length: int, lanes: int) -> None:
        """`extreme`: np.maximum or np.minimum."""
        self._extreme, self._length = extreme, length
        self._block = np.full((length, lanes), np.nan)
        self._rest = np.full((length, lanes), np.nan)  # row i: the extreme of rows i and on of the last block
        self._here = np.full(lanes, np.nan)
        self._at = 0
        self.value = np.full(lanes, np.nan)

    def add(self, values: Floats) -> None:
        """Takes the next values, shape (lanes,); then `value` is the extreme of the last n."""
        at = self._at
        self._block[at] = values
        if at == 0:
            np.copyto(self._here, values)
        else:
            self._extreme(self._here, values, out=self._here)
        if at + 1 < self._length:
            self._extreme(self._here, self._rest[at + 1], out=self.value)
            self._at = at + 1
            return
        np.copyto(self.value, self._here)
        # Row by row: several times as fast as the ufunc's accumulate along the first axis.
        np.copyto(self._rest[-1], values)
        for row in range(self._length - 2, 0, -1):
            self._extreme(self._block[row], self._rest[row + 1], out=self._rest[row])
        self._at = 0


class Lag:
    """Gives back what was told some whole minutes ago, by lane; NaN before that."""

    def __init__(self, minutes: NDArray[np.intp]) -> None:
        lanes, self._depth = len(minutes), int(minutes.max(initial=0)) + 1
        self._told = np.full((self._depth, lanes), np.nan)
        phases = np.arange(self._depth)[:, np.newaxis]
        self._where = (phases - minutes) % self._depth * lanes + np.arange(lanes)

    def seen(self, minute: int, told: Floats) -> Floats:
        """What is seen at the end of this minute."""
        phase = minute % self._depth
        self._told[phase] = told
        return told if self._depth == 1 else self._told.ravel().take(self._where[phase])
