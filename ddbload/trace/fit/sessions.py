"""Sessions: which sequences of operations they are made of, with the pauses between the steps; in bounded memory."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ddbload.trace.row import Columns

_LONGEST = 20  # steps; a longer session is not a sequence that could be read
_MOST_OPEN, _MOST_SEQUENCES = 200_000, 20_000
_FEW, _MOST_COVERED = 6, 0.8
_EXPONENTIAL = (0.7, 1.4)  # standard deviation over mean that is called exponential; below: constant
_CONSTANT = 0.15

Sequence_ = tuple[str, ...]


@dataclass(slots=True)
class _Pauses:
    """Moments of the pauses before a step, in seconds, plain and of their logarithms."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0
    logs: float = 0.0
    log_squares: float = 0.0

    def add(self, seconds: float) -> None:
        self.count += 1
        self.total += seconds
        self.squares += seconds * seconds
        log = math.log(max(seconds, 1e-9))
        self.logs += log
        self.log_squares += log * log


@dataclass(frozen=True, slots=True)
class Think:
    """The pause before a step: constant, exponential or lognormal; seconds.

    It is the time between two requests: thinking and the answer to the first together.
    """

    kind: str
    mean_s: float
    median_s: float
    p99_s: float


@dataclass(frozen=True, slots=True)
class SequenceFit:
    """Sessions of one sequence of operations: how many, and the pause before each step but the first."""

    steps: Sequence_
    count: int
    think: tuple[Think, ...]


@dataclass(frozen=True, slots=True)
class SessionFit:
    """What sessions there are.

    Attributes:
        count: sessions; rows: requests in them.
        sequences: the most frequent sequences of at least two steps; empty where they are too many to be written down.
        single: operation -> sessions of one request.
        covered: the share of the sessions that `sequences` and `single` make up.
    """

    count: int
    rows: int
    sequences: tuple[SequenceFit, ...]
    single: Mapping[str, int]
    covered: float

    @property
    def fitted(self) -> bool:
        """Whether few sequences make up most of the sessions."""
        return bool(self.sequences)

    def __str__(self) -> str:
        found = f"{self.count:,} sessions of {self.rows / max(self.count, 1):.3g} requests"
        if self.fitted:
            return f"{found}; {len(self.sequences)} sequences and single requests make up {self.covered:.0%} of them"
        return f"{found}; not fitted: no few sequences make up {_MOST_COVERED:.0%} of them"


@dataclass(slots=True)
class SessionCounts:
    """Sessions while a trace streams by. The longest idle ones count as ended when too many are open."""

    sequences: Counter[Sequence_] = field(default_factory=Counter)
    ended: int = 0
    rows: int = 0
    _open: dict[str, tuple[Sequence_, tuple[int, ...]]] = field(default_factory=dict)
    _pauses: dict[Sequence_, list[_Pauses]] = field(default_factory=dict)

    def add(self, chunk: Columns) -> None:
        """Count some rows."""
        if all(session is None for session in chunk.session):
            return
        for session, operation, time_ns in zip(chunk.session, chunk.operation, chunk.time_ns, strict=True):
            if session is None:
                continue
            self.rows += 1
            steps, times = self._open.pop(session, ((), ()))
            if len(steps) <= _LONGEST:
                steps, times = (*steps, operation), (*times, time_ns)
            self._open[session] = (steps, times)
        while len(self._open) > _MOST_OPEN:
            self._end(next(iter(self._open)))

    def _end(self, session: str) -> None:
        steps, times = self._open.pop(session)
        self.ended += 1
        if len(steps) > _LONGEST or (steps not in self.sequences and len(self.sequences) >= _MOST_SEQUENCES):
            return
        self.sequences[steps] += 1
        pauses = self._pauses.setdefault(steps, [_Pauses() for _ in steps[1:]])
        for pause, before, after in zip(pauses, times, times[1:], strict=False):
            pause.add((after - before) / 1e9)

    def fit(self) -> SessionFit | None:
        """The common sequences; None where the trace tells no sessions."""
        for session in list(self._open):
            self._end(session)
        if not self.ended:
            return None
        several = Counter({steps: often for steps, often in self.sequences.items() if len(steps) > 1})
        single = {steps[0]: often for steps, often in self.sequences.items() if len(steps) == 1}
        common = several.most_common(_FEW)
        covered = (sum(often for _, often in common) + sum(single.values())) / self.ended
        if not common or covered < _MOST_COVERED:
            return SessionFit(self.ended, self.rows, (), {}, covered)
        kept = [(steps, often) for steps, often in common if often >= 0.005 * self.ended]
        fits = tuple(SequenceFit(steps, often, tuple(map(_think, self._pauses[steps]))) for steps, often in kept)
        covered = (sum(one.count for one in fits) + sum(single.values())) / self.ended
        return SessionFit(self.ended, self.rows, fits, single, covered)


def _think(pauses: _Pauses) -> Think:
    mean = pauses.total / pauses.count
    spread = math.sqrt(max(pauses.squares / pauses.count - mean * mean, 0.0)) / mean if mean else 0.0
    mu = pauses.logs / pauses.count
    sigma = math.sqrt(max(pauses.log_squares / pauses.count - mu * mu, 0.0))
    kind = "constant" if spread < _CONSTANT else "lognormal"
    # the logarithm of an exponential time has a standard deviation of pi / sqrt 6 = 1.28
    if _EXPONENTIAL[0] < spread < _EXPONENTIAL[1] and 0.9 < sigma < 1.7:  # noqa: PLR2004
        kind = "exponential"
    return Think(kind, mean, math.exp(mu), math.exp(mu + 2.3263 * sigma))
