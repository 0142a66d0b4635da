"""Who may ask and what an answer may do: a middleware before every page. It knows nothing of runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_NAMES = ("localhost", "127.0.0.1", "[::1]")
_READING = frozenset({"GET", "HEAD"})
_HTTP = 80
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'none'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""A page loads and sends nothing; a form may ask this server. Which scripts are its own each page says itself."""

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Server": "ddbload",
    }
)


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer only who reads, and asks for this server by a name of this machine.

    A page of another site cannot read the store by a name of its own that it lets point here (DNS rebinding), since
    the browser then says that name as the host; nor can it make the server work by naming it as an image or a script.
    """
    if refusal := refused(request):
        raise web.HTTPForbidden(text=refusal)
    if request.method not in _READING:
        raise web.HTTPMethodNotAllowed(request.method, sorted(_READING), text="the store is only read here: GET, HEAD")
    return await handler(request)


def refused(request: web.Request) -> str:
    """Why a request is not answered; "" where it may be."""
    port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
    hosts = allowed_hosts(port)
    if [host.lower() for host in request.headers.getall("Host", [])] not in [[host] for host in hosts]:
        return f"this server answers only to {' or '.join(hosts)}"
    elsewhere = request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}
    if elsewhere and request.headers.get("Sec-Fetch-Mode") != "navigate":
        return "pages of other sites may not use this server"
    return ""


def allowed_hosts(port: int) -> tuple[str, ...]:
    """What a browser on this machine says as the host of a server at that port."""
    names = tuple(f"{name}:{port}" for name in _NAMES)
    return (*names, *_NAMES) if port == _HTTP else names


async def headed(_request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on every answer, refusals included."""
    response.headers.update(HEADERS)
