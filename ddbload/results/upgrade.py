"""Documents of older schemas read forward: one small upgrade from each version to the next, applied in turn.

A key that is merely new needs none: it has a default in `record`. An upgrade is for what was renamed, moved or changed
its meaning; with it, `SCHEMA` in `record` goes up by one. Upgrades are never taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ddbload.results.record import SCHEMA

Document = dict[str, Any]
Upgrade = Callable[[Document], Document]

_KIND, _, _NEWEST = SCHEMA.partition("/")
NEWEST = int(_NEWEST)
UPGRADES: Mapping[int, Upgrade] = {}
"""From the version that is the key to the next one. Version 1 is the first that was ever written."""


class SchemaError(Exception):
    """A document is of a schema that cannot be read; says which and what to do, as the end of a sentence."""


def upgraded(content: object, *, upgrades: Mapping[int, Upgrade] = UPGRADES, newest: int = NEWEST) -> Document:
    """A document as the newest schema has it; the same object where it is of that already.

    Args:
        content: what was in the file, parsed.
        upgrades: from each version to the next.
        newest: the version to arrive at.

    Raises:
        SchemaError: it is no run, of a newer schema, or of one that no upgrade leads on from.
    """
    schema = content.get("schema") if isinstance(content, dict) else None
    if not isinstance(content, dict) or schema is None:
        raise SchemaError(f'it has no "schema"; it reads {_KIND}/{newest}')
    match = re.fullmatch(rf"{_KIND}/([0-9]{{1,6}})", schema) if isinstance(schema, str) else None
    version = int(match[1]) if match else None
    if version is not None and version > newest:
        raise SchemaError(f"{schema} is newer than {_KIND}/{newest}, the newest that it knows; upgrade ddbload")
    if version is None or not all(step in upgrades for step in range(version, newest)):
        raise SchemaError(f"its schema is {schema!r}; it reads '{_KIND}/{newest}'")
    for step in range(version, newest):
        try:
            content = {**upgrades[step](content), "schema": f"{_KIND}/{step + 1}"}
        except (AttributeError, LookupError, TypeError, ValueError) as error:  # a document that is damaged besides
            raise SchemaError(f"it is of {_KIND}/{step} and damaged ({type(error).__name__}: {error})") from error
    return content
