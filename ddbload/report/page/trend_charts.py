"""The charts of a trend, as data: a metric over the tags, each run a mark, and where its level moved."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ddbload.compare.document import Trend, TrendLine
from ddbload.compare.names import gate_name
from ddbload.report.comparison_words import change_text, level
from ddbload.report.model import Tone
from ddbload.report.page import charts
from ddbload.report.page.blocks import ChartBlock, Numbers
from ddbload.report.page.charts import Option, category_axis, color

LEVELS = {"ms": "duration", "share": "share", "1/s": "rate", "units": "units", "USD": "dollars"}
"""How a unit is written on hover."""
AXES = {"ms": "axis-duration", "share": "axis-share", "1/s": "axis-rate", "units": "units", "USD": "axis-dollars"}


def names_of(trend: Trend) -> list[str]:
    """The tags without the scenario, which is that of all."""
    return [tag.removeprefix(f"{trend.scenario}@") for tag in trend.tags]


def level_axis(unit: str, values: Sequence[float | None]) -> Option:
    """The y axis of levels, around what there is; its labels have three digits and so are that far apart."""
    most = max((abs(value) for value in values if value is not None), default=0.0)
    axis = charts.upright("", AXES.get(unit, "significant"), scale=True, splitNumber=4)
    if most:
        return axis | {"minInterval": 10.0 ** (math.floor(math.log10(most)) - 2)}
    most = 0.01 if unit == "share" else 1.0  # else zeros are shown on a scale to 100 %
    return axis | {"min": 0, "max": most, "interval": most / 2}


def tone_of(line: TrendLine, change: float) -> Tone:
    """Whether a move is for the worse."""
    if line.better == "neither" or not change:
        return "plain"
    return "bad" if (change > 0) == (line.better == "lower") else "good"


def line_chart(trend: Trend, line: TrendLine, place: int) -> ChartBlock:
    """A metric over the tags."""
    name = gate_name(line.operation, line.metric)
    centers = [None if of is None else of.center for of in line.levels]
    drawn = charts.line("level", list(enumerate(centers)), 0, dash=0) | {"showSymbol": True, "symbolSize": 7}
    drawn["z"] = 3
    if line.changes:
        drawn["markLine"] = _moves(line)
    series = [_runs(line), drawn]
    x = category_axis(names_of(trend))
    x["axisLabel"] |= {"hideOverlap": True, "width": 90, "overflow": "truncate"}
    y = level_axis(line.unit, [value for of in line.levels if of is not None for value in of.values])
    option = charts.chart(x, y, series, LEVELS.get(line.unit, "significant"))
    option["grid"] |= {"top": 26 if line.changes else 14}
    return ChartBlock(
        id=f"trend-{place}",
        title=name,
        aside="" if line.gated else "no gate",
        option=option,
        summary=_words(trend, line),
        numbers=Numbers(
            ("tag", "runs", "level", "spread", "moved"),
            tuple(
                (tag, of.runs if of else 0, of.center if of else None, of.spread if of else None, _moved(line, number))
                for number, (tag, of) in enumerate(zip(names_of(trend), line.levels, strict=True))
            ),
        ),
        height=220,
    )


def _runs(line: TrendLine) -> Option:
    """Each run, faint behind the line."""
    return {
        "type": "scatter",
        "name": "runs",
        "data": [
            [place, value]
            for place, of in enumerate(line.levels)
            if of is not None
            for value in of.values
            if value is not None
        ],
        "symbol": "circle",
        "symbolSize": 5,
        "itemStyle": {"color": color("c8"), "opacity": 0.75},
        "tooltip": {"show": False},
        "z": 2,
    }


def _moves(line: TrendLine) -> Option:
    """An upright line where the level moved, with by how much."""
    return {
        "silent": True,
        "symbol": "none",
        "data": [
            {
                "xAxis": change.position,
                "lineStyle": {"color": color(_ink(line, change.change)), "type": "dashed", "width": 1.5},
                "label": {
                    "formatter": f"{change_text(change.change, line.scale)}",
                    "color": color(_ink(line, change.change)),
                    "fontWeight": "bold",
                    "fontSize": 12,
                },
            }
            for change in line.changes
        ],
    }


def _ink(line: TrendLine, change: float) -> str:
    return {"bad": "bad", "good": "good"}.get(tone_of(line, change), "text")


def _moved(line: TrendLine, place: int) -> float | None:
    return next((change.change for change in line.changes if change.position == place), None)


def _words(trend: Trend, line: TrendLine) -> str:
    known = [(tag, of) for tag, of in zip(names_of(trend), line.levels, strict=True) if of is not None]
    if not known:
        return "No tag has a value."
    (first, begin), (last, end) = known[0], known[-1]
    told = f"From {level(begin.center, line.unit)} at {first} to {level(end.center, line.unit)} at {last}"
    moves = [
        f"it moved by {change_text(change.change, line.scale)} at {names_of(trend)[change.position]}"
        for change in line.changes
    ]
    return f"{told}; {'; '.join(moves)}." if moves else f"{told}; no change of its level was found."
