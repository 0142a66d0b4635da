"""The search for settings of one table or index in one dimension: which are worth a closer look.

It is a screen: some days around the greatest peak, and a dozen worlds from the least to the most demanding, against
hundreds of settings at once. What it finds is, for throttling of eight times the objective down to none, the cheapest
setting: the real limit is then found among those on the whole month in all worlds (`confirm`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ddbload.capacity.behaviour.settings import Fixed, Floats, Setting, Tracked
from ddbload.planner.choice.lanes import Load
from ddbload.planner.choice.schedule import actions, events, hourly_need
from ddbload.planner.choice.together import Search

Family = Literal["fixed", "auto-scaling", "scheduled"]
FAMILIES: tuple[Family, ...] = ("fixed", "auto-scaling", "scheduled")
NONE = 1e-6
"""The share of throttled units that counts as none."""

_SCREEN_DAYS = 4
_SCREEN_WORLDS = 12
_SECTIONS = 24
_TARGETS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_RANGES = ((0.2, 0.38), (0.38, 0.52), (0.52, 0.62), (0.62, 0.72), (0.72, 0.82), (0.82, 0.9))
_FAR_DEARER = 1.5
_WORTH = 0.005
"""By how much of the cost a setting must be cheaper than a simpler one."""

Frontier = Mapping[Family, tuple[Setting, ...]]
"""Family -> the cheapest setting for each of the `asks`."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What the cheapest setting is looked for at.

    Attributes:
        limit: the throttled share.
        sure: in all worlds, else in as many as the plan asks for.
        targets: of auto scaling, from and to; None: any.
    """

    limit: float
    sure: bool = False
    targets: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A setting and what it came to in the screened worlds.

    Attributes:
        unit_hours: in the month, in the median world.
        usual: the throttled share that it keeps below in as many worlds as the plan asks for; `most`: in all.
    """

    family: Family
    setting: Setting
    unit_hours: float
    usual: float
    most: float

    def share(self, ask: Ask) -> float:
        """The throttled share that is asked about."""
        return self.most if ask.sure else self.usual


def asks(objective: float) -> tuple[Ask, ...]:
    """From throttling that is too much to none in any world; and by target, since a dozen worlds do not tell it all.

    The worlds that are screened may have better luck than those that are not. What helps there is most often a lower
    target, so that the cheapest of each range of targets is looked at as well, unless it is far dearer.
    """
    limits = [objective * factor for factor in (8.0, 3.0, 1.0, 0.4)] if objective > NONE else []
    plain = [*(Ask(limit) for limit in limits), Ask(NONE), Ask(NONE, sure=True)]
    return (*plain, *(Ask(max(objective, NONE), sure=True, targets=targets) for targets in _RANGES))


def frontier(load: Load, *, objective: float, confidence: float) -> Search[Frontier]:
    """The cheapest settings of one name at each level of throttling.

    Args:
        load: of one name alone.
        objective: share of its units that may be throttled.
        confidence: in this share of the worlds.
    """
    wanted = asks(objective)
    if load.asked is None or not load.busy:
        return {"fixed": (Fixed(1.0),) * len(wanted)}
    screen = _Screen.of(load, confidence)
    fixed = yield from _fixed(screen, wanted)
    found: list[Tried] = [*fixed]
    needed = [each.setting.units for ask in wanted if isinstance((each := _cheapest(fixed, ask)).setting, Fixed)]
    most, least = max(needed), min(needed)
    kept = _cheapest(fixed, Ask(max(objective, NONE))).setting
    enough = kept.units if isinstance(kept, Fixed) else most
    if most > _SMALL and screen.units.mean() < _STEADY * enough:
        found += yield from screen.tried([*_grid(screen, least, most), *_schedules(load, most, confidence)])
        for step in (0.5, 0.25):
            scaled = [_of(found, family) for family in ("auto-scaling", "scheduled")]
            best = {_cheapest(mine, ask).setting for mine in scaled if mine for ask in wanted}
            near = {changed for setting in best for changed in _near(setting, step)}
            found += yield from screen.tried(sorted(near - {each.setting for each in found}, key=repr))
    return _by_family(found, wanted)


_STEADY = 0.88
"""A mean use of fixed capacity beyond which auto scaling, at a target of at most 90 %, can save nothing."""
_SMALL = 2
"""Units of capacity that leave nothing to scale."""


def _by_family(found: Sequence[Tried], wanted: Sequence[Ask]) -> Frontier:
    """Of each family the cheapest, where a simpler family is taken if it costs as little."""
    made: dict[Family, tuple[Setting, ...]] = {}
    for last, family in enumerate(FAMILIES):
        if _of(found, family):
            simpler = [each for each in found if FAMILIES.index(each.family) <= last]
            made[family] = tuple(_cheapest(simpler, ask).setting for ask in wanted)
    return made


def _of(found: Iterable[Tried], family: Family) -> list[Tried]:
    return [each for each in found if each.family == family]


def _cheapest(found: Sequence[Tried], ask: Ask) -> Tried:
    """The cheapest that is asked for; of those that all throttle more, the one that throttles least."""
    kept = [each for each in found if each.share(ask) <= ask.limit]
    if not kept:
        return min(found, key=lambda each: (each.share(ask), each.unit_hours))
    best = min(kept, key=_burden)
    if ask.targets is None:
        return best
    low, high = ask.targets
    ranged = [each for each in kept if isinstance(each.setting, Tracked) and low <= each.setting.target <= high]
    near = [each for each in ranged if each.unit_hours <= _FAR_DEARER * best.unit_hours]
    return min(near, key=_burden, default=best)


def _burden(each: Tried) -> float:
    """Its cost, and a little more for what is not simple."""
    return each.unit_hours * (1 + _WORTH * FAMILIES.index(each.family))


def _family(setting: Setting) -> Family:
    if isinstance(setting, Fixed):
        return "fixed"
    return "scheduled" if isinstance(setting, Tracked) and setting.schedule else "auto-scaling"


@dataclass(frozen=True, slots=True)
class _Screen:
    """Some days of some worlds, and for how many hours of the month each of their hours stands."""

    load: Load
    units: Floats
    weights: Floats
    confidence: float

    @classmethod
    def of(cls, load: Load, confidence: float) -> _Screen:
        units = load.of("")
        worlds = spread(np.quantile(units, 0.999, axis=1), _SCREEN_WORLDS)
        days, weights = _week(units)
        cut = load.cut(worlds, days)
        return cls(cut, cut.of(""), weights, confidence)

    def tried(self, settings: Sequence[Setting]) -> Search[list[Tried]]:
        """What becomes of each setting."""
        (made,) = yield [(self.load, [{"": setting} for setting in settings])]
        return [
            Tried(
                _family(setting),
                setting,
                unit_hours=float(np.median(each.hourly[""] @ self.weights)),
                usual=float(np.quantile(each.share, self.confidence)),
                most=float(each.share.max()),
            )
            for setting, each in zip(settings, made, strict=True)
        ]


def spread(level: Floats, count: int) -> NDArray[np.intp]:
    """Worlds from the lowest level to the highest, evenly by rank."""
    order = np.argsort(level, kind="stable")
    if len(order) <= count:
        return order
    return order[((np.arange(count) + 0.5) * len(order) / count).astype(np.intp)]


def _week(units: Floats) -> tuple[tuple[int, int], Floats]:
    """The days around the greatest peak, and for how many hours of the month each of their hours stands."""
    days = max(1, ceil(units.shape[1] / 1440))
    if days <= _SCREEN_DAYS:
        return (0, days), np.ones(units.shape[1] // 60)
    whole = units[:, : (units.shape[1] // 1440) * 1440].reshape(len(units), -1, 1440)
    peak = int(np.argmax(np.quantile(whole.max(axis=2), 0.95, axis=0)))
    first = min(max(0, peak - _SCREEN_DAYS // 2), days - _SCREEN_DAYS)
    level = np.median(whole.mean(axis=2), axis=0)
    chosen = level[first : first + _SCREEN_DAYS]
    stands = np.bincount(np.argmin(np.abs(level[:, None] - chosen[None, :]), axis=1), minlength=_SCREEN_DAYS)
    return (first, first + _SCREEN_DAYS), np.repeat(stands.astype(float), 24)


def _fixed(screen: _Screen, wanted: Sequence[Ask]) -> Search[list[Tried]]:
    """Fixed capacity from the mean to beyond the peak, in sections, and again within those that matter."""
    peak = float(screen.units.max())
    spread = max(1.0, screen.load.asked.dispersion.get("", 1.0)) if screen.load.asked else 1.0
    low, high = max(1, floor(screen.units.mean())), ceil(peak + 6 * sqrt(spread * peak)) + 1
    tried = yield from screen.tried([Fixed(float(units)) for units in _sections(low, high, _SECTIONS)])
    inner: set[int] = set()
    for ask in wanted:
        kept = _cheapest(tried, ask).setting
        short = [each.setting for each in tried if each.share(ask) > ask.limit]
        below = [setting.units for setting in short if isinstance(setting, Fixed)]
        if isinstance(kept, Fixed) and below:
            inner.update(_sections(int(max(below)), int(kept.units), 8)[1:-1])
    return tried + (yield from screen.tried([Fixed(float(units)) for units in sorted(inner)]))


def _sections(low: float, high: float, count: int) -> list[int]:
    return sorted({round(each) for each in np.linspace(low, high, count)})


def _grid(screen: _Screen, least: float, most: float) -> list[Setting]:
    """Auto scaling by minimum, maximum and target; the bounds go by what fixed capacity would need."""
    trough = max(1.0, float(np.quantile(screen.units, 0.05)))
    lows = {ceil(each) for each in np.geomspace(min(trough, least), least, 7)}
    highs = {ceil(each) for each in (0.9 * least, least, most, 1.2 * most, 1.5 * most)}
    return [
        Tracked(float(low), float(high), target)
        for low in sorted(lows)
        for high in sorted(highs)
        for target in _TARGETS
        if low < high
    ]


def _schedules(load: Load, most: float, confidence: float) -> list[Setting]:
    """A minimum that goes with the day, at several shares of what the hours need."""
    if load.asked is None:
        return []
    needs = hourly_need(load.of(""), load.asked.start, confidence=confidence)
    known = events(load.of(""), load.asked.start, confidence=confidence)
    made: list[Setting] = []
    for count in (2, 4) if needs else ():
        for factor in (0.7, 0.85, 1.0, 1.15):
            for high in (ceil(most), ceil(1.3 * most)):
                plan = actions(needs, count, factor=factor, high=float(high), known=known)
                low = min(action.low for action in plan)
                made += [Tracked(low, float(high), target, schedule=plan) for target in (0.7, 0.9)]
    return made


def _near(setting: Setting, step: float) -> list[Setting]:
    """Settings a step away: in the minimum, the maximum and the target."""
    if not isinstance(setting, Tracked):
        return []
    return [
        altered(setting, low=low, high=high, target=target)
        for low in (1 - 0.4 * step, 1.0, 1 + 0.5 * step)
        for high in (1 - 0.14 * step, 1.0, 1 + 0.16 * step)
        for target in (-0.1 * step, 0.0, 0.1 * step)
    ]


def altered(setting: Setting, *, low: float = 1.0, high: float = 1.0, target: float = 0.0) -> Setting:
    """The same with its bounds multiplied, in whole units of at least 1, and its target moved within 20 % to 90 %."""
    if isinstance(setting, Fixed):
        return Fixed(float(max(1, ceil(setting.units * low - 1e-9))))
    if not isinstance(setting, Tracked):
        return setting
    top = float(max(1, ceil(setting.high * high - 1e-9)))
    aim = round(min(0.9, max(0.2, setting.target + target)), 2)
    schedule = tuple(
        replace(each, low=min(top, max(1.0, float(ceil(each.low * low - 1e-9)))), high=top) for each in setting.schedule
    )
    bottom = min(top, float(max(1, ceil(setting.low * low - 1e-9))))
    return Tracked(bottom, top, aim, schedule=schedule)
