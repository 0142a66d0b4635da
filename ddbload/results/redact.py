"""Credentials, taken out of text that is about to be written: a service may echo a request's headers in its error."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

REDACTED = "[redacted]"
_PATTERNS = (
    re.compile(r"(?<=://)[^/?#\s@'\"]+(?=@)"),  # user and password in a URL
    re.compile(r"\b(?:A3T[A-Z0-9]|AKIA|ASIA)[A-Z0-9]{16}\b"),  # access key ids
    re.compile(r"(?i)(?<=x-amz-security-token[:=])\s*[^\s'\"&]+"),
    re.compile(r"(?i)(?<=signature=)[0-9a-f]{64}"),
)
_SECRET_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_SHORTEST = 16  # the shortest access key id; dummies such as "local" or "test" would match ordinary words

T = TypeVar("T")


def secrets_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The credentials that the environment holds, to be looked for in what is written."""
    found = (environment.get(name, "") for name in _SECRET_VARIABLES)
    return tuple(value for value in found if len(value) >= _SHORTEST)


def redact(text: str, secrets: Collection[str] = ()) -> str:
    """The text without anything that looks like a credential or is one of `secrets`."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    for pattern in _PATTERNS:
        text = pattern.sub(REDACTED, text)
    return text


def redacted(value: T, secrets: Collection[str] = ()) -> T:
    """A copy of a value (a dataclass, its lists and dicts) in which every text is redacted."""
    return _walk(value, secrets)  # type: ignore[no-any-return]  # it walks to what it was given


def _walk(value: Any, secrets: Collection[str]) -> Any:
    if isinstance(value, str):
        return redact(value, secrets)
    if isinstance(value, dict):
        clean: dict[Any, Any] = {}
        for key, entry in value.items():
            name, content = _walk(key, secrets), _walk(entry, secrets)
            # two reasons that differ in a credential only are one: their counts add up
            clean[name] = clean[name] + content if name in clean and isinstance(content, int) else content
        return clean
    if isinstance(value, list):
        return [_walk(entry, secrets) for entry in value]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _walk(getattr(value, f.name), secrets) for f in fields(value)})
    return value
