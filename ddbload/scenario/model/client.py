"""The limits of the client and of the run, and the objectives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, Tag

from ddbload.scenario.model.base import Closed, Count, Positive, forms
from ddbload.scenario.quantity import PositiveSeconds, Share


class Retries(Closed):
    """Retries as the SDK's standard mode has them: jittered exponential back-off."""

    attempts: Annotated[int, Field(ge=1, le=20)] = Field(4, description="requests in total for one call", examples=[4])
    base: PositiveSeconds = Field(0.025, description="first pause at most; doubled each time", examples=["25ms"])
    base_throttled: PositiveSeconds = Field(1.0, description="the same after a throttled request", examples=["1s"])
    max: PositiveSeconds = Field(20.0, description="the longest pause", examples=["20s"])


class Validity(Closed):
    """When a run measures the client rather than the table: beyond any of these it is invalid."""

    lag: PositiveSeconds = Field(0.002, description="dispatch lag p99 may reach this ...", examples=["2ms"])
    lag_share: Share = Field(
        0.10, description="... or this share of the response p99, whichever is more", examples=["10%"]
    )
    late: Share = Field(0.001, description="calls late by the client's fault", examples=["0.1%"])
    released: Share = Field(0.995, description="calls released, of those due", examples=["99.5%"])


class Lambda(Closed):
    """A serverless client: calls run in execution environments, each with a connection of its own."""

    concurrency: Count = Field(description="execution environments at once, over all workers", examples=[100])
    cold: Share = Field(
        0.0,
        description="share of the calls that meet a new environment (connection, TLS), whatever is free",
        examples=["1%"],
    )
    reuse: PositiveSeconds = Field(
        300.0, description="an environment that was idle for so long is gone", examples=["5m"]
    )


class Client(Closed):
    """The limits of the client. `max_in_flight` is shared out among the workers."""

    max_in_flight: Count = Field(512, description="calls under way at once, over all workers", examples=[512])
    connections: Count | None = Field(
        None, description="connections at most, over all workers; default: max_in_flight", examples=[64]
    )
    timeout: PositiveSeconds = Field(1.0, description="a call without an answer by then is given up", examples=["1s"])
    connect_timeout: PositiveSeconds = Field(1.0, description="the same for a connection", examples=["1s"])
    max_late: PositiveSeconds | None = Field(
        None, description="a call not sent so long after it was due is late; default: the timeout", examples=["500ms"]
    )
    retries: Annotated[
        Annotated[Literal[0], Tag("<word>")] | Annotated[Retries, Tag("<retries>")],
        forms(words=(0,), mapping="<retries>", expected="0, or a mapping such as {attempts: 4}"),
    ] = Field(
        0, description="0 (throttles show as they are), or retries as the SDK makes them", examples=[0, {"attempts": 4}]
    )
    serverless: Lambda | None = Field(
        None,
        alias="lambda",
        description="a serverless client, with a new connection for each cold start, which is reported apart",
        examples=[{"concurrency": 100, "cold": "1%", "reuse": "5m"}],
    )
    validity: Validity = Field(
        Validity.model_construct(),
        description="when a run measures the client rather than the table",
        examples=[{"lag": "5ms"}],
    )


class Limits(Closed):
    """The run stops within a second of reaching one of these."""

    requests: Count | None = Field(None, description="requests sent at most", examples=[2_000_000])
    spend_usd: Positive | None = Field(
        None, description="US dollars at most, at on-demand prices, reported plus modelled units", examples=[5]
    )


def _share_of(outcome: str) -> Any:
    return Field(None, description=f"share of the calls with the outcome {outcome}, at most", examples=["0.1%"])


def _percentile(text: str) -> Any:
    return Field(None, description=f"{text} of the response time, at most", examples=["10ms"])


class Objective(Closed):
    """What must hold for one operation, or for `all`."""

    p50: PositiveSeconds | None = _percentile("median")
    p90: PositiveSeconds | None = _percentile("90th percentile")
    p95: PositiveSeconds | None = _percentile("95th percentile")
    p99: PositiveSeconds | None = _percentile("99th percentile")
    p99_9: PositiveSeconds | None = _percentile("99.9th percentile")
    max: PositiveSeconds | None = _percentile("maximum")
    errors: Share | None = Field(
        None,
        description="share of the calls that are not ok, not_found or condition_failed, at most",
        examples=["0.1%"],
    )
    not_found: Share | None = _share_of("not_found")
    condition_failed: Share | None = _share_of("condition_failed")
    throttled: Share | None = _share_of("throttled")
    rejected: Share | None = _share_of("rejected")
    conflict: Share | None = _share_of("conflict")
    timeout: Share | None = _share_of("timeout")
    server_error: Share | None = _share_of("server_error")
    connection: Share | None = _share_of("connection")
    corrupt: Share | None = _share_of("corrupt")
    unprocessed: Share | None = _share_of("unprocessed")
    late: Share | None = _share_of("late")
    matters: Share | None = Field(
        None, description="the change that a comparison of runs must not let pass", examples=["10%"]
    )
