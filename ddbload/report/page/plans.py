"""The page of several designs side by side: which is cheapest, what differs, and each design's own plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ddbload.planner.document import Plan, PlansDocument
from ddbload.planner.words import money_band
from ddbload.report.page import charts
from ddbload.report.page.blocks import Banner, Block, ChartBlock, Details, Heading, Link, Numbers
from ddbload.report.page.charts import Option, category_axis, color, formatted
from ddbload.report.page.frame import Page, render
from ddbload.report.page.plan import document_of, plan_blocks
from ddbload.report.page.sections import blocks_of
from ddbload.report.plan_compare import comparison_report


def plans_page(document: PlansDocument, *, home: Link | None = None) -> str:
    """The page of several designs, as one HTML document."""
    names = " · ".join(design.name for design in document.comparison.designs)
    return render(Page(f"Plans · {names}", tuple(_blocks(document)), home))


def _blocks(document: PlansDocument) -> Iterator[Block]:
    report = comparison_report(document)
    yield Banner(document.comparison.verdict, report.headline, (), report.subject)
    first, *rest = report.sections
    yield Heading(first.title, first.aside)
    yield designs_chart(document)
    _, *table = blocks_of(first)
    yield from table
    for section in rest:
        yield from blocks_of(section)
    yield Heading("Each design", "its plan in whole")
    for number, design in enumerate(document.comparison.designs):
        yield Details(design.name, tuple(_short(document.plans, number)), id=f"design-{number}")
    yield Heading("Data", "all plans as one document")
    yield document_of(document, "plans.json")


def _short(plans: Sequence[Plan], number: int) -> Iterator[Block]:
    """A plan within a page: without its banner, which is a page's own."""
    beside = [plan for place, plan in enumerate(plans) if place != number]
    blocks = plan_blocks(plans[number], f"{number}-", beside)
    return (block for block in blocks if not isinstance(block, Banner))


def designs_chart(document: PlansDocument) -> ChartBlock:
    """What each design costs a month, table by table, with its range over the worlds."""
    designs = document.comparison.designs
    tables = list(dict.fromkeys(name for design in designs for name in design.tables))
    series: list[Option] = [
        {
            "type": "bar",
            "name": table,
            "stack": "usd",
            "data": [design.tables.get(table) for design in designs],
            "barMaxWidth": 26,
            "itemStyle": {"color": charts.ink(number), "borderColor": color("ground"), "borderWidth": 1},
            "emphasis": {"disabled": True},
        }
        for number, table in enumerate(tables)
    ]
    bands = [design.ranked_usd for design in designs]
    series.append(
        {
            "type": "custom",
            "renderItem": formatted("interval"),
            "name": "range",
            "silent": True,
            "data": [[place, band.low, band.likely, band.high, charts.NO_MARK] for place, band in enumerate(bands)],
            "encode": {"x": [1, 2, 3], "y": 0},
            "itemStyle": {"color": color("text")},
            "tooltip": {"show": False},
            "z": 4,
        }
    )
    y = category_axis([design.name for design in designs], inverse=True)
    y["axisLabel"] |= {"color": color("text"), "width": 150, "overflow": "break"}
    x = charts.value_axis("US dollars a month", "axis-dollars", min=0)
    x |= {"nameLocation": "middle", "nameGap": 28}
    option = charts.chart(x, y, series, "dollars")
    option["tooltip"] |= {"axisPointer": {"type": "shadow"}}
    option["grid"] |= {"top": 8}
    return ChartBlock(
        id="designs",
        title="What each design costs a month",
        aside="by table, likely; the whisker is where nine worlds in ten are",
        option=option,
        summary=" ".join(f"{design.name}: {money_band(design.ranked_usd)}." for design in designs),
        numbers=Numbers(
            ("design", *tables, "likely", "low", "high"),
            tuple(
                (design.name, *(design.tables.get(table) for table in tables), band.likely, band.low, band.high)
                for design, band in zip(designs, bands, strict=True)
            ),
        ),
        height=80 + 52 * len(designs),
    )
