"""The shapes of items: names that lead somewhere, and keys that are there, of their type, and one for each item."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.expression import Placeholder
from ddbload.scenario.extent import MAX_ITEM_BYTES, attribute_extents, item_extent
from ddbload.scenario.model import CHOOSER_KEYS, Items, ListValue, Scenario, SetValue, Table
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.rules.overlap import overlap_faults
from ddbload.scenario.rules.table import place_of
from ddbload.scenario.rules.values import number_faults
from ddbload.scenario.source import Loc, nearest
from ddbload.scenario.template import TemplateError, alone, attribute_type, names, parse_template, texts

_MAX_PARTITION_BYTES, _MAX_SORT_BYTES = 2048, 1024
_MAX_ITEMS = 10**12


def shape_faults(scenario: Scenario) -> Iterator[Fault]:
    """Names in templates, coordinates, the table's key attributes, and what is sparse."""
    for family, items in scenario.items.items():
        loc: Loc = ("items", family)
        yield from _coordinate_faults(scenario, loc, items)
        for where, text in texts(items.shape):
            yield from _template_faults(scenario, (*loc, "shape", *where), text, items)
        yield from number_faults((*loc, "shape"), items.shape)
        for attribute in scenario.table_of(family).key:
            if attribute not in items.shape:
                yield Fault(
                    (*loc, "shape"),
                    f"the shape of '{family}' lacks the table's key attribute '{attribute}'",
                    nearest(attribute, items.shape, "it has"),
                    at_key=True,
                )
        if "" in items.shape:
            yield Fault((*loc, "shape"), "an attribute without a name", at_key=True)
        yield from _sparse_faults(scenario, loc, family)


def key_faults(scenario: Scenario) -> Iterator[Fault]:
    """Types, sizes and uniqueness of keys, and the size of items. Of shapes whose names all lead somewhere."""
    for family, items in scenario.items.items():
        loc: Loc = ("items", family, "shape")
        within = [
            *_table_key_faults(scenario, loc, family),
            *_type_faults(scenario, loc, family),
            *_ttl_faults(scenario, loc, family, items),
        ]
        yield from within or _size_faults(scenario, loc, family)
    yield from overlap_faults(scenario)


def _sparse_faults(scenario: Scenario, loc: Loc, family: str) -> Iterator[Fault]:
    items = scenario.items[family]
    for attribute in items.sparse:
        place: Loc = (*loc, "sparse", attribute)
        if attribute not in items.shape:
            fits = nearest(attribute, items.shape, "it has")
            yield Fault(place, f"'{attribute}' is no attribute of the shape of '{family}'", fits, at_key=True)
        elif attribute in scenario.table_of(family).key:
            message = f"'{attribute}' is part of the table's key, which every item has"
            yield Fault(place, message, "an attribute that is no key", at_key=True)


def _ttl_faults(scenario: Scenario, loc: Loc, family: str, items: Items) -> Iterator[Fault]:
    ttl = scenario.table_of(family).ttl
    if ttl is not None and ttl in items.shape and (kind := attribute_type(scenario, family, ttl)) != "N":
        where = ".".join(map(str, place_of(scenario, family)))
        message = f"'{ttl}' is the time to live of `{where}`, a number of seconds, but this makes {kind}"
        yield Fault((*loc, ttl), message, "one name alone that is a number or a timestamp, such as '{expires}'")


def _coordinate_faults(scenario: Scenario, loc: Loc, items: Items) -> Iterator[Fault]:
    for name in items.of:
        if name in CHOOSER_KEYS:
            yield Fault(
                (*loc, "of", name), f"a coordinate cannot be named '{name}', which is a way to pick", at_key=True
            )
        if name in scenario.values:
            yield Fault(
                (*loc, "of", name), f"'{name}' is both a coordinate and a value", "rename one of them", at_key=True
            )
    if items.count > _MAX_ITEMS:
        yield Fault((*loc, "of"), f"{items.count:,} items are more than {_MAX_ITEMS:,}", at_key=True)


def _template_faults(scenario: Scenario, loc: Loc, text: str, items: Items) -> Iterator[Fault]:
    try:
        template = parse_template(text)
    except TemplateError as error:
        fits = "{name} for a value, {{ and }} for the braces themselves"
        yield Fault(loc, str(error), fits, text=text, offset=error.offset)
        return
    known = [*items.of, *scenario.values]
    for part in template.parts:
        if isinstance(part, Placeholder) and part.name not in known:
            message = f"'{{{part.name}}}' is no coordinate of these items and no value"
            yield Fault(loc, message, nearest(part.name, known, "there are"), text=text, offset=part.offset)
        elif isinstance(part, Placeholder) and part.name not in items.of and alone(template) is None:
            value = scenario.values[part.name]
            if isinstance(value, (ListValue, SetValue)):
                what = "a list" if isinstance(value, ListValue) else "a set"
                message = f"'{part.name}' is {what}, which is no part of a text"
                yield Fault(loc, message, f"'{{{part.name}}}' alone", text=text, offset=part.offset)


def _table_key_faults(scenario: Scenario, loc: Loc, family: str) -> Iterator[Fault]:
    """Each item has a key of its own: its coordinates are all in the key, and can be read back from it."""
    items, table_key = scenario.items[family], scenario.table_of(family).key
    seen: set[str] = set()
    for attribute in table_key:
        spelled = items.shape[attribute]
        template = parse_template(spelled) if isinstance(spelled, str) else None
        inside = names(template) if template else ()
        seen.update(inside)
        for name in inside:
            if name not in items.of:
                yield Fault(
                    (*loc, attribute),
                    f"the key attribute '{attribute}' holds the value '{name}', which is drawn",
                    nearest(name, items.of, "a key is made of coordinates"),
                )
        pair = _unseparated(template.parts) if template else None
        if pair and all(name in items.of for name in pair):
            yield Fault(
                (*loc, attribute),
                f"'{{{pair[0]}}}' and '{{{pair[1]}}}' run together: 1 and 23 make the same key as 12 and 3",
                f"put a character between them that is no digit: {{{pair[0]}}}#{{{pair[1]}}}",
            )
    if absent := [name for name in items.of if name not in seen]:
        key = " and ".join(f"'{attribute}'" for attribute in table_key)
        yield Fault(
            loc,
            f"items that differ only in '{absent[0]}' have the same key",
            f"put {{{absent[0]}}} into {key}",
            at_key=True,
        )


def _unseparated(parts: tuple[str | Placeholder, ...]) -> tuple[str, str] | None:
    """Two names with nothing but digits between them: coordinates are digits, so they could not be told apart."""
    last: str | None = None
    for part in parts:
        if isinstance(part, Placeholder):
            if last is not None:
                return last, part.name
            last = part.name
        elif not part.isdecimal():
            last = None
    return None


def _type_faults(scenario: Scenario, loc: Loc, family: str) -> Iterator[Fault]:
    table, shape = scenario.table_of(family), scenario.items[family].shape
    keys = [(f"the index '{name}'", index.attributes) for name, index in table.indexes.items()]
    said: set[str] = set()
    for owner, key in [("the table", table.key), *keys]:
        for attribute, wanted in key.items():
            if attribute not in shape or attribute in said:
                continue  # an item without an index's key attribute is not in the index
            kind = attribute_type(scenario, family, attribute)
            if kind != wanted:
                said.add(attribute)
                message = f"'{attribute}' is a key attribute of {owner}, of type {wanted}, but this makes {kind}"
                fits = _conversion(shape[attribute], wanted)
                if wanted == "B" and owner == "the table":  # coordinates make text and numbers
                    fits = "ddbload cannot make binary table keys; declare it S or N"
                yield Fault((*loc, attribute), message, fits)


def _conversion(spelled: object, wanted: str) -> str:
    if wanted == "S" and isinstance(spelled, (int, float)):
        return f"quote it: '{spelled}'"
    if wanted == "N":
        return "N takes one name alone, '{number}', or a number without quotes"
    return "B takes one name alone that is a binary value" if wanted == "B" else "S takes any text"


def _size_faults(scenario: Scenario, loc: Loc, family: str) -> Iterator[Fault]:
    extents = attribute_extents(scenario, family)
    for attribute, limit in _key_limits(scenario.table_of(family)).items():
        extent = extents.get(attribute)
        if extent and extent.most > limit:
            message = f"the key attribute '{attribute}' may have {extent.most:,} bytes; DynamoDB takes {limit:,}"
            yield Fault((*loc, attribute), message)
        if extent and extent.least == 0:
            yield Fault(
                (*loc, attribute), f"the key attribute '{attribute}' may be empty; DynamoDB takes at least 1 byte"
            )
    whole = item_extent(scenario, family)
    if whole.most > MAX_ITEM_BYTES:
        largest = max(extents, key=lambda name: extents[name].most)
        yield Fault(
            (*loc, largest),
            f"an item of '{family}' may have {whole.most:,} bytes; DynamoDB takes {MAX_ITEM_BYTES:,} (400 KB)",
            f"'{largest}' has up to {extents[largest].most:,} of them",
        )


def _key_limits(table: Table) -> dict[str, int]:
    """The most bytes that each key attribute may have."""
    keys = [(*table.key, None)[:2], *((index.partition, index.sort) for index in table.indexes.values())]
    limits: dict[str, int] = {}
    for partition, sort in keys:
        for part, most in ((partition, _MAX_PARTITION_BYTES), (sort, _MAX_SORT_BYTES)):
            for attribute in (part,) if isinstance(part, str) else part or ():
                limits[attribute] = min(most, limits.get(attribute, most))
    return limits
