"""The whole of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, Tag

from ddbload.scenario.model.base import SCENARIO_NAME_PATTERN, Closed, Name, Scalar, forms
from ddbload.scenario.model.batches import (
    BatchGet,
    BatchWrite,
    Execute,
    ExecuteBatch,
    ExecuteTransaction,
    TransactGet,
    TransactWrite,
)
from ddbload.scenario.model.bill import BillItems
from ddbload.scenario.model.client import Client, Limits, Objective
from ddbload.scenario.model.forecast import Forecast
from ddbload.scenario.model.items import Items
from ddbload.scenario.model.load import Load
from ddbload.scenario.model.operations import Delete, Get, Put, Query, Scan, Update
from ddbload.scenario.model.sessions import Session
from ddbload.scenario.model.table import Table, Tables
from ddbload.scenario.model.values import Value

OPERATION_KEYS = (
    "get",
    "put",
    "update",
    "delete",
    "query",
    "scan",
    "batch_get",
    "batch_write",
    "transact_get",
    "transact_write",
    "execute",
    "execute_batch",
    "execute_transaction",
    "session",
)
"""The key that says what an operation does."""
Request = (
    Get
    | Put
    | Update
    | Delete
    | Query
    | Scan
    | BatchGet
    | BatchWrite
    | TransactGet
    | TransactWrite
    | Execute
    | ExecuteBatch
    | ExecuteTransaction
)
"""An operation that is a call of DynamoDB; the other kind is a session."""
AnyOperation = Annotated[
    Annotated[Get, Tag("<get>")]
    | Annotated[Put, Tag("<put>")]
    | Annotated[Update, Tag("<update>")]
    | Annotated[Delete, Tag("<delete>")]
    | Annotated[Query, Tag("<query>")]
    | Annotated[Scan, Tag("<scan>")]
    | Annotated[BatchGet, Tag("<batch_get>")]
    | Annotated[BatchWrite, Tag("<batch_write>")]
    | Annotated[TransactGet, Tag("<transact_get>")]
    | Annotated[TransactWrite, Tag("<transact_write>")]
    | Annotated[Execute, Tag("<execute>")]
    | Annotated[ExecuteBatch, Tag("<execute_batch>")]
    | Annotated[ExecuteTransaction, Tag("<execute_transaction>")]
    | Annotated[Session, Tag("<session>")],
    forms(*OPERATION_KEYS),
]


class Scenario(Closed):
    """A workload, written down once."""

    ddbload: Literal[1] = Field(description="the version of the scenario language", examples=[1])
    name: Annotated[str, Field(pattern=SCENARIO_NAME_PATTERN)] = Field(
        description="the scenario's name; results are kept under it", examples=["orders-evening-peak"]
    )
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(
        1, description="the same seed gives the same items, arrivals and calls", examples=[42]
    )
    params: dict[Name, Scalar] = Field(
        {},
        description="parameters and their defaults; `$name` stands for one as a whole value, `-p name=value` sets it",
        examples=[{"rate": 800}],
    )
    table: Table | None = Field(
        None, description="the table under load", examples=[{"name": "orders", "key": {"pk": "S"}}]
    )
    tables: Tables | None = Field(
        None,
        description="several tables under load, each by a name that `items` use; instead of `table`",
        examples=[{"orders": {"name": "shop-orders", "key": {"pk": "S"}}}],
    )
    values: dict[Name, Value] = Field(
        {}, description="data that is drawn: named once, used as {name}", examples=[{"note": {"text": {"size": 100}}}]
    )
    items: Annotated[dict[Name, Items], Field(min_length=1)] = Field(
        description="enumerated items: which there are, and what they look like",
        examples=[{"order": {"of": {"n": 1000}, "shape": {"pk": "order#{n}"}}}],
    )
    operations: Annotated[dict[Name, AnyOperation], Field(min_length=1)] = Field(
        description="what the load is made of, in DynamoDB's own words", examples=[{"read": {"get": "order"}}]
    )
    load: Load = Field(
        description="what arrives, how often and for how long",
        examples=[{"mix": {"read": 1}, "rate": 100, "phases": [{"hold": "1m"}]}],
    )
    client: Client = Field(
        Client.model_construct(), description="the limits of the client", examples=[{"timeout": "1s"}]
    )
    limits: Limits = Field(
        Limits.model_construct(), description="what stops the run", examples=[{"requests": 2_000_000}]
    )
    objectives: dict[Name, Objective] = Field(
        {}, description="what must hold, for an operation or for `all`", examples=[{"read": {"p99": "10ms"}}]
    )
    forecast: Forecast | None = Field(
        None,
        description="a month as it is expected, in percent of load.rate, for `plan`; without it, flat at the rate",
        examples=[{"day": {"trough": "15%", "peak_at": "20:00"}, "week": {"sat": "130%"}, "retain": "90d"}],
    )
    bill: BillItems = Field(
        BillItems.model_construct(),
        description="what else the month's bill holds, for the planner",
        examples=[{"backups": 7}],
    )

    _folder: Path = PrivateAttr(Path())

    def model_post_init(self, context: Any, /) -> None:
        """Keep the folder of the scenario's file, which whoever reads it names: `model_validate(..., context=...)`."""
        if context:
            self._folder = context["folder"]

    def beside(self, file: str) -> Path:
        """The path of a file that the scenario names: relative to the folder of the scenario's own file."""
        return self._folder / file

    @property
    def folder(self) -> Path:
        """The folder of the scenario's file; the working directory for a scenario that came from no file."""
        return self._folder

    @property
    def every_table(self) -> tuple[Table, ...]:
        """All tables, in the order of the file. Of a scenario that passed its checks: at least one."""
        return (self.table,) if self.table is not None else tuple((self.tables or {}).values())

    def table_of(self, family: str) -> Table:
        """The table that a family's items are in. Of a scenario that passed its checks."""
        named = self.items[family].table
        return (self.tables or {})[named] if named is not None else self.every_table[0]

    def families_of(self, table: Table) -> tuple[str, ...]:
        """The items that are in a table, by name."""
        return tuple(family for family in self.items if self.table_of(family).name == table.name)
