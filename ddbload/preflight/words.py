"""Numbers and picks in plain words, as the summary and the explanation have them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ddbload.scenario.actions import Action
from ddbload.scenario.model import (
    Gaussian,
    Hotspot,
    Index,
    Latest,
    OnDemand,
    Provisioned,
    Query,
    ReadsMany,
    Scan,
    Zipf,
)
from ddbload.scenario.model.table import Billing

API = {
    "get": "GetItem",
    "put": "PutItem",
    "update": "UpdateItem",
    "delete": "DeleteItem",
    "query": "Query",
    "scan": "Scan",
    "batch_get": "BatchGetItem",
    "batch_write": "BatchWriteItem",
    "transact_get": "TransactGetItems",
    "transact_write": "TransactWriteItems",
    "execute": "ExecuteStatement",
    "execute_batch": "BatchExecuteStatement",
    "execute_transaction": "ExecuteTransaction",
    "check": "ConditionCheck",
}
"""DynamoDB's name of each kind of call, and of an action within one."""
WIDEST = 100
"""Characters in a line where no terminal says how many."""
_BLOCKS = "▁▂▃▄▅▆▇█"
_FEW = 10
_BREAKS = re.compile(r" (?!(?:B|KB|MB|GB|TB)\b)")
"""Blanks where a line may end: not between a number and its unit."""


def key_words(key: Mapping[str, str]) -> str:
    """A key: pk S, sk S."""
    return ", ".join(f"{name} {kind}" for name, kind in key.items())


def index_key_words(index: Index) -> str:
    """The key of an index; of several attributes in its two halves."""
    if len(index.partition) > 1 or len(index.sort) > 1:
        return f"{key_words(index.partition)}" + (f"; sorted by {key_words(index.sort)}" if index.sort else "")
    return key_words(index.attributes)


def held_words(index: Index) -> str:
    """What an index holds."""
    return f"with {', '.join(index.project)}" if isinstance(index.project, list) else f"projects {index.project}"


def billing_words(billing: Billing) -> str:
    """How capacity is billed."""
    if isinstance(billing, OnDemand):
        most = billing.on_demand
        caps = [f"{most.max_read:,} read"] if most.max_read else []
        caps += [f"{most.max_write:,} write"] if most.max_write else []
        return f"on demand, at most {' and '.join(caps)} units a second"
    if not isinstance(billing, Provisioned):
        return "on demand"
    words = f"{billing.read} RCU, {billing.write} WCU"
    scaling = billing.autoscaling
    for name, one in (("read", scaling.read), ("write", scaling.write)) if scaling else ():
        if one is not None:
            words += f", {name} scales {one.min:,} to {one.max:,} at {one.target:.0%}"
    return words


def counted(shown: str, what: str) -> str:
    """So many of something: 1 request, 2.5 requests."""
    return f"{shown} {what}" if shown == "1" else f"{shown} {what}s"


def action_words(action: Action, *, traced: bool = False) -> str:
    """An action on its items: order, customer zipf 0.99, consistent. `traced`: a trace may name the items."""
    spec = action.spec
    count = f"{action.count} " if action.count > 1 else ""
    words = [f"{count}{action.family}"]
    if isinstance(spec, ReadsMany) and spec.index:
        words[0] += f" by {spec.index}"
    if not isinstance(spec, Scan):
        words.append(f"{pick_words(action.pick)}{' unless the trace names the item' if traced else ''}")
    if getattr(spec, "consistent", False):
        words.append("consistent")
    if getattr(spec, "condition", None):
        words.append("conditional")
    if isinstance(spec, ReadsMany):
        words += _reading_words(spec)
    if action.missing:
        words.append(f"{action.missing * 100:g}% missing")
    return ", ".join(words)


def _reading_words(spec: ReadsMany) -> list[str]:
    words = [f"at most {spec.limit}"] if spec.limit else []
    if spec.pages != 1:
        words.append("all pages" if spec.pages == "all" else f"{spec.pages} pages")
    if isinstance(spec, Scan) and spec.segments > 1:
        words.append(f"{spec.segments} segments")
    if isinstance(spec, Query) and spec.descending:
        words.append("descending")
    return words


def pick_words(pick: object) -> str:
    """How items are picked."""
    if isinstance(pick, dict):
        return ", ".join(f"{name} {'new' if c == 'next' else chooser_words(c)}" for name, c in pick.items())
    return "new items" if pick == "next" else chooser_words(pick)


def chooser_words(chooser: object) -> str:
    """How one of several is chosen."""
    match chooser:
        case Zipf():
            return f"zipf {chooser.zipf:g}"
        case Latest():
            return f"latest {chooser.latest:g}"
        case Gaussian():
            return f"gaussian {chooser.gaussian.mean:.0%} +- {chooser.gaussian.deviation:.0%}"
        case Hotspot():
            return f"{chooser.hotspot.share:.0%} to {chooser.hotspot.items:.1%}"
        case _:
            return str(chooser)


def units_words(amount: float) -> str:
    """Units: 0.5, 12, 4,100."""
    if amount == int(amount) or amount >= _FEW:
        return f"{amount:,.0f}"
    return f"{amount:.2g}"


def rate_words(rate: float) -> str:
    """A rate: 0.5, 12.5, 4,100."""
    return f"{rate:,.0f}" if rate >= 100 or rate == int(rate) else f"{rate:,.3g}"  # noqa: PLR2004 - three digits


def n_bytes(count: float) -> str:
    """A size: 900 B, 1.2 KB (of 1,024 bytes), 3.4 MB."""
    for unit, size in (("TB", 1024**4), ("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} B"


def spark(values: list[float], top: float) -> str:
    """A row of blocks, the highest for `top`; nothing is a blank."""
    return "".join(" " if v <= 0 else _BLOCKS[min(7, int(v / top * 7.999))] for v in values) if top > 0 else ""


def wrapped(head: str, text: str, width: int) -> Iterator[str]:
    """A text behind its head, broken between words where it is too long; what follows stands below its beginning."""
    line, blank = head, " " * len(head)
    for word in _BREAKS.split(text):
        if len(line) + len(word) > width and line.strip() not in {"", head.strip()}:
            yield line.rstrip()
            line = blank
        line += word + " "
    yield line.rstrip()
