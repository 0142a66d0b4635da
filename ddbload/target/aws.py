"""The `aws` target: whose account, which region, and the very URL that the SDK would use."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ddbload.errors import TargetError, UsageError
from ddbload.target.model import Target, TargetOptions, is_loopback
from ddbload.transport.protocol import Endpoint


class _ResolvedError(Exception):
    """Carries the URL out of botocore just before a request would be sent."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


@asynccontextmanager
async def open_aws(region: str | None, options: TargetOptions) -> AsyncIterator[Target]:
    """The account and region of an aioboto3 session: profile, SSO, assumed role, environment, instance.

    Raises `UsageError` when no region is named anywhere, `TargetError` when there are no usable credentials.
    """
    from aioboto3 import Session  # noqa: PLC0415 - 0.25 s of imports that other targets overlap with a start
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    try:
        session = Session(profile_name=options.profile, region_name=region or options.region)
        named = session.region_name
        if not named:
            raise UsageError("target aws: no region; write aws:REGION, or set AWS_REGION or a profile's region")
        url = await resolve_url(session)
        account, arn = await _identity(session)
    except BotoCoreError as error:
        raise TargetError(f"target aws: {error}") from error
    yield Target(
        kind="aws",
        endpoint=Endpoint(url, named, credentials="session", profile=options.profile),
        loopback=is_loopback(url),
        account=account,
        label=f"AWS {named}, account {account or 'unknown'}" + (f" as {arn}" if arn else ""),
        warnings=() if account else ("the account could not be told: sts:GetCallerIdentity failed",),
    )


async def resolve_url(session: Any) -> str:
    """Scheme, host and port that the session's DynamoDB client sends to: custom and account-based endpoints included.

    botocore builds and signs a DescribeTable, and its `before-send` event hands the request over; it is not sent.
    """
    from botocore.config import Config  # noqa: PLC0415

    def catch(request: Any, **_: Any) -> None:
        raise _ResolvedError(request.url)

    async with session.client("dynamodb", config=Config(retries={"total_max_attempts": 1})) as client:
        client.meta.events.register("before-send.dynamodb.DescribeTable", catch)
        try:
            await client.describe_table(TableName="ddbload")
        except _ResolvedError as caught:
            return caught.url.rstrip("/")
    raise TargetError("target aws: the SDK resolved no endpoint")


async def _identity(session: Any) -> tuple[str | None, str]:
    from aiobotocore.config import AioConfig  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    from ddbload.transport.sdk import http_session  # noqa: PLC0415

    config = AioConfig(connect_timeout=5, read_timeout=5, http_session_cls=http_session())
    try:
        async with session.client("sts", config=config) as sts:
            identity = await sts.get_caller_identity()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in {"ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"}:
            raise TargetError(f"target aws: {code}: {error.response['Error'].get('Message', '')}") from error
        return None, ""
    except BotoCoreError:  # STS out of reach, as behind an endpoint for DynamoDB alone; the run itself may do
        return None, ""
    return identity["Account"], identity["Arn"]


def confirmation(target: Target, table: str, requests: int | None, cost_usd: float | None) -> str:
    """What a person is asked to agree to before anything is sent to an account."""
    sent = "any number of requests (a closed loop without limits.requests)"
    if requests is not None:
        sent = f"at most {requests:,} requests"
    cost = "any amount (no limits.spend_usd)"
    if cost_usd is not None:
        cost = f"at most {math.ceil(round(cost_usd * 100, 6)) / 100:,.2f} USD"  # up: it is a bound
    return (
        f"account {target.account or 'unknown'}, region {target.endpoint.region}, table {table}:\n"
        f"{sent}, costing {cost} on demand"
    )
