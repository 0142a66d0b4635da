"""Charts of how response times are spread: by percentile on an axis of nines, and as a heat map over time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ddbload.report.page.blocks import ChartBlock, Numbers
from ddbload.report.page.charts import Option, category_axis, chart, color, formatted, level, line, upright
from ddbload.report.page.spread import Heat, Spread, curve, heat_of, percentile_of
from ddbload.report.quantity import duration, limit_ms, share, span

_SHOWN = 8
"""Operations drawn by percentile: the busiest; the table has all of them."""
_TICKS = {10: (0, 3, 7), 5: (0, 2), 2: (0, 1), 1: (0,)}  # rows of a decade that are labelled: near 1, 2, 5


def percentile_chart(spread: Spread, operations: Sequence[str]) -> ChartBlock | None:
    """Response time, and service time faintly beside it, by percentile; the axis goes by nines."""
    busiest = sorted(
        (name for name in operations if name in spread.response), key=lambda name: -spread.response[name].count
    )[:_SHOWN]
    if not busiest:
        return None
    response = [(name, curve(spread.response[name])) for name in busiest]
    service = [(name, curve(spread.service[name])) for name in busiest if name in spread.service]
    lines = [_smooth(line(name, points, place)) for place, (name, points) in enumerate(response)]
    lines += [_faint(name, points, busiest.index(name)) for name, points in service]
    last = max(points[-1][0] for _, points in response)
    below = level("percentile of the calls", "nines", "label-percentile", min=0, max=max(1, last), interval=1)
    below["splitLine"] = {"show": True, "lineStyle": {"color": color("grid")}}
    axis = upright("response time", "axis-duration", log=True)
    return ChartBlock(
        "percentiles",
        "Response time by percentile",
        chart(below, axis, lines, "duration"),
        _told(response, spread),
        _numbers(response, service),
        360,
        "both axes logarithmic; each line ends where its calls no longer support a percentile",
    )


def _smooth(series: Option) -> Option:
    return series | {"showSymbol": False}


def _faint(name: str, points: list[tuple[float, float]], place: int) -> Option:
    series = _smooth(line(f"{name}, service time", points, place, dash=2))
    series["lineStyle"] |= {"type": [2, 4], "width": 1.25, "opacity": 0.75}  # dots of this width would flow together
    return series


def _told(response: Sequence[tuple[str, list[tuple[float, float]]]], spread: Spread) -> str:
    parts = []
    for name, points in response[:3]:
        nines, ms = points[-1]
        first = duration(spread.response[name].percentile_ns(50) / 1e6)
        parts.append(f"{name}: {first} at p50, {duration(ms)} at p{percentile_of(nines):.4g}")
    more = f"; and {len(response) - 3} more" if len(response) > 3 else ""  # noqa: PLR2004 - as many as are named
    return "; ".join(parts) + more + ". Thin dotted lines: the service time alone, without any wait in the client."


def _numbers(
    response: Sequence[tuple[str, list[tuple[float, float]]]], service: Sequence[tuple[str, list[tuple[float, float]]]]
) -> Numbers:
    rows = [
        (name, clock, float(f"{percentile_of(nines):.6g}"), float(f"{ms:.6g}"))
        for clock, each in (("response", response), ("service", service))
        for name, points in each
        for nines, ms in points
    ]
    return Numbers(("operation", "clock", "percentile", "ms"), tuple(rows))


# --- the heat map --------------------------------------------------------------------------------------------------


def heat_chart(spread: Spread) -> ChartBlock | None:
    """Calls by time and response time: each column is a stretch of time, as dark as its share of the calls."""
    heat = heat_of(spread.stretches)
    if heat is None or len(heat.stretches) < 2:  # noqa: PLR2004 - one column has no course
        return None
    times = [f"{span(start)} to {span(start + length)}" for start, length in heat.stretches]
    bands = [
        f"{duration(low)} to {duration(high)}" for low, high in zip(heat.edges_ms, heat.edges_ms[1:], strict=False)
    ]
    whole = heat.counts.sum(axis=1)
    cells = [(x, y, n / whole[x], n) for x, y, n in _filled(heat)]
    option = _heat_option(heat, [[x, y, float(f"{part:.3g}"), n] for x, y, part, n in cells])
    option["heat"] = {"times": times, "bands": bands}
    rows = tuple(
        (*map(_plain, heat.stretches[x]), float(f"{heat.edges_ms[y]:.4g}"), float(f"{heat.edges_ms[y + 1]:.4g}"), n)
        for x, y, _, n in cells
    )
    common = int(heat.counts.sum(axis=0).argmax())
    part = heat.counts.sum(axis=0)[common] / heat.counts.sum()
    said = (
        f"Most often a response took {bands[common]}: {share(float(part))} of all arrivals."
        f" A column is {span(heat.stretches[0][1])} of the run, a row a band of response times;"
        " the stronger its colour, the more calls."
    )
    names = ("from second", "seconds", "from ms", "to ms", "calls")
    return ChartBlock("heat-map", "Response times as they came", option, said, Numbers(names, rows), 340)


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _filled(heat: Heat) -> Iterator[tuple[int, int, int]]:
    for x, column in enumerate(heat.counts.tolist()):
        for y, n in enumerate(column):
            if n:
                yield x, y, n


def _heat_option(heat: Heat, data: list[list[float]]) -> Option:
    first = round(math.log10(heat.edges_ms[0]) * heat.per_decade)
    ticks = _TICKS[heat.per_decade]
    low = [
        _label(edge) if (first + row) % heat.per_decade in ticks else "" for row, edge in enumerate(heat.edges_ms[:-1])
    ]
    begins = [span(start) for start, _ in heat.stretches]
    below = category_axis(begins, name="time since the start", nameLocation="middle", nameGap=28)
    below["axisLabel"] = below["axisLabel"] | {"hideOverlap": True}
    below["nameTextStyle"] = {"color": color("quiet"), "fontSize": 12}
    left = category_axis(low, axisLabel={"color": color("quiet"), "fontSize": 12, "interval": 0})
    left |= {
        "name": "response time",
        "nameTextStyle": {"color": color("quiet"), "align": "left", "padding": [0, 0, 4, 0]},
    }
    option = chart(
        below, left, [{"type": "heatmap", "name": "calls", "data": data, "emphasis": {"disabled": True}}], "count"
    )
    option["tooltip"] |= {"trigger": "item", "formatter": formatted("tip-heat")}
    option["visualMap"] = _shades()
    return option


def _label(edge: float) -> str:
    """An edge as people call it: 0.501 is 500µs, 1.995 is 2ms."""
    return limit_ms(float(f"{edge:.1g}")) if edge > 0.95 else f"{float(f'{1e3 * edge:.1g}'):g}µs"  # noqa: PLR2004 - 1 ms


def _shades() -> Option:
    bounds = (0.001, 0.01, 0.05, 0.2)
    texts = ("under 0.1% of the calls", "to 1%", "to 5%", "to 20%", "more")
    pieces = [
        {"gt": low, "lte": high, "label": text, "color": color(f"heat-{place}")}
        for place, (low, high, text) in enumerate(zip((0.0, *bounds), (*bounds, 1.0), texts, strict=True))
    ]
    return {"type": "piecewise", "dimension": 2, "pieces": pieces, "show": False}  # the page makes its own legend
