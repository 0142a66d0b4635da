"""The operations on single items, and those that read many, in DynamoDB's own words."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, Tag

from ddbload.scenario.model.base import BRACES_PATTERN, Closed, Count, Name, forms
from ddbload.scenario.model.picks import Pick
from ddbload.scenario.quantity import Share


class Expect(Closed):
    """What is expected of an operation, for the planner; a run measures it."""

    fails: Share | None = Field(None, description="share of the calls whose condition fails", examples=["5%"])
    rows: Annotated[float, Field(ge=0)] | None = Field(
        None, description="items that a query or scan reads, on average", examples=[12]
    )


class Called(Closed):
    """What every operation may say."""

    expect: Expect = Field(
        Expect.model_construct(),
        description="what the planner may expect of it",
        examples=[{"fails": "5%"}, {"rows": 12}],
    )
    capture: dict[Name, Annotated[str, Field(min_length=1)]] = Field(
        {},
        description="values of the answer that later steps of a session use by name: first.A, last.A or any.A of the"
        " items, item.A, attributes.A, or count",
        examples=[{"sk": "first.sk"}, {"version": "attributes.version"}],
    )


class Picked(Closed):
    """What every action on an item says of the item."""

    pick: Pick = Field(
        "uniform",
        description="which item: uniform, sequential, latest, {zipf: s}, {hotspot: {...}}, {gaussian: {...}}, one of"
        " these for each coordinate, or next (a new item; only for put)",
        examples=["uniform", {"zipf": 0.99}, {"customer": {"zipf": 0.99}, "number": "uniform"}],
    )
    missing: Share = Field(0.0, description="share of the calls that go to an item which is not there", examples=["2%"])


CONDITION: Any = Field(
    None,
    description="condition expression; literals and {names} stand where DynamoDB has :values;"
    " `exists` and `absent` are short for the two most common ones",
    examples=["attribute_not_exists(pk)", "#status = 'open'", "absent"],
)
PROJECTION: Any = Field(
    None,
    description="projection expression: the attributes to return; it does not change the units",
    examples=["#status, total, address.city"],
)
KEY: Any = Field(
    {},
    description="key attributes that are not the picked item's own, such as one that an earlier step captured",
    examples=[{"sk": "order#{chosen}"}],
)
KeyAttributes = dict[str, str | int | float]
ON_FAILURE: Any = Field(
    None, description="what a failed condition returns: all_old, the item as it is", examples=["all_old"]
)
CONSISTENT: Any = Field(False, description="strongly consistent: twice the read units", examples=[True])


class Get(Called, Picked):
    """GetItem."""

    get: Name = Field(description="GetItem: the items it reads, by their name under `items`", examples=["order"])
    key: KeyAttributes = KEY
    consistent: bool = CONSISTENT
    projection: str | None = PROJECTION


class Put(Called, Picked):
    """PutItem: the whole item, as its shape says."""

    put: Name = Field(description="PutItem: the items it writes whole, by their name under `items`", examples=["order"])
    condition: str | None = CONDITION
    return_values: Literal["all_old"] | None = Field(
        None, description="what the answer holds: all_old, the item that was there", examples=["all_old"]
    )
    on_failure: Literal["all_old"] | None = ON_FAILURE


class Changes(Closed):
    """What an update does: an expression, or its short forms."""

    update_expression: str | None = Field(
        None,
        description="SET, REMOVE, ADD and DELETE as DynamoDB has them; literals and {names} stand where it has :values",
        examples=["SET #status = 'paid' REMOVE hold"],
    )
    set: Annotated[dict[str, Any], Field(min_length=1)] | None = Field(
        None,
        description="short for SET: document paths and what they become, as in a shape",
        examples=[{"status": "paid", "total": "{total}"}],
    )
    remove: Annotated[list[str], Field(min_length=1)] | None = Field(
        None, description="short for REMOVE: document paths", examples=[["hold"]]
    )
    add: Annotated[dict[str, Any], Field(min_length=1)] | None = Field(
        None, description="short for ADD: numbers to add, by document path", examples=[{"version": 1}]
    )


class Update(Called, Picked, Changes):
    """UpdateItem."""

    update: Name = Field(
        description="UpdateItem: the items it changes, by their name under `items`", examples=["order"]
    )
    key: KeyAttributes = KEY
    condition: str | None = CONDITION
    return_values: Literal["all_old", "all_new", "updated_old", "updated_new"] | None = Field(
        None,
        description="what the answer holds: the item, or what was updated of it, before or after",
        examples=["updated_new"],
    )
    on_failure: Literal["all_old"] | None = ON_FAILURE


class Delete(Called, Picked):
    """DeleteItem."""

    delete: Name = Field(
        description="DeleteItem: the items it deletes, by their name under `items`", examples=["order"]
    )
    key: KeyAttributes = KEY
    condition: str | None = CONDITION
    return_values: Literal["all_old"] | None = Field(
        None, description="what the answer holds: all_old, the item that was there", examples=["all_old"]
    )
    on_failure: Literal["all_old"] | None = ON_FAILURE


Pages = Annotated[
    Annotated[Literal["all"], Tag("<word>")] | Annotated[Count, Tag("<count>")],
    forms(words=("all",), number="<count>", expected="a number of pages, or all"),
]


Limit = Annotated[
    Annotated[Count, Tag("<count>")] | Annotated[str, Field(pattern=BRACES_PATTERN), Tag("<name>")],
    forms(number="<count>", text="<name>", expected='a whole number, or a number value in braces: "{length}"'),
]
"""A text is one name in braces: a `number` value, drawn for each call."""


class ReadsMany(Called):
    """What query and scan have in common."""

    index: str | None = Field(
        None, description="the secondary index to read; default: the table", examples=["by_status"]
    )
    filter: str | None = Field(
        None,
        description="filter expression, applied after reading: units are those of what was read",
        examples=["total > 100"],
    )
    projection: str | None = PROJECTION
    select: Literal["count"] | None = Field(
        None, description="count: only the number of items is returned; units stay the same", examples=["count"]
    )
    limit: Limit | None = Field(
        None,
        description="items to read in a page at most: a number, or a value in braces; default: a page of 1 MB",
        examples=[20, "{length}"],
    )
    pages: Pages = Field(
        1, description="pages to read at most, each a request of its own, or all of them", examples=[3, "all"]
    )
    consistent: bool = Field(
        False, description="strongly consistent: twice the read units; not on a global index", examples=[True]
    )


class Query(ReadsMany, Picked):
    """Query of the table or of an index."""

    query: Name = Field(description="Query: the items it is about, by their name under `items`", examples=["order"])
    key: str = Field(description="key condition expression", examples=["pk = {pk} AND begins_with(sk, 'order#')"])
    descending: bool = Field(False, description="the largest sort key first", examples=[True])


class Scan(ReadsMany):
    """Scan of the table or of an index, in parallel segments if wanted."""

    scan: Name = Field(description="Scan: the items it is about, by their name under `items`", examples=["order"])
    segments: Annotated[int, Field(ge=1, le=10_000)] = Field(
        1, description="segments that are read side by side, each with pages of its own", examples=[4]
    )
