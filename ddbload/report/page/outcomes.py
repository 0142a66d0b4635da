"""The chart of what became of the calls: shares of each operation's outcomes."""

from __future__ import annotations

from typing import Any

from ddbload.operation import HEADLINE, OUTCOMES, Outcome
from ddbload.report.latency import in_order
from ddbload.report.page.blocks import ChartBlock, Numbers
from ddbload.report.page.charts import category_axis, chart, color, value_axis
from ddbload.report.quantity import share
from ddbload.results.record import OperationRecord, RunRecord

_MOST = 24  # operations; the table below has all of them
_HEADROOM, _EACH = 70, 34  # pixels
# shade and pattern: an answered call is plain, every failure is hatched as well as coloured
_ANSWERED = {Outcome.OK: "c1", Outcome.NOT_FOUND: "c5", Outcome.CONDITION_FAILED: "c3"}
_FAILED = ("c2", "c6", "c4", "bad", "c7", "c8")
_HATCHES = (0.785, -0.785, 0.0, 1.571)  # radians


def outcome_chart(record: RunRecord) -> ChartBlock | None:
    """Shares of the outcomes by operation, as bars of a whole; None where every call ended ok."""
    shown = [(name, op) for name, op, _ in in_order(record.operations) if op.count][:_MOST]
    present = [outcome for outcome in OUTCOMES if any(op.outcomes.get(outcome) for _, op in shown)]
    if present in ([], [Outcome.OK]):
        return None
    shown.reverse()  # a chart's first category is at the bottom
    series = [_bars(outcome, place, [op for _, op in shown]) for place, outcome in enumerate(present)]
    across = value_axis("", "axis-share", min=0, max=1)
    names = category_axis([name for name, _ in shown])
    names["axisLabel"] = {"color": color("text"), "fontSize": 13, "width": 130, "overflow": "truncate"}
    option = chart(across, names, series, "share")
    option["grid"] |= {"top": 8}
    option["tooltip"]["axisPointer"] = {"type": "none"}
    rows = tuple(
        (name, outcome.value, op.outcomes.get(outcome, 0), float(f"{op.outcomes.get(outcome, 0) / op.count:.6g}"))
        for name, op in reversed(shown)
        for outcome in present
    )
    numbers = Numbers(("operation", "outcome", "calls", "share"), rows)
    height = _HEADROOM + _EACH * len(shown)
    return ChartBlock("outcomes", "Shares of the outcomes", option, _told(record, present), numbers, height)


def _bars(outcome: Outcome, place: int, operations: list[OperationRecord]) -> dict[str, Any]:
    parts = [float(f"{op.outcomes.get(outcome, 0) / op.count:.6g}") for op in operations]
    style: dict[str, Any] = {"borderColor": color("ground"), "borderWidth": 1}
    if outcome in HEADLINE:
        style["color"] = color(_ANSWERED[outcome])
    else:
        style["color"] = color(_FAILED[place % len(_FAILED)])
        style["decal"] = {
            "symbol": "rect",
            "color": color("ground"),
            "dashArrayX": [1, 0],
            "dashArrayY": [2, 5],
            "rotation": _HATCHES[place % len(_HATCHES)],
        }
    return {
        "type": "bar",
        "name": outcome.value,
        "stack": "calls",
        "barWidth": 18,
        "data": parts,
        "itemStyle": style,
        "emphasis": {"disabled": True},
    }


def _told(record: RunRecord, present: list[Outcome]) -> str:
    calls = sum(op.count for op in record.operations.values())
    sums = {outcome: sum(op.outcomes.get(outcome, 0) for op in record.operations.values()) for outcome in present}
    return "Of all calls: " + ", ".join(f"{share(n / calls)} {outcome.value}" for outcome, n in sums.items()) + "."
