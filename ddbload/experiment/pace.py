"""How long an experiment takes, in words: an estimate before it, what is left while it goes on. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from ddbload.experiment.pairs import Design, Turn

_OVERHEAD_S = 2.0
"""Of a run beyond its phases, before any has been made: workers that start, tables that are looked at."""
_MINUTE_S, _HOUR_S = 60, 3600


def about(seconds: float) -> str:
    """A time as a person says it."""
    if seconds < 1.5 * _MINUTE_S:
        return f"{max(1, round(seconds))} s"
    if seconds < 1.5 * _HOUR_S:
        return f"{round(seconds / _MINUTE_S)} min"
    return f"{seconds / _HOUR_S:.1f} h"


def before(design: Design, planned_s: float) -> str:
    """What is ahead. `planned_s` is what one run of each side takes together, by their phases."""

    def time(pairs: int) -> str:
        return about((pairs + 1) * (planned_s + 2 * _OVERHEAD_S))

    least, most = design.least_pairs, design.most_pairs
    first = "after one that is thrown away"
    if least == most:
        return f"{least} pairs of runs {first}: about {time(least)}"
    return (
        f"{least} to {most} pairs of runs {first}, as the noise of the first {design.pilot} asks: "
        f"about {time(least)} to {time(most)}"
    )


@dataclass(slots=True)
class Pace:
    """How long runs take, learned from those that are over.

    Attributes:
        planned_s: of a run of each side, by their phases.
    """

    planned_s: dict[str, float]
    _beyond_s: list[float] = field(default_factory=list)

    def over(self, side: str, seconds: float) -> None:
        """A run of a side took so long, all that it needed before it included."""
        self._beyond_s.append(max(0.0, seconds - self.planned_s[side]))

    def left_s(self, turn: Turn) -> float:
        """Seconds from the start of a turn to the end of the experiment, if nothing is made again."""
        beyond = sum(self._beyond_s) / len(self._beyond_s) if self._beyond_s else _OVERHEAD_S
        pairs_after = turn.wanted - turn.place
        first = turn.position % 2 == 0
        both = sum(self.planned_s.values()) + 2 * beyond
        this_pair = both if first else self.planned_s[turn.side] + beyond
        return pairs_after * both + this_pair


def title(turn: Turn, what: str, left_s: float) -> str:
    """The heading over a run: "pair 3 of 10, new (local:3.3.1), about 4 min left in all"."""
    where = "first pair, thrown away" if turn.warming else f"pair {turn.place} of {turn.wanted}"
    more = "" if turn.settled else " or more"
    return f"{where}{'' if turn.warming else more}, {turn.side} ({what}), about {about(left_s)}{more} left in all"
