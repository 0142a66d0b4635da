"""What every rule goes by: the scenario, its units, how often each operation is called, and what a unit costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ddbload.capacity.operation_units import billable_bytes
from ddbload.planner.demand.storage import GB
from ddbload.planner.resource import Dimension, FamilyStorage, OperationUnits, Resource, WorkloadUnits
from ddbload.pricing import PriceBook
from ddbload.scenario.actions import Action, actions_of
from ddbload.scenario.model import Scenario, Table

_HOUR_S = 3600
_MILLION = 1e6
_BOOK_CLASS = {"standard": "standard", "infrequent-access": "standard_ia"}


@dataclass(frozen=True, slots=True)
class Ground:
    """A workload and its prices. Money is US dollars a month: on-demand requests of the table's class, and storage.

    Attributes:
        scenario, units: what is judged.
        arrivals: stream -> arrivals a second, the mean of the month.
        book: prices of the region; those of a replica's region are taken to be the same.
        hours: of the month.
        allow_code: whether values may come from functions of the scenario's own.
    """

    scenario: Scenario
    units: WorkloadUnits
    arrivals: Mapping[str, float]
    book: PriceBook
    hours: float
    allow_code: bool = False

    def operations(self) -> Iterator[tuple[OperationUnits, float, tuple[Action, ...]]]:
        """Each operation that is called, its calls a second, and its actions."""
        for one in self.units.operations:
            rate = one.per_second(self.arrivals)
            if rate > 0 and one.name in self.scenario.operations:
                yield one, rate, actions_of(self.scenario.operations[one.name])

    def family(self, name: str) -> FamilyStorage | None:
        """How a family is stored."""
        return next((family for family in self.units.families if family.family == name), None)

    def families_of(self, table: Table) -> tuple[FamilyStorage, ...]:
        """The families of a table."""
        return tuple(family for family in self.units.families if family.table == table.name)

    def per_second(self, resource: Resource, dimension: Dimension) -> float:
        """Units a second of all operations."""
        return math.fsum(rate * one.of(resource, dimension).mean for one, rate, _ in self.operations())

    # --- money ---

    def read_usd(self, table: Table, per_second: float, table_class: str | None = None) -> float:
        """A month of so many read units a second."""
        price = self.book.price(f"on_demand.{_BOOK_CLASS[table_class or table.table_class]}.rru").usd
        return per_second * _HOUR_S * self.hours / _MILLION * price

    def write_usd(self, table: Table, per_second: float, table_class: str | None = None) -> float:
        """A month of so many write units a second, in every region of a global table."""
        price = self.book.price(f"on_demand.{_BOOK_CLASS[table_class or table.table_class]}.wru").usd
        return per_second * _HOUR_S * self.hours / _MILLION * price * regions(table)

    def storage_usd(self, table: Table, n_bytes: float, table_class: str | None = None) -> float:
        """A month of so many bytes, in every region of a global table."""
        price = self.book.price(f"storage.{_BOOK_CLASS[table_class or table.table_class]}").usd
        return n_bytes / GB * price * regions(table)

    def operation_usd(self, one: OperationUnits, rate: float, dimension: Dimension) -> float:
        """A month of the read, or of the write units of an operation, on all that it consumes of."""
        tables = {table.name: table for table in self.scenario.every_table}
        usd = self.read_usd if dimension == "read" else self.write_usd
        return math.fsum(
            usd(tables[resource.table], rate * found.of(dimension).mean) for resource, found in one.consumption.items()
        )


def regions(table: Table) -> int:
    """In how many regions a table is."""
    replicas = table.replicas or ()
    return 1 + len(replicas if isinstance(replicas, (list, tuple)) else replicas.regions)


def entry_bytes(ground: Ground, table: Table, index: str) -> float:
    """Bytes that the entries of an index take, with what billing adds."""
    return math.fsum(
        billable_bytes(family.items * share, n_bytes)
        for family in ground.families_of(table)
        for share, n_bytes in (family.entries.get(index, (0.0, 0.0)),)
    )
