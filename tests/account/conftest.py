"""An account that is none: kept books go to the test's own folder, and AWS is a server on the loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

DATA = Path(__file__).parents[1] / "data"
_PAGE = 7  # of the server: smaller than asked for, so that there are several


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("DDBLOAD_PRICES", raising=False)
    return tmp_path / "data" / "ddbload" / "prices"


@dataclass
class PriceListServer:
    """GetProducts as documented: JSON 1.1, pages, entries as strings of JSON; `refuse` is an error to answer with."""

    entries: list[str]
    url: str = ""
    refuse: Mapping[str, str] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        assert request.headers["X-Amz-Target"] == "AWSPriceListService.GetProducts"
        asked = json.loads(await request.text())
        self.asked.append(asked)
        if self.refuse:
            return self._json(dict(self.refuse), 400)
        (region,) = [one["Value"] for one in asked["Filters"] if one["Field"] == "regionCode"]
        fits = [entry for entry in self.entries if self._is(json.loads(entry), asked["ServiceCode"], region)]
        start = int(asked.get("NextToken", 0))
        page: dict[str, Any] = {"FormatVersion": "aws_v1", "PriceList": fits[start : start + _PAGE]}
        if start + _PAGE < len(fits):
            page["NextToken"] = str(start + _PAGE)
        return self._json(page, 200)

    @staticmethod
    def _is(entry: Any, service: str, region: str) -> bool:
        return bool(entry["serviceCode"] == service and entry["product"]["attributes"]["regionCode"] == region)

    @staticmethod
    def _json(content: dict[str, Any], status: int) -> web.Response:
        return web.json_response(content, status=status, content_type="application/x-amz-json-1.1")


@pytest.fixture
async def price_list(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PriceListServer]:
    """AWS's price list of us-east-1, and credentials that are none."""
    entries = json.loads((DATA / "prices-products-us-east-1.json").read_text())["PriceList"]
    server = PriceListServer(entries)
    app = web.Application()
    app.router.add_post("/", server.answer)
    async with TestServer(app, host="127.0.0.1") as running:
        server.url = str(running.make_url("/"))
        for name, value in {
            "AWS_ENDPOINT_URL": server.url,
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }.items():
            monkeypatch.setenv(name, value)
        yield server
