"""What a target is, what can be asked of it, and the words that name one (`embedded`, `local:3.3.1`, ...). Pure."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from ddbload.errors import UsageError
from ddbload.transport.protocol import Endpoint

Kind = Literal["embedded", "local", "endpoint", "aws"]

FORMS = "embedded, local, local:VERSION, local:JAR, http://HOST:PORT, https://HOST:PORT, aws, aws:REGION"
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_VERSION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """What a command may say about a target beside its name.

    Attributes:
        jar: DynamoDBLocal.jar or the folder that holds it; wins over the environment and over what is installed.
        region: region of an endpoint or of AWS, when the name says none.
        profile: named profile for the AWS session.
        logs: folder for the log of a server that failed; default: the user's log folder.
        start_timeout_s: how long a server may take to answer its first request.
    """

    jar: Path | None = None
    region: str | None = None
    profile: str | None = None
    logs: Path | None = None
    start_timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Target:
    """An open target: where operations go, and what a report must say about it.

    Attributes:
        kind: how it came about.
        endpoint: what transports connect to; holds no secret.
        version: DynamoDB Local's version or the embedded library's, as far as known.
        image_digest: digest of the docker image that serves it.
        functional: answers are right but units and speed are not DynamoDB's: units come from the capacity model.
        loopback: it listens on this machine only as far as ddbload is concerned; no credentials are needed.
        ephemeral: it was started by ddbload and its tables die with it.
        account: the AWS account, as far as known.
        pid: the server's process, where ddbload started it on this machine.
        label: one phrase for people.
        warnings: sentences that a report repeats.
    """

    kind: Kind
    endpoint: Endpoint
    version: str | None = None
    image_digest: str | None = None
    functional: bool = False
    loopback: bool = False
    ephemeral: bool = False
    account: str | None = None
    pid: int | None = None
    label: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """What tells this target's tables from those of another: account and region on AWS, else the URL."""
        if self.kind == "aws":
            return f"aws:{self.account or 'unknown'}:{self.endpoint.region}:{self.endpoint.url}"
        return self.endpoint.url


@dataclass(frozen=True, slots=True)
class Spec:
    """A target's name, taken apart.

    Attributes:
        kind: what sort of target it is.
        argument: the version, the URL or the region, if there is one.
        jar: DynamoDBLocal.jar or the folder that holds it, where the name says which.
    """

    kind: Kind
    argument: str | None = None
    jar: Path | None = None


def parse_spec(text: str) -> Spec:
    """Take a target's name apart. Raises `UsageError` with the nearest form."""
    word, colon, rest = text.partition(":")
    if text.startswith(("http://", "https://")):
        return Spec("endpoint", _endpoint_url(text))
    if word in {"dax", "daxs"}:
        raise UsageError(f"target {text!r}: DAX is not there yet (known: {FORMS})")
    if word == "embedded" and not colon:
        return Spec("embedded")
    if word == "local" and _is_path(rest):
        return Spec("local", jar=Path(rest))
    if word == "local" and (not colon or _VERSION.fullmatch(rest)):
        return Spec("local", rest or None)
    if word == "aws" and (not colon or _REGION.fullmatch(rest)):
        return Spec("aws", rest or None)
    raise UsageError(f"target {text!r} is not one: {_nearest(text)} (known: {FORMS})")


_HINTS = {
    "embedded": "embedded takes no argument",
    "local": "a version is written like local:3.3.1, a jar like local:./DynamoDBLocal.jar",
    "aws": "a region is written like aws:eu-central-1",
}


def _nearest(text: str) -> str:
    word, _, rest = text.partition(":")
    if word in _HINTS:
        return _HINTS[word]
    if re.fullmatch(r"[\w.-]+:\d+", text):
        return f"did you mean http://{text}?"
    if _REGION.fullmatch(text):
        return f"did you mean aws:{text}?"
    near = next(iter(get_close_matches(word.lower(), [*_HINTS, "http", "https"], n=1)), None)
    if near in {"http", "https"}:
        return f"did you mean {near}://{rest.lstrip('/') or 'HOST:PORT'}?"
    with_rest = f":{rest}" if rest and near != "embedded" else ""
    return f"did you mean {near}{with_rest}?" if near else "nothing is near it"


def _is_path(text: str) -> bool:
    """Whether a word can only be a place on the disk: no version and no docker tag holds a slash or ends so."""
    return "/" in text or "\\" in text or text.startswith(("~", ".")) or text.endswith(".jar")


def _endpoint_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"target {text!r}: {error}; write http://HOST:PORT") from None
    if not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username:
        raise UsageError(f"target {text!r}: an endpoint has a host and a port and nothing else; write http://HOST:PORT")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine by name (`localhost`) or by a loopback address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
