"""Captures: paths that fit what an operation answers, and names that are captured before they are used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ddbload.expression import ExpressionError, Path, Projection, Update, changed_paths, parse_projection
from ddbload.scenario.actions import END, actions_of, arrivals_of, kind_of, operations_in
from ddbload.scenario.model import AnyOperation, Branch, Repeat, Scenario, Session, Step, Table
from ddbload.scenario.rules.expressions import meanings
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.rules.meaning import index_of, projected
from ddbload.scenario.rules.parsed import Parsed, parsed, trees
from ddbload.scenario.source import Loc, nearest

COUNT = "count"
_OF_ITEMS = ("first", "last", "any")
HEADS = (*_OF_ITEMS, "item", "attributes")
"""What the path of a capture begins with; or it is COUNT."""
_ROOTS = (*HEADS, COUNT)


def capture_faults(scenario: Scenario) -> Iterator[Fault]:
    """Paths by themselves, then the order of captures and uses. Of operations that are right in themselves."""
    for name, operation in scenario.operations.items():
        for captured, text in getattr(operation, "capture", {}).items():
            loc: Loc = ("operations", name, "capture", captured)
            yield from _path_faults(scenario, loc, operation, text)
    yield from _use_faults(scenario)


# --- paths ---------------------------------------------------------------------------------------------------------


def _path_faults(scenario: Scenario, loc: Loc, operation: AnyOperation, text: str) -> Iterator[Fault]:
    """What is wrong with the path of a capture."""
    root, dot, rest = text.partition(".")
    kind, takes = kind_of(operation), _roots_of(operation)
    if root not in _ROOTS:
        yield Fault(loc, f"'{text}' is no path of an answer", nearest(root, _ROOTS, "it begins with"))
    elif root not in takes:
        yield Fault(loc, f"a {kind} has no '{root}' in its answer", _fitting(kind, takes))
    elif root == COUNT:
        if dot:
            yield Fault(loc, "'count' is a number, and has nothing in it", "count")
    elif not rest:
        yield Fault(loc, f"'{text}' names no attribute", f"{root}.A, with the name of an attribute")
    else:
        yield from _attribute_path_faults(scenario, loc, operation, root, text)


def _attribute_path_faults(
    scenario: Scenario, loc: Loc, operation: AnyOperation, root: str, text: str
) -> Iterator[Fault]:
    start = len(root) + 1
    try:
        paths = parse_projection(text[start:]).paths
    except ExpressionError as error:
        yield Fault(loc, error.message, error.fits, text=text, offset=start + error.offset)
        return
    if len(paths) > 1:
        yield Fault(loc, f"'{text}' names several attributes", f"{root}.A, with the name of one")
        return
    faults = (check(scenario, loc, operation, root, paths[0]) for check in _CHECKS)
    yield from (fault for fault in faults if fault is not None)


def _roots_of(operation: AnyOperation) -> tuple[str, ...]:
    """What a path into an operation's answer may begin with."""
    spec = operation
    match kind_of(operation):
        case "query" | "scan":
            return (COUNT,) if getattr(spec, "select", None) == "count" else (*_OF_ITEMS, COUNT)
        case "get":
            return ("item",)
        case "execute":
            return (*_OF_ITEMS, COUNT, *(("attributes",) if getattr(spec, "on_failure", None) else ()))
        case "put" | "update" | "delete":
            asked = getattr(spec, "return_values", None) or getattr(spec, "on_failure", None)
            return ("attributes",) if asked else ()
        case "batch_get":
            return (COUNT,)
        case _:
            return ()


def _fitting(kind: str, takes: Sequence[str]) -> str:
    if kind in {"put", "update", "delete"}:
        return "attributes.A" if takes else "attributes.A, with return_values or on_failure"
    listed = ", ".join(root if root == COUNT else f"{root}.A" for root in takes)
    return f"it has {listed}" if listed else "it has nothing to capture"


def _absent(scenario: Scenario, loc: Loc, operation: AnyOperation, _root: str, path: Path) -> Fault | None:
    (action,) = actions_of(operation)
    there = written_attributes(scenario, scenario.table_of(action.family))
    if action.kind == "statement" or path.attribute in there:
        return None
    fits = nearest(path.attribute, there, "there are")
    return Fault(loc, f"no item of the table has the attribute '{path.attribute}'", fits)


def _left_out(scenario: Scenario, loc: Loc, operation: AnyOperation, root: str, path: Path) -> Fault | None:
    (action,) = actions_of(operation)
    projection = trees(scenario, action).get("projection")
    if not isinstance(projection, Projection) or root == "attributes" or _is_within(path, projection.paths):
        return None
    shown = ", ".join(one.attribute for one in projection.paths)
    return Fault(loc, f"the projection leaves out '{path.attribute}', which is captured here", f"it has {shown}")


def _not_held(scenario: Scenario, loc: Loc, operation: AnyOperation, _root: str, path: Path) -> Fault | None:
    (action,) = actions_of(operation)
    index = index_of(scenario, action)
    if index is None or index.project == "all" or index.kind == "local":
        return None
    held = projected(scenario.table_of(action.family), index)
    if path.attribute in held:
        return None
    message = (
        f"the index '{getattr(action.spec, 'index', '')}' does not hold '{path.attribute}', which is captured here"
    )
    return Fault(loc, message, f"it holds: {', '.join(held)}")


def _unchanged(scenario: Scenario, loc: Loc, operation: AnyOperation, root: str, path: Path) -> Fault | None:
    (action,) = actions_of(operation)
    returned, update = getattr(action.spec, "return_values", None), trees(scenario, action).get("update")
    if root != "attributes" or returned not in {"updated_old", "updated_new"} or not isinstance(update, Update):
        return None
    changed = {one.attribute for one in changed_paths(update)}
    if path.attribute in changed or getattr(action.spec, "on_failure", None) is not None:
        return None
    message = f"{returned} has what the update changes, and '{path.attribute}' is not changed"
    return Fault(loc, message, f"return_values: all_{returned.removeprefix('updated_')}")


_CHECKS = (_absent, _left_out, _not_held, _unchanged)


def written_attributes(scenario: Scenario, table: Table) -> list[str]:
    """The attributes that an item of a table may have: those of its shapes, and those that updates set."""
    families = scenario.families_of(table)
    found = dict.fromkeys(attribute for family in families for attribute in scenario.items[family].shape)
    for operation in scenario.operations.values():
        for action in actions_of(operation):
            update = trees(scenario, action).get("update") if action.kind == "update" else None
            if isinstance(update, Update) and action.family in families:
                found |= dict.fromkeys(path.attribute for path, _ in (*update.set, *update.add))
    return list(found)


def _is_within(path: Path, projected_paths: Sequence[Path]) -> bool:
    """Whether the path is projected, whole or in part."""
    shortest = ((one.steps, min(len(one.steps), len(path.steps))) for one in projected_paths)
    return any(path.steps[:depth] == steps[:depth] for steps, depth in shortest)


# --- uses ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Use:
    """A name in braces that only a capture can stand for."""

    name: str
    fault: Fault


def _use_faults(scenario: Scenario) -> Iterator[Fault]:
    captured: dict[str, list[str]] = {}
    for name, operation in scenario.operations.items():
        for one in getattr(operation, "capture", ()):
            captured.setdefault(one, []).append(name)
    uses = {name: list(_uses(scenario, name, captured)) for name in scenario.operations}
    named = _steps(scenario)
    replay = scenario.load.replay
    direct = set() if replay is not None and not replay.operations else set(arrivals_of(scenario))
    for name, found in uses.items():
        for use in found:
            if name in direct or name not in named:
                by = " or ".join(f"'{one}'" for one in captured[use.name])
                message = f"'{{{use.name}}}' is captured by {by} in a session, and '{name}' is called outside of one"
                yield replace(use.fault, message=message, fits=f"call '{name}' only as a later step of a session")
    for name, session in scenario.operations.items():
        if isinstance(session, Session):
            yield from _order_faults(scenario, ("operations", name, "session"), session.session, set(), uses, captured)


def _uses(scenario: Scenario, name: str, captured: dict[str, list[str]]) -> Iterator[_Use]:
    for action in actions_of(scenario.operations[name]):
        known = meanings(scenario, action.family)
        for one in parsed(scenario, action):
            if not isinstance(one, Parsed):
                continue
            for part in one.braces():
                if part.name in captured and part.name not in known:
                    loc: Loc = ("operations", name, *one.loc)
                    yield _Use(part.name, Fault(loc, "", text=one.text, offset=part.offset))


def _order_faults(
    scenario: Scenario,
    loc: Loc,
    steps: Sequence[Step],
    known: set[str],
    uses: dict[str, list[_Use]],
    captured: dict[str, list[str]],
) -> Iterator[Fault]:
    """Steps in their order; `known` grows. Arms of a branch exclude each other; what any of them captures counts."""
    for position, step in enumerate(steps):
        here: Loc = (*loc, position)
        match step:
            case str() if step in uses and step != END:
                for name in dict.fromkeys(use.name for use in uses[step] if use.name not in known):
                    by = " or ".join(f"'{one}'" for one in captured[name])
                    message = f"'{step}' needs '{{{name}}}', which no step before it captures"
                    yield Fault(here, message, f"{by} captures it, and must come first")
                known.update(getattr(scenario.operations[step], "capture", ()))
            case Repeat():
                yield from _order_faults(scenario, (*here, "repeat"), step.repeat, known, uses, captured)
            case Branch():
                arms = []
                for outcome, arm in step.branch.items():
                    inside = set(known)
                    yield from _order_faults(scenario, (*here, "branch", outcome), arm, inside, uses, captured)
                    arms.append(inside)
                known.update(*arms)
            case _:
                pass


def _steps(scenario: Scenario) -> set[str]:
    """The operations that sessions name."""
    sessions = (session for session in scenario.operations.values() if isinstance(session, Session))
    return {step for session in sessions for _, step in operations_in(session)}


def capture_notices(scenario: Scenario) -> Iterator[Fault]:
    """What is captured where no session could use it. Of a scenario without faults."""
    named = _steps(scenario)
    for name, operation in scenario.operations.items():
        if getattr(operation, "capture", None) and name not in named:
            message = f"'{name}' captures what nobody uses: it is no step of a session"
            yield Fault(("operations", name, "capture"), message, "leave `capture` out", at_key=True)
