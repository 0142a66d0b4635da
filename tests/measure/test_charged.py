"""Units of answers by table and index: of one table, of several, of transactions, of attempts made again."""

from __future__ import annotations

from typing import Any

import pytest

from ddbload.measure.charged import consumption, sole
from ddbload.measure.recorder import Recorder
from ddbload.operation import Outcome
from ddbload.workload.stream import Charge
from tests.measure.test_recorder import START, S, call, delta, tally_of


def model(_draw: Any, outcome: str, _reply: Any) -> tuple[Charge, ...]:
    """A unit for each of two tables, where anything was charged."""
    if outcome == Outcome.THROTTLED:
        return ()
    return Charge(1.0, 0.0, {}, "orders"), Charge(0.0, 2.0, {"by_date": (0.0, 1.0)}, "carts")


def recorder(*, trust: bool = True, writes: bool = False) -> Recorder:
    return Recorder(START, [(0, 9 * S)], [writes], [model], trust_reported=trust)


def units_of(records: Recorder) -> dict[tuple[str, str], tuple[list[float], dict[str, list[float]]]]:
    """(source, table) -> (units of the table, units by index)"""
    units = tally_of(delta(records)).units
    return {(source, table): (charged.table, charged.indexes) for (_, _, source, table), charged in units.items()}


ONE = {"TableName": "orders", "CapacityUnits": 3.0}
SENTENCES: list[tuple[str, Any, bool, dict[str, tuple[list[float], dict[str, list[float]]]]]] = [
    ("a call about one table: the operation's own", ONE, False, {"": ([3.0, 0.0], {})}),
    ("a write about one table", ONE, True, {"": ([0.0, 3.0], {})}),
    (
        "a batch over two tables",
        [ONE, {"TableName": "carts", "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}}],
        False,
        {"orders": ([3.0, 0.0], {}), "carts": ([0.5, 0.0], {})},
    ),
    (
        "a batch that names a table twice",
        [ONE, ONE],
        True,
        {"orders": ([0.0, 6.0], {})},
    ),
    (
        "a transaction, whose answer tells reads and writes apart",
        [{"TableName": "orders", "CapacityUnits": 6.0, "ReadCapacityUnits": 2.0, "WriteCapacityUnits": 4.0}],
        True,
        {"orders": ([2.0, 4.0], {})},
    ),
    (
        "a transaction with an index",
        [
            {
                "TableName": "orders",
                "CapacityUnits": 6.0,
                "WriteCapacityUnits": 6.0,
                "Table": {"CapacityUnits": 4.0, "WriteCapacityUnits": 4.0},
                "GlobalSecondaryIndexes": {"by_date": {"CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}},
            }
        ],
        True,
        {"orders": ([0.0, 4.0], {"by_date": [0.0, 2.0]})},
    ),
    (
        "members that are there and empty",
        {"TableName": "orders", "CapacityUnits": 1.0, "ReadCapacityUnits": None, "WriteCapacityUnits": None},
        True,
        {"": ([0.0, 1.0], {})},
    ),
]


@pytest.mark.parametrize(("sentence", "consumed", "writes", "expected"), SENTENCES)
def test_units_are_read_by_table_from(
    sentence: str, consumed: Any, writes: bool, expected: dict[str, tuple[list[float], dict[str, list[float]]]]
) -> None:
    records = recorder(writes=writes)
    records.record(call(S, reply={"ConsumedCapacity": consumed}))
    assert units_of(records) == {("reported", table): units for table, units in expected.items()}, sentence


NONSENSE = [
    [{"CapacityUnits": 1.0}],  # of no table
    [ONE, "much"],
    [ONE, {"TableName": "carts"}],
    [],
    None,
    {"TableName": "orders", "CapacityUnits": "1"},
    {"TableName": "orders", "CapacityUnits": 1.0, "GlobalSecondaryIndexes": {"by_date": {}}},
]


@pytest.mark.parametrize("consumed", NONSENSE)
def test_where_any_part_makes_no_sense_all_units_are_the_models(consumed: Any) -> None:
    records = recorder()
    records.record(call(S, reply={"ConsumedCapacity": consumed}))
    assert units_of(records) == {
        ("modelled", "orders"): ([1.0, 0.0], {}),
        ("modelled", "carts"): ([0.0, 2.0], {"by_date": [0.0, 1.0]}),
    }


@pytest.mark.parametrize(
    "consumed",
    [ONE, {**ONE, "Table": {"CapacityUnits": 3.0}}, {"TableName": "t", "CapacityUnits": 0}],
)
def test_the_short_way_says_what_the_long_one_does(consumed: dict[str, Any]) -> None:
    assert consumption(consumed, writes=False) == [("", (sole(consumed), 0.0), ())]


@pytest.mark.parametrize(
    ("trust", "reported", "modelled"),
    [(True, [13.0, 0.0], 1), (False, None, 2)],
)
def test_an_earlier_attempt_costs_what_its_answer_says_and_else_what_the_model_does(
    trust: bool, reported: list[float] | None, modelled: int
) -> None:
    """A batch done in part (10 units), a time-out, a throttle (nothing), and the last answer (3 units).

    The model knows the whole batch: what it says of the last answer is what all attempts did.
    """
    one = call(S, reply={"ConsumedCapacity": ONE}, attempts=4)
    one.earlier = (Outcome.UNPROCESSED, Outcome.TIMEOUT, Outcome.THROTTLED)
    one.answers = ({"ConsumedCapacity": {"TableName": "orders", "CapacityUnits": 10.0}},)
    records = recorder(trust=trust)
    records.record(one)
    units = units_of(records)
    assert units.get(("reported", ""), (None, {}))[0] == reported
    assert units["modelled", "orders"][0][0] == modelled


@pytest.mark.parametrize(
    ("sentence", "trust", "modelled"),
    [
        ("the answer before named its units", True, 0),
        ("nothing is reported: the model counts what was not left over", False, 1),
    ],
)
def test_the_rest_of_a_batch_that_was_throttled_when_it_was_sent_again_costs_nothing(
    sentence: str, trust: bool, modelled: int
) -> None:
    """A batch done in part (10 units); its rest was refused, which is told as unprocessed."""
    one = call(S, reply={"__type": "ProvisionedThroughputExceededException"}, outcome=Outcome.UNPROCESSED, attempts=2)
    one.earlier = (Outcome.UNPROCESSED,)
    one.answers = (
        {"ConsumedCapacity": {"TableName": "orders", "CapacityUnits": 10.0}, "UnprocessedKeys": {"orders": {}}},
    )
    records = recorder(trust=trust)
    records.record(one)
    units = units_of(records)
    assert units.get(("reported", ""), ([0.0], {}))[0][0] == (10 if trust else 0), sentence
    assert units.get(("modelled", "orders"), ([0.0], {}))[0][0] == modelled, sentence


def test_units_of_a_second_are_those_of_all_tables() -> None:
    records = recorder(writes=True)
    records.record(call(S, reply={"ConsumedCapacity": [ONE, {"TableName": "carts", "CapacityUnits": 0.5}]}))
    assert tally_of(delta(records)).seconds[1].write_units == 3.5
