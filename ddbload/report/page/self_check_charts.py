"""The charts of a self-check, as data: the share of false alarms, and each gate's noise floor beside its margin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ddbload.compare.document import Floor, SelfCheck
from ddbload.compare.names import gate_name
from ddbload.report.comparison_words import size_text
from ddbload.report.page import charts
from ddbload.report.page.blocks import ChartBlock, Numbers
from ddbload.report.page.charts import Option, category_axis, color, formatted
from ddbload.report.quantity import count, share
from ddbload.report.self_check import CLAIMED, floor_word
from ddbload.scenario.quantity import spell_percent

_ROW, _ROUND = 46, 96  # pixels of a gate's row, and of what stands around all of them
_FAR = 4.5
"""Multiples of the margin at which the axis ends at the latest; an arrow leads to a floor beyond."""
_BEYOND = 1.12
_BEFORE = 0.03  # room for a mark at nothing
_STYLES = {"kept": ("good", "circle"), "too small": ("doubt", "rect"), "refused": ("bad", "triangle")}


def alarms_chart(check: SelfCheck) -> ChartBlock:
    """The share of false alarms with its interval, over the share that a comparison promises not to exceed."""
    high = min(1.0, _BEYOND * max(check.high, 2 * CLAIMED))
    ink, symbol = ("bad", "triangle") if check.low > CLAIMED else ("good", "circle")
    said = (
        f"{count(check.false_alarms)} of {count(check.splits)} splits came out regressed: {share(check.rate)},"
        f" with 95% confidence between {share(check.low)} and {share(check.high)}."
        f" A comparison promises at most {spell_percent(CLAIMED)}."
    )
    x = charts.value_axis("share of the splits", "axis-share", max=high)
    points = [(said, (check.low, check.rate, check.high))]
    series = [_band("as promised", [CLAIMED]), _marks("false alarms", points, [0], ink, symbol)]
    return ChartBlock(
        id="false-alarms",
        title="Share of false alarms with its interval",
        aside="the band reaches to what is promised",
        option=_rows(x, ["false alarms"], series),
        summary=said,
        numbers=Numbers(
            ("splits", "false alarms", "share", "low", "high", "promised"),
            ((check.splits, check.false_alarms, check.rate, check.low, check.high, CLAIMED),),
        ),
        height=_ROUND + _ROW,
    )


def floors_chart(check: SelfCheck) -> ChartBlock:
    """Each gate's noise floor in multiples of its margin, gates from the top: to the right of the band is too much."""
    names = [gate_name(floor.operation, floor.metric) for floor in check.floors]
    high = min(_FAR, _BEYOND * max(1.2, *map(_multiple, check.floors)))
    x = charts.value_axis("noise floor, in multiples of the margin", "axis-significant", max=high)
    return ChartBlock(
        id="floors",
        title="Noise floor of each gate",
        aside="the band reaches to its margin",
        option=_rows(x, names, [_band("up to the margin", [1.0] * len(names)), *_floors(check, 2 * high)]),
        summary=" ".join(f"{_said(floor)}." for floor in check.floors),
        numbers=Numbers(
            ("gate", "in a stretch", "between stretches", "noise floor", "margin", "verdict"),
            tuple(
                (name, floor.spread, floor.drift, floor.floor, floor.margin, floor_word(floor))
                for name, floor in zip(names, check.floors, strict=True)
            ),
        ),
        height=_ROUND + _ROW * len(names),
    )


def _multiple(floor: Floor) -> float:
    if not floor.floor:
        return 0.0
    return floor.floor / floor.margin if floor.margin else float("inf")


def _said(floor: Floor) -> str:
    name = gate_name(floor.operation, floor.metric)
    told = f"noise floor {size_text(floor.floor, floor.scale)}, margin {size_text(floor.margin, floor.scale)}"
    return f"{name}: {told}, {floor_word(floor)}"


def _floors(check: SelfCheck, edge: float) -> Iterator[Option]:
    """A series for each word, so that each has a colour, a mark and a place in the legend."""
    for word, (ink, symbol) in _STYLES.items():
        places = [place for place, floor in enumerate(check.floors) if floor_word(floor) == word]
        if places:
            floors = [check.floors[place] for place in places]
            ends = [(0.0, end, end) for end in (min(_multiple(floor), edge) for floor in floors)]
            yield _marks(word, list(zip(map(_said, floors), ends, strict=True)), places, ink, symbol)


def _marks(
    name: str, points: list[tuple[str, tuple[float, float, float]]], places: list[int], ink: str, symbol: str
) -> Option:
    """Low, estimate and high of each point in its row; what it says is shown on hover."""
    data: list[dict[str, Any]] = [
        {"name": said, "value": [place, *(float(f"{end:.6g}") for end in ends), charts.MARKS[symbol]]}
        for place, (said, ends) in zip(places, points, strict=True)
    ]
    return {
        "type": "custom",
        "renderItem": formatted("interval"),
        "name": name,
        "data": data,
        "encode": {"x": [1, 2, 3], "y": 0},
        "itemStyle": {"color": color(ink)},
        "symbol": symbol,
        "clip": True,
        "z": 3,
    }


def _band(name: str, ends: list[float]) -> Option:
    return {
        "type": "bar",
        "name": name,
        "data": ends,
        "barWidth": "62%",
        "itemStyle": {"color": color("reach"), "borderColor": color("c8"), "borderWidth": 1},
        "emphasis": {"disabled": True},
        "tooltip": {"show": False},
        "z": 1,
    }


def _rows(x: Option, names: list[str], series: list[Option]) -> Option:
    """Rows of names from the top, over an axis with its name beneath."""
    x |= {"nameLocation": "middle", "nameGap": 30, "min": -_BEFORE * x["max"]}
    x["axisLabel"] |= {"showMinLabel": False, "showMaxLabel": False}
    y = category_axis(names, inverse=True)
    y["axisLabel"] |= {"color": color("text"), "width": 92, "overflow": "break", "lineHeight": 15}
    option = charts.chart(x, y, series, "significant")
    option["tooltip"] |= {"trigger": "item", "formatter": "{b}"}
    return option
