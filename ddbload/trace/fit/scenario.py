"""A fit written down as a scenario: commented YAML that loads, with what was found beside what it became."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from ddbload.scenario.levels import levels_of
from ddbload.scenario.model import Phase
from ddbload.scenario.quantity import spell_duration
from ddbload.scenario.spelling import flow
from ddbload.trace.fit.families import Family, families_of, item_lines, size_remark, size_text, table_lines
from ddbload.trace.fit.fitting import Fit, GroupFit
from ddbload.trace.fit.kinds import kind_of
from ddbload.trace.fit.names import name_of, scenario_name, unique
from ddbload.trace.fit.rate import Piece, RateFit
from ddbload.trace.fit.sessions import SequenceFit, Think
from ddbload.trace.fit.skew import Skew

_FULL = 0.001


def scenario_text(
    fit: Fit,
    name: str,
    table: str | None = None,
    *,
    kinds: Mapping[str, str] | None = None,
    seed: int = 1,
) -> str:
    """The scenario of a fit, as YAML with comments.

    `table` is the name of the table where the trace names none (default: ddbload-NAME). `kinds` says what an operation
    does (get, query, scan, put, update, delete) where its name does not tell.
    """
    families = families_of(fit)
    named_calls = list(_calls(fit, families, kinds or {}))
    tables = list(dict.fromkeys(family.table for family in families))
    lines = [
        f"# {name}: fitted to {fit.source}. What was found, and how near the fit is:",
        "#",
        *(f"#   {line}" for line in fit.lines()),
        "#",
        "# Tables, types of keys and the shape of items are guesses from the keys: adapt them to your own.",
        "ddbload: 1",
        f'name: "{scenario_name(name)}"',
        f"seed: {seed}",
        "",
        *table_lines(families, tables, table or f"ddbload-{scenario_name(name)}"),
        "",
        "values:",
        *(f"  {family.value}: {{text: {{size: {size_text(family)}}}}}{size_remark(family)}" for family in families),
        "",
        "items:",
        *(line for family in families for line in item_lines(family, families, tables=tables)),
        "",
        "operations:",
        *(f"  {call.name}: {call.text}{call.remark}" for call in named_calls),
        *_sessions(fit, named_calls),
        "",
        "load:",
        f"  mix: {{{', '.join(f'{key}: {weight:.4g}' for key, weight in _mix(fit, named_calls).items())}}}",
        *_load(fit.rate, _arrivals(fit)),
    ]
    return "\n".join(lines) + "\n"


# --- operations ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Call:
    """One operation of the scenario, and the group that it stands for."""

    name: str
    operation: str
    text: str
    remark: str
    rows: int


def _calls(fit: Fit, families: list[Family], kinds: Mapping[str, str]) -> Iterator[_Call]:
    taken: set[str] = set()
    often: dict[str, int] = {}
    for group in fit.groups:
        often[group.operation] = often.get(group.operation, 0) + 1
    for group in fit.groups:
        family = next((one for one in families if group in one.groups), None)
        about = family or next((one for one in families if one.table == group.table), families[0])
        name = name_of(group.operation)
        name = unique(name if often[group.operation] == 1 else f"{name}_{about.name}", taken)
        taken.add(name)
        kind = kinds.get(group.operation) or kind_of(group.operation)
        remark = "" if kind else "   # its name does not tell what it does: taken for a get"
        remark += "" if family or kind == "scan" else "   # the trace tells no key"
        yield _Call(name, group.operation, _call(kind or "get", about, group), remark, group.count)


def _call(kind: str, family: Family, group: GroupFit) -> str:
    pick = _pick(kind, family, group)
    if kind == "scan":
        return f"{{scan: {family.name}, limit: 100}}"
    if kind == "query":
        return f'{{query: {family.name}{pick}, key: "pk = {{pk}}", limit: 100}}'
    if kind == "update":
        return f'{{update: {family.name}{pick}, update_expression: "SET payload = {{{family.value}}}"}}'
    return f"{{{kind}: {family.name}{pick}}}"


def _pick(kind: str, family: Family, group: GroupFit) -> str:
    skews = {name: skew for name, skew in group.picks.items() if name in family.key.names}
    if any(skew.kind == "next" for skew in skews.values()):
        return ", pick: next" if kind == "put" else ", pick: sequential"
    if not skews and group.whole is not None:
        return "" if group.whole.kind in {"uniform", "next"} else f", pick: {group.whole.chooser}"
    if all(skew.kind == "uniform" for skew in skews.values()):
        return ""
    if len(family.key.names) == 1:
        return f", pick: {_only(skews).chooser}"
    return f", pick: {{{', '.join(f'{name}: {skew.chooser}' for name, skew in skews.items())}}}"


def _only(skews: Mapping[str, Skew]) -> Skew:
    return next(iter(skews.values()))


# --- load ------------------------------------------------------------------------------------------------------------


def _sessions(fit: Fit, calls: list[_Call]) -> Iterator[str]:
    if fit.sessions is None or not fit.sessions.fitted:
        return
    for position, sequence in enumerate(fit.sessions.sequences, start=1):
        yield f"  session_{position}: {{session: [{', '.join(_steps(sequence, calls))}]}}"


def _steps(sequence: SequenceFit, calls: list[_Call]) -> Iterator[str]:
    by_operation: dict[str, str] = {}
    for call in calls:
        by_operation.setdefault(call.operation, call.name)  # the most frequent one, where keys are of several shapes
    for position, step in enumerate(sequence.steps):
        if position:
            yield f"{{think: {_think(sequence.think[position - 1])}}}"
        yield by_operation[step]


def _think(think: Think) -> str:
    mean = spell_duration(_digits(max(think.mean_s, 1e-6)))
    if think.kind == "constant":
        return mean
    if think.kind == "exponential":
        return f"{{exponential: {mean}}}"
    median, p99 = max(think.median_s, 1e-6), max(think.p99_s, think.median_s * 1.01, 2e-6)
    return f"{{lognormal: {{median: {spell_duration(_digits(median))}, p99: {spell_duration(_digits(p99))}}}}}"


def _digits(number: float) -> float:
    """Three significant digits, to the microsecond."""
    return round(float(f"{number:.3g}"), 6)


def _mix(fit: Fit, calls: list[_Call]) -> dict[str, float]:
    """Weights, in percent of the arrivals. With sessions, their steps are not counted again as calls of their own."""
    left = {call.name: float(call.rows) for call in calls}
    weights: dict[str, float] = {}
    if fit.sessions is not None and fit.sessions.fitted:
        for position, sequence in enumerate(fit.sessions.sequences, start=1):
            weights[f"session_{position}"] = float(sequence.count)
            for step in sequence.steps:
                name = next(call.name for call in calls if call.operation == step)
                left[name] = max(0.0, left[name] - sequence.count)
    weights = {**{name: rows for name, rows in left.items() if rows}, **weights}
    total = sum(weights.values())
    return {name: 100 * weight / total for name, weight in weights.items()}


def _arrivals(fit: Fit) -> int:
    """How many arrivals the rows are: a session is one, of several requests."""
    if fit.sessions is None or not fit.sessions.fitted:
        return fit.rows
    return fit.rows - sum(sequence.count * (len(sequence.steps) - 1) for sequence in fit.sessions.sequences)


def _load(rate: RateFit, arrivals: float) -> Iterator[str]:
    """The lines of a load that expects so many arrivals, levels and lengths rounded as they are written."""
    phases = [_phase(piece, rate.peak) for piece in rate.pieces]
    at_one = sum(float(level.area()) for level in levels_of(TypeAdapter(list[Phase]).validate_python(phases)))
    full = float(f"{arrivals / at_one:.5g}") if at_one else _FULL
    yield f"  arrivals: {rate.arrivals}"
    yield f"  rate: {full:.10g}{' ' * 23}# arrivals a second at 100 %"
    yield "  phases:"
    for phase in phases:
        yield f"    - {flow(phase)}"


def _phase(piece: Piece, peak: float) -> dict[str, str | int | list[str]]:
    length = spell_duration(max(0.001, round(piece.seconds, 1 if piece.seconds >= 10 else 3)))  # noqa: PLR2004
    start, end = _level(piece.start, peak), _level(piece.end, peak)
    if piece.kind == "wave":
        return {"wave": length, "between": [start, end], "period": spell_duration(_digits(piece.period_s))}
    if piece.kind == "steps":
        return {"steps": length, "from": start, "to": end, "count": piece.steps}
    if piece.kind == "ramp":
        return {"ramp": length, "to": end}
    return {"hold": length, "at": end}


def _level(rate: float, peak: float) -> str:
    """In percent, to a tenth; below ten to three digits."""
    percent = 100 * max(rate, 0.0) / peak if peak else 100.0
    near = round(percent, 1) if percent >= 10 else round(float(f"{percent:.3g}"), 4)  # noqa: PLR2004
    return f"{near:g}%"
