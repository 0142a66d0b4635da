"""The transport of a name, with retries where they are asked for."""

from __future__ import annotations

from ddbload.clock import Clock
from ddbload.errors import UsageError
from ddbload.transport.protocol import ClientLimits, Endpoint, Transport

TRANSPORTS = ("wire", "sdk")


def require_transport(name: str, *, serverless: bool) -> None:
    """Raises `UsageError` for a name that is none, and for a serverless client over another transport than the wire.

    The SDK does not say which call goes out on which connection, so it can have no execution environments.
    """
    if name not in TRANSPORTS:
        raise UsageError(f"transport {name!r} is not one: {', '.join(TRANSPORTS)}")
    if serverless and name != "wire":
        raise UsageError("client.lambda: only the transport wire has execution environments; run with --transport wire")


def open_transport(name: str, endpoint: Endpoint, limits: ClientLimits, clock: Clock, *, seed: int) -> Transport:
    """A transport that is ready to be opened. Raises what `require_transport` does."""
    require_transport(name, serverless=limits.serverless is not None)
    transport: Transport
    if name == "wire":
        from ddbload.transport.wire import WireTransport  # noqa: PLC0415 - one of the two is needed

        transport = WireTransport(endpoint, limits, clock, seed=seed)
    else:
        from ddbload.transport.sdk import SdkTransport  # noqa: PLC0415 - takes a quarter of a second

        transport = SdkTransport(endpoint, limits, clock)
    if limits.max_attempts > 1:
        from ddbload.transport.retry import with_retries  # noqa: PLC0415

        return with_retries(transport, limits, clock, seed)
    return transport
