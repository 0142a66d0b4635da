"""A fit written down as a scenario: commented YAML that loads, with what was found beside what it became."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ddbload.scenario.quantity import spell_duration
from ddbload.trace.fit.fitting import Fit, GroupFit
from ddbload.trace.fit.keys import KeyShape, named
from ddbload.trace.fit.kinds import kind_of
from ddbload.trace.fit.rate import Piece, RateFit
from ddbload.trace.fit.sessions import SequenceFit, Think
from ddbload.trace.fit.sizes import SizeFit
from ddbload.trace.fit.skew import Skew

_MOST_BYTES = 400_000  # below DynamoDB's 400 KB for an item (Developer Guide, "Constraints in Amazon DynamoDB")
_NUMBERED = named("item#\0")
_FULL = 0.001


@dataclass(frozen=True, slots=True)
class _Family:
    """Items of one shape of key in one table."""

    name: str
    table: str | None
    key: KeyShape
    groups: tuple[GroupFit, ...]

    @property
    def value(self) -> str:
        """The name of what fills its items."""
        return f"{self.name[:50]}_payload"

    def of(self) -> dict[str, int]:
        """Coordinate -> how many values it has: by the numbers in the keys, else the largest estimate."""
        sizes = {}
        for name in self.key.names:
            picks = [group.picks[name] for group in self.groups if name in group.picks]
            skews = [skew for skew in picks if skew.kind != "next"]  # what is made by the run is not there before it
            told = [skew.n for skew in skews if skew.n_known]
            seen = max((skew.seen for skew in skews), default=1)
            sizes[name] = max(max(told) if told else max((skew.n for skew in skews), default=1), seen)
        return sizes


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
    families = _families(fit)
    named_calls = list(_calls(fit, families, kinds or {}))
    tables = list(dict.fromkeys(family.table for family in families))
    lines = [
        f"# {name}: fitted to {fit.source}. What was found, and how near the fit is:",
        "#",
        *(f"#   {line}" for line in fit.lines()),
        "#",
        "# Tables, types of keys and the shape of items are guesses from the keys: adapt them to your own.",
        "ddbload: 1",
        f"name: {_scenario_name(name)}",
        f"seed: {seed}",
        "",
        *_tables(families, tables, table or f"ddbload-{_scenario_name(name)}"),
        "",
        "values:",
        *(f"  {family.value}: {{text: {{size: {_size(family)}}}}}{_size_remark(family)}" for family in families),
        "",
        "items:",
        *(line for family in families for line in _items(family, families, several=len(tables) > 1)),
        "",
        "operations:",
        *(f"  {call.name}: {call.text}{call.remark}" for call in named_calls),
        *_sessions(fit, named_calls),
        "",
        "load:",
        f"  mix: {{{', '.join(f'{key}: {weight:.4g}' for key, weight in _mix(fit, named_calls).items())}}}",
        *_load(fit.rate, _arrivals_per_row(fit)),
    ]
    return "\n".join(lines) + "\n"


# --- items -----------------------------------------------------------------------------------------------------------


def _families(fit: Fit) -> list[_Family]:
    """Groups by table and shape of key. Keys without a sort key join those that have the same partition key."""
    shapes: dict[tuple[str | None, str], KeyShape] = {}
    for group in fit.groups:
        if group.key is not None:
            shapes.setdefault((group.table, group.key.shape), group.key)
    for table, shape in list(shapes):
        if any(other[0] == table and other[1].startswith(f"{shape}/") for other in shapes):
            del shapes[table, shape]
    if not shapes:
        shapes[next((group.table for group in fit.groups), None), _NUMBERED.shape] = _NUMBERED
    families: list[_Family] = []
    for (table, _), key in shapes.items():
        words = [re.sub(r"\d+$", "", word) or word for word in key.names] or ["item"]
        name = _unique(_name(words[-1]), {family.name for family in families})
        groups = tuple(group for group in fit.groups if _belongs(group, table, key))
        families.append(_Family(name, table, key, groups))
    return families


def _belongs(group: GroupFit, table: str | None, key: KeyShape) -> bool:
    if group.key is None or group.table != table:
        return False
    return group.key.shape == key.shape or key.shape.startswith(f"{group.key.shape}/")


def _tables(families: list[_Family], tables: list[str | None], default: str) -> Iterator[str]:
    if len(tables) == 1:
        yield f"table: {{name: {_table_name(tables[0] or default)}, key: {_schema(families, tables[0])}}}"
        return
    yield "tables:"
    for table in tables:
        yield f"  {_name(table or 'other')}: {{name: {_table_name(table or default)}, key: {_schema(families, table)}}}"


def _schema(families: list[_Family], table: str | None) -> str:
    return "{pk: S, sk: S}" if _has_sort(families, table) else "{pk: S}"


def _has_sort(families: list[_Family], table: str | None) -> bool:
    return any(len(family.key.template) > 1 for family in families if family.table == table)


def _items(family: _Family, families: list[_Family], *, several: bool) -> Iterator[str]:
    yield f"  {family.name}:"
    if several:
        yield f"    table: {_name(family.table or 'other')}"
    sizes = family.of() or {"number": 1}
    rough = any(not skew.n_known and skew.n > 1.05 * skew.seen for g in family.groups for skew in g.picks.values())
    remark = "   # estimated: not all keys were seen" if rough else ""
    yield f"    of: {{{', '.join(f'{name}: {max(1, n)}' for name, n in sizes.items())}}}{remark}"
    template = family.key.template
    if not family.key.names:  # one key, always the same: an item is numbered all the same
        template = (f"{template[0]}{{number}}", *template[1:])
    sort = f", sk: {_quoted(template[1])}" if len(template) > 1 else ", sk: '-'"
    sort = sort if _has_sort(families, family.table) else ""
    yield f'    shape: {{pk: {_quoted(template[0])}{sort}, payload: "{{{family.value}}}"}}'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n")
    return f'"{escaped}"'


def _best_size(family: _Family) -> SizeFit | None:
    """Of what is written, else of what is read; the most frequent first."""
    sized = [group for group in family.groups if group.size is not None]
    order = {"put": 0, "get": 1}
    sized.sort(key=lambda group: (order.get(kind_of(group.operation) or "", 2), -group.count))
    return sized[0].size if sized else None


def _size(family: _Family) -> str:
    """The size of the payload: of the item without its keys and the names of its attributes."""
    size = _best_size(family)
    if size is None:
        return "100"
    around = len("pksk" if len(family.key.template) > 1 else "pk") + len("payload")
    around += len(family.key.shape.replace("\0", "").replace("/", ""))
    around += sum(len(str(max(0, n - 1))) for n in family.of().values())

    def inner(size_bytes: int) -> int:
        return min(max(1, size_bytes - around), _MOST_BYTES - around)

    given = {key: inner(value) for key, value in size.parameters.items()}
    if size.kind == "constant":
        return str(given["size"])
    if size.kind == "uniform":
        return f"{{uniform: {{min: {given['min']}, max: {given['max']}}}}}"
    if size.kind == "lognormal":
        p99 = max(given["p99"], given["median"] + 1)
        most = max(given["max"], p99)
        return f"{{lognormal: {{median: {given['median']}, p99: {p99}, max: {most}}}}}"
    bars: dict[int, int] = {}
    for size_bytes, often in size.histogram.items():
        bars[inner(size_bytes)] = bars.get(inner(size_bytes), 0) + often
    return "{histogram: {" + ", ".join(f'"{key}": {often}' for key, often in bars.items()) + "}}"


def _size_remark(family: _Family) -> str:
    size = _best_size(family)
    if size is None:
        return "   # a guess: the trace tells no sizes"
    return f"   # items of {size.mean:,.0f} bytes on average, less their keys and names"


# --- operations ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Call:
    """One operation of the scenario, and the group that it stands for."""

    name: str
    operation: str
    text: str
    remark: str
    rows: int


def _calls(fit: Fit, families: list[_Family], kinds: Mapping[str, str]) -> Iterator[_Call]:
    taken: set[str] = set()
    often: dict[str, int] = {}
    for group in fit.groups:
        often[group.operation] = often.get(group.operation, 0) + 1
    for group in fit.groups:
        family = next((one for one in families if group in one.groups), None)
        about = family or next((one for one in families if one.table == group.table), families[0])
        name = _name(group.operation)
        name = _unique(name if often[group.operation] == 1 else f"{name}_{about.name}", taken)
        taken.add(name)
        kind = kinds.get(group.operation) or kind_of(group.operation)
        remark = "" if kind else "   # its name does not tell what it does: taken for a get"
        remark += "" if family or kind == "scan" else "   # the trace tells no key"
        yield _Call(name, group.operation, _call(kind or "get", about, group), remark, group.count)


def _call(kind: str, family: _Family, group: GroupFit) -> str:
    pick = _pick(kind, family, group)
    if kind == "scan":
        return f"{{scan: {family.name}, limit: 100}}"
    if kind == "query":
        return f'{{query: {family.name}{pick}, key: "pk = {{pk}}", limit: 100}}'
    if kind == "update":
        return f'{{update: {family.name}{pick}, update_expression: "SET payload = {{{family.value}}}"}}'
    return f"{{{kind}: {family.name}{pick}}}"


def _pick(kind: str, family: _Family, group: GroupFit) -> str:
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


def _arrivals_per_row(fit: Fit) -> float:
    """A session is one arrival, of several requests."""
    if fit.sessions is None or not fit.sessions.fitted:
        return 1.0
    inside = sum(sequence.count * (len(sequence.steps) - 1) for sequence in fit.sessions.sequences)
    return (fit.rows - inside) / fit.rows


def _load(rate: RateFit, factor: float) -> Iterator[str]:
    full = float(f"{max(rate.peak * factor, _FULL):.4g}")
    yield f"  arrivals: {rate.arrivals}"
    yield f"  rate: {full:g}{' ' * 23}# arrivals a second at 100 %"
    yield "  phases:"
    for piece in rate.pieces:
        yield f"    - {{{_phase(piece, rate.peak)}}}"


def _phase(piece: Piece, peak: float) -> str:
    length = spell_duration(max(0.001, round(piece.seconds, 1 if piece.seconds >= 10 else 3)))  # noqa: PLR2004
    if piece.kind == "wave":
        between = f"[{_level(piece.start, peak)}, {_level(piece.end, peak)}]"
        return f"wave: {length}, between: {between}, period: {spell_duration(_digits(piece.period_s))}"
    if piece.kind == "ramp":
        return f"ramp: {length}, to: {_level(piece.end, peak)}"
    return f"hold: {length}, at: {_level(piece.end, peak)}"


def _level(rate: float, peak: float) -> str:
    return f"{round(100 * max(rate, 0.0) / peak, 1):g}%" if peak else "100%"


# --- names -----------------------------------------------------------------------------------------------------------


def _name(text: str) -> str:
    """A name as a scenario has it: GetItem -> get_item."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    plain = re.sub(r"[^A-Za-z0-9]+", "_", spaced).strip("_").lower()[:50] or "operation"
    return plain if not plain[0].isdigit() else f"n{plain}"


def _unique(name: str, taken: set[str]) -> str:
    found, count = name, 2
    while found in taken:
        found, count = f"{name}_{count}", count + 1
    return found


def _scenario_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).lstrip("_.-")[:64] or "trace"


def _table_name(text: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", text)[:255]
    return plain if len(plain) > 2 else f"ddbload-{plain}"  # noqa: PLR2004 - three characters at least
