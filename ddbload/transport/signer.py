"""AWS Signature Version 4 for DynamoDB's POST requests, with everything that does not change hashed beforehand.

The scheme: AWS General Reference, "Create a signed AWS API request". Per request three SHA-256 runs remain: the body,
the end of the canonical request, the end of the string to sign (an HMAC, whose padded keys are absorbed beforehand).
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from ddbload.transport.credentials import Keys

_CONTENT_TYPE = "application/x-amz-json-1.0"
_DEFAULT_PORT = {"http": 80, "https": 443}
_INNER = bytes(byte ^ 0x36 for byte in range(256))  # HMAC's paddings (RFC 2104), as translation tables
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def host_header(url: str) -> str:
    """The Host header of a URL: the port only where it is not the scheme's own, IPv6 in brackets."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    return host if parts.port in {None, _DEFAULT_PORT.get(parts.scheme)} else f"{host}:{parts.port}"


class Frame:
    """What every request of one API call has in common during one second: its head, and hashes under way."""

    __slots__ = ("canonical", "epoch", "inner", "request")

    def __init__(self, epoch: object, request: bytes, canonical: Any, inner: Any) -> None:
        self.epoch = epoch
        self.request = request  # a template for (signature, content length, body)
        self.canonical: Callable[[], Any] = canonical.copy
        self.inner: Callable[[], Any] = inner.copy


class Target:
    """One API call, such as GetItem, with the frame last used for it (the signer's own cache)."""

    __slots__ = ("frame", "name")

    def __init__(self, api: str) -> None:
        self.name = f"DynamoDB_20120810.{api}"
        self.frame: Frame | None = None


class Signer:
    """Makes whole signed HTTP requests for one host and region."""

    def __init__(self, url: str, region: str, user_agent: str, wall: Callable[[], float] = time.time) -> None:
        self._host = host_header(url)
        self._region = region
        self._user_agent = user_agent
        self._wall = wall
        self._keys = Keys("", "")
        self._second = -1.0  # the frames hold while the wall clock is in [second, until)
        self._until = -1.0
        self._epoch = object()  # changes with the second and the keys; a frame of another epoch is stale
        self._stamp = ""
        self._day = ""  # the day that the signing key holds for
        self._inner: Any = None
        self._outer: Callable[[], Any] = sha256

    def use(self, keys: Keys) -> None:
        """Sign with these keys from now on."""
        self._keys = keys
        self._day = ""
        self._until = -1.0

    def request(self, target: Target, body: bytes) -> bytes:
        """The request as it goes on the wire: head, signature and body."""
        if not self._second <= self._wall() < self._until:
            self._turn()
        frame = target.frame
        if frame is None or frame.epoch is not self._epoch:
            frame = target.frame = self._frame(target)
        canonical = frame.canonical()
        canonical.update(sha256(body).hexdigest().encode())
        inner = frame.inner()
        inner.update(canonical.hexdigest().encode())
        outer = self._outer()
        outer.update(inner.digest())
        return frame.request % (outer.hexdigest().encode(), len(body), body)

    def _turn(self) -> None:
        """Begin a new second; with a new day or new keys, derive a new signing key."""
        second = self._second = float(int(self._wall()))
        self._until = second + 1.0
        self._epoch = object()
        self._stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
        day = self._stamp[:8]
        if day != self._day:
            self._day = day
            key = ("AWS4" + self._keys.secret_key).encode()
            for part in (day, self._region, "dynamodb", "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            padded = key.ljust(64, b"\0")
            self._inner = sha256(padded.translate(_INNER))
            self._outer = sha256(padded.translate(_OUTER)).copy

    def _frame(self, target: Target) -> Frame:
        token = self._keys.token
        signed = {"content-type": _CONTENT_TYPE, "host": self._host, "x-amz-date": self._stamp}
        if token:
            signed["x-amz-security-token"] = token
        signed["x-amz-target"] = target.name
        names = ";".join(signed)
        scope = f"{self._day}/{self._region}/dynamodb/aws4_request"
        fields = "".join(f"{name}:{' '.join(value.split())}\n" for name, value in signed.items())
        canonical = sha256(f"POST\n/\n\n{fields}\n{names}\n".encode())
        inner = self._inner.copy()
        inner.update(f"AWS4-HMAC-SHA256\n{self._stamp}\n{scope}\n".encode())
        lines = [
            "POST / HTTP/1.1",
            f"Host: {self._host}",
            f"Content-Type: {_CONTENT_TYPE}",
            f"X-Amz-Target: {target.name}",
            f"X-Amz-Date: {self._stamp}",
            *([f"X-Amz-Security-Token: {token}"] if token else []),
            f"User-Agent: {self._user_agent}",
            "Accept-Encoding: identity",  # the numbers are those of the service, not of a decompressor
            f"Authorization: AWS4-HMAC-SHA256 Credential={self._keys.access_key}/{scope}, SignedHeaders={names}, ",
        ]
        head = "\r\n".join(lines).encode().replace(b"%", b"%%")
        return Frame(self._epoch, head + b"Signature=%b\r\nContent-Length: %d\r\n\r\n%b", canonical, inner)
