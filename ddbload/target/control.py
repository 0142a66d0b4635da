"""The control plane: an aioboto3 client for a target, and its errors in a person's words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ddbload.errors import TargetError
from ddbload.target.model import Target
from ddbload.transport.credentials import STATIC_KEYS, session_of


@asynccontextmanager
async def control_client(target: Target) -> AsyncIterator[Any]:
    """A DynamoDB client of the target. What botocore raises inside the block becomes a `TargetError`."""
    import aioboto3  # noqa: PLC0415 - 0.25 s of imports, overlapped with a server's start
    from aiobotocore.config import AioConfig  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    from ddbload.transport.sdk import http_session  # noqa: PLC0415

    config = AioConfig(
        retries={"mode": "standard", "total_max_attempts": 4},
        connect_timeout=5,
        read_timeout=20,
        user_agent_extra="ddbload",
        http_session_cls=http_session(),
    )
    endpoint = target.endpoint
    where = {} if target.kind == "aws" else {"endpoint_url": endpoint.url}
    if endpoint.credentials == "static":
        session = aioboto3.Session(
            aws_access_key_id=STATIC_KEYS.access_key,
            aws_secret_access_key=STATIC_KEYS.secret_key,
            region_name=endpoint.region,
        )
    else:
        session = session_of(endpoint)
    try:
        async with session.client("dynamodb", config=config, **where) as client:
            yield client
    except ClientError as error:
        said = error.response.get("Error", {})
        raise TargetError(
            f"{target.label}: {error.operation_name}: {said.get('Code')}: {said.get('Message', '')}".rstrip(": ")
        ) from error
    except BotoCoreError as error:
        raise TargetError(f"{target.label}: {error}") from error


def code_of(error: Exception) -> str:
    """The error code of a botocore ClientError."""
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))
