"""The operations, in DynamoDB's own words."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Tag

from ddbload.scenario.model.base import Closed, Count, Name, forms
from ddbload.scenario.model.items import Pick
from ddbload.scenario.quantity import Share


class _OnItem(Closed):
    pick: Pick = Field(
        "uniform",
        description="which item: uniform, sequential, {zipf: s}, {hotspot: {...}}, one of these for each coordinate,"
        " or next (a new item; only for put)",
        examples=["uniform", {"zipf": 0.99}, {"customer": {"zipf": 0.99}, "number": "uniform"}],
    )
    missing: Share = Field(0.0, description="share of the calls that go to an item which is not there", examples=["2%"])


_CONDITION = Field(
    None,
    description="condition expression; literals and {names} stand where DynamoDB has :values",
    examples=["attribute_not_exists(pk)", "#status = 'open'"],
)


class Get(_OnItem):
    """GetItem."""

    get: Name = Field(description="GetItem: the items it reads, by their name under `items`", examples=["order"])
    consistent: bool = Field(False, description="strongly consistent: twice the read units", examples=[True])


class Put(_OnItem):
    """PutItem: the whole item, as its shape says."""

    put: Name = Field(description="PutItem: the items it writes whole, by their name under `items`", examples=["order"])
    condition: str | None = _CONDITION


class Update(_OnItem):
    """UpdateItem."""

    update: Name = Field(
        description="UpdateItem: the items it changes, by their name under `items`", examples=["order"]
    )
    update_expression: str = Field(
        description="SET, REMOVE, ADD and DELETE as DynamoDB has them; literals and {names} stand where it has :values",
        examples=["SET #status = 'paid' REMOVE hold"],
    )
    condition: str | None = _CONDITION


class Delete(_OnItem):
    """DeleteItem."""

    delete: Name = Field(
        description="DeleteItem: the items it deletes, by their name under `items`", examples=["order"]
    )
    condition: str | None = _CONDITION


class Query(_OnItem):
    """Query of the table or of an index: one page."""

    query: Name = Field(
        description="Query: the items it is about, by their name under `items`; one page", examples=["order"]
    )
    key: str = Field(description="key condition expression", examples=["pk = {pk} AND begins_with(sk, 'order#')"])
    index: str | None = Field(
        None, description="the secondary index to read; default: the table", examples=["by_status"]
    )
    filter: str | None = Field(
        None,
        description="filter expression, applied after reading: units are those of what was read",
        examples=["total > 100"],
    )
    limit: Count | None = Field(None, description="items to read at most; default: a page of 1 MB", examples=[20])
    consistent: bool = Field(
        False, description="strongly consistent: twice the read units; not on a global index", examples=[True]
    )
    descending: bool = Field(False, description="the largest sort key first", examples=[True])


OPERATION_KEYS = ("get", "put", "update", "delete", "query")
AnyOperation = Annotated[
    Annotated[Get, Tag("<get>")]
    | Annotated[Put, Tag("<put>")]
    | Annotated[Update, Tag("<update>")]
    | Annotated[Delete, Tag("<delete>")]
    | Annotated[Query, Tag("<query>")],
    forms(*OPERATION_KEYS, expected="a mapping with exactly one of: get, put, update, delete, query"),
]
