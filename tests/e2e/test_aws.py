"""`--target aws`, against moto's server in place of AWS: what is asked, what is created, what is left alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from tests.e2e.conftest import ONLY_READS, Command

Small = Callable[..., Path]
GENTLE = {"load": {"mix": ONLY_READS, "rate": 20, "phases": [{"hold": "2s"}]}}


@pytest.fixture(autouse=True)
def account(environment: dict[str, str], moto_url: str) -> None:
    """Dummy credentials, and moto where AWS would be."""
    environment.update(
        AWS_ENDPOINT_URL=moto_url,
        AWS_ACCESS_KEY_ID="dummy",
        AWS_SECRET_ACCESS_KEY="dummy",
        AWS_CONFIG_FILE="/dev/null",
        AWS_SHARED_CREDENTIALS_FILE="/dev/null",
    )


@pytest.fixture
def table() -> str:
    """The name of a table that no other test uses."""
    return f"ddbload-{uuid.uuid4().hex[:8]}"


def tables(moto_url: str) -> list[str]:
    client = boto3.client(
        "dynamodb",
        endpoint_url=moto_url,
        region_name="us-east-1",
        aws_access_key_id="dummy",
        aws_secret_access_key="dummy",
    )
    names: list[str] = client.list_tables()["TableNames"]
    return names


def test_without_a_terminal_to_ask_on_nothing_is_sent(
    ddbload: Command, small: Small, table: str, moto_url: str
) -> None:
    ran = ddbload("run", small(table={"name": table, "create": True}, **GENTLE), "--target", "aws:us-east-1")
    assert ran.code == 2
    for word in ("account", "us-east-1", table, "at most", "USD", "--yes"):
        assert word in ran.err
    assert table not in tables(moto_url)


def test_a_missing_table_is_not_created_unless_the_scenario_says_so(
    ddbload: Command, small: Small, table: str, moto_url: str
) -> None:
    ran = ddbload("run", small(table={"name": table}, **GENTLE), "--target", "aws:us-east-1", "--yes")
    assert ran.code == 3
    assert table in ran.err
    assert "create: true" in ran.err
    assert table not in tables(moto_url)


def test_a_table_that_the_scenario_creates_is_loaded_run_and_dropped_when_asked(
    ddbload: Command, small: Small, table: str, moto_url: str
) -> None:
    path = small(table={"name": table, "create": True}, **GENTLE)
    ran = ddbload("run", path, "--target", "aws:us-east-1", "--yes", "--format", "json")
    assert ran.code == 0, ran.err
    assert ran.record["fingerprint"]["target"]["kind"] == "aws"
    assert ran.record["fingerprint"]["target"]["region"] == "us-east-1"
    assert table in tables(moto_url)
    again = ddbload("run", path, "--target", "aws:us-east-1", "--yes", "--drop")
    assert "already loaded" in again.err
    assert table not in tables(moto_url)


@pytest.mark.parametrize(
    ("words", "told"),
    [([], "is kept, with what this run wrote to it"), (["--drop"], "it is kept")],
    ids=["keep", "drop"],
)
def test_a_table_of_someone_else_is_used_and_never_dropped(
    words: list[str], told: str, ddbload: Command, small: Small, table: str, moto_url: str
) -> None:
    boto3.client(
        "dynamodb",
        endpoint_url=moto_url,
        region_name="us-east-1",
        aws_access_key_id="dummy",
        aws_secret_access_key="dummy",
    ).create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    ran = ddbload("run", small(table={"name": table}, **GENTLE), "--target", "aws:us-east-1", "--yes", *words)
    assert ran.code == 0, ran.err
    assert "was not created by ddbload" in ran.err
    assert told in ran.err
    assert table in tables(moto_url)
