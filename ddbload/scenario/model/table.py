"""The table under load and its indexes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from ddbload.operation import KeyType
from ddbload.scenario.model.base import Closed, Count, TableName, forms

KeySchema = Annotated[dict[str, KeyType], Field(min_length=1, max_length=2)]


class Index(Closed):
    """A secondary index."""

    key: KeySchema = Field(
        description="partition key, then sort key, each with its type: S, N or B",
        examples=[{"status": "S", "placed": "N"}],
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


class Provisioned(Closed):
    """Provisioned capacity, in units a second."""

    read: Count = Field(description="read capacity units: 4 KB a second each, consistent", examples=[100])
    write: Count = Field(description="write capacity units: 1 KB a second each", examples=[50])


class Table(Closed):
    """The table under load."""

    name: TableName = Field(description="the table's name in DynamoDB", examples=["orders"])
    key: KeySchema = Field(
        description="partition key, then sort key, each with its type: S, N or B", examples=[{"pk": "S", "sk": "S"}]
    )
    indexes: dict[TableName, Index] = Field(
        {}, description="secondary indexes by name", examples=[{"by_status": {"key": {"status": "S"}}}]
    )
    billing: Annotated[
        Annotated[Literal["on-demand"], Tag("<word>")] | Annotated[Provisioned, Tag("<provisioned>")],
        forms(
            words=("on-demand",),
            mapping="<provisioned>",
            expected="on-demand, or provisioned capacity: {read: 100, write: 50}",
        ),
    ] = Field(
        "on-demand",
        description="on-demand, or provisioned capacity in units a second",
        examples=["on-demand", {"read": 100, "write": 50}],
    )
    create: bool | None = Field(
        None,
        description="create the table when it is missing; on loopback that is the default, on AWS it must be asked for",
        examples=[True],
    )
