"""Keys to sign with: fixed dummies for loopback, or those of an aioboto3 session, kept fresh while a run lasts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ddbload.errors import TargetError, UsageError
from ddbload.transport.protocol import Endpoint

_log = logging.getLogger(__name__)
_REFRESH_S = 20.0
"""How often a session is asked for its keys. It answers from memory until they near their expiry (botocore begins
to refresh 15 minutes before), so asking costs nothing and leaves many tries."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Credentials of one moment. The secret parts stay out of `repr`."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


STATIC_KEYS = Keys("ddbload", "ddbload")
"""Dummies for loopback. DynamoDB Local takes letters and digits only, and without `-sharedDb` keeps one database per
access key and region, so everything that talks to one endpoint must use these."""


def session_of(endpoint: Endpoint) -> Any:
    """An aioboto3 session for an endpoint with "session" credentials. Raises `UsageError` for an unknown profile."""
    import aioboto3  # noqa: PLC0415 - half a second of imports that a run on loopback never needs
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    try:
        return aioboto3.Session(profile_name=endpoint.profile, region_name=endpoint.region)
    except BotoCoreError as error:
        raise UsageError(f"credentials: {error}") from error


class KeySource:
    """Hands the keys of an endpoint to `use`: once at `open`, and again whenever they change until `close`.

    A refresh that fails later is logged (by the kind of its error only) and tried again; meanwhile requests go on with
    the old keys, and once those expire the service's own answer (ExpiredTokenException) becomes the calls' outcome.
    """

    def __init__(self, endpoint: Endpoint, use: Callable[[Keys], None]) -> None:
        self._endpoint = endpoint
        self._use = use
        self._current: Keys | None = None
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Get the first keys. Raises `TargetError` when there are none."""
        if self._endpoint.credentials == "static":
            self._use(STATIC_KEYS)
            return
        session = session_of(self._endpoint)
        try:
            credentials = await session.get_credentials()
        except Exception as error:  # every provider fails in its own way; all mean that there are no keys
            raise TargetError(f"credentials: {type(error).__name__}: {error}") from error
        if credentials is None:
            raise TargetError(
                "credentials: none found in the environment, the profile, SSO or the instance's role; "
                "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        try:
            await self._take(credentials)
        except Exception as error:
            raise TargetError(f"credentials: {type(error).__name__}: {error}") from error
        self._task = asyncio.get_running_loop().create_task(self._refresh(credentials))

    async def close(self) -> None:
        """Stop refreshing."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _take(self, credentials: Any) -> None:
        frozen = await credentials.get_frozen_credentials()
        keys = Keys(frozen.access_key, frozen.secret_key, frozen.token)
        if keys != self._current:
            self._current = keys
            self._use(keys)

    async def _refresh(self, credentials: Any) -> None:
        while True:
            await asyncio.sleep(_REFRESH_S)
            try:
                await self._take(credentials)
            except Exception as error:  # noqa: BLE001 - see the class: a failure here must not end the run
                _log.warning("credentials could not be refreshed: %s; the last ones stay in use", type(error).__name__)
