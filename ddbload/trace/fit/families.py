"""The items behind a fit's keys: families of one shape in one table, and their part of the scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ddbload.trace.fit.fitting import Fit, GroupFit
from ddbload.trace.fit.keys import KeyShape, named
from ddbload.trace.fit.kinds import kind_of
from ddbload.trace.fit.names import name_of, table_name, unique
from ddbload.trace.fit.sizes import SizeFit

_MOST_BYTES = 400_000  # below DynamoDB's 400 KB for an item (Developer Guide, "Constraints in Amazon DynamoDB")
_NUMBERED = named("item#\0")


@dataclass(frozen=True, slots=True)
class Family:
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


def families_of(fit: Fit) -> list[Family]:
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
    families: list[Family] = []
    for (table, _), key in shapes.items():
        words = [re.sub(r"\d+$", "", word) or word for word in key.names] or ["item"]
        name = unique(name_of(words[-1]), {family.name for family in families})
        groups = tuple(group for group in fit.groups if _belongs(group, table, key))
        families.append(Family(name, table, key, groups))
    return families


def _belongs(group: GroupFit, table: str | None, key: KeyShape) -> bool:
    if group.key is None or group.table != table:
        return False
    return group.key.shape == key.shape or key.shape.startswith(f"{group.key.shape}/")


def table_lines(families: list[Family], tables: list[str | None], default: str) -> Iterator[str]:
    """The scenario's `table`, or its `tables`."""
    if len(tables) == 1:
        yield f'table: {{name: "{table_name(tables[0] or default)}", key: {_schema(families, tables[0])}}}'
        return
    yield "tables:"
    for table in tables:
        name = f'"{table_name(table or default)}"'
        yield f"  {local_name(table, tables)}: {{name: {name}, key: {_schema(families, table)}}}"


def local_name(table: str | None, tables: list[str | None]) -> str:
    """The scenario's own name of a table among several."""
    taken: set[str] = set()
    for other in tables:
        taken.add(name := unique(name_of(other or "other"), taken))
        if other == table:
            return name
    raise KeyError(table)


def _schema(families: list[Family], table: str | None) -> str:
    return "{pk: S, sk: S}" if _has_sort(families, table) else "{pk: S}"


def _has_sort(families: list[Family], table: str | None) -> bool:
    return any(len(family.key.template) > 1 for family in families if family.table == table)


def item_lines(family: Family, families: list[Family], *, tables: list[str | None]) -> Iterator[str]:
    """A family under `items`."""
    yield f"  {family.name}:"
    if len(tables) > 1:
        yield f"    table: {local_name(family.table, tables)}"
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


def _best_size(family: Family) -> SizeFit | None:
    """Of what is written, else of what is read; the most frequent first."""
    sized = [group for group in family.groups if group.size is not None]
    order = {"put": 0, "get": 1}
    sized.sort(key=lambda group: (order.get(kind_of(group.operation) or "", 2), -group.count))
    return sized[0].size if sized else None


def size_text(family: Family) -> str:
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


def size_remark(family: Family) -> str:
    """Where the size comes from, as a comment."""
    size = _best_size(family)
    if size is None:
        return "   # a guess: the trace tells no sizes"
    return f"   # items of {size.mean:,.0f} bytes on average, less their keys and names"
