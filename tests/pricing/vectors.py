"""Reads the cost and reserved vectors of `tests/data/plan.yaml`: from their inputs to figures of the public API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import yaml

from ddbload.pricing import (
    FreeTier,
    PriceBook,
    Usage,
    bill,
    breakeven_utilisation,
    gb,
    load_book,
    reserved_breakeven,
    reserved_discount,
    warm_usd,
)
from ddbload.pricing.free import NOTHING_FREE
from ddbload.pricing.usage import TableClass

DATA = Path(__file__).parents[1] / "data"
OLD_BOOK = DATA / "prices-2024-10.json"
Inputs = Mapping[str, Any]
Books = Callable[[str], PriceBook]
_MONTH_DAYS = 730 / 24
_OVERHEAD_BYTES = 100  # that storage is billed for beside each item

_UNITS = {"rcu": "read", "wcu": "write", "rwcu": "replicated_write"}
_REQUESTS = {"rru": "read", "wru": "write", "rwru": "replicated_write"}
_AMOUNTS = {
    "storage_gb": "storage_gb",
    "storage_gb_month": "storage_gb",
    "pitr_gb": "pitr_gb",
    "backup_gb": "backup_gb",
    "restore_gb": "restored_gb",
    "export_gb": "exported_gb",
    "import_gb": "imported_gb",
    "streams_read_requests": "stream_reads",
    "alarms": "alarms",
    "internet_gb": "internet_gb",
    "other_region_gb": "other_region_gb",
}
_ITEMS = {
    "writes": ("write_units", "write_unit_hours", "replicated_write_units", "replicated_write_unit_hours"),
    "reads": ("read_units", "read_unit_hours"),
    "storage": ("storage_gb",),
    "pitr": ("pitr_gb",),
    "backup": ("backup_gb",),
    "restore": ("restored_gb", "replicated_gb"),
    "streams": ("stream_reads",),
    "export": ("exported_gb", "exported_incremental_gb"),
    "import": ("imported_gb",),
    "alarms": ("alarms",),
}


def load(*kinds: str) -> list[dict[str, Any]]:
    """The vectors of some kinds that no newer rule has replaced."""
    document = yaml.safe_load((DATA / "plan.yaml").read_text(encoding="utf-8"))
    return [one for one in document["vectors"] if one["kind"] in kinds and "superseded_by" not in one]


def books_for(vector: Mapping[str, Any]) -> Books:
    """The prices of today, or for a stale vector those of before November 2024."""
    return partial(load_book, path=OLD_BOOK if vector["stale"] else "bundled")


def usages_of(inputs: Inputs) -> list[Usage]:
    """What the inputs say is used, as usages: one, or one for each replica."""
    for_each = inputs.get("replicas") or [{}] * inputs.get("regions", 1)
    return [_usage({**inputs, **one}) for one in for_each]


def _usage(inputs: Inputs) -> Usage:
    months = inputs.get("months", 1)
    hours = inputs.get("hours", 730 * months)
    used: dict[str, Any] = {field: inputs[name] * months for name, field in _AMOUNTS.items() if name in inputs}
    if inputs.get("pitr") is True:
        used["pitr_gb"] = used["storage_gb"]
    for name, unit in _UNITS.items():
        if f"{name}_hours" in inputs:
            used[f"{unit}_unit_hours"] = inputs[f"{name}_hours"]
        elif name in inputs:
            used[f"{unit}_unit_hours"] = inputs[name] * hours
        parts = inputs.get("segments", ())
        if any(name in part for part in parts):
            used[f"{unit}_unit_hours"] = sum(part.get(name, 0) * part["days"] * 24 for part in parts)
    used |= {f"{unit}_units": inputs[name] for name, unit in _REQUESTS.items() if name in inputs}
    table_class: TableClass = "infrequent-access" if "IA" in inputs.get("table_class", "") else "standard"
    return Usage(region=region_of(inputs), table_class=table_class, hours=hours, **used)


def region_of(inputs: Inputs) -> str:
    return str(inputs.get("region") or inputs.get("region_price") or "us-east-1")


def free_tier_of(inputs: Inputs) -> FreeTier:
    """The bands that the inputs call free: all, some by name, or none."""
    if inputs.get("free_tier") is True:
        return FreeTier()
    storage_gb = inputs.get("free_tier_storage_gb", 0)
    return replace(NOTHING_FREE, storage_gb=storage_gb)


def figure(vector: Mapping[str, Any], name: str) -> float | Sequence[float] | str:
    """The figure of a vector that its `expected` calls by a name."""
    inputs, books = vector["inputs"], books_for(vector)
    for rules in (_amounts, _rates, _shapes, _reserved):
        found = rules(inputs, books, name)
        if found is not None:
            return found
    raise KeyError(f"{vector['id']}: nothing here tells {name} from {dict(inputs)}")


def _amounts(inputs: Inputs, books: Books, name: str) -> float | None:
    """Sums of lines of the bill of what is used."""
    place = name.replace("_", "-")
    made = partial(bill, free_tier=free_tier_of(inputs), books=books)
    if name == "total" and "month_hours" not in inputs:
        return made(usages_of(inputs)).usd()
    if any(place == one.region for one in usages_of(inputs)):
        return made(usages_of(inputs)).usd(region=place)
    if name in _ITEMS and set(inputs) - {"region"}:
        return made(usages_of(inputs)).usd(*_ITEMS[name])
    if name.endswith("_per_gb"):
        one: dict[str, Any] = {_ITEMS[name.removesuffix("_per_gb")][0]: 1.0}
        return bill([Usage(region=region_of(inputs), **one)], books=books).usd()
    return None


def _rates(inputs: Inputs, books: Books, name: str) -> float | str | None:
    """Modes side by side, and where they break even."""
    book = books(region_of(inputs))
    unit: dict[str, Literal["read", "write"]] = {"reads": "read", "writes": "write"}
    if name in unit:
        return breakeven_utilisation(book, unit[name])
    if name == "one_time":
        before, after = inputs["warm_from"], inputs["warm_to"]
        reads = warm_usd(book, "read", before["rru"], after["rru"])
        return reads + warm_usd(book, "write", before["wru"], after["wru"])
    if name == "provisioned":
        only = {key: value for key, value in inputs.items() if key in {"region", "rcu", "wcu", "hours"}}
        return bill(usages_of(only), books=books).usd()
    if name == "on_demand":
        return bill([_on_demand(inputs)], books=books).usd()
    if name == "cheaper":
        dearer = float(_rates(inputs, books, "provisioned") or 0) > float(_rates(inputs, books, "on_demand") or 0)
        return "on_demand" if dearer else "provisioned"
    return None


def _on_demand(inputs: Inputs) -> Usage:
    """The same traffic on demand: of a day's requests, or of capacity that is used in full."""
    region = region_of(inputs)
    if "reads_per_day" in inputs:
        reads, writes = inputs["reads_per_day"], inputs["writes_per_day"]
        return Usage(region=region, read_units=reads * _MONTH_DAYS, write_units=writes * _MONTH_DAYS)
    seconds = inputs["hours"] * 3600
    return Usage(region=region, read_units=inputs["rcu"] * seconds, write_units=inputs["wcu"] * seconds)


def _shapes(inputs: Inputs, books: Books, name: str) -> float | list[float] | None:
    """Lists: a segment or a month convention each; and the size of a GB."""
    if name == "segment_totals":
        alone = [{**inputs, "segments": [part]} for part in inputs["segments"]]
        return [bill(usages_of(one), books=books).usd() for one in alone]
    if name == "total":
        months = [{**inputs, "hours": hours} for hours in inputs["month_hours"]]
        return [bill(usages_of(one), books=books).usd() for one in months]
    if name in {"gib", "gb_decimal", "usd_gib", "usd_decimal"}:
        stored = gb(inputs["items"] * (inputs["item_bytes"] + _OVERHEAD_BYTES), binary="gib" in name)
        return bill([Usage(storage_gb=stored)], books=books).usd() if name.startswith("usd") else stored
    return None


def _reserved(inputs: Inputs, books: Books, name: str) -> float | None:
    """What reserved capacity costs, and at most saves, where the hours are not known but only their sum."""
    book = books(region_of(inputs))
    breakevens: dict[str, tuple[Literal["read", "write"], Literal[1, 3]]] = {
        "wcu_1yr": ("write", 1), "rcu_1yr": ("read", 1), "wcu_3yr": ("write", 3), "rcu_3yr": ("read", 3),
    }  # fmt: skip
    if name in breakevens:
        return reserved_breakeven(book, *breakevens[name])
    if name.startswith("max_discount"):
        return reserved_discount(book, "write", 1 if "1yr" in name else 3)
    if name in {"unreserved", "upfront"}:
        usage = reserved_usage(inputs)
        if name == "unreserved":
            return bill([replace(usage, reserved={})], books=books).usd()
        return bill([usage], books=books).once_usd
    return None


def reserved_usage(inputs: Inputs) -> Usage:
    """Unit-hours of a month with reserved units beside them."""
    years = inputs.get("term_years", 1)
    of = {"rcu": "read", "wcu": "write"}
    if "unit" in inputs:
        unit = of[inputs["unit"]]
        hours = {f"{unit}_unit_hours": inputs["unit_hours"]}
        reserved: Any = {(unit, years): inputs["reserve_units"]}
    else:
        hours = {f"{unit}_unit_hours": inputs[f"{name}_hours"] for name, unit in of.items()}
        reserved = {(unit, years): inputs[f"reserve_{name}"] for name, unit in of.items()}
    return Usage(region=region_of(inputs), hours=inputs["hours"], reserved=reserved, **hours)
