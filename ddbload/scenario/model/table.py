"""The tables under load, their indexes, and what the planner needs to know of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from ddbload.operation import KeyType
from ddbload.scenario.model.base import REGION_PATTERN, Closed, Count, Name, TableName, forms
from ddbload.scenario.quantity import Share

KeySchema = Annotated[dict[str, KeyType], Field(min_length=1, max_length=2)]
Region = Annotated[str, Field(pattern=REGION_PATTERN)]
AttributeName = Annotated[str, Field(min_length=1, max_length=255)]


class WideKey(Closed):
    """The key of a global index of several attributes each."""

    partition: Annotated[dict[str, KeyType], Field(min_length=1, max_length=4)] = Field(
        description="the attributes of the partition key: a query names all of them", examples=[{"tenant": "S"}]
    )
    sort: Annotated[dict[str, KeyType], Field(max_length=4)] = Field(
        {}, description="the attributes of the sort key: a query names them from the left", examples=[{"placed": "N"}]
    )


# --- capacity ------------------------------------------------------------------------------------------------------


class Scaling(Closed):
    """Target tracking of one dimension."""

    min: Count = Field(description="the least capacity, in units a second", examples=[10])
    max: Count = Field(description="the most capacity, in units a second", examples=[400])
    target: Share = Field(0.7, description="the utilisation that it aims at, 20 % to 90 %", examples=["70%"])


class AutoScaling(Closed):
    """Auto scaling of provisioned capacity; a dimension that is not named stays as it is provisioned."""

    read: Scaling | None = Field(None, description="of read capacity", examples=[{"min": 10, "max": 400}])
    write: Scaling | None = Field(None, description="of write capacity", examples=[{"min": 10, "max": 400}])


class Provisioned(Closed):
    """Provisioned capacity, in units a second."""

    read: Count = Field(description="read capacity units: 4 KB a second each, consistent", examples=[100])
    write: Count = Field(description="write capacity units: 1 KB a second each", examples=[50])
    autoscaling: AutoScaling | None = Field(
        None,
        description="how the capacity follows the load; what is provisioned is where it begins",
        examples=[{"read": {"min": 10, "max": 400, "target": "70%"}}],
    )


class MaximumThroughput(Closed):
    """A cap on what a table on demand serves."""

    max_read: Count | None = Field(None, description="read request units a second at most", examples=[4000])
    max_write: Count | None = Field(None, description="write request units a second at most", examples=[1000])


class OnDemand(Closed):
    """On demand, with a cap."""

    on_demand: MaximumThroughput = Field(
        description="on demand, with a maximum throughput", examples=[{"max_read": 4000, "max_write": 1000}]
    )


Billing = Annotated[
    Annotated[Literal["on-demand"], Tag("<word>")]
    | Annotated[OnDemand, Tag("<on_demand>")]
    | Annotated[Provisioned, Tag("<provisioned>")],
    forms(
        "on_demand",
        words=("on-demand",),
        mapping="<provisioned>",
        expected="on-demand, {on_demand: {max_read: 4000, max_write: 1000}}, or provisioned capacity:"
        " {read: 100, write: 50}",
    ),
]


# --- tables --------------------------------------------------------------------------------------------------------


class Index(Closed):
    """A secondary index."""

    key: Annotated[
        Annotated[WideKey, Tag("<wide>")] | Annotated[KeySchema, Tag("<pair>")],
        forms(
            wide=("partition", "<wide>"),
            mapping="<pair>",
            expected="partition key, then sort key, each with its type: {status: S, placed: N};"
            " of several attributes: {partition: {tenant: S, region: S}, sort: {placed: N}}",
        ),
    ] = Field(
        description="partition key, then sort key, each with its type: S, N or B; a global index may have up to four"
        " attributes in each: {partition: {...}, sort: {...}}",
        examples=[{"status": "S", "placed": "N"}, {"partition": {"tenant": "S", "region": "S"}, "sort": {"at": "N"}}],
    )
    project: Annotated[
        Annotated[Literal["all", "keys"], Tag("<word>")]
        | Annotated[list[str], Field(min_length=1, max_length=100), Tag("<list>")],
        forms(words=("all", "keys"), listed="<list>", expected="all, keys, or a list of attributes"),
    ] = Field(
        "all",
        description="what an entry holds beside the keys: all attributes, none (keys), or those listed",
        examples=["keys", ["total", "note"]],
    )
    kind: Literal["global", "local"] = Field(
        "global",
        description="a global index has its own partition key; a local one shares the table's",
        examples=["global"],
    )
    billing: Billing | None = Field(
        None, description="capacity of a global index; default: as the table's", examples=[{"read": 100, "write": 50}]
    )

    @property
    def partition(self) -> dict[str, KeyType]:
        """The attributes of the partition key, with their types."""
        return self.key.partition if isinstance(self.key, WideKey) else dict(list(self.key.items())[:1])

    @property
    def sort(self) -> dict[str, KeyType]:
        """The attributes of the sort key, with their types; none where there is no sort key."""
        return self.key.sort if isinstance(self.key, WideKey) else dict(list(self.key.items())[1:])

    @property
    def attributes(self) -> dict[str, KeyType]:
        """All key attributes with their types, those of the partition key first."""
        return {**self.partition, **self.sort}


class Replicas(Closed):
    """The other regions of a global table."""

    regions: Annotated[list[Region], Field(min_length=1)] = Field(
        description="the regions of the replicas, the table's own left out", examples=[["eu-west-1"]]
    )
    consistency: Literal["eventual", "strong"] = Field(
        "eventual", description="what a consistent read in another region sees", examples=["eventual"]
    )


class Table(Closed):
    """A table under load."""

    name: TableName = Field(description="the table's name in DynamoDB", examples=["orders"])
    key: KeySchema = Field(
        description="partition key, then sort key, each with its type: S, N or B", examples=[{"pk": "S", "sk": "S"}]
    )
    indexes: dict[TableName, Index] = Field(
        {}, description="secondary indexes by name", examples=[{"by_status": {"key": {"status": "S"}}}]
    )
    billing: Billing = Field(
        "on-demand",
        description="on demand, with or without a maximum, or provisioned capacity in units a second",
        examples=["on-demand", {"read": 100, "write": 50}],
    )
    table_class: Literal["standard", "infrequent-access"] = Field(
        "standard",
        alias="class",
        description="the table class: infrequent-access stores for less and serves for more",
        examples=["infrequent-access"],
    )
    ttl: AttributeName | None = Field(
        None, description="the attribute that says when an item expires, in Unix seconds", examples=["expires"]
    )
    streams: Literal["keys-only", "new-image", "old-image", "new-and-old-images"] | None = Field(
        None, description="what DynamoDB Streams keeps of each change", examples=["new-and-old-images"]
    )
    replicas: (
        Annotated[
            Annotated[list[Region], Field(min_length=1), Tag("<list>")] | Annotated[Replicas, Tag("<replicas>")],
            forms(
                listed="<list>",
                mapping="<replicas>",
                expected="a list of regions, or {regions: [eu-west-1], consistency: strong}",
            ),
        ]
        | None
    ) = Field(
        None,
        description="the other regions of a global table; a fact for the planner: a run uses one region",
        examples=[["eu-west-1", "ap-northeast-1"]],
    )
    recovery: bool = Field(
        False, description="point-in-time recovery: a fact for the planner, never switched by a run", examples=[True]
    )
    create: bool | None = Field(
        None,
        description="create the table when it is missing; on loopback that is the default, on AWS it must be asked for",
        examples=[True],
    )

    @property
    def partition(self) -> str:
        """The attribute of the partition key."""
        return next(iter(self.key))

    @property
    def sort(self) -> str | None:
        """The attribute of the sort key, if there is one."""
        return [*self.key, None][1]


Tables = Annotated[dict[Name, Table], Field(min_length=1)]
