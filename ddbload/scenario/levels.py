"""The phases as straight lines on the time axis, and how many arrivals they hold."""

from __future__ import annotations

from dataclasses import dataclass

from ddbload.scenario.model import ClosedArrivals, Load, Ramp, Warm


@dataclass(frozen=True, slots=True)
class Level:
    """One phase: from one share of the full load to another, in a straight line."""

    kind: str  # "warm", "ramp", "hold"
    seconds: float
    start: float
    end: float
    measured: bool

    @property
    def mean(self) -> float:
        """The mean share of the full load."""
        return (self.start + self.end) / 2


def levels(load: Load) -> tuple[Level, ...]:
    """The phases in order.

    A ramp begins where the phase before it ended (0 at the start); a hold without `at` keeps what a ramp just before it
    reached, else 100 %.
    """
    found: list[Level] = []
    for phase in load.phases:
        before = found[-1] if found else None
        if isinstance(phase, Warm):
            found.append(Level("warm", phase.warm, phase.at, phase.at, measured=False))
        elif isinstance(phase, Ramp):
            found.append(Level("ramp", phase.ramp, before.end if before else 0.0, phase.to, phase.measure))
        else:
            kept = before.end if before and before.kind == "ramp" else 1.0
            at = kept if phase.at is None else phase.at
            found.append(Level("hold", phase.hold, at, at, phase.measure))
    return tuple(found)


def peak_rate(load: Load) -> float | None:
    """Arrivals a second at the highest level; None in a closed loop, whose rate is found out."""
    return None if load.rate is None else load.rate * max(max(level.start, level.end) for level in levels(load))


def arrivals(load: Load, *, measured: bool = False) -> float:
    """The expected number of arrivals, of the measured phases only if asked; 0 for a closed loop."""
    chosen = [level for level in levels(load) if level.measured or not measured]
    return (load.rate or 0.0) * sum(level.seconds * level.mean for level in chosen)


def is_closed(load: Load) -> bool:
    """Whether the next call waits for the last answer."""
    return isinstance(load.arrivals, ClosedArrivals)
