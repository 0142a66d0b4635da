"""The whole of a scenario."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ddbload.scenario.model.base import SCENARIO_NAME_PATTERN, Closed, Name, Scalar
from ddbload.scenario.model.client import Client, Limits, Objective
from ddbload.scenario.model.items import Items
from ddbload.scenario.model.load import Load
from ddbload.scenario.model.operations import AnyOperation
from ddbload.scenario.model.table import Table
from ddbload.scenario.model.values import Value


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
    table: Table = Field(description="the table under load", examples=[{"name": "orders", "key": {"pk": "S"}}])
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
    client: Client = Field(Client(), description="the limits of the client", examples=[{"timeout": "1s"}])
    limits: Limits = Field(Limits(), description="what stops the run", examples=[{"requests": 2_000_000}])
    objectives: dict[Name, Objective] = Field(
        {}, description="what must hold, for an operation or for `all`", examples=[{"read": {"p99": "10ms"}}]
    )
