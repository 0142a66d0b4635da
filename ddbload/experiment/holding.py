"""What lies in the tables of a target while an experiment runs, and what a run needs before it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import orjson

from ddbload.scenario.actions import actions_of, requests_of
from ddbload.scenario.model import Scenario, Table
from ddbload.scenario.rules.parsed import counterpart
from ddbload.target.loading import family_sha256

_WRITING = frozenset({"put", "update", "delete"})
_WRITTEN = ""  # of a table that a run wrote to: nothing is known of what lies there


class Need(StrEnum):
    """What the tables need before a run."""

    nothing = "nothing"  # they hold what the run wants
    items = "items"  # nothing is known of them yet: the items that are missing
    renewal = "renewal"  # something else lies there: dropped and made anew, or written over


def writes(scenario: Scenario) -> bool:
    """Whether a run changes what lies in its tables."""
    return any(
        counterpart(scenario, action) in _WRITING
        for name in requests_of(scenario)
        for action in actions_of(scenario.operations[name])
    )


def contents(scenario: Scenario) -> dict[str, str]:
    """Of each table a hash of all that decides what is loaded into it, its own definition included."""
    return {table.name: _content(scenario, table) for table in scenario.every_table}


def _content(scenario: Scenario, table: Table) -> str:
    families = [name for name in scenario.families_of(table) if scenario.items[name].load]
    document = [table.model_dump(mode="json"), [[name, family_sha256(scenario, name)] for name in sorted(families)]]
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Holding:
    """The tables of one target, by name, as far as the experiment knows them.

    Attributes:
        fresh: the target was started for the experiment and began empty.
        tables: hashes as `contents` makes them.
    """

    fresh: bool
    tables: Mapping[str, str] = field(default_factory=dict)

    def need(self, scenario: Scenario) -> Need:
        """What a run of a scenario needs before it."""
        wanted = contents(scenario)
        known = {name: self.tables[name] for name in wanted if name in self.tables}
        if any(content != wanted[name] for name, content in known.items()):
            return Need.renewal
        if len(known) == len(wanted):
            return Need.nothing
        return Need.items if self.fresh or not writes(scenario) else Need.renewal

    def after(self, scenario: Scenario) -> Holding:
        """The same once the scenario has been run."""
        found = contents(scenario)
        if writes(scenario):
            found = dict.fromkeys(found, _WRITTEN)
        return Holding(self.fresh, {**self.tables, **found})


def collide(base: Scenario, new: Scenario) -> tuple[str, ...]:
    """Tables that both scenarios use and fill with different items, or define differently."""
    ours, theirs = contents(base), contents(new)
    return tuple(name for name in ours if name in theirs and ours[name] != theirs[name])
