"""The targets that an experiment runs on: opened, shared or apart, and which of their tables may be made anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from ddbload.errors import UsageError
from ddbload.experiment.holding import Holding, collide
from ddbload.experiment.silent import Once
from ddbload.experiment.watcher import Watcher
from ddbload.scenario.model import Scenario, Table
from ddbload.target import Target, TargetOptions, open_target, parse_spec
from ddbload.target.records import Records
from ddbload.target.tables import describe, may_create


@dataclass(slots=True)
class Bench:
    """An open target and what lies in its tables; sides that share the target share this."""

    target: Target
    holding: Holding
    _open: Callable[[], AbstractAsyncContextManager[Target]]
    _stack: AsyncExitStack  # of this target alone

    async def restart(self) -> None:
        """Stop a server that was started for the experiment and start another, with no table in it.

        Raises:
            TargetError: it had died, or does not start again.
        """
        if self.target.ephemeral:
            await self._stack.aclose()
            self.target = await self._stack.enter_async_context(self._open())
            self.holding = Holding(fresh=True)


async def open_benches(
    stack: AsyncExitStack,
    names: tuple[str, str],
    options: TargetOptions,
    watcher: Watcher,
    *,
    shared: bool,
) -> tuple[Bench, Bench]:
    """Both sides' targets, both up until the stack unwinds; one for both where they share it.

    Raises:
        UsageError: both names lead to the same server.
        TargetError: one cannot be started or reached.
    """
    opened, once = [], Once(watcher)
    for name in names[:1] if shared else names:
        own = await stack.enter_async_context(AsyncExitStack())
        opening = partial(open_target, name, _heeded(name, names, options))
        target = await own.enter_async_context(opening())
        for text in target.warnings:
            once.note(text)
        opened.append(Bench(target, Holding(fresh=target.ephemeral), opening, own))
    if not shared and _same_server(opened[0].target, opened[1].target):
        raise UsageError(f"{names[0]} and {names[1]} are the same server: its tables would be in each other's way")
    return opened[0], opened[-1]


def _heeded(name: str, names: Sequence[str], options: TargetOptions) -> TargetOptions:
    """The options as far as a target heeds them, where another side does: one that no side heeds is a mistake."""
    specs = {each: parse_spec(each) for each in names}
    takes_jar = {each for each, spec in specs.items() if spec.kind == "local" and spec.jar is None}
    remote = {each for each, spec in specs.items() if spec.kind in {"endpoint", "aws"}}
    if takes_jar and name not in takes_jar:
        options = replace(options, jar=None)
    if remote and name not in remote:
        options = replace(options, region=None, profile=None)
    return options


def _same_server(one: Target, other: Target) -> bool:
    if one.identity == other.identity:
        return True
    ports = {urlsplit(target.endpoint.url).port for target in (one, other)}
    return one.loopback and other.loopback and len(ports) == 1


async def refuse_foreign(target: Target, base: Scenario, new: Scenario) -> None:
    """Raise `UsageError` where both sides use a table, want it filled differently, and it may not be made anew."""
    for table in (each for each in base.every_table if each.name in collide(base, new)):
        reason = keeps(target, base, table) or keeps(target, new, table)
        if reason is None and not target.ephemeral and await describe(target, table.name) is not None:
            owned = Records().owned(target.identity, table.name)
            reason = None if owned else f"table {table.name} was not created by ddbload"
        if reason is not None:
            raise UsageError(
                f"base and new want table {table.name} at {target.label} filled differently, and it cannot be made "
                f"anew between their runs: {reason}; give each side a table or a target of its own (nothing was sent)"
            )


def keeps(target: Target, scenario: Scenario, table: Table) -> str | None:
    """Why a table is not dropped between runs, whoever created it; None where it may be."""
    if target.ephemeral:
        return None
    if not may_create(target, table):
        return f"table {table.name} is kept, since the scenario does not have it created"
    if others := [name for name in scenario.families_of(table) if not scenario.items[name].load]:
        return f"table {table.name} is kept, since the scenario does not load {', '.join(others)}"
    return None
