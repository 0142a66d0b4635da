"""What a month's bill holds beside requests, capacity and storage: facts for the planner, never done by a run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ddbload.scenario.model.base import DAX_NODE_PATTERN, Closed, Count
from ddbload.scenario.quantity import PositiveSeconds, Share

Times = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class DaxCluster(Closed):
    """A DAX cluster in front of the tables."""

    node: Annotated[str, Field(pattern=DAX_NODE_PATTERN)] | None = Field(
        None, description="the node type; default: by AWS's sizing guide", examples=["dax.r5.large"]
    )
    nodes: Annotated[int, Field(ge=1, le=11)] | None = Field(
        None, description="how many; default: by the sizing guide, three at least", examples=[3]
    )
    ttl: PositiveSeconds = Field(300.0, description="how long an item stays in the item cache", examples=["5m"])


class BillItems(Closed):
    """What else the month's bill holds. Copies are of whole tables, all tables of the scenario alike."""

    free_tier: bool = Field(
        False,
        description="whether the account's free tier is left for these tables; it is one for the whole account",
        examples=[True],
    )
    backups: Times = Field(0.0, description="on-demand backups kept at a time, each a whole table", examples=[7])
    cold_backups: Times = Field(0.0, description="backups kept in cold storage", examples=[12])
    restores: Times = Field(0.0, description="restores of a whole table in a month", examples=[0.5])
    exports: Times = Field(0.0, description="full exports to S3 in a month", examples=[4])
    incremental_exports: bool = Field(
        False, description="whether all that is written goes out in incremental exports", examples=[True]
    )
    imported: bool = Field(False, description="whether the items come from S3 at the launch, once", examples=[True])
    new_replicas: bool = Field(
        False, description="whether the replicas are added to a table that has its items, once", examples=[True]
    )
    stream_readers: Count | None = Field(
        None,
        description="applications of your own that poll the stream, four times a second and shard; Lambda and"
        " replicas are not charged",
        examples=[1],
    )
    change_data: Literal["kinesis", "glue"] | None = Field(
        None, description="where change data capture sends every write", examples=["kinesis"]
    )
    internet: Share = Field(0.0, description="share of what is read that leaves for the internet", examples=["5%"])
    other_region: Share = Field(
        0.0, description="share of what is read that goes to clients in another region", examples=["10%"]
    )
    alarms: Annotated[int, Field(ge=0, le=10_000)] = Field(
        0, description="CloudWatch alarms of your own; those of auto scaling are added", examples=[4]
    )
    dax: DaxCluster | None = Field(
        None, description="a DAX cluster; without it one is weighed where it could pay", examples=[{"nodes": 3}]
    )
