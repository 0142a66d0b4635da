"""What each address shows: the values of a page gathered from the store, and the page of `report` made of them."""

from __future__ import annotations

from urllib.parse import quote

from ddbload.compare.request import PARTS, CompareRequest, ComparisonError
from ddbload.report.page.blocks import Link
from ddbload.report.page.index import Filter, StoreBlock, store_page, tag_page
from ddbload.report.page.notice import Retry, notice_page
from ddbload.results.store import each_interval, read_run, read_scenario, read_timeline
from ddbload.serve.query import Asked, Sides
from ddbload.serve.shelf import Place, Shelf, place_of
from ddbload.serve.tags import damaged_entries, fits, marked, part_of, run_entry, tags_of

HOME = Link("All results", "/")
_WHOLE = 1_000  # tags that a page holds at once; a browser filters them by itself
_RUNS = 200  # of a tag on a page
_HALVES = 4  # runs that have two halves with a spread each


def store(shelf: Shelf, wanted: Asked) -> str:
    """The page of all tags, or of those that were asked for; a part of them where they are many."""
    listing = shelf.listing()
    tags = tags_of(listing.runs)
    whole = len(tags) <= _WHOLE
    found = [entry for entry in tags if fits(entry, wanted)]
    shown, paging = part_of(marked(tags, wanted) if whole else found, 1 if whole else wanted.page, _WHOLE, "/", wanted)
    listed = StoreBlock(
        scenarios=tuple(sorted({entry.scenario for entry in tags})),
        entries=tuple(shown),
        found=len(found),
        tags=len(tags),
        chosen=Filter(wanted.scenario, wanted.tag, wanted.verdict, whole=whole),
        paging=paging,
    )
    return store_page(str(shelf.root), listed if tags else None, damaged_entries(listing.damaged), len(listing.runs))


def tag(shelf: Shelf, address: str, page: int) -> str:
    """The page of a tag's runs, newest first.

    Raises:
        NotInStoreError: no run is under it.
    """
    runs = shelf.tag(address)[::-1]
    shown, paging = part_of(runs, page, _RUNS, f"/tag/{address}")
    damaged = [each for each in shelf.listing().damaged if place_of(each.path).address == address]
    entries = [run_entry(run) for run in shown]
    enough = sum(run.verdict != "invalid" for run in runs) >= _HALVES
    return tag_page(
        runs[0].scenario,
        runs[0].tag,
        entries,
        damaged_entries(damaged),
        total=len(runs),
        paging=paging,
        itself=f"/self-check/{quote(address)}" if enough else "",
    )


def run(shelf: Shelf, wanted: Place) -> str:
    """The page of a run.

    Raises:
        NotInStoreError: there is none of these names.
        ResultsError: it is damaged.
    """
    from ddbload.report.page.run import run_page  # noqa: PLC0415 - numpy, which a list needs not

    folder = shelf.run(wanted)
    record = read_run(folder)
    return run_page(record, read_timeline(folder), each_interval(folder), read_scenario(folder), HOME)


def compare(shelf: Shelf, wanted: Sides) -> str:
    """The page of two sides compared, or of the trend over more; where they are unlike, a page that asks what is meant.

    Raises:
        NotInStoreError: a side has no runs.
        ResultsError: a run cannot be read.
    """
    from ddbload.compare.compare import compare as compare_sides  # noqa: PLC0415 - numpy, which a list needs not
    from ddbload.compare.trend import trend  # noqa: PLC0415 - likewise
    from ddbload.report.page.comparison import comparison_page  # noqa: PLC0415 - likewise
    from ddbload.report.page.trend import trend_page  # noqa: PLC0415 - likewise

    request = CompareRequest(_words(shelf, wanted), shelf.root, across=wanted.across, curves=True)
    try:
        if len(wanted.new) > 1:
            return trend_page(trend(request), home=HOME)
        return comparison_page(compare_sides(request), home=HOME)
    except ComparisonError as error:
        retry = _retry(wanted, error.unlike | wanted.across)
        return notice_page("These cannot be compared as they are", str(error), home=HOME, retry=retry)


def self_check(shelf: Shelf, address: str) -> str:
    """The page of a tag against itself.

    Raises:
        NotInStoreError: no run is under it.
        DdbloadError: its runs are too few, or unlike among themselves.
    """
    from ddbload.compare.self_check import self_check as check_of  # noqa: PLC0415 - numpy, which a list needs not
    from ddbload.report.page.self_check import self_check_page  # noqa: PLC0415 - likewise

    one = shelf.tag(address)[0]
    return self_check_page(check_of(CompareRequest((f"{one.scenario}@{one.tag}",), shelf.root)), home=HOME)


def _retry(wanted: Sides, under_test: frozenset[str]) -> Retry:
    """The same sides once more, with these parts under test."""
    return Retry(
        action="/compare",
        hidden=(("base", wanted.base), *(("new", each) for each in wanted.new)),
        name="across",
        parts=tuple((part, part in under_test) for part in PARTS),
        legend="What is meant to differ between the sides",
        submit="Compare with these under test",
    )


def _words(shelf: Shelf, wanted: Sides) -> tuple[str, ...]:
    """The sides as `compare` takes them: scenario@tag by the names that they were given; after the base by time."""
    new = sorted((shelf.tag(address)[0] for address in wanted.new), key=lambda run: run.started_at)
    return tuple(f"{one.scenario}@{one.tag}" for one in (shelf.tag(wanted.base)[0], *new))


def mistake(title: str, text: str) -> str:
    """The page that says why there is none."""
    return notice_page(title, text, home=HOME)
