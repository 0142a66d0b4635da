"""A key condition is `partition = value`, with at most one condition on the sort key."""

from __future__ import annotations

import pytest

from ddbload.expression import ExpressionError, check_key_condition, parse_condition

GOOD = [
    "pk = 'x'",
    "pk = {pk} AND sk = 1",
    "sk > {from} AND pk = {pk}",
    "pk = {pk} AND sk BETWEEN 'a' AND 'b'",
    "pk = {pk} AND begins_with(sk, 'order#{n}')",
]
BAD = [
    ("sk = 1", 0, "no condition"),
    ("pk > 1", 0, "only compared with ="),
    ("begins_with(pk, 'a')", 0, "only compared with ="),
    ("pk = 1 AND other = 2", 11, "'other' is not a key attribute"),
    ("pk = 1 AND sk > 1 AND sk < 9", 22, "two conditions"),
    ("pk = 1 AND sk <> 1", 11, "not a condition on a key"),
    ("pk = 1 AND sk IN (1, 2)", 11, "not a condition on a key"),
    ("pk = 1 AND NOT sk = 1", 15, "not a condition on a key"),
    ("pk = 1 OR sk = 1", 0, "not a condition on a key"),
    ("pk = 1 AND contains(sk, 'a')", 11, "not a condition on a key"),
    ("pk = 1 AND size(sk) > 1", 11, "not a condition on a key"),
    ("pk = 1 AND sk = other", 11, "with values"),
    ("pk.a = 1", 0, "not a condition on a key"),
]


@pytest.mark.parametrize("text", GOOD)
def test_a_condition_on_keys_passes(text: str) -> None:
    check_key_condition(parse_condition(text), "pk", "sk")


@pytest.mark.parametrize(("text", "offset", "message"), BAD)
def test_any_other_condition_is_refused(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        check_key_condition(parse_condition(text), "pk", "sk")
    assert message in refused.value.message
    assert "pk = …" in refused.value.fits
    assert refused.value.offset == offset


def test_a_table_without_sort_key_takes_no_second_condition() -> None:
    with pytest.raises(ExpressionError, match="'sk' is not a key attribute"):
        check_key_condition(parse_condition("pk = 1 AND sk = 1"), "pk", None)
