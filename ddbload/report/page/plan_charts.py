"""The charts of a plan, as data: a day of each resource, what each candidate costs by meter, later months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean

from ddbload.planner.document import CandidatePlan, DayCurve, Plan, TablePlan
from ddbload.planner.words import money, money_band
from ddbload.report.chart import in_sight
from ddbload.report.page import charts
from ddbload.report.page.blocks import ChartBlock, Numbers
from ddbload.report.page.charts import Option, category_axis, color, formatted
from ddbload.report.plan_day import chart_of
from ddbload.report.plan_words import part
from ddbload.report.quantity import count, units

_ROWS = 1500
"""Rows of days that a page holds: at more than that its minutes are put together."""
_STEPS = (1, 2, 5, 10, 15, 30, 60)
_TOLD = 4  # candidates in words
_LEAST = 0.0005  # of a minute's units: what is throttled below that is nothing to see


# --- a day ---------------------------------------------------------------------------------------------------------


def telling(curve: DayCurve) -> tuple[float, float]:
    """Throttling first; then what costs more: a write unit's hour is five times a read unit's."""
    return sum(curve.throttled), sum(curve.asked) * (5 if curve.dimension == "write" else 1)


def step_of(curves: int) -> int:
    """How many minutes are put together, so that a page of so many days stays small."""
    return next((step for step in _STEPS if curves * 1440 / step <= _ROWS), _STEPS[-1])


def day_chart(curve: DayCurve, table: str, place: str, step: int) -> ChartBlock:
    """What is asked of a resource on its busiest day, the capacity it has then, and what is throttled."""
    rows = list(_day_rows(curve, step))
    shown = in_sight(chart_of(curve))
    series = _day_series(rows, shown=shown, throttled=any(row[5] > _LEAST * max(row[1], 1.0) for row in rows))
    x = charts.level("", "clock", "label-clock", min=0, max=1440, interval=180)
    option = charts.chart(x, charts.upright("units a second", "units", min=0), series, "units")
    name = curve.resource.removeprefix(f"{table}/")
    together = "" if step == 1 else f", means of {step} minutes"
    return ChartBlock(
        id=f"day-{place}",
        title=f"{name}: {curve.dimension} units" if name == table else f"index {name}: {curve.dimension} units",
        aside=f"its busiest day, {curve.date}{together}",
        option=option,
        summary=_day_words(curve, shown=shown),
        numbers=Numbers(
            ("time", "asked", "asked, low", "asked, high", "capacity", "throttled"),
            tuple((_clock(row[0]), *row[1:]) for row in rows),
        ),
    )


def _day_rows(curve: DayCurve, step: int) -> Iterator[tuple[float, ...]]:
    columns = zip(
        curve.minutes, curve.asked, curve.asked_low, curve.asked_high, curve.capacity, curve.throttled, strict=True
    )
    minutes = list(columns)
    for begin in range(0, len(minutes), step):
        together = minutes[begin : begin + step]
        first = together[0][0]
        yield (first, *(_short(fmean(column)) for column in list(zip(*together, strict=True))[1:]))


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _day_series(rows: Sequence[tuple[float, ...]], *, shown: bool, throttled: bool) -> list[Option]:
    """What is asked as an area, its low and high worlds, the capacity as steps over it, throttles in their own."""

    def points(column: int) -> list[tuple[float, float]]:
        return [(row[0], row[column]) for row in rows]

    asked = charts.line("asked", points(1), 0, dash=0) | {"showSymbol": False, "symbol": "none"}
    asked["areaStyle"] = {"color": charts.ink(0), "opacity": 0.18}
    asked["lineStyle"] |= {"width": 1.5}
    series = [asked]
    for name, column in (("asked, low", 2), ("asked, high", 3)):
        bound = charts.line(name, points(column), 0, dash=2) | {"showSymbol": False, "symbol": "none"}
        bound["lineStyle"] |= {"width": 1, "color": color("quiet")}
        bound["itemStyle"] = {"color": color("quiet")}
        series.append(bound)
    if shown:
        capacity = charts.line("capacity", points(4), 1, step=True, dash=0) | {"symbol": "none"}
        series.append(capacity)
    if throttled:
        refused = charts.line("throttled", points(5), 2, dash=0) | {"showSymbol": False, "symbol": "none"}
        refused["itemStyle"] = {"color": color("bad")}
        refused["lineStyle"] |= {"color": color("bad"), "width": 1.5}
        refused["areaStyle"] = {"color": color("bad"), "opacity": 0.55}
        series.append(refused)
    return series


def _day_words(curve: DayCurve, *, shown: bool) -> str:
    most = max(curve.asked, default=0.0)
    at = curve.minutes[curve.asked.index(most)] if curve.asked else 0
    low, high = min(curve.capacity, default=0.0), max(curve.capacity, default=0.0)
    capacity = units(low) if low == high else f"{units(low)} to {units(high)}"
    beyond = "" if shown else ", far above what is drawn"
    told = [f"At most {units(most)} units a second are asked, at {_clock(at)}; the capacity is {capacity}{beyond}."]
    refused = sum(curve.throttled)
    minutes = sum(value > _LEAST * asked for value, asked in zip(curve.throttled, curve.asked, strict=True))
    if refused and minutes:
        told.append(
            f"{part(refused / sum(curve.asked))} of the day's units are throttled, in {count(minutes)} minutes."
        )
    else:
        told.append("Nothing is throttled." if not refused else "Next to nothing is throttled.")
    told.append("Low and high: one world in twenty is below, above.")
    return " ".join(told)


def _clock(minute: float) -> str:
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


# --- what the candidates cost --------------------------------------------------------------------------------------

_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("writes", ("write_", "replicated_write")),
    ("reads", ("read_",)),
    ("reserved capacity", ("reserved_",)),
    ("storage", ("storage",)),
)
_UPFRONT, _OTHER, _ALL = "upfront fees, spread over their terms", "all else", "a month"


def kinds_of(candidate: CandidatePlan) -> dict[str, float]:
    """What a candidate costs a month in the likely world by kind of meter; together, what it is ranked by."""
    found: dict[str, float] = {}
    for meter, usd in candidate.meters.items():
        kind = next((kind for kind, starts in _KINDS if meter.startswith(starts)), _OTHER)
        found[kind] = found.get(kind, 0.0) + usd
    left = candidate.monthly_usd.likely - sum(found.values())
    if not candidate.meters:
        found[_ALL] = candidate.monthly_usd.likely
    elif left > 0.005:  # noqa: PLR2004 - half a cent
        found[_OTHER] = found.get(_OTHER, 0.0) + left
    if (spread := candidate.ranked.likely - candidate.monthly_usd.likely) > 0.005:  # noqa: PLR2004 - half a cent
        found[_UPFRONT] = spread
    return found


def cost_chart(table: TablePlan, place: str) -> ChartBlock:
    """What each candidate costs a month, by kind of meter, with its range over the worlds."""
    listed = table.candidates
    names = [
        f"{'▸ ' if each.name == table.chosen else ''}{each.name}{'' if each.keeps else ' (throttles)'}"
        for each in listed
    ]
    kinds = [kinds_of(each) for each in listed]
    order = [
        kind for kind in (*(kind for kind, _ in _KINDS), _ALL, _OTHER, _UPFRONT) if any(kind in of for of in kinds)
    ]
    series = [_stack(kind, [of.get(kind) for of in kinds], number) for number, kind in enumerate(order)]
    series.append(_ranges(listed))
    y = category_axis(names, inverse=True)
    y["axisLabel"] |= {"color": color("text"), "width": 150, "overflow": "break", "lineHeight": 14}
    x = charts.value_axis("US dollars a month", "axis-dollars", min=0)
    x |= {"nameLocation": "middle", "nameGap": 28}
    option = charts.chart(x, y, series, "dollars")
    option["tooltip"] |= {"axisPointer": {"type": "shadow"}}
    option["grid"] |= {"top": 8}
    return ChartBlock(
        id=f"cost-{place}",
        title="What each candidate costs a month",
        aside="by meter, likely; the whisker is where nine worlds in ten are",
        option=option,
        summary=_cost_words(listed),
        numbers=Numbers(
            ("candidate", *order, "likely", "low", "high", "keeps"),
            tuple(
                (
                    each.name,
                    *(_cents(of.get(kind)) for kind in order),
                    *map(_cents, (each.ranked.likely, each.ranked.low, each.ranked.high)),
                    "yes" if each.keeps else "no",
                )
                for each, of in zip(listed, kinds, strict=True)
            ),
        ),
        height=70 + 40 * len(listed),
    )


def _cost_words(listed: Sequence[CandidatePlan]) -> str:
    told = [
        f"{each.name}: {money_band(each.ranked)}{'' if each.keeps else ', does not keep the objective'}."
        for each in listed[:_TOLD]
    ]
    if more := len(listed) - len(told):
        told.append(f"And {more} more, up to {money(max(each.ranked.likely for each in listed))}.")
    return " ".join(told)


def _cents(usd: float | None) -> float | None:
    return None if usd is None else round(usd, 4)


def _stack(kind: str, values: Sequence[float | None], place: int) -> Option:
    return {
        "type": "bar",
        "name": kind,
        "stack": "usd",
        "data": [_cents(value) for value in values],
        "barMaxWidth": 22,
        "itemStyle": {"color": charts.ink(place), "borderColor": color("ground"), "borderWidth": 1},
        "emphasis": {"disabled": True},
    }


def _ranges(listed: Sequence[CandidatePlan]) -> Option:
    """A whisker from the low to the high world at the end of each bar."""
    return {
        "type": "custom",
        "renderItem": formatted("interval"),
        "name": "range",
        "silent": True,
        "data": [
            [place, each.ranked.low, each.ranked.likely, each.ranked.high, charts.NO_MARK]
            for place, each in enumerate(listed)
        ],
        "encode": {"x": [1, 2, 3], "y": 0},
        "itemStyle": {"color": color("text")},
        "tooltip": {"show": False},
        "z": 4,
    }


# --- later months --------------------------------------------------------------------------------------------------


def months_chart(plan: Plan, place: str = "") -> ChartBlock:
    """The bill of later months, as load and items grow."""
    bands = [(0, plan.ranked), *((each.month, each.monthly_usd) for each in plan.months)]
    likely = charts.line("likely", [(month, _cents(of.likely)) for month, of in bands], 0)
    series = [likely]
    for number, (name, points) in enumerate(
        (
            ("low", [(month, _cents(of.low)) for month, of in bands]),
            ("high", [(month, _cents(of.high)) for month, of in bands]),
        )
    ):
        series.append(charts.line(name, points, number + 1, dash=2))
        series[-1]["lineStyle"] |= {"width": 1.5}
    x = charts.level("months on", "count", "label-plain", min=0, max=max(month for month, _ in bands))
    option = charts.chart(x, charts.upright("US dollars a month", "axis-dollars", min=0), series, "dollars")
    last = plan.months[-1]
    return ChartBlock(
        id=f"months{place and '-'}{place}",
        title="The bill in later months",
        aside="with these settings, upfront fees spread over their terms",
        option=option,
        summary=f"{money_band(plan.ranked)} now, {money_band(last.monthly_usd)} in {last.month} months.",
        numbers=Numbers(
            ("months on", "likely", "low", "high"),
            tuple((month, *map(_cents, (of.likely, of.low, of.high))) for month, of in bands),
        ),
        height=260,
    )
