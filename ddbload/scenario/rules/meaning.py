"""What the expressions of an action mean: conditions that a key serves, updates that a table takes, and the like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ddbload.expression import (
    And,
    Between,
    Boolean,
    Compare,
    Condition,
    ExpressionError,
    ListValue,
    MapValue,
    Null,
    Number,
    Operand,
    Path,
    Placeholder,
    Projection,
    Size,
    Statement,
    Test,
    Text,
    Update,
    changed_paths,
    check_key_condition,
    walk,
)
from ddbload.operation import KeyType
from ddbload.scenario.actions import Action
from ddbload.scenario.model import Index, Query, Scenario, Table
from ddbload.scenario.rules.expressions import operand_type
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.rules.parsed import Parsed
from ddbload.scenario.source import Loc, nearest
from ddbload.scenario.template import ShapeType, TemplateError, declared_types

_OPERANDS = (Text, Number, Boolean, Null, Placeholder, ListValue, MapValue)


def meaning_faults(scenario: Scenario, loc: Loc, action: Action, one: Parsed) -> Iterator[Fault]:
    """What DynamoDB would refuse in an expression whose names all lead somewhere; `loc` is the operation's place."""
    place: Loc = (*loc, *one.loc)
    match one.tree:
        case Update() as tree:
            yield from _changed_key_faults(scenario, place, action.family, tree, one.text)
            yield from _index_key_faults(scenario, place, action.family, tree, one.text)
        case Statement() as tree:
            yield from _statement_faults(scenario, place, action, tree)
        case Projection() as tree:
            yield from _held_faults(scenario, place, action, tree.paths, one.text)
        case Text() as tree:
            yield from _override_faults(scenario, place, action, tree)
        case tree if one.key == "filter":
            if isinstance(action.spec, Query):
                yield from _filter_faults(place, tree, _key_of(scenario, action), one.text)
            yield from _held_faults(scenario, place, action, _paths(tree), one.text)
        case tree if one.key == "key":
            yield from _key_condition_faults(scenario, place, action, tree, one.text)
        case _:
            pass


def index_of(scenario: Scenario, action: Action) -> Index | None:
    """The index that a query or scan reads, if it reads one that there is."""
    name = getattr(action.spec, "index", None)
    return scenario.table_of(action.family).indexes.get(name) if name is not None else None


def _key_of(scenario: Scenario, action: Action) -> Mapping[str, KeyType]:
    index = index_of(scenario, action)
    return scenario.table_of(action.family).key if index is None else index.attributes


def type_of(scenario: Scenario, family: str, operand: Operand) -> ShapeType | None:
    """The type of a value; None for what a step captures, and for a shape that is wrong in itself and said to be."""
    try:
        kind = operand_type(scenario, family, operand)
    except (KeyError, TemplateError):
        return None
    return None if kind == "mixed" else kind


# --- updates -------------------------------------------------------------------------------------------------------


def _changed_key_faults(scenario: Scenario, place: Loc, family: str, tree: Update, text: str) -> Iterator[Fault]:
    for path in changed_paths(tree):
        if path.attribute in scenario.table_of(family).key:
            message = f"'{path.attribute}' is part of the table's key, which no update can change"
            yield Fault(place, message, "change another attribute", text=text, offset=path.offset)


def _index_key_faults(scenario: Scenario, place: Loc, family: str, tree: Update, text: str) -> Iterator[Fault]:
    """DynamoDB rejects a write that gives an index's key attribute another type."""
    declared = declared_types(scenario, family)
    for path, assigned in tree.set:
        wanted = declared.get(path.attribute)
        if wanted is None or len(path.steps) > 1 or path.attribute in scenario.table_of(family).key:
            continue
        if isinstance(assigned, _OPERANDS) and (kind := type_of(scenario, family, assigned)) not in {wanted, None}:
            message = f"'{path.attribute}' is a key attribute of an index, of type {wanted}, but this sets {kind}"
            yield Fault(place, message, f"a value of type {wanted}", text=text, offset=path.offset)


def _override_faults(scenario: Scenario, place: Loc, action: Action, tree: Text) -> Iterator[Fault]:
    """A key attribute in place of the picked item's own: of the key, and of its type."""
    name = str(place[-1])
    wanted = scenario.table_of(action.family).key.get(name)
    if wanted is None:  # said of the key itself
        return
    alone = tree.parts[0] if len(tree.parts) == 1 and isinstance(tree.parts[0], Placeholder) else None
    kind = type_of(scenario, action.family, alone) if alone else "S"
    is_digits = alone is not None and wanted == "S" and kind == "N"  # a coordinate alone is its digits in a key of text
    if kind not in {wanted, None} and not is_digits:
        message = f"the key attribute '{name}' is {wanted}, but this makes {kind}"
        yield Fault(place, message, f"a value of type {wanted}")


# --- reads of many -------------------------------------------------------------------------------------------------


def _filter_faults(place: Loc, tree: Condition, key: Mapping[str, KeyType], text: str) -> Iterator[Fault]:
    for path in walk(tree):
        if isinstance(path, Path) and path.attribute in key:
            message = f"a filter cannot name the key attribute '{path.attribute}'"
            yield Fault(place, message, "put it into `key`", text=text, offset=path.offset)


def _paths(tree: Condition) -> tuple[Path, ...]:
    """The paths of a condition, each attribute once."""
    return tuple({leaf.attribute: leaf for leaf in walk(tree) if isinstance(leaf, Path)}.values())


def _held_faults(scenario: Scenario, place: Loc, action: Action, paths: Sequence[Path], text: str) -> Iterator[Fault]:
    """A global index filters by and returns what it holds, and nothing else.

    Source: Developer Guide, "Using Global Secondary Indexes in DynamoDB"; DynamoDB Local 3.3.1 agrees.
    """
    index = index_of(scenario, action)
    if index is None or index.kind == "local" or index.project == "all":
        return
    held = projected(scenario.table_of(action.family), index)
    for path in paths:
        if path.attribute not in held:
            message = f"the index '{getattr(action.spec, 'index', '')}' does not hold '{path.attribute}'"
            fits = f"it holds: {', '.join(held)}; project: [{path.attribute}] would add it"
            yield Fault(place, message, fits, text=text, offset=path.offset)


def projected(table: Table, index: Index) -> tuple[str, ...]:
    """The attributes that an index holds which does not hold all."""
    listed: Sequence[str] = () if isinstance(index.project, str) else index.project
    return tuple(dict.fromkeys([*index.attributes, *table.key, *listed]))


def _key_condition_faults(
    scenario: Scenario, place: Loc, action: Action, tree: Condition, text: str
) -> Iterator[Fault]:
    index, table = index_of(scenario, action), scenario.table_of(action.family)
    key = table.key if index is None else index.attributes
    partition = (table.partition,) if index is None else tuple(index.partition)
    sort = tuple(attribute for attribute in key if attribute not in partition)
    try:
        check_key_condition(tree, partition, sort)
    except ExpressionError as error:
        yield Fault(place, error.message, error.fits, text=text, offset=error.offset)
        return
    for part in tree.parts if isinstance(tree, And) else (tree,):
        if isinstance(part, Test) and key[part.path.attribute] == "N":
            message = f"begins_with does not fit the number '{part.path.attribute}'"
            yield Fault(place, message, "= < <= > >= BETWEEN", text=text, offset=part.offset)
            continue
        for attribute, value in _comparisons(part):
            kind = type_of(scenario, action.family, value)
            if kind not in {key[attribute], None}:
                message = f"the key attribute '{attribute}' is {key[attribute]}, compared with {kind}"
                fits = _as_key(scenario, action.family, value, attribute, key[attribute])
                yield Fault(place, message, fits, text=text, offset=_offset(part))


def _as_key(scenario: Scenario, family: str, value: Operand, attribute: str, wanted: str) -> str:
    if not isinstance(value, Placeholder):
        return "text stands in single quotes" if wanted == "S" else "a number stands without quotes"
    items = scenario.items[family]
    if attribute in items.of:
        return f"{{{attribute}}} is the coordinate; the attribute is '{items.shape.get(attribute)}'"
    quoted = f", or '{{{value.name}}}' in quotes for its text" if wanted == "S" else ""
    if attribute in scenario.values and attribute not in scenario.table_of(family).key:
        return f"{{{attribute}}} stands for the value of that name, drawn for each call{quoted}"
    return f"{{{attribute}}} is the picked item's own{quoted}"


def _comparisons(part: Condition) -> Iterator[tuple[str, Operand]]:
    match part:
        case Compare(_, Path() as path, value) if not isinstance(value, (Path, Size)):
            yield path.attribute, value
        case Between(Path() as path, low, high):
            yield from ((path.attribute, value) for value in (low, high) if not isinstance(value, (Path, Size)))
        case Test(_, path, argument) if argument is not None and not isinstance(argument, (Path, Size)):
            yield path.attribute, argument
        case _:
            return


def _offset(part: Condition) -> int:
    return part.offset if isinstance(part, (Compare, Between, Test)) else 0


# --- PartiQL -------------------------------------------------------------------------------------------------------


def _statement_faults(scenario: Scenario, place: Loc, action: Action, tree: Statement) -> Iterator[Fault]:
    by_name = {table.name: table for table in scenario.every_table}
    table = by_name.get(tree.table)
    if table is None:
        fits = nearest(tree.table, by_name, "there are")
        yield Fault(place, f"there is no table '{tree.table}' in the scenario", fits)
        return
    own = scenario.table_of(action.family)
    if table.name != own.name:
        message = f"the statement is about the table '{table.name}', but '{action.family}' is in '{own.name}'"
        yield Fault(place, message, f"about: {' or '.join(scenario.families_of(table)) or 'items of that table'}")
    elif tree.index is not None and tree.index not in table.indexes:
        fits = nearest(tree.index, table.indexes, "there are") or "the table has none"
        yield Fault(place, f"there is no index '{tree.index}'", fits)
    yield from _misplaced_faults(place[:-1], action, tree)


def _misplaced_faults(loc: Loc, action: Action, tree: Statement) -> Iterator[Fault]:
    """Options of reads on a write, and the other way round."""
    given = action.spec.model_fields_set
    reads = tree.kind == "select"
    for key, wanted in (("consistent", "reads"), ("limit", "reads"), ("pages", "reads"), ("on_failure", "writes")):
        if key in given and (wanted == "reads") != reads:
            message = f"`{key}` goes with a statement that {wanted}, and this is {tree.kind.upper()}"
            yield Fault((*loc, key), message, "leave it out", at_key=True)
