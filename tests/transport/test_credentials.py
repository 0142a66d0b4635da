"""Keys: dummies for loopback, else a session's, refreshed while a run lasts; a clear word when there are none."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ddbload.clock import LoopClock
from ddbload.errors import DdbloadError, TargetError, UsageError
from ddbload.transport import credentials
from ddbload.transport.credentials import STATIC_KEYS, Keys, KeySource
from ddbload.transport.protocol import ClientLimits, Endpoint
from ddbload.transport.sdk import SdkTransport
from ddbload.transport.wire import WireTransport

SESSION = Endpoint("https://dynamodb.us-east-1.amazonaws.com", "us-east-1", credentials="session")
LIMITS = ClientLimits(4, 2, timeout_s=30, connect_timeout_s=30)


@pytest.fixture(autouse=True)
def _a_bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


async def keys_of(endpoint: Endpoint) -> list[Keys]:
    seen: list[Keys] = []
    source = KeySource(endpoint, seen.append)
    await source.open()
    await source.close()
    return seen


async def test_loopback_signs_with_dummies() -> None:
    assert await keys_of(Endpoint("http://127.0.0.1:8000", "us-east-1")) == [STATIC_KEYS]


async def test_a_session_takes_the_environments_keys_and_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    assert await keys_of(SESSION) == [Keys("AKIDENV", "secret", "token")]


async def test_a_session_takes_a_profiles_keys(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[load]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n")
    assert await keys_of(Endpoint(SESSION.url, "us-east-1", "session", "load")) == [Keys("AKIDFILE", "s")]


@pytest.mark.parametrize("kind", [WireTransport, SdkTransport])
@pytest.mark.parametrize(
    ("profile", "error", "said"),
    [(None, TargetError, "credentials: none found"), ("nobody", UsageError, "credentials: .*nobody")],
)
async def test_without_keys_opening_says_so(
    profile: str | None, error: type[DdbloadError], said: str, kind: type[WireTransport | SdkTransport]
) -> None:
    endpoint = Endpoint(SESSION.url, "us-east-1", "session", profile)
    transport = kind(endpoint, LIMITS, LoopClock(asyncio.get_running_loop()))
    with pytest.raises(error, match=said):
        await transport.open()
    await transport.close()


class Frozen(NamedTuple):
    access_key: str
    secret_key: str
    token: str | None


class Rotating:
    """A session whose keys are new at every second question, and whose third question fails."""

    def __init__(self) -> None:
        self.asked = 0

    async def get_credentials(self) -> Any:
        return self

    async def get_frozen_credentials(self) -> Frozen:
        self.asked += 1
        if self.asked == 3:
            raise ConnectionError("secret details")
        return Frozen("AKID", "secret", f"token {self.asked // 2}")


async def test_keys_are_refreshed_while_running_and_a_failure_to_do_so_is_logged_and_survived(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    session = Rotating()
    monkeypatch.setattr(credentials, "session_of", lambda _: session)
    monkeypatch.setattr(credentials, "_REFRESH_S", 0.001)
    seen: list[Keys] = []
    source = KeySource(SESSION, seen.append)
    with caplog.at_level(logging.WARNING):
        await source.open()
        async with asyncio.timeout(60):
            while session.asked < 6:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.001)
        await source.close()
    assert [keys.token for keys in seen[:4]] == ["token 0", "token 1", "token 2", "token 3"]
    assert "ConnectionError" in caplog.text
    assert "secret" not in caplog.text
