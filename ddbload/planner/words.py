"""A plan's figures in words: money, settings as a person types them in, and the recommendation in one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ddbload.planner.document import Band, ResourceSetting, TablePlan
from ddbload.scenario.quantity import spell_percent

_WHOLE_FROM = 99.995  # dollars from which on cents say nothing
_CENTS_FROM = 0.0995
_LEAST = 1e-5
_WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
_NOISE = 1e-6  # what is left of sums and differences of floats


def money(usd: float) -> str:
    """US dollars with the digits that matter: "$1,234", "$12.34", "$0.004", "$0".

    Raises:
        ValueError: it is negative, or not a finite number; a plan has neither.
    """
    if not math.isfinite(usd) or usd < -_NOISE:
        raise ValueError(f"{usd!r} is no amount of money of a plan")
    if usd >= _WHOLE_FROM:
        return f"${usd:,.0f}"
    if usd >= _CENTS_FROM:
        return f"${usd:.2f}"
    if usd < _LEAST:
        return "<$0.00001" if usd > _NOISE else "$0"
    places = 1 - math.floor(math.log10(usd))  # two significant digits
    return f"${usd:.{places}f}".rstrip("0")


def amounts(usds: Sequence[float], *, cents_below: float = 99.995) -> list[str]:
    """The amounts of a column, with cents in all of them or in none: none where the greatest is from `cents_below` on.

    What is less than a cent, or a dollar where there are none, has digits of its own.
    """
    cents = max(usds, default=0.0) < cents_below
    least = 0.01 if cents else 1.0
    return [money(usd) if usd < least else f"${usd:,.{2 * cents}f}" for usd in usds]


def price(usd_per_unit: float) -> str:
    """The price of a unit in plain digits; of a million units where one costs next to nothing."""
    if 0 < usd_per_unit < 1e-5:  # noqa: PLR2004 - below every price of a capacity unit-hour
        return f"${_digits(usd_per_unit * 1e6)} / M"
    return f"${_digits(usd_per_unit)}"


def band(given: Band) -> str:
    """What an amount may come to: "$380 to $455", or one amount where all worlds agree."""
    low, high = money(given.low), money(given.high)
    return low if low == high else f"{low} to {high}"


def money_band(given: Band) -> str:
    """The likely amount and what it may come to: "$412 ($380 to $455)"."""
    likely, ends = money(given.likely), band(given)
    return likely if likely == ends else f"{likely} ({ends})"


# --- settings ------------------------------------------------------------------------------------------------------


def setting(given: ResourceSetting, *, actions: bool = True) -> str:
    """A setting as it is typed in: "auto scaling 120-2,400, target 70%".

    Args:
        given: what is set.
        actions: with each of its scheduled actions; else only how many there are.
    """
    values = given.values
    if given.mode == "fixed":
        return f"{whole(values['units'])} unit{'' if values['units'] == 1 else 's'}"
    if given.mode == "auto-scaling":
        target = f"auto scaling {whole(values['min'])}-{whole(values['max'])}, target {spell_percent(values['target'])}"
        schedule = list(values.get("schedule") or ())
        if not actions and schedule:
            return f"{target}, {len(schedule)} scheduled action{'' if len(schedule) == 1 else 's'}"
        return "; ".join([target, *_scheduled(schedule)])
    parts = ["on demand"]
    if values.get("maximum") is not None:
        parts.append(f"at most {whole(values['maximum'])}")
    if values.get("warm") is not None:
        parts.append(f"warm throughput {whole(values['warm'])}")
    return ", ".join(parts)


def _scheduled(schedule: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each action; the zone once, where it is the same of all."""
    zones = {str(action.get("zone") or "") for action in schedule}
    told = [
        f"{whole(action['min'])}-{whole(action['max'])} from {_cron(str(action['cron']))}"
        + (f" {action['zone']}" if len(zones) > 1 and action.get("zone") else "")
        for action in schedule
    ]
    if len(zones) == 1 and (zone := zones.pop()):
        told[-1] += f" ({zone})"
    return told


def _cron(text: str) -> str:
    """`cron(0 19 * * ? *)` as "19:00", with its weekdays where it has some; anything else as it is."""
    fields = text.removeprefix("cron(").removesuffix(")").split()
    if len(fields) != 6 or not (fields[0].isdecimal() and fields[1].isdecimal()):  # noqa: PLR2004 - a cron's
        return text
    minute, hour, day, month, weekday, year = fields
    if (day, month, year) not in {("*", "*", "*"), ("?", "*", "*")}:
        return text
    days = "" if weekday in {"*", "?"} else f" {_days(weekday)}"
    return f"{int(hour):02d}:{int(minute):02d}{days}"


def _days(listed: str) -> str:
    """Weekdays one after another by the first and the last: "MON-FRI" for five."""
    names = listed.split(",")
    for length in range(len(_WEEKDAYS), 2, -1):
        for first in range(len(_WEEKDAYS) - length + 1):
            if names == _WEEKDAYS[first : first + length]:
                return f"{names[0]}-{names[-1]}"
    return listed


def whole(value: float) -> str:
    """A number of units that is set, thousands set off; a fraction only where it is one."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _digits(value: float) -> str:
    places = max(2, 2 - math.floor(math.log10(value))) if value > 0 else 0
    whole_part, _, rest = f"{value:,.{places}f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole_part}.{rest:0<2}" if rest else whole_part


# --- the recommendation --------------------------------------------------------------------------------------------


def headline(tables: Sequence[TablePlan], ranked_usd: Band, throttle_objective: float) -> str:
    """The recommendation in one sentence, with what it costs: a month with upfront fees spread over their terms."""
    amount = _amount(tables, ranked_usd)
    lacking = [table.table for table in tables if table.chosen is None]
    if lacking:
        named = lacking[0] if len(lacking) == 1 else f"{', '.join(lacking[:-1])} and {lacking[-1]}"
        limit = spell_percent(throttle_objective)
        what = f"throttling at or below {limit}" if throttle_objective else "no throttling"
        return f"no candidate for {named} keeps {what}; the cheapest would be {amount}"
    if len(tables) == 1:
        saved = _saved(tables[0])
        return f"{tables[0].table}: {tables[0].chosen}, {amount}" + (f", {saved}" if saved else "")
    chosen = "; ".join(f"{table.table}: {table.chosen}" for table in tables)
    return f"{amount} for {len(tables)} tables: {chosen}"


def _amount(tables: Sequence[TablePlan], ranked_usd: Band) -> str:
    """What all tables are ranked by, and how it is paid where that is not month by month."""
    billed = [table.billed for table in tables]
    once, monthly = sum(each.once_usd for each in billed), sum(each.monthly_usd.likely for each in billed)
    amount = f"{money_band(ranked_usd)} a month"
    if any(each.ranked != each.monthly_usd for each in billed):
        return f"{amount} with upfront fees spread ({money(monthly)} a month and {money(once)} once)"
    return amount + (f" and {money(once)} once" if once > 0 else "")


def _saved(table: TablePlan) -> str:
    """How much less it is than the first way that people think of: plain on demand, or else the next that will do."""
    others = [each for each in table.candidates if each.keeps and each.name != table.chosen]
    on_demand = [each for each in others if each.mode == "on-demand"]
    against = min(on_demand, key=lambda each: len(each.name)) if on_demand else next(iter(others), None)
    if against is None:
        return ""
    less = against.ranked.likely - table.billed.ranked.likely
    if less <= 0 or less < 0.005 * against.ranked.likely:
        return ""
    return f"{100 * less / against.ranked.likely:.0f}% less than {against.name}"
