"""The frame of a page: blocks in, one HTML document out, which needs nothing beside itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ddbload.measure.metrics import METRICS, Metric, metric_of
from ddbload.report.page.blocks import Block, ChartBlock, File, Head, Link
from ddbload.report.page.direction import isolated

__all__ = ["Page", "render"]

_HREFS = ("http://", "https://", "#", "/", "./", "?")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: what the browser calls it, and its blocks from the top. `home` leads back to where it was opened from."""

    title: str
    blocks: tuple[Block, ...]
    home: Link | None = None


def render(page: Page) -> str:
    """The page as one HTML document. Every text in it means itself: nothing is taken for markup.

    Raises:
        KeyError: a block names a metric that the table of metrics does not have.
        ValueError: a number of a chart is not finite, or a link's address is neither relative nor http(s).
    """
    glossary = Glossary()
    blocks = list(_all(page.blocks))
    charts = ["echarts.min.js"] if any(isinstance(block, ChartBlock) for block in blocks) else []
    scripts = [_asset(name) for name in (*charts, "page.js", *_extras(blocks, "script"))]
    styles = [_asset(name) for name in ("page.css", *_extras(blocks, "style"))]
    return (
        _environment()
        .get_template("page.html")
        .render(
            page=page,
            blocks=page.blocks,
            style=Markup("\n".join(styles)),  # noqa: S704 - our own
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - our own and ECharts'
            policy=_policy(scripts),
            glossary=glossary,
        )
    )


class Glossary:
    """The metrics that a page speaks of, gathered while it is rendered."""

    def __init__(self) -> None:
        self._used: dict[str, Metric] = {}

    def use(self, key: str) -> str:
        """The id of a metric's definition on the page."""
        metric = _BY_KEY.get(key) or metric_of(key)
        place = "def-" + metric.key.replace("*", "x").replace(".", "-")
        self._used[place] = metric
        return place

    @property
    def entries(self) -> list[tuple[str, Metric]]:
        """Ids and metrics by name."""
        return sorted(self._used.items(), key=lambda entry: (entry[1].name, entry[0]))


_BY_KEY = {metric.key: metric for metric in METRICS}


def _all(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        yield from _all(getattr(block, "blocks", ()))  # of those that hold others


def _extras(blocks: Sequence[Block], kind: str) -> list[str]:
    """The assets that blocks bring beside the page's own: a block's class may name a `script` and a `style`."""
    return list(dict.fromkeys(name for block in blocks if (name := getattr(block, kind, ""))))


@cache
def _asset(name: str) -> str:
    return (files("ddbload.report.page") / "assets" / name).read_text(encoding="utf-8")


def _policy(scripts: Sequence[str]) -> str:
    """A content security policy: only these scripts run, nothing is fetched, whatever a text on the page may hold."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    sources = " ".join(f"'sha256-{digest}'" for digest in digests)
    rest = "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'"
    return f"default-src 'none'; script-src {sources}; {rest}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ddbload.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"allow_nan": False, "separators": (",", ":"), "ensure_ascii": False}
    environment.filters["groups"] = _groups
    environment.filters["isolated"] = isolated
    environment.filters["href"] = _href
    environment.filters["data_url"] = _data_url
    environment.filters["kind"] = lambda value: type(value).__name__
    return environment


def _groups(columns: Sequence[Head]) -> list[tuple[str, int]]:
    """The common headings of a table and how many columns each spans; none where no column has one."""
    spans = [(name, len(list(heads))) for name, heads in groupby(columns, key=lambda head: head.group)]
    return spans if any(name for name, _ in spans) else []


def _href(address: str) -> str:
    scheme, colon, _ = address.partition(":")
    if not address.startswith(_HREFS) and colon and "/" not in scheme:
        raise ValueError(f"{address!r} is no address that a page may lead to")
    return address


def _data_url(file: File) -> str:
    return f"data:{file.media_type};base64,{base64.b64encode(file.content).decode()}"
