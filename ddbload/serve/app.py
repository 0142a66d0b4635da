"""The addresses of the server and what answers each: pages of `report` over what is listed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from aiohttp import web

from ddbload.errors import DdbloadError
from ddbload.serve import pages
from ddbload.serve.guard import Handler, guarded, headed
from ddbload.serve.query import asked, sides
from ddbload.serve.shelf import FILES, NotInStoreError, Place, Shelf

SHELF = web.AppKey("shelf", Shelf)
_WORKING = web.AppKey("working", asyncio.Semaphore)
_AT_ONCE = 2  # slow pages made at a time: each takes a core
_LOG = logging.getLogger(__name__)


def application(root: Path) -> web.Application:
    """The server's application over a results folder."""
    app = web.Application(middlewares=[guarded, _explained])
    app[SHELF] = Shelf(root)
    app[_WORKING] = asyncio.Semaphore(_AT_ONCE)
    app.on_response_prepare.append(headed)
    run = "/run/{scenario}/{tag}/{run}"
    app.add_routes(
        [
            web.get("/", _store),
            web.get("/tag/{scenario}/{tag}", _tag),
            web.get(run, _run),
            web.get(f"{run}/{{file}}", _file),
            web.get("/compare", _compare),
            web.get("/self-check/{scenario}/{tag}", _self_check),
        ]
    )
    return app


@web.middleware
async def _explained(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say what went wrong in words: a person's mistake by its own, a bug by none of its insides."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return await _page(request, partial(pages.mistake, "There is no such page", ""), status=404)
    except DdbloadError as error:
        status, title = (
            (404, "Not in the store") if isinstance(error, NotInStoreError) else (422, "This cannot be shown")
        )
        return await _page(request, partial(pages.mistake, title, str(error)), status=status)
    except web.HTTPException:
        raise
    except Exception:  # noqa: BLE001 - the last resort: the server goes on
        _LOG.exception("%s", request.rel_url)
        return web.Response(text="an internal error; its traceback is where the server runs", status=500)


async def _page(
    request: web.Request, make: Callable[[], str], *, status: int = 200, slow: bool = False
) -> web.Response:
    """A page, made in a thread: the server goes on answering meanwhile. What is slow waits for its turn."""
    async with request.app[_WORKING] if slow else nullcontext():
        text = await asyncio.to_thread(make)
    return web.Response(text=text, content_type="text/html", charset="utf-8", status=status)


async def _store(request: web.Request) -> web.StreamResponse:
    return await _page(request, partial(pages.store, request.app[SHELF], asked(request.query)))


async def _tag(request: web.Request) -> web.StreamResponse:
    parts = request.match_info
    address = f"{parts['scenario']}/{parts['tag']}"
    return await _page(request, partial(pages.tag, request.app[SHELF], address, asked(request.query).page))


async def _run(request: web.Request) -> web.StreamResponse:
    return await _page(request, partial(pages.run, request.app[SHELF], _place(request)), slow=True)


async def _compare(request: web.Request) -> web.StreamResponse:
    return await _page(request, partial(pages.compare, request.app[SHELF], sides(request.query)), slow=True)


async def _self_check(request: web.Request) -> web.StreamResponse:
    parts = request.match_info
    address = f"{parts['scenario']}/{parts['tag']}"
    return await _page(request, partial(pages.self_check, request.app[SHELF], address), slow=True)


async def _file(request: web.Request) -> web.StreamResponse:
    """A file of a run, as it is: to be saved, never shown as a page of this server."""
    name, wanted = request.match_info["file"], _place(request)
    path = await asyncio.to_thread(request.app[SHELF].file, wanted, name)
    saved = f'attachment; filename="{wanted.run}.{name}"'
    return web.FileResponse(path, headers={"Content-Type": FILES[name], "Content-Disposition": saved})


def _place(request: web.Request) -> Place:
    parts = request.match_info
    return Place(parts["scenario"], parts["tag"], parts["run"])
