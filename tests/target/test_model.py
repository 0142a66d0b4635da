"""The words that name a target."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddbload.errors import UsageError
from ddbload.target import open_target
from ddbload.target.model import Spec, TargetOptions, is_loopback, parse_spec


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("embedded", Spec("embedded")),
        ("local", Spec("local")),
        ("local:3.3.1", Spec("local", "3.3.1")),
        ("local:latest", Spec("local", "latest")),
        ("local:./DynamoDBLocal.jar", Spec("local", jar=Path("DynamoDBLocal.jar"))),
        ("local:/opt/dynamodb", Spec("local", jar=Path("/opt/dynamodb"))),
        ("local:other.jar", Spec("local", jar=Path("other.jar"))),
        ("http://localhost:8000", Spec("endpoint", "http://localhost:8000")),
        ("http://127.0.0.1:8000/", Spec("endpoint", "http://127.0.0.1:8000")),
        ("http://[::1]:8000", Spec("endpoint", "http://[::1]:8000")),
        ("https://dynamodb.eu-central-1.example.com", Spec("endpoint", "https://dynamodb.eu-central-1.example.com")),
        ("aws", Spec("aws")),
        ("aws:eu-central-1", Spec("aws", "eu-central-1")),
        ("aws:us-gov-west-1", Spec("aws", "us-gov-west-1")),
    ],
)
def test_every_form_of_a_target_is_taken_apart(text: str, spec: Spec) -> None:
    assert parse_spec(text) == spec


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("localhost:8000", "did you mean http://localhost:8000"),
        ("locl:3.3.1", "did you mean local:3.3.1"),
        ("Embedded", "did you mean embedded?"),
        ("embedded:1", "embedded takes no argument"),
        ("local:", "local:3.3.1"),
        ("local:3.3 1", "local:3.3.1"),
        ("aws:nowhere", "aws:eu-central-1"),
        ("eu-west-1", "did you mean aws:eu-west-1"),
        ("htp://localhost:1", "did you mean http://localhost:1"),
        ("http://", "write http://HOST:PORT"),
        ("http://localhost:port", "write http://HOST:PORT"),
        ("http://user:secret@localhost:1", "nothing else"),
        ("http://localhost:8000/path", "nothing else"),
        ("dax://cluster", "not there yet"),
        ("", "nothing is near it"),
    ],
)
def test_what_is_no_target_is_told_what_would_fit(text: str, hint: str) -> None:
    with pytest.raises(UsageError, match="target") as caught:
        parse_spec(text)
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost:1", True),
        ("http://db.localhost:1", True),
        ("http://127.8.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://10.0.0.1:1", False),
        ("http://localhost.example.com", False),
        ("http://[::2]:1", False),
    ],
)
def test_loopback_is_this_machine_by_name_or_address(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


@pytest.mark.parametrize(
    ("spec", "options", "said"),
    [
        ("embedded", TargetOptions(jar=Path("x.jar")), "--jar goes with --target local"),
        ("local", TargetOptions(region="eu-central-1"), "--region goes with --target aws or an endpoint"),
        ("embedded", TargetOptions(profile="work"), "--profile goes with --target aws or an endpoint"),
        ("aws:us-east-1", TargetOptions(region="eu-central-1"), "contradicts --target aws:us-east-1"),
    ],
)
def test_an_option_that_the_target_would_not_heed_is_refused(spec: str, options: TargetOptions, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        open_target(spec, options)


def test_a_jar_in_the_name_of_a_target_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no DynamoDBLocal\.jar at /nowhere"):
        open_target("local:/nowhere")
    with pytest.raises(UsageError, match="--jar"):
        open_target(f"local:{tmp_path}", TargetOptions(jar=tmp_path))
