"""The listed runs as entries of the store's pages: by tag, filtered, one part of a long list at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar
from urllib.parse import quote, urlencode

from ddbload.report.page.index import VERDICTS, DamagedEntry, Paging, RunEntry, TagEntry
from ddbload.results.listing import Listed
from ddbload.results.moment import moment_of
from ddbload.results.selection import Damaged
from ddbload.serve.query import Asked
from ddbload.serve.shelf import Place, place_of

T = TypeVar("T")


def address_of(place: Place) -> str:
    """Where a run's page is."""
    return "/run/" + "/".join(quote(part, safe="") for part in (place.scenario, place.tag, place.run))


def run_entry(run: Listed) -> RunEntry:
    """A run as a list shows it."""
    place = place_of(run.path)
    return RunEntry(
        name=place.run,
        href=address_of(place),
        started=f"{moment_of(run.started_at):%Y-%m-%d %H:%M:%S}",
        verdict=run.verdict,
        target=run.target,
        rate=run.rate,
        operations=run.operations,
        p99_ms=run.p99_ms,
    )


def tags_of(runs: Iterable[Listed]) -> tuple[TagEntry, ...]:
    """The tags of runs that come newest first, each at the place of its newest run."""
    grouped: dict[str, list[Listed]] = {}
    for run in runs:
        grouped.setdefault(place_of(run.path).address, []).append(run)
    return tuple(_tag(address, of_tag) for address, of_tag in grouped.items())


def _tag(address: str, runs: Sequence[Listed]) -> TagEntry:
    passed, failed, invalid = (sum(run.verdict == verdict for run in runs) for verdict in VERDICTS)
    newest = runs[0]
    return TagEntry(
        scenario=newest.scenario,
        tag=newest.tag,
        address=address,
        runs=len(runs),
        verdicts=(passed, failed, invalid),
        newest=run_entry(newest),
        pinned=newest.pinned,
    )


def fits(entry: TagEntry, wanted: Asked) -> bool:
    """Whether a tag is among those that were asked for."""
    return (
        wanted.scenario in {"", entry.scenario}
        and wanted.verdict in {"", entry.newest.verdict}
        and wanted.tag.strip().casefold() in entry.tag.casefold()
    )


def marked(entries: Iterable[TagEntry], wanted: Asked) -> list[TagEntry]:
    """All tags, those that were not asked for not shown."""
    return [replace(entry, shown=fits(entry, wanted)) for entry in entries]


def damaged_entries(damaged: Iterable[Damaged]) -> list[DamagedEntry]:
    """Runs that cannot be read, as a list shows them."""
    return [DamagedEntry(each.path, each.reason) for each in damaged]


def part_of(
    items: Sequence[T], page: int, size: int, path: str, wanted: Asked | None = None
) -> tuple[Sequence[T], Paging]:
    """One part of a long list, the last where `page` is beyond it, and the ways to its neighbours."""
    pages = max(1, -(-len(items) // size))
    page = min(page, pages)

    def way(to: int) -> str:
        if not 1 <= to <= pages:
            return ""
        asked = {} if wanted is None else {key: getattr(wanted, key) for key in ("scenario", "tag", "verdict")}
        return f"{path}?{urlencode({**{key: value for key, value in asked.items() if value}, 'page': to})}"

    return items[(page - 1) * size : page * size], Paging(page, pages, way(page - 1), way(page + 1))
