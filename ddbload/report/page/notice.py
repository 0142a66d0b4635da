"""The page that says why there is none, with what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ddbload.report.page.blocks import Block, Heading, Link, Prose
from ddbload.report.page.frame import Page, render


@dataclass(frozen=True, slots=True)
class Retry:
    """A form that asks again, with some of the parts ticked.

    Attributes:
        action: where it asks.
        hidden: what is asked again as it was.
        name: of the ticked fields.
        parts: what can be ticked, and whether it is.
        legend: what ticking means.
        submit: the button's text.
    """

    template: ClassVar[str] = "retry"
    style: ClassVar[str] = "store.css"
    action: str
    hidden: tuple[tuple[str, str], ...]
    name: str
    parts: tuple[tuple[str, bool], ...]
    legend: str
    submit: str


def notice_page(title: str, text: str, *, home: Link | None = None, retry: Retry | None = None) -> str:
    """A page of one heading and a few sentences, one a line of `text`."""
    blocks: list[Block] = [Heading(title, level=1), *(Prose(line) for line in text.splitlines() if line.strip())]
    if retry is not None:
        blocks.append(retry)
    return render(Page(f"{title} · ddbload", tuple(blocks), home))
