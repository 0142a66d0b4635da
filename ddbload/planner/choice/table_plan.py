"""The choice of one table as the plan's document has it. The only place where the one becomes the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ddbload.capacity.behaviour.schedule import cron
from ddbload.capacity.behaviour.settings import Fixed, Floats, Scheduled, Setting, Tracked
from ddbload.planner.choice.candidates import Choice, Evaluated
from ddbload.planner.choice.priced import Books, in_mode, usages
from ddbload.planner.document import Band, CandidatePlan, DayCurve, Line, ResourceSetting, TablePlan
from ddbload.planner.resource import Dimension, Resource
from ddbload.pricing import load_book
from ddbload.pricing.bill import bill
from ddbload.pricing.usage import Bill, BillLine

_LOW, _HIGH = 0.05, 0.95


def table_plan(
    choice: Choice,
    *,
    zone: str = "UTC",
    monthly: bool = False,
    books: Books = load_book,
    curves: Sequence[DayCurve] = (),
    items: float = 0.0,
    stored_gb: float = 0.0,
    stored_gb_end: float = 0.0,
) -> TablePlan:
    """A table's part of the plan.

    Args:
        choice: what was chosen.
        zone: IANA name of the zone that schedules go by.
        monthly: whether an event comes on its day of every month, since the month stands for any.
        books: region -> prices.
        curves: of the chosen candidate.
        items: at the beginning of the month.
        stored_gb: at the beginning, with indexes and overhead.
        stored_gb_end: at the end.
    """
    return TablePlan(
        table=choice.facts.name,
        region=choice.facts.region,
        candidates=tuple(candidate_plan(choice, each, zone, books, monthly=monthly) for each in choice.evaluated),
        chosen=choice.chosen.candidate.name if choice.chosen else None,
        why=choice.why,
        bill=bill_lines(choice, choice.chosen or choice.evaluated[0], books),
        curves=tuple(curves),
        items=items,
        stored_gb=stored_gb,
        stored_gb_end=stored_gb_end,
    )


def candidate_plan(
    choice: Choice, each: Evaluated, zone: str, books: Books = load_book, *, monthly: bool = False
) -> CandidatePlan:
    """One candidate."""
    return CandidatePlan(
        name=each.candidate.name,
        mode=each.candidate.mode,
        settings=tuple(
            _setting(Resource(choice.facts.name, name), dimension, setting, zone, monthly=monthly)
            for dimension, of in each.candidate.settings.items()
            for name, setting in of.items()
        ),
        monthly_usd=band(each.monthly_usd),
        once_usd=each.once_usd,
        throttled=band(each.share),
        worst_minute=band(each.worst_minute),
        headroom=band(each.headroom),
        keeps=each.keeps,
        kept=each.kept,
        regret_usd=each.regret_usd,
        notes=each.notes,
        ranked_usd=band(each.cost_usd),
        meters=_meters(choice, each, books),
    )


def _meters(choice: Choice, each: Evaluated, books: Books) -> dict[str, float]:
    """What each meter comes to every month in the likely world."""
    found: dict[str, float] = {}
    for line in _bill_of(choice, each, books, world=0).lines:
        if not line.once and line.usd > 0:
            found[line.item] = found.get(line.item, 0.0) + line.usd
    return found


def _bill_of(choice: Choice, each: Evaluated, books: Books, world: int) -> Bill:
    standing = choice.standing[each.candidate.variant](each.candidate.table_class)
    fixed = in_mode(standing[world % len(standing)], each.candidate.mode)
    used = usages(choice.facts, each.candidate, each.measured, choice.scale, world=world, fixed=fixed)
    return bill(used, books=books, free_tier=choice.free)


def band(of: Floats) -> Band:
    """A figure over the worlds, the first of which is the likely one; the band always holds that one."""
    low, high = np.quantile(of, (_LOW, _HIGH))
    return Band(float(min(low, of[0])), float(of[0]), float(max(high, of[0])))


def _setting(
    resource: Resource, dimension: Dimension, setting: Setting, zone: str, *, monthly: bool
) -> ResourceSetting:
    if isinstance(setting, Fixed):
        return ResourceSetting(str(resource), dimension, "fixed", {"units": _whole(setting.units)})
    if isinstance(setting, Tracked):
        values: dict[str, Any] = {"min": _whole(setting.low), "max": _whole(setting.high), "target": setting.target}
        if setting.schedule:
            values["schedule"] = [_action(action, zone, monthly=monthly) for action in setting.schedule]
        return ResourceSetting(str(resource), dimension, "auto-scaling", values)
    told = {"maximum": setting.maximum, "warm": setting.warm}
    return ResourceSetting(
        str(resource), dimension, "on-demand", {name: _whole(units) for name, units in told.items() if units}
    )


def _action(action: Scheduled, zone: str, *, monthly: bool) -> dict[str, Any]:
    """As Application Auto Scaling takes it: PutScheduledAction, cron(minutes hours day month weekday year) or at()."""
    of_month = f"cron({action.minute} {action.hour} {action.date.day} * ? *)" if monthly and action.date else ""
    return {
        "cron": of_month or cron(action),
        "zone": zone,
        "min": _whole(action.low),
        "max": _whole(action.high),
    }


def _whole(units: float) -> int | float:
    return int(units) if units == int(units) else units


def bill_lines(choice: Choice, each: Evaluated, books: Books = load_book) -> tuple[Line, ...]:
    """The candidate's bill, quantities those of the likely world, amounts over all worlds.

    Raises:
        PriceError: a price is missing.
    """
    worlds = len(each.cost_usd)
    likely: dict[tuple[str, ...], BillLine] = {}
    amounts: dict[tuple[str, ...], Floats] = {}
    for world in range(worlds):
        for line in _bill_of(choice, each, books, world).lines:
            key = (line.item, line.text, line.region, line.label)
            likely[key] = _added(likely.get(key), line, counts=world == 0)
            amounts.setdefault(key, np.zeros(worlds))[world] += line.usd
    return tuple(_line(likely[key], of) for key, of in amounts.items())


def _added(known: BillLine | None, line: BillLine, *, counts: bool) -> BillLine:
    """Lines that a reader cannot tell apart are one; its quantities are those of the likely world."""
    quantity, paid = (line.quantity, line.paid) if counts else (0.0, 0.0)
    if known is None:
        return replace(line, quantity=quantity, paid=paid)
    return replace(known, quantity=known.quantity + quantity, paid=known.paid + paid)


def _line(line: BillLine, usd: Floats) -> Line:
    return Line(
        item=line.item,
        text=line.text,
        region=line.region,
        quantity=line.quantity,
        unit=line.unit,
        usd_per_unit=line.usd_per_unit,
        usd=band(usd),
        once=line.once,
        status=line.status,
        source=line.source,
        as_of=line.as_of,
        paid=line.paid,
    )
