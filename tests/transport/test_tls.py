"""TLS: verified against the authorities that the environment names, and refused otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ddbload.clock import LoopClock, VirtualClock
from ddbload.errors import TargetError
from ddbload.operation import Call, Operation, Outcome
from ddbload.transport.choose import open_transport
from ddbload.transport.protocol import ClientLimits, Endpoint, Serverless, send
from ddbload.transport.sdk import SdkTransport
from ddbload.transport.wire import WireTransport

READ = Operation("read", "GetItem", "t", {"TableName": "t", "Key": {"pk": {"S": "x"}}})
LIMITS = ClientLimits(4, 2, timeout_s=30, connect_timeout_s=30)
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{"Item":{"pk":{"S":"x"}}}'


def certificate(folder: Path, address: str) -> Path:
    """A certificate for an address, its own authority, valid for a day; its key lies in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ddbload test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{address}.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return file


@contextlib.asynccontextmanager
async def serving(pem: Path) -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
                await reader.readexactly(int(length.split(b":")[1]))
                writer.write(ANSWER)
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await asyncio.sleep(0.05)  # the handlers' ends


async def outcome(url: str, kind: type[WireTransport | SdkTransport]) -> tuple[Outcome, str]:
    transport = kind(Endpoint(url, "us-east-1"), LIMITS, LoopClock(asyncio.get_running_loop()))
    await transport.open()
    try:
        await asyncio.wait_for(send(transport, READ), 60)
        again = await asyncio.wait_for(send(transport, READ), 60)
        return again.outcome, again.reason
    finally:
        await transport.close()


@pytest.fixture(autouse=True)
def _no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("kind", [WireTransport, SdkTransport])
@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "SSL_CERT_FILE"])
async def test_an_authority_that_the_environment_names_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, kind: type[WireTransport | SdkTransport]
) -> None:
    pem = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv(variable, str(pem))
    async with serving(pem) as url:
        assert await outcome(url, kind) == (Outcome.OK, "")


@pytest.mark.parametrize("kind", [WireTransport, SdkTransport])
async def test_an_unknown_authority_is_refused(tmp_path: Path, kind: type[WireTransport | SdkTransport]) -> None:
    async with serving(certificate(tmp_path, "127.0.0.1")) as url:
        found, reason = await outcome(url, kind)
        assert found is Outcome.CONNECTION
        assert reason.startswith("TLS: certificate not verified: self")


@pytest.mark.parametrize("kind", [WireTransport, SdkTransport])
async def test_a_certificate_for_another_host_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[WireTransport | SdkTransport]
) -> None:
    pem = certificate(tmp_path, "127.0.0.2")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(pem))
    async with serving(pem) as url:
        found, reason = await outcome(url, kind)
        assert found is Outcome.CONNECTION
        assert reason.startswith("TLS: certificate not verified: IP address mismatch")


async def test_each_cold_start_of_a_serverless_client_shakes_hands_within_its_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(pem))
    limits = replace(LIMITS, serverless=Serverless(concurrency=2, cold=0.5))
    async with serving(pem) as url:
        clock = LoopClock(asyncio.get_running_loop())
        wire = open_transport("wire", Endpoint(url, "us-east-1"), limits, clock, seed=3)
        await wire.open()
        prepared, answered = wire.prepare(READ), asyncio.Queue[Call]()
        calls: list[Call] = []
        for slot in range(40):
            wire.submit(Call(0, slot, prepared, (), 0), answered.put_nowait)
            calls.append(await asyncio.wait_for(answered.get(), 60))
        await wire.close()
    cold = [call for call in calls if call.cold]
    warm = [call for call in calls if not call.cold]
    assert {call.outcome for call in calls} == {Outcome.OK}
    assert len(cold) == wire.counts.opened
    assert 10 < len(cold) < 30  # half of them, and the first
    assert min(call.done_ns - call.sent_ns for call in cold) > min(call.done_ns - call.sent_ns for call in warm)


async def test_plain_http_behind_an_https_url_is_an_outcome() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    async with server:
        found, reason = await outcome(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", WireTransport)
    assert (found, reason[:4]) == (Outcome.CONNECTION, "TLS:")


def test_a_bundle_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with pytest.raises(TargetError, match=r"AWS_CA_BUNDLE=.*none\.pem: cannot be used"):
        WireTransport(Endpoint("https://example.com", "us-east-1"), LIMITS, VirtualClock())
