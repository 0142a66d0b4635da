"""Two families of one table whose keys can be the same would overwrite each other: found by walking both spellings."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

from ddbload.scenario.model import Scenario
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.rules.growth import growing_puts
from ddbload.scenario.template import parse_template

_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Run:
    """The digits of a coordinate, without a leading zero: 0 up to `most`, which is None for one that grows."""

    most: int | None


Spelling = tuple[str | Run, ...]
"""A key attribute: characters one by one, and runs of digits."""


def overlap_faults(scenario: Scenario) -> Iterator[Fault]:
    """Families of one table that can have an item's key in common. Of shapes whose names all lead somewhere."""
    grown = frozenset(growing_puts(scenario))
    for table in scenario.every_table:
        spelled: dict[str, list[Spelling]] = {}
        for family in scenario.families_of(table):
            spellings = [_spelling(scenario, family, attribute, grown) for attribute in table.key]
            known = [one for one in spellings if one is not None]
            if len(known) == len(spellings):  # what is drawn in a key is said of the key itself
                spelled[family] = known
        said: set[str] = set()
        for first, second in combinations(spelled, 2):
            common = [common_text(a, b) for a, b in zip(spelled[first], spelled[second], strict=True)]
            if second not in said and all(text is not None for text in common):
                said.add(second)
                yield _fault(scenario, first, second, [text or "" for text in common])


def common_text(first: Spelling, second: Spelling) -> str | None:
    """The shortest text that both spellings can make, or None: a walk through both at once, character by character."""
    start = (_Place(0), _Place(0))
    texts = {start: ""}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if _ends(first, here[0]) and _ends(second, here[1]):
            return texts[here]
        for (character, one), (same, other) in product(_steps(first, here[0]), _steps(second, here[1])):
            if character == same and (one, other) not in texts:
                texts[one, other] = texts[here] + character
                waiting.append((one, other))
    return None


def _spelling(scenario: Scenario, family: str, attribute: str, grown: frozenset[str]) -> Spelling | None:
    items = scenario.items[family]
    spelled = items.shape[attribute]
    if not isinstance(spelled, str):
        return tuple(f"{spelled:.17g}" if isinstance(spelled, float) else str(spelled))
    parts: list[str | Run] = []
    for part in parse_template(spelled).parts:
        if isinstance(part, str):
            parts += part
        elif part.name not in items.of:
            return None
        else:
            endless = family in grown and part.name == next(iter(items.of))
            parts.append(Run(None if endless else items.of[part.name] - 1))
    return tuple(parts)


def _fault(scenario: Scenario, first: str, second: str, common: list[str]) -> Fault:
    key = scenario.table_of(first).key
    shapes = (scenario.items[family].shape for family in (first, second))
    one, other = (", ".join(f"'{shape[attribute]}'" for attribute in key) for shape in shapes)
    message = f"{one} of '{first}' and {other} of '{second}' can be the same key, such as {', '.join(common)}"
    return Fault(("items", second, "shape"), message, "begin the keys with different texts", at_key=True)


# --- the walk ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Between two parts of a spelling, or within a run: how many digits there were, and how they compare.

    Attributes:
        part: of the part that comes next, or that the place is within.
        digits: those of the run so far; 0 before it. Of an endless run, 1 for any number of them.
        sign: the digits against as many first ones of the greatest number: below -1, the same 0, above 1.
        is_zero: whether the run is a 0, which nothing follows.
    """

    part: int
    digits: int = 0
    sign: int = 0
    is_zero: bool = False


def _ends(spelling: Spelling, place: _Place) -> bool:
    if place.part == len(spelling):
        return True
    return place.part == len(spelling) - 1 and _is_whole(spelling[place.part], place)


def _is_whole(part: str | Run, place: _Place) -> bool:
    """Whether a run may end here."""
    if isinstance(part, str) or not place.digits:
        return False
    return part.most is None or place.digits < len(str(part.most)) or place.sign <= 0


def _steps(spelling: Spelling, place: _Place) -> Iterator[tuple[str, _Place]]:
    """The characters that may come next, each with the place after it."""
    if place.part == len(spelling):
        return
    part = spelling[place.part]
    if isinstance(part, str):
        yield part, _Place(place.part + 1)
        return
    if _is_whole(part, place):
        yield from _steps(spelling, _Place(place.part + 1))
    yield from _more_digits(part, place)


def _more_digits(run: Run, place: _Place) -> Iterator[tuple[str, _Place]]:
    if place.is_zero:
        return
    for digit in _DIGITS:
        is_zero = digit == "0" and not place.digits
        if run.most is None:
            yield digit, _Place(place.part, 1, is_zero=is_zero)
        elif place.digits < len(most := str(run.most)):
            sign = place.sign or (digit > most[place.digits]) - (digit < most[place.digits])
            yield digit, _Place(place.part, place.digits + 1, sign, is_zero)
