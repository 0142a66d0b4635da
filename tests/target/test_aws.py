"""AWS, played by moto's server: account, region, and the URL that the SDK would use."""

from __future__ import annotations

import aioboto3
import pytest

from ddbload.errors import TargetError, UsageError
from ddbload.target import confirmation, open_target
from ddbload.target.aws import resolve_url


@pytest.fixture(autouse=True)
def _dummy_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ACCOUNT_ID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)


async def test_account_region_and_endpoint_come_from_the_session(
    moto_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    async with open_target("aws:eu-west-1") as target:
        assert target.account == "123456789012"
        assert (target.endpoint.url, target.endpoint.region) == (moto_url, "eu-west-1")
        assert target.endpoint.credentials == "session"
        text = confirmation(target, "orders", 2_000_000, 5)
    assert text == (
        "account 123456789012, region eu-west-1, table orders:\n"
        "at most 2,000,000 requests, costing at most 5.00 USD on demand"
    )


@pytest.mark.parametrize(
    ("cost_usd", "said"), [(0.0, "0.00"), (1e-6, "0.01"), (0.29, "0.29"), (5.001, "5.01"), (1234.5, "1,234.50")]
)
async def test_the_bound_of_the_cost_is_rounded_up(
    moto_url: str, monkeypatch: pytest.MonkeyPatch, cost_usd: float, said: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    async with open_target("aws:eu-west-1") as target:
        assert f"costing at most {said} USD" in confirmation(target, "orders", 1, cost_usd)


async def test_a_region_named_nowhere_is_an_error_that_says_where_to_name_it() -> None:
    with pytest.raises(UsageError, match="write aws:REGION"):
        async with open_target("aws"):
            pass


async def test_credentials_found_nowhere_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(TargetError, match="credentials"):
        async with open_target("aws:eu-west-1"):
            pass


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, "https://dynamodb.eu-west-1.amazonaws.com"),
        ({"AWS_USE_FIPS_ENDPOINT": "true"}, "https://dynamodb-fips.eu-west-1.amazonaws.com"),
        ({"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "https://dynamodb.eu-west-1.api.aws"),
        ({"AWS_ACCOUNT_ID": "123456789012"}, "https://123456789012.ddb.eu-west-1.amazonaws.com"),
        ({"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9"}, "http://127.0.0.1:9"),
    ],
    ids=["regional", "FIPS", "dual stack", "account-based", "custom"],
)
async def test_the_url_is_the_one_that_the_sdk_resolves_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], url: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert await resolve_url(aioboto3.Session(region_name="eu-west-1")) == url
