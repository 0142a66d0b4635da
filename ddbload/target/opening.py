"""Opening a target by its name: `async with open_target("local:3.3.1", options) as target`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from ddbload.errors import UsageError
from ddbload.target.aws import open_aws
from ddbload.target.dynamodb_local import open_local
from ddbload.target.embedded import open_embedded
from ddbload.target.installed import JAR, find_jar
from ddbload.target.model import Spec, Target, TargetOptions, is_loopback, parse_spec
from ddbload.target.probe import check
from ddbload.transport.protocol import Endpoint

_NO_OPTIONS = TargetOptions()


def open_target(spec: str, options: TargetOptions = _NO_OPTIONS) -> AbstractAsyncContextManager[Target]:
    """Start or reach the target named `spec`; what was started is stopped at the end, however the block ends.

    Raises `UsageError` for a name that is none (at once), `TargetError` when it cannot be started or reached.
    """
    parsed = parse_spec(spec)
    _refuse_idle(spec, parsed, options)
    if parsed.kind == "embedded":
        return open_embedded(options)
    if parsed.kind == "local":
        return open_local(parsed.argument, _with_jar(spec, parsed, options))
    if parsed.kind == "aws":
        return open_aws(parsed.argument, options)
    return _open_endpoint(parsed.argument or "", options)


def _refuse_idle(spec: str, parsed: Spec, options: TargetOptions) -> None:
    """An option that the target would not heed is a mistake, not a wish. Raises `UsageError`."""
    remote = parsed.kind in {"endpoint", "aws"}
    if options.jar is not None and parsed.kind != "local":
        raise UsageError(f"--jar goes with --target local, not with {spec}")
    for word, value in (("--region", options.region), ("--profile", options.profile)):
        if value is not None and not remote:
            raise UsageError(f"{word} goes with --target aws or an endpoint, not with {spec}")
    if parsed.kind == "aws" and parsed.argument and options.region not in {None, parsed.argument}:
        raise UsageError(f"--region {options.region} contradicts --target {spec}")


def _with_jar(spec: str, parsed: Spec, options: TargetOptions) -> TargetOptions:
    """The options with the jar that the name says, if it says one. Raises `UsageError` when there is none there."""
    if parsed.jar is None:
        return options
    if options.jar is not None:
        raise UsageError(f"--jar {options.jar} contradicts --target {spec}")
    if find_jar(parsed.jar.expanduser()) is None:
        raise UsageError(f"target {spec}: there is no {JAR} at {parsed.jar}")
    return replace(options, jar=parsed.jar)


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
