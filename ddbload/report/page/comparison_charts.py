"""The charts of a comparison, as data: its intervals as a forest, a dot for each run, the curves over each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from ddbload.compare.document import Comparison, Curve, Finding, Level, Scale, Side
from ddbload.report.comparison_words import change_text, interval_text, level, name_of, seen_from_worse, size_text
from ddbload.report.page import charts
from ddbload.report.page.blocks import ChartBlock, Numbers
from ddbload.report.page.charts import Option, category_axis, color, formatted
from ddbload.report.page.trend_charts import LEVELS, level_axis

_ROW, _ROUND = 46, 96  # pixels of a gate's row, and of what stands around all of them
_STYLES: dict[str | None, tuple[str, str]] = {
    "regressed": ("bad", "triangle"),
    "improved": ("good", "diamond"),
    "not worse": ("good", "circle"),
    "cannot tell": ("doubt", "rect"),
    None: ("quiet", "circle"),
}
_FORMS = {"ratio": "change", "difference": "points"}
_BEYOND = 1.12  # how far the axis goes past what it shows
_FAR = 6  # times what matters: where the axis ends at the latest


# --- the forest ----------------------------------------------------------------------------------------------------


def forests(comparison: Comparison) -> Iterator[ChartBlock]:
    """The gates' intervals, worse to the right: ratios in percent, and shares in percentage points apart."""
    for scale in ("ratio", "difference"):
        shown = [gate for gate in comparison.gates if gate.scale == scale]
        if any(gate.change is not None for gate in shown):
            yield _forest(shown, scale)


def _forest(gates: Sequence[Finding], scale: Scale) -> ChartBlock:
    """Gates from the top; each a band up to what matters, an interval and its estimate."""
    names = [name_of(gate) for gate in gates]
    low, high = _extent(gates)
    y = category_axis(names, inverse=True, axisTick={"show": False})
    y["axisLabel"] |= {"color": color("text"), "width": 92, "overflow": "break", "lineHeight": 15}
    y["axisLine"] = {"show": False}
    x = charts.value_axis("← better    change    worse →", _FORMS[scale], min=low, max=high)
    x |= {"nameLocation": "middle", "nameGap": 30}
    x["axisLabel"] |= {"showMinLabel": False, "showMaxLabel": False}
    option = charts.chart(x, y, [_margins(gates), *_intervals(gates, 2 * high), _nothing()], _FORMS[scale])
    option["tooltip"] |= {"trigger": "item", "formatter": "{b}"}
    unit = "percent" if scale == "ratio" else "percentage points of all calls"
    return ChartBlock(
        id=f"gates-{'change' if scale == 'ratio' else 'shares'}",
        title="Change of each gate with its interval" if scale == "ratio" else "Change of shares",
        aside=f"{unit}; the band reaches to what matters",
        option=option,
        summary=" ".join(f"{name_of(gate)}: {_said(gate)}." for gate in gates),
        numbers=Numbers(
            ("gate", "estimate", "low", "high", "matters", "verdict", "p"),
            tuple(_row(gate) for gate in gates),
        ),
        height=_ROUND + _ROW * len(gates),
    )


def _said(gate: Finding) -> str:
    margin = "" if gate.margin is None else f", matters from {size_text(gate.margin.value, gate.scale)}"
    return f"{interval_text(gate)}{margin}, {gate.verdict or 'not judged'}"


def _row(gate: Finding) -> tuple[str | float | None, ...]:
    change = gate.change
    ends = (None, None, None) if change is None else (change.estimate, change.low, change.high)
    return (name_of(gate), *ends, gate.margin.value if gate.margin else None, gate.verdict, gate.p)


def _extent(gates: Sequence[Finding]) -> tuple[float, float]:
    """The ends of the axis: some of both sides, and so far out that what matters is still seen; arrows lead beyond."""
    seen = [one for gate in gates for one in (seen_from_worse(gate) or ()) if one is not None]
    margins = [gate.margin.value for gate in gates if gate.margin is not None]
    most = _FAR * max(margins, default=float("inf"))
    high = min(max([*seen, *margins, 1e-6]) * _BEYOND, most)
    low = max(min([*seen, -0.35 * high]) * _BEYOND, -most)
    return _rounded(low, math.floor), _rounded(high, math.ceil)


def _rounded(value: float, to: Callable[[float], int]) -> float:
    step = 10 ** math.floor(math.log10(abs(value))) / 2
    return float(f"{to(value / step) * step:.12g}")


def _margins(gates: Sequence[Finding]) -> Option:
    """A band from no change to the one that matters: an interval that ends within it is not worse."""
    return {
        "type": "bar",
        "name": "up to what matters",
        "data": [gate.margin.value if gate.margin is not None else None for gate in gates],
        "barWidth": "62%",
        "itemStyle": {"color": color("reach"), "borderColor": color("c8"), "borderWidth": 1},
        "emphasis": {"disabled": True},
        "tooltip": {"show": False},
        "z": 1,
    }


def _intervals(gates: Sequence[Finding], edge: float) -> Iterator[Option]:
    """A series for each verdict, so that each has a colour, a mark and a place in the legend."""
    for verdict, (ink, symbol) in _STYLES.items():
        placed = [(place, gate) for place, gate in enumerate(gates) if gate.verdict == verdict]
        if not placed:
            continue
        data = [
            {"name": f"{name_of(gate)}: {_said(gate)}", "value": [place, *_ends(gate, edge), charts.MARKS[symbol]]}
            for place, gate in placed
        ]
        yield {
            "type": "custom",
            "renderItem": formatted("interval"),
            "name": verdict or "not judged",
            "data": data,
            "encode": {"x": [1, 2, 3], "y": 0},
            "itemStyle": {"color": color(ink)},
            "symbol": symbol,
            "clip": True,
            "z": 3,
        }


def _ends(gate: Finding, edge: float) -> tuple[float | None, float | None, float | None]:
    """Low, estimate and high; a metric that got worse than any number, since its calls fail, lies beyond the edge."""
    seen = seen_from_worse(gate)
    if seen is None:
        return (edge, None, edge) if gate.verdict == "regressed" else (None, None, None)
    estimate, low, high = seen
    return (estimate,) * 3 if gate.method == "exact" else (low, estimate, high)


def _nothing() -> Option:
    """A line at no change."""
    mark = {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": color("text"), "type": "solid", "width": 1},
        "data": [{"xAxis": 0}],
    }
    return {"type": "scatter", "data": [], "markLine": mark, "silent": True, "z": 2}


# --- runs ----------------------------------------------------------------------------------------------------------


def strips(comparison: Comparison) -> Iterator[ChartBlock]:
    """A dot for each run of both sides, gate by gate, in the order in which they were made."""
    for place, gate in enumerate(comparison.gates):
        if gate.base.runs or gate.new.runs:
            yield _strip(comparison, gate, place)


def _strip(comparison: Comparison, gate: Finding, place: int) -> ChartBlock:
    paired = comparison.design == "paired"
    sides = (comparison.base, comparison.new)
    levels = (gate.base, gate.new)
    points = [_points(side, level_.values, paired=paired) for side, level_ in zip(sides, levels, strict=True)]
    series: list[Option] = [_pairs(points)] if paired else []
    for number, (side, level_, dots) in enumerate(zip(sides, levels, points, strict=True)):
        series.append(_dots(side.name, dots, number, level_.center))
    form = LEVELS.get(gate.unit, "significant")
    x = charts.value_axis("pair" if paired else "run of its side", "count", minInterval=1, min=0, max=_most(points) + 1)
    x |= {"nameLocation": "middle", "nameGap": 28, "splitLine": {"show": False}}
    x["axisLabel"] |= {"showMinLabel": False, "showMaxLabel": False}
    y = level_axis(gate.unit, [value for dots in points for _, value in dots])
    option = charts.chart(x, y, series, form)
    option["grid"] |= {"top": 14}
    option["tooltip"] |= {"trigger": "item"}
    return ChartBlock(
        id=f"runs-{place}",
        title=name_of(gate),
        aside=gate.verdict or "not judged",
        option=option,
        summary=f"{sides[0].name}: {_center(gate, 0)}. {sides[1].name}: {_center(gate, 1)}.",
        numbers=Numbers(("side", "run", "pair", "value"), tuple(_run_rows(sides, levels))),
        height=210,
    )


def _points(side: Side, values: Sequence[float | None], *, paired: bool) -> list[tuple[int, float | None]]:
    return [
        (run.pair + 1 if paired and run.pair is not None else number + 1, value)
        for number, (run, value) in enumerate(zip(side.runs, values, strict=False))
    ]


def _most(points: Sequence[Sequence[tuple[int, float | None]]]) -> int:
    return max((place for dots in points for place, _ in dots), default=1)


def _pairs(points: Sequence[Sequence[tuple[int, float | None]]]) -> Option:
    """A thin line between the two runs of each pair."""
    base, new = (dict(dots) for dots in points)
    data: list[list[float | None]] = []
    for place in sorted(base.keys() & new.keys()):
        data += [[place, base[place]], [place, new[place]], [place, None]]
    return {
        "type": "line",
        "data": data,
        "showSymbol": False,
        "silent": True,
        "lineStyle": {"color": color("c8"), "width": 1, "opacity": 0.7},
        "z": 1,
    }


def _dots(name: str, dots: Sequence[tuple[int, float | None]], place: int, center: float | None) -> Option:
    series: Option = {
        "type": "scatter",
        "name": name,
        "data": [[x, y] for x, y in dots if y is not None],
        "symbol": ("circle", "diamond")[place],
        "symbolSize": (9, 11)[place],
        "itemStyle": {"color": charts.ink(place)},
        "z": 3,
    }
    if center is not None:
        style = {"color": charts.ink(place), "type": ("solid", "dashed")[place], "width": 1.5}
        series["markLine"] = {
            "silent": True,
            "symbol": "none",
            "label": {"show": False},
            "lineStyle": style,
            "data": [{"yAxis": center}],
            "precision": 12,  # else a mark of 0.0042 is drawn at 0
        }
    return series


def _center(gate: Finding, number: Literal[0, 1]) -> str:
    each = (gate.base, gate.new)[number]
    if not each.runs:
        return "no value in any run"
    told = f"{level(each.center, gate.unit)} over {each.runs} run{'' if each.runs == 1 else 's'}"
    if each.spread is None:
        return told
    return f"{told}, spread {change_text(each.spread, gate.scale).lstrip('+')}"


def _run_rows(sides: Sequence[Side], levels: Sequence[Level]) -> Iterator[tuple[str | float | int | None, ...]]:
    for side, each in zip(sides, levels, strict=True):
        for run, value in zip(side.runs, each.values, strict=False):
            yield side.name, run.id, run.pair, value


# --- curves --------------------------------------------------------------------------------------------------------


def curves(comparison: Comparison) -> Iterator[ChartBlock]:
    """Response time by percentile of each operation, all runs of a side merged: the sides over each other."""
    for place, curve in enumerate(comparison.curves):
        if curve.base or curve.new:
            yield _curve(comparison, curve, place)


def _curve(comparison: Comparison, curve: Curve, place: int) -> ChartBlock:
    names = (comparison.base.name, comparison.new.name)
    series = []
    for number, points in enumerate((curve.base, curve.new)):
        drawn = [(nines(percentile), ms) for percentile, ms in points if percentile < 100]  # noqa: PLR2004 - all of them
        series.append(charts.line(names[number], drawn, number) | {"showSymbol": False})
    x = charts.level("percentile", "nines", "label-percentile", interval=1, min=0)
    y = charts.upright("response time", "axis-duration", log=True)
    return ChartBlock(
        id=f"curve-{place}",
        title=curve.operation,
        option=charts.chart(x, y, series, "duration"),
        summary=_at(curve, names),
        numbers=Numbers(("percentile", *(f"{name}, ms" for name in names)), tuple(_merged(curve))),
        height=280,
    )


def nines(percentile: float) -> float:
    """A percentile's place on an axis of nines: 0 is p0, 1 is p90, 2 is p99."""
    return -math.log10(1 - percentile / 100)


def _at(curve: Curve, names: tuple[str, str]) -> str:
    base, new = dict(curve.base), dict(curve.new)
    told = []
    for wanted in (50.0, 99.0, 99.9):
        first, second = (min(points, key=lambda at: abs(at - wanted), default=math.inf) for points in (base, new))
        if all(abs(at - wanted) < 0.1 * (100 - wanted) + 1e-9 for at in (first, second)):
            told.append(f"p{wanted:g} {level(base[first], 'ms')} and {level(new[second], 'ms')}")
    return f"{names[0]} and {names[1]}: {'; '.join(told)}." if told else f"{names[0]} and {names[1]}."


def _merged(curve: Curve) -> Iterator[tuple[float | None, ...]]:
    base, new = dict(curve.base), dict(curve.new)
    for percentile in sorted(base.keys() | new.keys()):
        yield percentile, base.get(percentile), new.get(percentile)
