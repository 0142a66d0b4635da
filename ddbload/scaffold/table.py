"""A scenario from a table that exists: DescribeTable's own answer becomes keys, indexes, facts and plausible items.

What a description does not tell, the load above all, is written as a plain beginning that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ddbload.errors import UsageError
from ddbload.scenario.spelling import flow

_VIEWS = {
    "KEYS_ONLY": "keys-only",
    "NEW_IMAGE": "new-image",
    "OLD_IMAGE": "old-image",
    "NEW_AND_OLD_IMAGES": "new-and-old-images",
}
_MOST_ITEMS = 100_000
_PLAIN_BYTES = 500
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_GROUP = 10  # items that share a partition key, where there is a sort key
_FITS = "the answer of DescribeTable: `aws dynamodb describe-table --table-name NAME > table.json`"


def description_in(document: Any) -> dict[str, Any] | None:
    """The description within a JSON document: DescribeTable's or CreateTable's answer, or the table by itself."""
    if not isinstance(document, dict):
        return None
    for inner in (document.get("Table"), document.get("TableDescription"), document):
        if isinstance(inner, dict) and "KeySchema" in inner and "AttributeDefinitions" in inner:
            return inner
    return None


def from_description(name: str, described: Mapping[str, Any], expiry: str | None = None) -> str:
    """The text of a scenario for a described table.

    Args:
        name: the scenario's name.
        described: DescribeTable's `Table`.
        expiry: the attribute that its time to live goes by, if it is known to have one.

    Raises:
        UsageError: the description lacks what every table has.
    """
    try:
        return _Writer(name, described, expiry).text()
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise UsageError(f"this is no description of a table: {error!r} is not as it should be ({_FITS})") from None


class _Writer:
    def __init__(self, name: str, described: Mapping[str, Any], expiry: str | None) -> None:
        self.name = name
        self.table = described
        self.expiry = expiry
        self.types = {each["AttributeName"]: each["AttributeType"] for each in described["AttributeDefinitions"]}
        self.key = self._key(described["KeySchema"])
        self.indexes = {
            **{each["IndexName"]: (each, "global") for each in described.get("GlobalSecondaryIndexes") or ()},
            **{each["IndexName"]: (each, "local") for each in described.get("LocalSecondaryIndexes") or ()},
        }

    def text(self) -> str:
        """The whole file."""
        return "\n".join(
            [
                f"# Keys, indexes and capacity are those of the table {self.table['TableName']}, from its description;",
                "# items, operations and load are a beginning: make them yours.",
                "#",
                f"#   ddbload check {self.name}.yaml --explain",
                "ddbload: 1",
                f"name: {flow(self.name)}",
                "seed: 1",
                "params: {rate: 100}",
                "",
                "table:",
                *(f"  {line}" for line in self._table()),
                "",
                "values:",
                *(f"  {flow(value)}: {flow(spec)}" for value, spec in self._values().items()),
                "",
                "items:",
                "  item:",
                f"    of: {flow(self._of())}" + self._counted(),
                "    shape:",
                *(f"      {flow(attribute)}: {flow(value)}" for attribute, value in self._shape().items()),
                "",
                "operations:",
                *(f"  {operation}: {spec}" for operation, spec in self._operations()),
                "",
                "load:",
                f"  mix: {flow({operation: 1 for operation, _ in self._operations()})}    # all alike: a guess",
                "  arrivals: poisson",
                "  rate: $rate",
                "  phases: [{warm: 10s, at: 25%}, {hold: 1m}]",
                "",
                "objectives:",
                "  all: {errors: 0.1%, throttled: 0%}",
                "",
            ]
        )

    def _key(self, schema: list[dict[str, str]]) -> tuple[dict[str, str], dict[str, str]]:
        """Partition and sort key attributes with their types."""
        partition, sort = (
            {each["AttributeName"]: self.types[each["AttributeName"]] for each in schema if each["KeyType"] == role}
            for role in ("HASH", "RANGE")
        )
        return partition, sort

    def _table(self) -> Iterator[str]:
        yield f"name: {flow(self.table['TableName'])}"
        yield f"key: {flow(self.key[0] | self.key[1])}"
        if self.indexes:
            yield "indexes:"
            for name, (index, kind) in self.indexes.items():
                yield f"  {flow(name)}: {flow(self._index(index, kind))}"
        yield f"billing: {flow(self._billing(self.table))}"
        if (self.table.get("TableClassSummary") or {}).get("TableClass") == "STANDARD_INFREQUENT_ACCESS":
            yield "class: infrequent-access"
        if self.expiry:
            yield f"ttl: {flow(self.expiry)}"
        stream = self.table.get("StreamSpecification") or {}
        if stream.get("StreamEnabled"):
            yield f"streams: {_VIEWS[stream['StreamViewType']]}"
        if regions := [each["RegionName"] for each in self.table.get("Replicas") or ()]:
            yield f"replicas: {flow(regions)}"

    def _index(self, index: Mapping[str, Any], kind: str) -> dict[str, Any]:
        partition, sort = self._key(index["KeySchema"])
        wide = len(partition) > 1 or len(sort) > 1
        projection = index["Projection"]
        project: Any = {"ALL": "all", "KEYS_ONLY": "keys"}.get(projection["ProjectionType"])
        spec: dict[str, Any] = {"key": {"partition": partition, "sort": sort} if wide else partition | sort}
        spec["project"] = project or list(projection["NonKeyAttributes"])
        if kind == "local":
            spec["kind"] = "local"
        elif (own := self._billing(index)) != self._billing(self.table) and own != "on-demand":
            spec["billing"] = own
        return spec

    def _billing(self, described: Mapping[str, Any]) -> Any:
        mode = (self.table.get("BillingModeSummary") or {}).get("BillingMode")
        throughput = described.get("ProvisionedThroughput") or {}
        read, write = throughput.get("ReadCapacityUnits", 0), throughput.get("WriteCapacityUnits", 0)
        if mode != "PAY_PER_REQUEST" and read and write:
            return {"read": read, "write": write}
        cap = described.get("OnDemandThroughput") or {}
        names = {"max_read": "MaxReadRequestUnits", "max_write": "MaxWriteRequestUnits"}
        most = {name: cap[theirs] for name, theirs in names.items() if cap.get(theirs, -1) > 0}
        return {"on_demand": most} if most else "on-demand"

    # --- items ---

    def _of(self) -> dict[str, int]:
        count = min(_MOST_ITEMS, max(1, self.table.get("ItemCount") or 10_000))
        return {"item": -(-count // _GROUP), "part": _GROUP} if self.key[1] else {"item": count}

    def _counted(self) -> str:
        there = self.table.get("ItemCount") or 0
        return f"    # the table has {there:,} items" if there else ""

    def _shape(self) -> dict[str, str]:
        (partition, kind), *_ = self.key[0].items()
        shape = {partition: "{item}" if kind == "N" else "item#{item}"}
        for sort, its in self.key[1].items():
            shape[sort] = "{part}" if its == "N" else "part#{part}"
        return shape | {name: f"{{{self._name(name)}}}" for name in self._drawn()}

    def _drawn(self) -> list[str]:
        """Attributes that are no key of the table: those of the indexes' keys and projections, and a payload."""
        projected = (
            name for index, _ in self.indexes.values() for name in index["Projection"].get("NonKeyAttributes", ())
        )
        expiry = [self.expiry] if self.expiry else []
        names = dict.fromkeys([*self.types, *projected, *expiry, "payload"])
        return [name for name in names if name not in self.key[0] | self.key[1]]

    def _name(self, attribute: str) -> str:
        """The name of an attribute's value: not the attribute's own, which means the picked item's value."""
        return "any_" + "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in attribute)

    def _values(self) -> dict[str, Any]:
        return {self._name(attribute): self._value(attribute) for attribute in self._drawn()}

    def _value(self, attribute: str) -> Any:
        if attribute == self.expiry:
            return {"timestamp": {"within": "30d", "until": 1_893_456_000}}
        match self.types.get(attribute):
            case "N":
                return {"number": {"min": 0, "max": 1_000_000}}
            case "B":
                return {"binary": {"size": 16}}
            case "S":
                return {"words": 1}
            case _:
                return {"text": {"size": self._payload() if attribute == "payload" else 20}}

    def _payload(self) -> int:
        """What an item has beside its keys, from the table's own mean."""
        count, size = self.table.get("ItemCount") or 0, self.table.get("TableSizeBytes") or 0
        return max(1, size // count - 50) if count and size else _PLAIN_BYTES

    # --- operations ---

    def _operations(self) -> Iterator[tuple[str, str]]:
        yield "read", "{get: item, pick: {zipf: 0.9}}"
        yield "write", "{put: item, pick: {zipf: 0.9}}"
        yield "change", '{update: item, pick: {zipf: 0.9}, set: {payload: "{any_payload}"}, condition: exists}'
        if self.key[1] and all(map(_IDENTIFIER.fullmatch, self.key[0])):
            spec = {"query": "item", "pick": {"zipf": 0.9}, "key": _equal(self.key[0]), "limit": _GROUP}
            yield "list", flow(spec)
        for name, (index, _) in self.indexes.items():
            partition = self._key(index["KeySchema"])[0]
            named = "by_" + re.sub(r"[^A-Za-z0-9_]", "_", name).removeprefix("by_")
            if all(map(_IDENTIFIER.fullmatch, partition)):
                yield named, flow({"query": "item", "index": name, "key": _equal(partition), "limit": 25})


def _equal(attributes: Iterable[str]) -> str:
    """The condition that attributes are those of the picked item."""
    return " AND ".join(f"#{attribute} = {{{attribute}}}" for attribute in attributes)
