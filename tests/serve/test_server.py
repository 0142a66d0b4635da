"""What the server answers: pages of what is listed to who asks by a name of this machine, and nothing else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from ddbload.serve.app import application
from ddbload.serve.guard import HEADERS
from tests.serve.stores import add, filled

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return filled(tmp_path / "results")


@pytest.fixture
async def client(root: Path) -> AsyncIterator[Client]:
    async with TestClient(TestServer(application(root), host="127.0.0.1")) as opened:
        yield opened


async def text_of(client: Client, address: str, status: int = 200) -> str:
    answer: ClientResponse = await client.get(URL(address, encoded=True))
    assert answer.status == status, await answer.text()
    return await answer.text()


def shown_rows(page: str) -> list[str]:
    """The tags of the rows that a browser without a script shows."""
    return re.findall(r'<tr data-scenario="[^"]*" data-tag="([^"]*)" data-verdict="[^"]*">', page)


# --- who may ask ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example:{port}", "127.0.0.1:1", "127.0.0.1", "localhost.evil.example:{port}", "0.0.0.0:{port}", ""]
)
async def test_a_host_that_is_not_this_machine_at_this_port_is_refused(client: Client, host: str) -> None:
    answer = await client.get("/", headers={"Host": host.format(port=client.port)})
    assert answer.status == 403
    assert "Results" not in await answer.text()


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LocalHost:{port}"])
async def test_the_names_of_this_machine_are_answered(client: Client, host: str) -> None:
    assert (await client.get("/", headers={"Host": host.format(port=client.port)})).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_nothing_but_reading_is_allowed(client: Client, method: str) -> None:
    answer = await client.request(method, "/")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD" or set(answer.headers["Allow"].split(",")) == {"GET", "HEAD"}


async def test_head_has_no_body(client: Client) -> None:
    answer = await client.head("/")
    assert (answer.status, await answer.read()) == (200, b"")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_page_of_another_site_cannot_make_the_server_work(client: Client, site: str) -> None:
    image = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
    assert (await client.get("/", headers=image)).status == 403
    link = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
    assert (await client.get("/", headers=link)).status == 200


@pytest.mark.parametrize("address", ["/", "/nothing", "/tag/orders/none"])
async def test_every_answer_forbids_the_network(client: Client, address: str) -> None:
    answer = await client.get(address)
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


# --- the list ------------------------------------------------------------------------------------------------------


async def test_the_store_shows_each_tag_once_newest_first(client: Client) -> None:
    assert shown_rows(await text_of(client, "/")) == ["v1", "feature/Ünlike &lt;b&gt;", "v1"]


@pytest.mark.parametrize(
    ("query", "tags"),
    [
        ("scenario=carts", ["v1"]),
        ("tag=ünlike", ["feature/Ünlike &lt;b&gt;"]),
        ("verdict=fail", ["feature/Ünlike &lt;b&gt;"]),
        ("scenario=carts&verdict=pass", []),
    ],
)
async def test_the_list_is_filtered_by_its_query_without_any_script(
    client: Client, query: str, tags: list[str]
) -> None:
    page = await text_of(client, "/?" + quote(query, safe="=&"))
    assert shown_rows(page) == tags
    assert f"{len(tags)} of 3 tags" in page


@pytest.mark.parametrize("query", ["verdict=nice", "page=0", "page=x", "page=99999999999"])
async def test_a_query_that_says_nothing_is_told_so(client: Client, query: str) -> None:
    assert query.partition("=")[2][:5] in await text_of(client, f"/?{query}", 422)


async def test_a_damaged_run_is_named_with_what_is_wrong(client: Client) -> None:
    page = await text_of(client, "/")
    assert "Runs that cannot be read" in page
    assert "20260203T043000Z-0000001e" in page
    assert "run.json is damaged" in page


async def test_an_empty_store_says_how_it_is_filled(tmp_path: Path) -> None:
    async with TestClient(TestServer(application(tmp_path), host="127.0.0.1")) as client:
        assert "ddbload run" in await text_of(client, "/")


async def test_many_tags_come_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ddbload.serve.pages._WHOLE", 2)
    for number in range(5):
        add(tmp_path, "orders", f"v{number}", number)
    async with TestClient(TestServer(application(tmp_path), host="127.0.0.1")) as client:
        first = await text_of(client, "/?scenario=orders")
        assert shown_rows(first) == ["v4", "v3"]
        assert 'href="/?scenario=orders&amp;page=2"' in first
        assert shown_rows(await text_of(client, "/?page=3")) == ["v0"]
        assert shown_rows(await text_of(client, "/?page=99")) == ["v0"]


# --- runs and their files ------------------------------------------------------------------------------------------


async def test_a_tag_leads_to_its_runs_and_they_to_their_pages(client: Client) -> None:
    store = await text_of(client, "/")
    tag = next(href for href in re.findall(r'href="(/tag/orders/[^"]*)"', store) if "nlike" in href)
    runs = re.findall(r'href="(/run/[^"]*)"', await text_of(client, tag))
    assert len(runs) == 3
    page = await text_of(client, runs[0])
    assert "feature/Ünlike &lt;b&gt;" in page
    assert "<b>" not in page.replace("<br><b>", "")


async def test_a_run_that_cannot_be_read_says_why(client: Client) -> None:
    assert "run.json is damaged" in await text_of(client, "/run/orders/v1/20260203T043000Z-0000001e", 422)


async def test_files_of_a_run_are_handed_out_to_be_saved(client: Client, root: Path) -> None:
    answer = await client.get("/run/orders/v1/20260203T040000Z-00000000/run.json")
    assert answer.status == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    document = root / "orders" / "v1" / "20260203T040000Z-00000000" / "run.json"
    assert await answer.read() == document.read_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "/run/orders/v1/..%2f..%2f..%2fsecret",
        "/run/orders/v1/../../../secret",
        "/run/..%2f..%2f/etc/passwd",
        "/run/orders/v1/20260203T040000Z-00000000/..%2f..%2f..%2f..%2fsecret",
        "/run/orders/v1/20260203T040000Z-00000000/other.txt",
        "/run/orders/v1/%00",
        "/run/%2e%2e/v1/20260203T040000Z-00000000",
        "/tag/orders/..",
        "/tag/..%2forders/v1",
        "/etc/passwd",
    ],
)
async def test_what_is_not_listed_is_not_there(client: Client, root: Path, address: str) -> None:
    (root.parent / "secret").write_text("a secret")
    (root / "orders" / "v1" / "20260203T040000Z-00000000" / "other.txt").write_text("a secret")
    assert "a secret" not in await text_of(client, address, 404)


async def test_a_file_that_is_a_link_is_not_followed(client: Client, root: Path) -> None:
    (root.parent / "secret").write_text("a secret")
    file = root / "orders" / "v1" / "20260203T040000Z-00000000" / "timeline.csv"
    file.unlink()
    file.symlink_to(root.parent / "secret")
    await text_of(client, "/run/orders/v1/20260203T040000Z-00000000/timeline.csv", 404)


async def test_a_run_made_since_the_listing_is_found(client: Client, root: Path) -> None:
    await text_of(client, "/")
    folder = add(root, "orders", "v9", 50)
    await text_of(client, f"/run/orders/v9/{folder.name}")


# --- comparing -----------------------------------------------------------------------------------------------------


async def test_two_tags_are_compared(client: Client, root: Path) -> None:
    other = next(path.name for path in (root / "orders").iterdir() if path.name != "v1")
    (root / "orders" / "v1" / "20260203T043000Z-0000001e").rename(root / "gone")
    page = await text_of(client, f"/compare?base=orders/v1&new=orders/{other}")
    assert "orders@v1, 3 runs" in page


@pytest.mark.parametrize("query", ["", "base=orders/v1", "new=orders/v1", "base=orders/v1&new=orders/v1"])
async def test_a_comparison_takes_two_sides(client: Client, query: str) -> None:
    assert "choose a base" in await text_of(client, f"/compare?{query}", 422)


async def test_unlike_sides_are_refused_with_a_form_that_says_what_is_meant(client: Client, root: Path) -> None:
    (root / "orders" / "v1" / "20260203T043000Z-0000001e").rename(root / "gone")
    page = await text_of(client, "/compare?base=orders/v1&new=carts/v1")
    assert "--across scenario" in page
    assert re.search(r'value="scenario" checked', page)
    assert re.search(r'name="base" value="orders/v1"', page)


async def test_a_part_of_the_fingerprint_that_there_is_not_is_refused(client: Client) -> None:
    assert "across=moon" in await text_of(client, "/compare?base=orders/v1&new=carts/v1&across=moon", 422)
    assert "did you mean params?" in await text_of(client, "/compare?base=orders/v1&new=carts/v1&across=parms", 422)


async def test_a_tag_that_is_not_listed_is_not_compared(client: Client) -> None:
    await text_of(client, "/compare?base=orders/v1&new=..%2f..%2fetc", 404)


async def test_a_trend_goes_from_the_base_on_by_time(client: Client, root: Path) -> None:
    (root / "orders" / "v1" / "20260203T043000Z-0000001e").rename(root / "gone")
    for minute in range(3):
        add(root, "orders", "v2", 40 + minute)
        add(root, "orders", "v3", 50 + minute)
    page = await text_of(client, "/compare?base=orders/v1&new=orders/v3&new=orders/v2")
    rows = re.findall(r'<th scope="row" class="left indent-0">(v\d)</th>', page)
    assert rows[:3] == ["v1", "v2", "v3"]


# --- a tag against itself ------------------------------------------------------------------------------------------


async def test_a_tag_with_enough_runs_leads_to_its_comparison_with_itself(client: Client, root: Path) -> None:
    for minute in range(40, 44):
        add(root, "orders", "v2", minute)
    [href] = re.findall(r'href="(/self-check/[^"]*)"', await text_of(client, "/tag/orders/v2"))
    assert "against itself" in await text_of(client, href)


async def test_a_tag_with_few_runs_does_not(client: Client, root: Path) -> None:
    for minute in range(40, 43):
        add(root, "orders", "few", minute)
    assert "/self-check/" not in await text_of(client, "/tag/orders/few")
    assert "halves of a tag need 4" in await text_of(client, "/self-check/orders/few", 422)


async def test_only_what_is_in_the_store_is_compared_with_itself(client: Client) -> None:
    await text_of(client, "/self-check/orders/none", 404)
    await text_of(client, "/self-check/..%2f..%2fetc/passwd", 404)
