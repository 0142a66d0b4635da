"""What a request's query asks for, as values; anything odd in it is an error that names it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from multidict import MultiMapping

from ddbload.compare.request import ComparisonError, require_parts
from ddbload.errors import UsageError
from ddbload.report.page.index import VERDICTS

_LONGEST = 500  # of a word: longer than any tag


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tags the list shall show.

    Attributes:
        scenario: the one; "" is all.
        tag: a part of the tag's name, whatever its case.
        verdict: of a tag's newest run; "" is any.
        page: from 1.
    """

    scenario: str = ""
    tag: str = ""
    verdict: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Sides:
    """Which tags are to be compared, by their folders "scenario/tag", and what is under test between them."""

    base: str
    new: tuple[str, ...]
    across: frozenset[str] = frozenset()


def asked(query: Mapping[str, str]) -> Asked:
    """The list's filter.

    Raises:
        UsageError: a verdict that there is not, or a page that is no number.
    """
    verdict, page = query.get("verdict", ""), query.get("page", "1")
    if verdict and verdict not in VERDICTS:
        raise UsageError(f"verdict={verdict[:40]}: there are {', '.join(VERDICTS)}")
    if not (page.isascii() and page.isdecimal() and int(page[:9]) >= 1 and len(page) <= 9):  # noqa: PLR2004 - digits
        raise UsageError(f"page={page[:40]}: a number from 1 on is expected")
    return Asked(query.get("scenario", "")[:_LONGEST], query.get("tag", "")[:_LONGEST], verdict, int(page))


def sides(query: MultiMapping[str]) -> Sides:
    """Which sides to compare; a tag that was chosen as both is the base.

    Raises:
        UsageError: no base, nothing to compare it with, or a part of the fingerprint that there is not.
    """
    base = query.get("base", "")
    new = tuple(dict.fromkeys(word for word in query.getall("new", []) if word and word != base))
    if not base or not new:
        raise UsageError("choose a base, and at least one other tag to compare with it")
    return Sides(base, new, _parts(query.getall("across", [])))


def _parts(words: Iterable[str]) -> frozenset[str]:
    try:
        return require_parts(word[:_LONGEST] for word in words)
    except ComparisonError as error:
        raise UsageError(f"across={error}") from None
