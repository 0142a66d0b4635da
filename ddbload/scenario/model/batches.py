"""The operations of several actions: batches, transactions and PartiQL."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from ddbload.scenario.model.base import Name, forms
from ddbload.scenario.model.operations import (
    CONDITION,
    CONSISTENT,
    KEY,
    ON_FAILURE,
    PROJECTION,
    Called,
    Changes,
    KeyAttributes,
    Pages,
    Picked,
)

ActionCount = Annotated[int, Field(ge=1, le=100)]
_COUNT = Field(1, description="how many items, each another one", examples=[20])
_TOKEN = Field(
    False, description="send a ClientRequestToken, new for each call: a repeated call is done once", examples=[True]
)


class GetAction(Picked):
    """Items that a batch or a transaction reads."""

    get: Name = Field(description="the items to read, by their name under `items`", examples=["order"])
    count: ActionCount = _COUNT
    key: KeyAttributes = KEY
    projection: str | None = PROJECTION
    consistent: bool = Field(
        False, description="strongly consistent; of a batch: the same for all items of a table", examples=[True]
    )


class PutAction(Picked):
    """Items that a batch or a transaction writes whole."""

    put: Name = Field(description="the items to write whole, by their name under `items`", examples=["order"])
    count: ActionCount = _COUNT
    condition: str | None = CONDITION
    on_failure: Literal["all_old"] | None = ON_FAILURE


class UpdateAction(Picked, Changes):
    """Items that a transaction changes."""

    update: Name = Field(description="the items to change, by their name under `items`", examples=["order"])
    count: ActionCount = _COUNT
    key: KeyAttributes = KEY
    condition: str | None = CONDITION
    on_failure: Literal["all_old"] | None = ON_FAILURE


class DeleteAction(Picked):
    """Items that a batch or a transaction deletes."""

    delete: Name = Field(description="the items to delete, by their name under `items`", examples=["order"])
    count: ActionCount = _COUNT
    key: KeyAttributes = KEY
    condition: str | None = CONDITION
    on_failure: Literal["all_old"] | None = ON_FAILURE


class CheckAction(Picked):
    """Items whose condition a transaction checks without changing them."""

    check: Name = Field(description="the items to check, by their name under `items`", examples=["customer"])
    count: ActionCount = _COUNT
    key: KeyAttributes = KEY
    condition: str = Field(
        description="condition expression; `exists` and `absent` are short for the two most common ones",
        examples=["credit >= {total}", "exists"],
    )
    on_failure: Literal["all_old"] | None = ON_FAILURE


WriteAction = Annotated[
    Annotated[PutAction, Tag("<put>")] | Annotated[DeleteAction, Tag("<delete>")],
    forms("put", "delete", expected="a mapping with exactly one of: put, delete (a batch has no updates)"),
]
TransactAction = Annotated[
    Annotated[PutAction, Tag("<put>")]
    | Annotated[UpdateAction, Tag("<update>")]
    | Annotated[DeleteAction, Tag("<delete>")]
    | Annotated[CheckAction, Tag("<check>")],
    forms("put", "update", "delete", "check"),
]
AnyAction = GetAction | PutAction | UpdateAction | DeleteAction | CheckAction


class BatchGet(Called):
    """BatchGetItem: up to 100 items by key, of one or several tables."""

    batch_get: Annotated[list[GetAction], Field(min_length=1, max_length=100)] = Field(
        description="BatchGetItem: what to read, up to 100 items in all",
        examples=[[{"get": "order", "count": 20}]],
    )


class BatchWrite(Called):
    """BatchWriteItem: up to 25 puts and deletes, each by itself."""

    batch_write: Annotated[list[WriteAction], Field(min_length=1, max_length=25)] = Field(
        description="BatchWriteItem: what to put and delete, up to 25 items in all",
        examples=[[{"put": "order", "pick": "next", "count": 25}]],
    )


class TransactGet(Called):
    """TransactGetItems: up to 100 items as they were at one moment."""

    transact_get: Annotated[list[GetAction], Field(min_length=1, max_length=100)] = Field(
        description="TransactGetItems: what to read, up to 100 items in all",
        examples=[[{"get": "order"}, {"get": "customer"}]],
    )


class TransactWrite(Called):
    """TransactWriteItems: up to 100 actions, all or none."""

    transact_write: Annotated[list[TransactAction], Field(min_length=1, max_length=100)] = Field(
        description="TransactWriteItems: up to 100 actions, all or none",
        examples=[[{"put": "order", "pick": "next"}, {"update": "customer", "add": {"orders": 1}}]],
    )
    token: bool = _TOKEN


# --- PartiQL -------------------------------------------------------------------------------------------------------

Sentence = Annotated[str, Field(min_length=1, max_length=8192)]
_ABOUT = Field(description="the items that its {names} are about, by their name under `items`", examples=["order"])


class Execute(Called, Picked):
    """ExecuteStatement: one PartiQL statement."""

    execute: Sentence = Field(
        description="ExecuteStatement: a PartiQL statement; {names} become its parameters",
        examples=['SELECT * FROM "orders" WHERE pk = {pk} AND sk = {sk}'],
    )
    about: Name = _ABOUT
    consistent: bool = CONSISTENT
    limit: Annotated[int, Field(ge=1)] | None = Field(
        None, description="items to read in a page at most", examples=[20]
    )
    pages: Pages = Field(1, description="pages to read at most, or all of them", examples=[3, "all"])
    on_failure: Literal["all_old"] | None = ON_FAILURE


class Statement(Picked):
    """One PartiQL statement of several."""

    statement: Sentence = Field(
        description="a PartiQL statement; {names} become its parameters",
        examples=['UPDATE "orders" SET total = {total} WHERE pk = {pk} AND sk = {sk}'],
    )
    about: Name = _ABOUT
    count: ActionCount = _COUNT
    consistent: bool = Field(False, description="strongly consistent; of a batch only", examples=[True])
    on_failure: Literal["all_old"] | None = ON_FAILURE


class ExecuteBatch(Called):
    """BatchExecuteStatement: up to 25 statements, each by itself."""

    execute_batch: Annotated[list[Statement], Field(min_length=1, max_length=25)] = Field(
        description="BatchExecuteStatement: up to 25 statements, all reads or all writes",
        examples=[[{"statement": 'SELECT * FROM "orders" WHERE pk = {pk} AND sk = {sk}', "about": "order"}]],
    )


class ExecuteTransaction(Called):
    """ExecuteTransaction: up to 100 statements, all or none."""

    execute_transaction: Annotated[list[Statement], Field(min_length=1, max_length=100)] = Field(
        description="ExecuteTransaction: up to 100 statements, all reads or all writes, all done or none",
        examples=[[{"statement": 'DELETE FROM "orders" WHERE pk = {pk} AND sk = {sk}', "about": "order"}]],
    )
    token: bool = _TOKEN
