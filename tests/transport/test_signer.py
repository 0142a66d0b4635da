"""Signatures: the same as botocore's signer makes, for any body, token, host, region and time."""

from __future__ import annotations

import datetime as dt
from unittest.mock import patch

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, strategies as st

from ddbload.transport.credentials import STATIC_KEYS, Keys
from ddbload.transport.signer import Signer, Target, host_header

KEYS = Keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
NOON = 1_774_526_400.0


def head_of(request: bytes) -> dict[str, str]:
    head, _, _ = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST / HTTP/1.1"
    return dict(line.split(": ", 1) for line in lines[1:])


def botocores(url: str, region: str, keys: Keys, api: str, body: bytes, when: float) -> dict[str, str]:
    """The headers that botocore signs, as it would send them."""
    headers = {"X-Amz-Target": f"DynamoDB_20120810.{api}", "Content-Type": "application/x-amz-json-1.0"}
    request = AWSRequest("POST", url + "/", data=body, headers=headers)
    now = dt.datetime.fromtimestamp(when, dt.UTC)
    with patch("botocore.auth.get_current_datetime", return_value=now):
        SigV4Auth(Credentials(keys.access_key, keys.secret_key, keys.token), "dynamodb", region).add_auth(request)
    return dict(request.headers.items())


def assert_same(url: str, region: str, keys: Keys, api: str, body: bytes, when: float) -> None:
    signer = Signer(url, region, "test/1", wall=lambda: when)
    signer.use(keys)
    request = signer.request(Target(api), body)
    ours, theirs = head_of(request), botocores(url, region, keys, api, body, when)
    assert ours["Authorization"] == theirs["Authorization"]
    assert ours["X-Amz-Date"] == theirs["X-Amz-Date"]
    assert ours.get("X-Amz-Security-Token") == theirs.get("X-Amz-Security-Token")
    assert request.endswith(b"\r\n\r\n" + body)
    assert ours["Content-Length"] == str(len(body))


@given(
    body=st.binary(max_size=3000),
    token=st.none() | st.text("abcdefXYZ0189+/=%", min_size=1, max_size=200),
    secret=st.text("abcXYZ019+/", min_size=1, max_size=80),
    api=st.sampled_from(["GetItem", "PutItem", "Query"]),
    when=st.floats(0, 4e9),
)
def test_any_body_token_secret_and_time(body: bytes, token: str | None, secret: str, api: str, when: float) -> None:
    keys = Keys("AKIDEXAMPLE", secret, token)
    assert_same("https://dynamodb.eu-west-1.amazonaws.com", "eu-west-1", keys, api, body, float(int(when)))


URLS = [
    ("the service over TLS", "https://dynamodb.us-east-1.amazonaws.com", "dynamodb.us-east-1.amazonaws.com"),
    ("a default port that is written out", "https://example.com:443", "example.com"),
    ("TLS on another port", "https://example.com:8443", "example.com:8443"),
    ("the default port of plain HTTP", "http://example.com:80", "example.com"),
    ("DynamoDB Local", "http://127.0.0.1:8000", "127.0.0.1:8000"),
    ("IPv6", "http://[::1]:8000", "[::1]:8000"),
    ("a host in capitals", "http://LocalHost:8000", "localhost:8000"),
]


@pytest.mark.parametrize(("url", "host"), [row[1:] for row in URLS], ids=[row[0] for row in URLS])
def test_the_host_is_signed_as_it_is_sent(url: str, host: str) -> None:
    assert host_header(url) == host
    assert_same(url, "us-east-1", KEYS, "GetItem", b"{}", NOON)


def test_the_timestamp_moves_on_every_second_and_the_day_at_midnight() -> None:
    now = [NOON]
    signer = Signer("http://127.0.0.1:8000", "us-east-1", "test/1", wall=lambda: now[0])
    signer.use(KEYS)
    target = Target("GetItem")
    for when in (NOON, NOON + 0.999, NOON + 1.0, NOON + 12 * 3600 - 1, NOON + 12 * 3600, NOON - 5):
        now[0] = when
        ours = head_of(signer.request(target, b"x"))["Authorization"]
        theirs = botocores("http://127.0.0.1:8000", "us-east-1", KEYS, "GetItem", b"x", float(int(when)))
        assert ours == theirs["Authorization"]


def test_new_keys_are_used_at_once() -> None:
    signer = Signer("http://127.0.0.1:8000", "us-east-1", "test/1", wall=lambda: NOON)
    target = Target("GetItem")
    for keys in (KEYS, Keys("AKID2", "other", "token"), STATIC_KEYS):
        signer.use(keys)
        head = head_of(signer.request(target, b"x"))
        theirs = botocores("http://127.0.0.1:8000", "us-east-1", keys, "GetItem", b"x", NOON)
        assert head["Authorization"] == theirs["Authorization"]


def test_keys_keep_their_secrets_out_of_their_representation() -> None:
    assert repr(Keys("AKID", "secret", "token")) == "Keys(access_key='AKID')"


def test_static_keys_are_letters_and_digits_which_is_all_that_dynamodb_local_takes() -> None:
    assert STATIC_KEYS.access_key.isalnum()
