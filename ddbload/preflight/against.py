"""A scenario against a target: its tables as they are described there, and what the credentials may do. The shell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ddbload.preflight.words import WIDEST, wrapped
from ddbload.scenario.actions import actions_of, requests_of
from ddbload.scenario.model import Provisioned, Scan, Scenario, Table
from ddbload.target.model import Target, TargetOptions
from ddbload.target.opening import open_target
from ddbload.target.probing import Permission, probe
from ddbload.target.schema import differences
from ddbload.target.tables import describe, may_create, remarks_at


@dataclass(frozen=True, slots=True)
class TableState:
    """A table of the scenario as it is at the target.

    Attributes:
        there: whether it exists.
        wrong: what hinders a run; empty for a table that a run would create.
        remarks: what is otherwise without hindering it.
    """

    name: str
    there: bool
    wrong: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """What a target says of a scenario."""

    label: str
    notes: tuple[str, ...]
    tables: tuple[TableState, ...]
    permissions: tuple[Permission, ...]

    @property
    def exit_code(self) -> int:
        """3: a table is not the scenario's; 1: a permission is lacking; 0: neither."""
        if any(table.wrong for table in self.tables):
            return 3
        return 1 if any(one.verdict == "denied" for one in self.permissions) else 0


async def examine(scenario: Scenario, spec: str, options: TargetOptions) -> Examination:
    """Open a target, describe the scenario's tables there, and try the permissions out. Nothing is changed.

    Raises:
        DdbloadError: the target's name is none, or it cannot be reached.
    """
    async with open_target(spec, options) as target:
        tables = [await _state(target, table) for table in scenario.every_table]
        found = await probe(target, scenario, {table.name: table.there for table in tables})
        notes = (*target.warnings, *(_local_notes(scenario) if target.loopback or target.functional else ()))
        return Examination(target.label, tuple(notes), tuple(tables), found)


async def _state(target: Target, table: Table) -> TableState:
    described = await describe(target, table.name)
    if described is None:
        if may_create(target, table):
            return TableState(table.name, there=False, remarks=("it is not there; a run creates it",))
        return TableState(table.name, there=False, wrong=("it is not there; `create: true` has a run create it",))
    known, expiry = described
    return TableState(table.name, True, tuple(differences(table, known)), remarks_at(target, table, known, expiry))


def _local_notes(scenario: Scenario) -> Iterator[str]:
    """What DynamoDB Local and the embedded library do not do as DynamoDB does."""
    if any(isinstance(table.billing, Provisioned) for table in scenario.every_table):
        yield "provisioned capacity limits nothing here: what is throttled on AWS is not"
    if any(table.ttl for table in scenario.every_table):
        yield "time to live is not kept to any time here: expired items may stay"
    sent = [scenario.operations[name] for name in requests_of(scenario)]
    if any(isinstance(operation, Scan) and operation.segments > 1 for operation in sent):
        yield "the segments of a parallel scan are read one after the other here"
    if any(
        action.kind == "statement" and getattr(action.spec, "limit", None) for o in sent for action in actions_of(o)
    ):
        yield "the limit of a statement is not heeded here"


def examination_text(found: Examination, width: int = WIDEST) -> str:
    """The examination as text: tables, then a table of operations, actions and whether they are allowed."""
    lines = [*wrapped("target     ", found.label, width)]
    for table in found.tables:
        state = "not as the scenario says" if table.wrong else ("as the scenario says" if table.there else "")
        lines += wrapped(
            f"table      {table.name}: ", "; ".join(filter(None, [state, *table.wrong, *table.remarks])), width
        )
    lines += [line for note in found.notes for line in wrapped("note       ", note, width)]
    return "\n".join([*lines, "", *_permission_lines(found.permissions, width)])


def _permission_lines(permissions: tuple[Permission, ...], width: int) -> Iterator[str]:
    """A table where it fits, with what was said behind it; else a paragraph for each."""
    rows = [("operation", "call", "action", "on", "")]
    for one in permissions:
        where = one.table if one.index is None else f"{one.table}/{one.index}"
        rows.append((_listed(one.operations), one.api, one.action, where, one.verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    said = ["", *(one.said for one in permissions)]
    fits = sum(widths) + 2 * len(widths) <= width
    for row, why in list(zip(rows, said, strict=True))[0 if fits else 1 :]:
        cells = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths[:4], strict=False))
        head = f"{cells}  " if fits else f"{row[0]}: "
        verdict = f"{row[4]}{f': {why}' if why else ''}"
        yield from wrapped(head, verdict if fits else f"{row[1]}, {row[2]} on {row[3]}: {verdict}", width)


def _listed(operations: tuple[str, ...]) -> str:
    shown = ", ".join(operations[:2])
    return f"{shown}, …" if len(operations) > 2 else shown  # noqa: PLR2004 - as many as fit
