"""Opening a target by its name: `async with open_target("local:3.3.1", options) as target`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from ddbload.target.aws import open_aws
from ddbload.target.dynamodb_local import open_local
from ddbload.target.embedded import open_embedded
from ddbload.target.model import Target, TargetOptions, is_loopback, parse_spec
from ddbload.target.probe import check
from ddbload.transport.protocol import Endpoint

_NO_OPTIONS = TargetOptions()


def open_target(spec: str, options: TargetOptions = _NO_OPTIONS) -> AbstractAsyncContextManager[Target]:
    """Start or reach the target named `spec`; what was started is stopped at the end, however the block ends.

    Raises `UsageError` for a name that is none (at once), `TargetError` when it cannot be started or reached.
    """
    parsed = parse_spec(spec)
    if parsed.kind == "embedded":
        return open_embedded(options)
    if parsed.kind == "local":
        return open_local(parsed.argument, options)
    if parsed.kind == "aws":
        return open_aws(parsed.argument, options)
    return _open_endpoint(parsed.argument or "", options)


@asynccontextmanager
async def _open_endpoint(url: str, options: TargetOptions) -> AsyncIterator[Target]:
    await check(url)
    loopback = is_loopback(url)
    named = options.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    yield Target(
        kind="endpoint",
        endpoint=Endpoint(
            url,
            named or "us-east-1",
            credentials="static" if loopback else "session",
            profile=None if loopback else options.profile,
        ),
        loopback=loopback,
        label=url,
    )
