"""The words of which charts are made: colours, axes and series as Apache ECharts has them, as plain data.

{"$color": name} stands for a colour of `assets/page.css`, {"$format": name} for a function of `assets/page.js`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Option = dict[str, Any]
Point = Sequence[float | int | None]

_DASHES: tuple[Any, ...] = ("solid", "dashed", "dotted", [10, 3, 2, 3], [14, 4], [2, 5])
_SYMBOLS = ("circle", "rect", "triangle", "diamond")
_COLORS = 8
MARKS = {"circle": 0, "triangle": 1, "rect": 2, "diamond": 3}
"""The fifth number of an interval: the mark at its estimate."""
NO_MARK = 4
_FEW = 40
"""Points up to which each is marked: a mark tells its series as well as its colour does."""


def color(name: str) -> Option:
    """A colour of the style sheet, as light or dark as the page: "c1" to "c8", "text", "quiet", "good", "bad"."""
    return {"$color": name}


def formatted(name: str) -> Option:
    """A function of the page's script: "duration" (of ms), "rate", "count", "share", "span" (of s), "change"."""
    return {"$format": name}


def ink(place: int) -> Option:
    """The colour of the series at a place."""
    return color(f"c{place % _COLORS + 1}")


def line(name: str, points: Sequence[Point], place: int, *, step: bool = False, dash: int | None = None) -> Option:
    """A line through points (x, y); a y of None is a gap. Its colour, dash and mark go by its place."""
    dashes = _DASHES[(place if dash is None else dash) % len(_DASHES)]
    return {
        "type": "line",
        "name": name,
        "data": [list(point) for point in points],
        "step": "end" if step else False,
        "symbol": _SYMBOLS[place % len(_SYMBOLS)],
        "symbolSize": 6,
        "showSymbol": len(points) <= _FEW and not step,
        "itemStyle": {"color": ink(place)},
        "lineStyle": {"width": 2, "color": ink(place), "type": dashes},
        "emphasis": {"disabled": True},
    }


def value_axis(name: str, form: str, *, log: bool = False, **more: Any) -> Option:
    """An axis of numbers; `form` writes its labels, `name` says what and in which unit."""
    return {
        "type": "log" if log else "value",
        "name": f"{name}, log scale" if log else name,
        "nameTextStyle": {"color": color("quiet"), "fontSize": 12},
        "axisLabel": {"color": color("quiet"), "fontSize": 12, "formatter": formatted(form), "hideOverlap": True},
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": color("grid")}},
        **more,
    }


def upright(name: str, form: str, *, log: bool = False, **more: Any) -> Option:
    """A y axis: its name stands above it, to the right."""
    axis = value_axis(name, form, log=log, **more)
    axis["nameTextStyle"] |= {"align": "left", "padding": [0, 0, 4, 0]}
    return axis


def level(name: str, form: str, label: str, **more: Any) -> Option:
    """An x axis: its name stands below it; `label` writes the head of what is shown on hover."""
    axis = value_axis(name, form, **more)
    axis |= {"nameLocation": "middle", "nameGap": 28, "axisLine": {"show": True, "lineStyle": {"color": color("line")}}}
    axis["splitLine"] = {"show": False}
    axis["axisLabel"] |= {"showMaxLabel": False}  # an odd last second stands too close to its neighbour
    axis["axisPointer"] = {"label": {"show": False, "formatter": formatted(label)}}
    return axis


def category_axis(names: Sequence[str], **more: Any) -> Option:
    """An axis of names."""
    return {
        "type": "category",
        "data": list(names),
        "axisLabel": {"color": color("quiet"), "fontSize": 12},
        "axisLine": {"lineStyle": {"color": color("line")}},
        "axisTick": {"show": False},
        **more,
    }


def chart(x: Option, y: Option | list[Option], series: Sequence[Mapping[str, Any]], form: str, **more: Any) -> Option:
    """A chart on two axes; `form` writes the numbers shown on hover."""
    return {
        "grid": {
            "left": 4,
            "right": 22,
            "top": 4,
            "bottom": 6,
            "outerBoundsMode": "same",
            "outerBoundsContain": "all",
        },
        "legend": {"show": False},  # the page makes its own, of buttons
        "tooltip": {
            "trigger": "axis",
            "valueFormatter": formatted(form),
            "backgroundColor": color("ground"),
            "borderColor": color("line"),
            "textStyle": {"color": color("text"), "fontSize": 13},
            "axisPointer": {"type": "line", "lineStyle": {"color": color("quiet")}},
            "confine": True,
            "transitionDuration": 0,
        },
        "xAxis": x,
        "yAxis": y,
        "series": [dict(each) for each in series],
        **more,
    }
