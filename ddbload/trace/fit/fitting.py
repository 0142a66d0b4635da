"""A trace -> its `Fit`: one pass over the file, then a fit of each part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ddbload.scenario.quantity import spell_duration
from ddbload.trace.fit.gather import Gathered, Group, gather
from ddbload.trace.fit.keys import OPAQUE, KeyShape, named
from ddbload.trace.fit.kinds import kind_of
from ddbload.trace.fit.rate import RateFit, fit_rate
from ddbload.trace.fit.sessions import SessionFit
from ddbload.trace.fit.sizes import SizeFit, fit_sizes
from ddbload.trace.fit.skew import Skew, fit_skew
from ddbload.trace.source import Trace
from ddbload.values.transforms import Integers

MOST_KEYS = 1_000_000
"""Different keys that are counted each for itself: about 200 bytes each."""
_LEAST_KEYS = 50


@dataclass(frozen=True, slots=True)
class GroupFit:
    """Requests of one operation to keys of one shape in one table.

    Attributes:
        share: of all requests.
        key: the shape of its keys; None where they tell no key.
        picks: coordinate -> how it is chosen, each by itself.
        whole: how whole keys are chosen, where that was fitted: keys of one coordinate, or a sample of keys.
        size: of the items, where the trace tells it.
    """

    operation: str
    table: str | None
    count: int
    share: float
    key: KeyShape | None
    picks: Mapping[str, Skew]
    whole: Skew | None
    size: SizeFit | None


@dataclass(frozen=True, slots=True)
class Fit:
    """What a trace is made of.

    Attributes:
        rows: requests; rate: of all requests, with the kind of their arrivals.
        groups: operations with their keys and sizes, the most frequent first.
        sessions: None where the trace tells none.
        notes: what was approximated.
    """

    source: str
    rows: int
    rate: RateFit
    groups: tuple[GroupFit, ...]
    sessions: SessionFit | None
    notes: tuple[str, ...]

    @property
    def mix(self) -> dict[str, float]:
        """Operation -> share of the requests."""
        shares: Counter[str] = Counter()
        for group in self.groups:
            shares[group.operation] += group.share  # type: ignore[assignment]  # a Counter of shares
        return dict(shares)

    def lines(self) -> list[str]:
        """What was found and how well it fits, a line each."""
        found = [f"{self.rows:,} requests in {self.rate.seconds:,.3f} s", f"rate: {self.rate}"]
        found.append(f"arrivals: {self.rate.arrivals} (index of dispersion {self.rate.dispersion:.2f}; Poisson has 1)")
        for group in self.groups:
            found.append(f"{group.operation}{_about(group)}: {group.share:.2%} of the requests")
            found += [f"  {name}: {skew}" for name, skew in group.picks.items()]
            if group.whole is not None and len(group.picks) != 1:
                found.append(f"  whole keys: {group.whole}")
            if group.size is not None:
                found.append(f"  size: {group.size}")
        if self.sessions is not None:
            found.append(f"sessions: {self.sessions}")
        return [*found, *self.notes]


def _about(group: GroupFit) -> str:
    key = "/".join(group.key.template) if group.key else "no key"
    return f" of {key}" + (f" in {group.table}" if group.table else "")


def fit(trace: Trace, *, most_keys: int = MOST_KEYS) -> Fit:
    """Fit a trace, in one pass and bounded memory.

    Of more than `most_keys` different keys a sample is counted, chosen by a hash of the key.

    Raises:
        TraceError: the first row that does not fit, with its line.
    """
    gathered = gather(trace.chunks(), most_keys)
    most = _most_numbers(gathered)
    order = sorted(gathered.groups, key=lambda group: -gathered.groups[group])
    groups = tuple(_group(gathered, group, most) for group in order)
    notes = []
    if gathered.sampled > 1:
        notes.append(f"more than {most_keys:,} different keys: one of {gathered.sampled} was counted, chosen by a hash")
    tick_ns, gap_ns = gathered.rate.tick_ns, gathered.rate.last_ns / gathered.rows
    if tick_ns > max(gap_ns, 1_000_000):
        tick = spell_duration(tick_ns / 1e9)
        notes.append(
            f"times have a resolution of {tick}: how arrivals lie within it is not told, nor are shorter pauses"
        )
    return Fit(trace.path.name, gathered.rows, fit_rate(gathered.rate), groups, gathered.sessions.fit(), tuple(notes))


_Place = tuple[str | None, str, str]


def _most_numbers(gathered: Gathered) -> dict[_Place, tuple[int, int]]:
    """(table, shape, coordinate) -> the smallest and largest number that any operation's keys have there."""
    most: dict[_Place, tuple[int, int]] = {}
    for group in gathered.groups:
        table, _, shape = group
        names, columns, _ = _coordinates(gathered, group)
        for name, texts in zip(names, columns, strict=True):
            if texts and all(map(str.isdecimal, texts)):
                numbers = list(map(int, texts))
                low, high = most.get((table, shape, name), (numbers[0], numbers[0]))
                most[table, shape, name] = min(low, *numbers, high), max(high, *numbers)
    return most


def _coordinates(gathered: Gathered, group: Group) -> tuple[tuple[str, ...], list[list[str]], Integers]:
    """(names of the coordinates, a column of texts for each, how often each key was used)."""
    keys, counts = gathered.keys(group)
    if not group[2] or not keys:
        return (), [], counts
    shape = named(group[2])
    if group[2] == OPAQUE or not shape.names:
        return (shape.names[:1], [keys], counts) if shape.names else ((), [], counts)
    match = shape.pattern.match
    found = [one.groups() if (one := match(key)) else (key,) * len(shape.names) for key in keys]
    return shape.names, [list(column) for column in zip(*found, strict=True)], counts


def _group(gathered: Gathered, group: Group, most: Mapping[_Place, tuple[int, int]]) -> GroupFit:
    table, operation, shape = group
    rows = gathered.groups[group]
    names, columns, counts = _coordinates(gathered, group)
    picks: dict[str, Skew] = {}
    whole: Skew | None = None
    if len(counts) and shape:
        several = len(names) > 1
        if several and gathered.sampled > 1:
            whole = _skew(gathered, counts, rows, None)
        for name, texts in zip(names, columns, strict=True):
            if several and gathered.sampled > 1:
                continue  # a sample of keys is no sample of one coordinate's values
            known = _known(most.get((table, shape, name)))
            _, inverse = np.unique(np.array(texts, dtype=object).astype(str), return_inverse=True)
            marginal = np.bincount(inverse, counts).astype(np.int64)
            picks[name] = _skew(gathered, marginal, rows, known)
        if _next(operation, columns, counts):
            picks = {name: _as_next(skew) for name, skew in picks.items()}
            whole = _as_next(whole) if whole else None
        if not several and picks:
            whole = next(iter(picks.values()))
    sizes = gathered.sizes.get(group)
    key = named(shape) if shape else None
    size = fit_sizes(sizes) if sizes else None
    return GroupFit(operation, table, rows, rows / gathered.rows, key, picks, whole, size)


def _skew(gathered: Gathered, counts: Integers, rows: int, known: int | None) -> Skew:
    if gathered.sampled > 1:
        return fit_skew(counts, known, draws=rows, one_of=gathered.sampled)
    return fit_skew(counts, known)


def _known(span: tuple[int, int] | None) -> int | None:
    """How many keys there are if they are numbered from 0 or from 1."""
    if span is None:
        return None
    low, high = span
    return high + 1 if low == 0 else high


def _next(operation: str, columns: list[list[str]], counts: Integers) -> bool:
    """Whether an operation makes new items: it puts each key once, with numbers that go up."""
    if kind_of(operation) != "put" or len(counts) < _LEAST_KEYS or counts.mean() > 1.01:  # noqa: PLR2004 - as good as once
        return False
    for texts in columns:
        if all(map(str.isdecimal, texts)):
            numbers = list(map(int, texts))
            if sum(b >= a for a, b in pairwise(numbers)) > 0.9 * (len(numbers) - 1):
                return numbers[-1] > numbers[0]
    return False


def _as_next(skew: Skew) -> Skew:
    return Skew("next", skew.seen, skew.seen, 0.0)
