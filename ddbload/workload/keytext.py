"""The text of a key in a trace -> the number of its item: templates of keys read backwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from ddbload.expression import Placeholder
from ddbload.scenario.model import Scenario
from ddbload.scenario.template import parse_template

MOST_ITEMS = 10**15
"""Items are numbered below it."""
_KEPT = 16_384
_NUMBER = r"0|[1-9][0-9]{0,14}"


@dataclass(frozen=True, slots=True)
class KeyReader:
    """Reads keys of one family, as `partition` or `partition/sort`.

    Attributes:
        shape: what a key looks like, in a scenario's words: cust#{customer}/order#{number}.
        number: the number of the item with a key; None: the text is no key of this family. The first coordinate may be
            beyond those that are loaded. Without the sort key it is the first item of the partition.
        spread: a number among the loaded items for any text: the same one for the same text, by a hash.
    """

    shape: str
    number: Callable[[str], int | None]
    spread: Callable[[str], int]
    item: Callable[[str], int] = field(init=False)
    """The number of the item with a key, spread where the text is none."""

    def __post_init__(self) -> None:
        number, spread = self.number, self.spread

        @lru_cache(_KEPT)
        def item(text: str) -> int:
            found = number(text)
            return spread(text) if found is None else found

        object.__setattr__(self, "item", item)


def key_reader(scenario: Scenario, family: str) -> KeyReader:
    """The reader of a family's keys. Different items have different keys, so that a key has one number at most."""
    items = scenario.items[family]
    spelled = [str(items.shape[attribute]) for attribute in scenario.table_of(family).key]
    seen: set[str] = set()
    partition, *rest = [_pattern(text, seen) for text in spelled]
    sort = "".join(f"(?:/{pattern})?" for pattern in rest)
    pattern = re.compile(partition + sort)
    groups = [(pattern.groupindex[name], size) for name, size in items.of.items()]
    matches = pattern.fullmatch

    def number(text: str) -> int | None:
        match = matches(text)
        return None if match is None else _number(match, groups)

    return KeyReader("/".join(spelled), number, lambda text: hash_of(text) % items.count)


def _pattern(text: str, seen: set[str]) -> str:
    """A template as a regular expression; a coordinate that stood before stands for the same digits again."""
    found = ""
    for part in parse_template(text).parts:
        if not isinstance(part, Placeholder):
            found += re.escape(part)
        elif part.name in seen:
            found += f"(?P={part.name})"
        else:
            seen.add(part.name)
            found += f"(?P<{part.name}>{_NUMBER})"
    return found


def _number(match: re.Match[str], groups: Sequence[tuple[int, int]]) -> int | None:
    """The number of the item with these coordinates; None where one of them, but for the first, is beyond its count."""
    number, first = 0, True
    for group, size in groups:
        coordinate = int(match[group] or 0)
        if coordinate >= size and not first:
            return None
        number, first = number * size + coordinate, False
    return number if number < MOST_ITEMS else None


def hash_of(text: str) -> int:
    """63 bits of a text: the same everywhere and always."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little") >> 1
