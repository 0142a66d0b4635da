"""Whether one item's history is possible: every write took effect at some moment between its sending and its answer.

The states that the item may be in are followed through time. A configuration is a state and those of the writes under
way that it has seen already; when a write is answered, only configurations that have seen it remain (Wing and Gong,
"Testing and verifying concurrent objects", 1993; here with writes only, so that a read never narrows what is possible
and no sound history is called wrong). A consistent read must see a state that was possible while it was under way; an
eventually consistent one may also see an earlier state, which is counted as stale.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ddbload.capacity import CannotApplyError, Item
from ddbload.verify.states import UNKNOWN, Change, State, key_of

MAX_CONFIGURATIONS = 2_000
"""Beyond it a history is not decided: so many writes of one item were under way at once."""

Verdict = Literal["right", "stale", "wrong", "undecided"]


@dataclass(frozen=True, slots=True)
class Write:
    """A write of the item.

    Attributes:
        sent_ns, done_ns: when it was sent, and when it was answered.
        change: what it makes of the item; None for a write whose effect is not known.
        certain: it was answered as done; else it may take effect at any later time, or never.
    """

    sent_ns: int
    done_ns: int
    change: Change | None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """A read of the item by its key, and what it found (None: nothing)."""

    sent_ns: int
    done_ns: int
    found: Item | None
    consistent: bool
    label: int = -1  # what its verdict is counted under, beside the sum


Event = Write | Read


@dataclass(slots=True)
class Findings:
    """What became of the reads of some histories.

    Attributes:
        reads: reads that were judged.
        stale: eventually consistent reads that saw an earlier state: allowed, and told.
        stale_consistent: consistent reads that saw an earlier state: not allowed.
        wrong: reads that saw what never was there.
        lost: items that, after the run, are as they were before a write that was answered as done.
        undecided: reads of histories with too many writes under way at once.
    """

    reads: int = 0
    stale: int = 0
    stale_consistent: int = 0
    wrong: int = 0
    lost: int = 0
    undecided: int = 0
    labels: dict[int, Findings] = field(default_factory=dict)  # the same by the labels of the reads

    @property
    def violations(self) -> int:
        """What must not be."""
        return self.stale_consistent + self.wrong + self.lost

    def add(self, other: Findings) -> None:
        """Add another's."""
        for name in ("reads", "stale", "stale_consistent", "wrong", "lost", "undecided"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for label, findings in other.labels.items():
            self.labels.setdefault(label, Findings()).add(findings)

    def count(self, verdict: Verdict, *, consistent: bool) -> None:
        """Count a read."""
        self.reads += 1
        self.undecided += verdict == "undecided"
        self.wrong += verdict == "wrong"
        if verdict == "stale":
            self.stale_consistent += consistent
            self.stale += not consistent


def never(_item: Item) -> bool:
    """Items of a table without a time to live."""
    return False


def judge(
    initial: State, events: Iterable[Event], final: Read | None = None, *, expired: Callable[[Item], bool] = never
) -> Findings:
    """Judge one item's history.

    Args:
        initial: its state before the first event; `UNKNOWN` where nothing is known.
        events: its writes and reads, in any order.
        final: the consistent read after everything was answered.
        expired: whether an item's time to live is over: the service may delete it at any time.
    """
    findings = Findings()
    item = _Item(initial, expired)
    for moment, event, position in _moments(events):
        match moment, event:
            case "sent", Write():
                item.sent(position, event)
            case "done", Write() if event.certain:
                item.done(position)
            case "sent", Read():
                item.reading(position)
            case "done", Read():
                verdict = item.read(position, event.found)
                findings.count(verdict, consistent=event.consistent)
                if event.label >= 0:
                    own = findings.labels.setdefault(event.label, Findings())
                    own.count(verdict, consistent=event.consistent)
            case _:
                pass
    if final is not None:
        item.reading(-1)
        verdict = item.read(-1, final.found)
        findings.reads += 1
        findings.undecided += verdict == "undecided"
        findings.lost += verdict == "stale"
        findings.wrong += verdict == "wrong"
    return findings


def _moments(events: Iterable[Event]) -> Iterator[tuple[str, Event, int]]:
    """Sendings and answers in order of time; of those at one time, sendings first: then they overlap."""
    queue: list[tuple[int, int, int, Event]] = []
    for position, event in enumerate(events):
        heapq.heappush(queue, (event.sent_ns, 0, position, event))
        heapq.heappush(queue, (max(event.sent_ns, event.done_ns), 1, position, event))
    while queue:
        _, kind, position, event = heapq.heappop(queue)
        yield ("sent", "done")[kind], event, position


Seen = frozenset[int]
"""Writes under way that a configuration has seen."""


@dataclass(slots=True)
class _Item:
    """What one item may be, as time goes on."""

    initial: State
    expired: Callable[[Item], bool]
    configurations: dict[tuple[Hashable, Seen], State] = field(init=False)
    under_way: dict[int, Write] = field(default_factory=dict)
    ever: set[Hashable] = field(default_factory=set)
    readings: dict[int, set[Hashable]] = field(default_factory=dict)  # reads under way -> states that they may see
    lost_track: bool = False

    def __post_init__(self) -> None:
        self.configurations = {(key_of(self.initial), frozenset()): self.initial}
        self._spread()

    def sent(self, position: int, write: Write) -> None:
        """A write is under way: from now on it may have taken effect."""
        self.under_way[position] = write
        self._spread()

    def done(self, position: int) -> None:
        """A write has taken effect, before now."""
        kept: dict[tuple[Hashable, Seen], State] = {}
        for (state, seen), item in self.configurations.items():
            if position in seen:
                kept[state, seen - {position}] = item
        del self.under_way[position]
        if not kept:  # it does not fit any state that was thought possible: begin again from what is not known
            kept = {(UNKNOWN, frozenset()): UNKNOWN}
        self.configurations = kept
        self._spread()

    def reading(self, position: int) -> None:
        """A read is under way."""
        self.readings[position] = {state for state, _ in self.configurations}

    def read(self, position: int, found: Item | None) -> Verdict:
        """A read is answered."""
        possible = self.readings.pop(position)
        if self.lost_track:
            return "undecided"
        seen = key_of(found)
        if seen in possible or UNKNOWN in possible:
            return "right"
        return "stale" if seen in self.ever or UNKNOWN in self.ever else "wrong"

    def _spread(self) -> None:
        """Add every configuration that the writes under way, and the end of a time to live, may lead to."""
        frontier = list(self.configurations.items())
        while frontier and not self.lost_track:
            (_, seen), item = frontier.pop()
            if isinstance(item, Mapping) and self.expired(item) and (None, seen) not in self.configurations:
                self.configurations[None, seen] = None
                frontier.append(((None, seen), None))
            for position, write in self.under_way.items():
                if position in seen:
                    continue
                try:
                    after = _changed(write.change, item)
                except CannotApplyError:
                    continue
                reached = (key_of(after), seen | {position})
                if reached not in self.configurations:
                    self.configurations[reached] = after
                    frontier.append((reached, after))
            self.lost_track = len(self.configurations) > MAX_CONFIGURATIONS
        states = {state for state, _ in self.configurations}
        self.ever |= states
        for possible in self.readings.values():
            possible.update(states)


def _changed(change: Change | None, item: State) -> State:
    if change is None:
        return UNKNOWN
    if isinstance(item, str):  # unknown: only a change that does not look at what was there makes it known
        return change.of_unknown if isinstance(change, Overwrite) else UNKNOWN
    return change(item)


@dataclass(frozen=True, slots=True)
class Overwrite:
    """A change that leaves the same whatever was there: a put, or a delete (None)."""

    of_unknown: Item | None

    def __call__(self, item: Item | None) -> Item | None:
        """What is there afterwards."""
        del item
        return self.of_unknown
