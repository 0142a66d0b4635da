"""What DescribeTable says of a table that matters for its capacity and its bill. Reads files, asks nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ddbload.errors import UsageError
from ddbload.pricing.usage import TableClass
from ddbload.scaffold.table import description_in

_FITS = "the answer of DescribeTable: `aws dynamodb describe-table --table-name NAME > table.json`"
_ARN_PARTS = 6
_UNITS = {
    "ProvisionedThroughput": ("ReadCapacityUnits", "WriteCapacityUnits"),
    "OnDemandThroughput": ("MaxReadRequestUnits", "MaxWriteRequestUnits"),
    "WarmThroughput": ("ReadUnitsPerSecond", "WriteUnitsPerSecond"),
}


@dataclass(frozen=True, slots=True)
class Throughput:
    """Read and write units a second; None where nothing is said, or nothing is limited."""

    read: float | None = None
    write: float | None = None


@dataclass(frozen=True, slots=True)
class DescribedTable:
    """A table as it is. In the mappings "" is the table itself, the others are its global indexes.

    Attributes:
        name, region: the region is of its ARN; "" where it has none.
        billing: how its capacity is paid for.
        table_class: its class.
        indexes: its global indexes.
        capacity: provisioned; empty on demand.
        maximum: the most that is served, on demand.
        warm: warm throughput.
        size_bytes, items: of the table, and of each global index; DynamoDB counts them anew about every six hours.
        replicas: the other regions of a global table.
        strong: whether reads of a replica see every write: multi-Region strong consistency.
        streams: whether it has a stream.
    """

    name: str
    region: str
    billing: Literal["on-demand", "provisioned"]
    table_class: TableClass = "standard"
    indexes: tuple[str, ...] = ()
    capacity: Mapping[str, Throughput] = field(default_factory=dict)
    maximum: Mapping[str, Throughput] = field(default_factory=dict)
    warm: Mapping[str, Throughput] = field(default_factory=dict)
    size_bytes: Mapping[str, float] = field(default_factory=dict)
    items: Mapping[str, float] = field(default_factory=dict)
    replicas: tuple[str, ...] = ()
    strong: bool = False
    streams: bool = False


def read_description(file: Path) -> DescribedTable:
    """The table of a file with DescribeTable's answer.

    Raises:
        UsageError: the file cannot be read, or holds no description.
    """
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise UsageError(f"{file} is no JSON: {error} ({_FITS})") from error
    found = description_in(document)
    if found is None:
        raise UsageError(f"{file} describes no table ({_FITS})")
    try:
        return described(found)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UsageError(f"{file}: {error!r} is not as a description has it ({_FITS})") from None


def described(table: Mapping[str, Any]) -> DescribedTable:
    """The facts of DescribeTable's `Table`.

    Raises:
        KeyError, TypeError, AttributeError, ValueError: it is none.
    """
    mode = (table.get("BillingModeSummary") or {}).get("BillingMode")
    indexes: Sequence[Mapping[str, Any]] = table.get("GlobalSecondaryIndexes") or ()
    every: dict[str, Mapping[str, Any]] = {"": table, **{index["IndexName"]: index for index in indexes}}
    provisioned = {name: _units(one, "ProvisionedThroughput") for name, one in every.items()}
    on_demand = mode == "PAY_PER_REQUEST" or not provisioned[""].read
    region = _region(table.get("TableArn", ""))
    return DescribedTable(
        name=table["TableName"],
        region=region,
        billing="on-demand" if on_demand else "provisioned",
        table_class=_class(table),
        indexes=tuple(name for name in every if name),
        capacity={} if on_demand else provisioned,
        maximum=_said({name: _units(one, "OnDemandThroughput") for name, one in every.items()}),
        warm=_said({name: _units(one, "WarmThroughput") for name, one in every.items()}),
        size_bytes=_numbers(every, "TableSizeBytes", "IndexSizeBytes"),
        items=_numbers(every, "ItemCount", "ItemCount"),
        replicas=tuple(r["RegionName"] for r in table.get("Replicas") or () if r["RegionName"] != region),
        strong=table.get("MultiRegionConsistency") == "STRONG",
        streams=bool((table.get("StreamSpecification") or {}).get("StreamEnabled")),
    )


def _units(one: Mapping[str, Any], section: str) -> Throughput:
    found = one.get(section) or {}
    # -1 is how a maximum is taken off again
    return Throughput(*(float(found[name]) if found.get(name, -1) > 0 else None for name in _UNITS[section]))


def _said(by_name: Mapping[str, Throughput]) -> dict[str, Throughput]:
    return {name: units for name, units in by_name.items() if units != Throughput()}


def _numbers(every: Mapping[str, Mapping[str, Any]], of_table: str, of_index: str) -> dict[str, float]:
    return {name: float(one.get(of_index if name else of_table) or 0) for name, one in every.items()}


def _class(table: Mapping[str, Any]) -> TableClass:
    named = (table.get("TableClassSummary") or {}).get("TableClass")
    return "infrequent-access" if named == "STANDARD_INFREQUENT_ACCESS" else "standard"


def _region(arn: str) -> str:
    """arn:aws:dynamodb:REGION:ACCOUNT:table/NAME."""
    parts = arn.split(":", _ARN_PARTS - 1)
    return parts[3] if len(parts) == _ARN_PARTS else ""
