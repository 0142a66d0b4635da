"""What a run ran on, in words."""

from __future__ import annotations

from collections.abc import Mapping


def target_label(target: Mapping[str, str | bool | None]) -> str:
    """What a fingerprint's target is called: "DynamoDB Local 3.3.1", "DynamoDB in eu-west-1", or its URL."""
    kind, version = target.get("kind"), target.get("version")
    if label := target.get("label"):
        return str(label)
    if kind == "embedded":
        return "embedded stand-in" + (f" ({version})" if version else "")
    if kind == "local":
        return f"DynamoDB Local {version or ''}".rstrip()
    if kind == "aws":
        return f"DynamoDB in {target.get('region') or 'an unnamed region'}"
    return str(target.get("url") or kind or "an unnamed target")
