"""A bill has a line for each meter that is used, with its price, and free units and reserved capacity are pooled."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.pricing import Bill, BillError, FreeTier, PriceError, Usage, bill, load_book
from ddbload.pricing.meters import METERS

# us-east-1, worked by hand from the price list
BILLS = [
    ("3 million writes and 8 million reads", Usage(write_units=3e6, read_units=8e6), 2.875),
    ("20 write and 30 read units for 730 hours", Usage(write_unit_hours=20 * 730, read_unit_hours=30 * 730), 12.337),
    ("77 write and 76 read units", Usage(write_unit_hours=77 * 730, read_unit_hours=76 * 730), 36.5365 + 7.2124),
    ("230 GB stored", Usage(storage_gb=230), 57.5),
    ("2,300 GB that can be recovered", Usage(pitr_gb=2300), 460.0),
    ("460 GB backed up", Usage(backup_gb=460), 46.0),
    ("230 GB restored", Usage(restored_gb=230), 34.5),
    ("2 million stream reads", Usage(stream_reads=2e6), 0.4),
    (
        "20 replicated write units in N. California",
        Usage(region="us-west-1", replicated_write_unit_hours=14600),
        10.585,
    ),
    ("a replica filled with 100 GB", Usage(replicated_gb=100), 15.0),
    (
        "100 GB exported, 10 GB more, 50 GB imported",
        Usage(exported_gb=100, exported_incremental_gb=10, imported_gb=50),
        18.5,
    ),
    ("5 million changes captured twice", Usage(kinesis_units=5e6, glue_units=5e6), 1.0),
    ("11 TB to the internet", Usage(internet_gb=11 * 1024), 10240 * 0.09 + 1024 * 0.085),
    ("from N. Virginia to Ohio and to Ireland", Usage(to_region_gb={"us-east-2": 100, "eu-west-1": 100}), 1.0 + 2.0),
    ("three large DAX nodes", Usage(dax_node_hours={"dax.r5.large": 3 * 730}), 558.45),
    ("8 alarms", Usage(alarms=8), 0.8),
    ("warm throughput raised", Usage(warm_read_units=28_000, warm_write_units=6_000), 7.54),
    ("infrequent access", Usage(table_class="infrequent-access", write_units=1e6, storage_gb=1), 0.88),
    ("vectors", Usage(vector_write_gb=10, vector_search_gb=1000), 7.2),
    ("vectors of infrequent access", Usage(table_class="infrequent-access", vector_write_gb=10), 6.5),
    ("what a global table sends to its replicas", Usage(replication_gb=500), 0.0),
    (
        "100 write units reserved for a year, and used throughout it",
        Usage(hours=8760, write_unit_hours=100 * 8760, reserved={("write", 1): 100}),
        150 + 8760 * 0.0128,
    ),
    (
        "200 read units reserved for three years, of which a month uses 150",
        Usage(read_unit_hours=150 * 730, reserved={("read", 3): 200}),
        2 * 36 + 2 * 730 * 0.0016,
    ),
    (
        "100 write units reserved beside 150 that are used",
        Usage(write_unit_hours=150 * 730, reserved={("write", 1): 100}),
        150 + 730 * 0.0128 + 50 * 730 * 0.00065,
    ),
    ("100 GB in cold backups", Usage(cold_backup_gb=100), 3.0),
    ("10 GB restored from a cold one", Usage(restored_cold_gb=10), 2.0),
    (
        "100 read and 100 write units, infrequent access",
        Usage(table_class="infrequent-access", read_unit_hours=73_000, write_unit_hours=73_000),
        73_000 * (0.00016 + 0.00081),
    ),
    (
        "replicated writes, infrequent access",
        Usage(table_class="infrequent-access", replicated_write_units=1e6),
        0.78,
    ),
    (
        "three regions of 1,100 replicated write units, an hour",
        Usage(replicated_write_unit_hours=3 * 1100),
        3 * 1100 * 0.00065,
    ),
    ("a million replicated writes in Ireland", Usage(region="eu-west-1", replicated_write_units=1e6), 0.705),
    ("Frankfurt", Usage(region="eu-central-1", write_units=1e6, read_units=1e6, storage_gb=1), 0.7625 + 0.1525 + 0.306),
    ("Tokyo", Usage(region="ap-northeast-1", write_units=1e6, read_units=1e6, storage_gb=1), 0.715 + 0.1425 + 0.285),
    ("London, by the rule", Usage(region="eu-west-2", write_units=1e6, read_units=1e6), 0.7425 + 0.1485),
    ("100 GB from Tokyo to the internet", Usage(region="ap-northeast-1", internet_gb=100), 11.4),
    ("100 GB between zones", Usage(between_zones_gb=100), 1.0),
    ("alarms of high resolution and composite ones", Usage(high_resolution_alarms=2, composite_alarms=2), 1.6),
    (
        "budgets that act, reports, and Cost Explorer",
        Usage(budget_action_days=100, budget_reports=10, cost_explorer_requests=100),
        11.1,
    ),
    ("three small nodes of DAX for 720 hours", Usage(dax_node_hours={"dax.t3.small": 3 * 720}), 86.4),
    ("warm writes from 4,000 to 20,000", Usage(warm_write_units=16_000), 10.4),
    (
        "30 days at 100, 143 and 114 units, ten of each",
        Usage(write_unit_hours=357 * 240, read_unit_hours=357 * 240),
        66.8304,
    ),
    ("nothing", Usage(), 0.0),
]


@pytest.mark.parametrize(("usage", "usd"), [row[1:] for row in BILLS], ids=[row[0] for row in BILLS])
def test_a_bill_comes_to_what_its_quantities_cost(usage: Usage, usd: float) -> None:
    assert bill([usage]).usd() == pytest.approx(usd, abs=1e-9)


def test_a_line_has_quantity_unit_price_and_where_the_price_is_from() -> None:
    (line,) = bill(Usage(write_units=2e6, label="orders")).lines
    assert (line.item, line.region, line.label, line.unit) == (
        "write_units",
        "us-east-1",
        "orders",
        "write request units",
    )
    assert (line.quantity, line.paid, line.usd_per_unit) == (2e6, 2e6, 0.625e-6)
    assert line.usd == pytest.approx(1.25)
    assert (line.status, line.as_of, line.once) == ("verified", "2026-09-11", False)
    assert "publicationDate 2026-09-11" in line.source


def test_lines_stand_in_the_order_of_meters_and_lines_of_nothing_are_left_out() -> None:
    items = [line.item for line in bill([Usage(storage_gb=1, read_units=1), Usage(write_units=1)]).lines]
    assert items == ["read_units", "write_units", "storage_gb"]


def test_every_meter_is_a_quantity_of_a_usage_and_is_paid_for() -> None:
    names = {one.name for one in fields(Usage)}
    for meter in METERS:
        assert meter.item in names
        used: dict[str, Any] = {meter.item: 3e6}
        made = bill([Usage(**used)])
        assert [line.item for line in made.lines] == [meter.item]
        assert made.usd() > 0 or meter.item == "replication_gb"


def test_what_is_paid_once_is_told_from_what_comes_every_month() -> None:
    made = bill([Usage(storage_gb=100, imported_gb=100, reserved={("write", 1): 100}, write_unit_hours=73_000)])
    assert made.once_usd == pytest.approx(15.0 + 150.0)
    assert made.monthly_usd == pytest.approx(25.0 + 730 * 0.0128)


def test_restores_and_exports_are_those_of_a_month() -> None:
    made = bill([Usage(restored_gb=100, restored_cold_gb=10, exported_gb=50)])
    assert made.once_usd == 0
    assert made.monthly_usd == pytest.approx(15.0 + 2.0 + 5.0)


def free(*usages: Usage) -> Bill:
    return bill(usages, free_tier=True)


def test_30_units_through_31_days_leave_3720_unit_hours_to_pay() -> None:
    made = free(Usage(write_unit_hours=30 * 744, read_unit_hours=25 * 744))
    assert made.usd() == pytest.approx(2.418)
    assert [line.paid for line in made.lines] == [0, pytest.approx(3720)]


def test_free_units_are_pooled_over_the_usages_of_a_region_and_given_anew_in_another() -> None:
    two = free(Usage(storage_gb=20), Usage(storage_gb=20))
    assert [line.paid for line in two.lines] == [0, 15]
    assert free(Usage(storage_gb=20), Usage(region="eu-west-1", storage_gb=20)).usd() == 0


def test_free_internet_traffic_and_alarms_are_the_accounts_not_the_regions() -> None:
    made = free(Usage(internet_gb=60, alarms=6), Usage(region="eu-west-1", internet_gb=60, alarms=6))
    assert made.usd("internet_gb") == pytest.approx(20 * 0.09)
    assert made.usd("alarms") == pytest.approx(0.2)


def test_requests_recovery_backups_and_infrequent_access_are_never_free() -> None:
    usage = Usage(
        read_units=1e6, write_units=1e6, pitr_gb=10, backup_gb=10, restored_gb=10, dax_node_hours={"dax.t3.small": 1}
    )
    cold = Usage(table_class="infrequent-access", storage_gb=10, read_unit_hours=730, write_unit_hours=730)
    assert free(usage, cold).usd() == pytest.approx(bill([usage, cold]).usd())


def test_govcloud_has_no_free_tier() -> None:
    usage = Usage(region="us-gov-west-1", storage_gb=10, stream_reads=1e6)
    assert free(usage).usd() == pytest.approx(bill([usage]).usd())


def test_the_bands_of_the_free_tier_can_be_chosen() -> None:
    made = bill([Usage(storage_gb=27, stream_reads=1e6)], free_tier=FreeTier(storage_gb=25, stream_reads=0))
    assert made.usd() == pytest.approx(0.5 + 0.2)


def test_traffic_of_two_tables_fills_the_same_bands() -> None:
    apart = bill([Usage(internet_gb=9 * 1024), Usage(internet_gb=2 * 1024)])
    assert apart.usd() == pytest.approx(bill([Usage(internet_gb=11 * 1024)]).usd())
    assert [line.quantity for line in apart.lines] == [9 * 1024, 1024, 1024]


def test_replication_is_charged_as_transfer_where_the_old_rule_is_asked_for() -> None:
    usage = Usage(replication_gb=500)
    (line,) = bill([usage]).lines
    assert (line.usd, line.status) == (0.0, "verified")
    assert bill([usage], charge_replication=True).usd() == pytest.approx(10.0)


def test_reserved_capacity_covers_the_plain_units_of_the_regions_standard_tables() -> None:
    made = bill(
        [
            Usage(write_unit_hours=60 * 730, reserved={("write", 1): 100}),
            Usage(write_unit_hours=60 * 730, replicated_write_unit_hours=730),
            Usage(table_class="infrequent-access", write_unit_hours=730),
            Usage(region="eu-west-1", write_unit_hours=730),
        ]
    )
    paid = [line.paid for line in made.lines if line.item == "write_unit_hours"]
    assert paid == [0, pytest.approx(20 * 730), 730, 730]
    assert made.usd("reserved_write_hours") == pytest.approx(730 * 0.0128)
    assert made.usd("replicated_write_unit_hours") == pytest.approx(730 * 0.00065)


def test_reserved_capacity_covers_no_more_than_was_used_at_the_time() -> None:
    usage = Usage(write_unit_hours=100_000, reserved={("write", 1): 100}, reserved_unit_hours={"write": 40_000})
    assert bill([usage]).usd("write_unit_hours") == pytest.approx(60_000 * 0.00065)
    assert bill([replace(usage, reserved_unit_hours={})]).usd("write_unit_hours") == pytest.approx(27_000 * 0.00065)


REFUSED = [
    ("less than nothing", Usage(read_units=-1), r"read_units is -1: it must be a number of 0 or more"),
    ("no number", Usage(storage_gb=math.nan), r"storage_gb is nan"),
    ("no end", Usage(write_unit_hours=math.inf), r"write_unit_hours is inf"),
    ("a word", Usage(alarms="ten"), r"alarms is 'ten'"),  # type: ignore[arg-type]
    ("part of a mapping", Usage(dax_node_hours={"dax.t3.small": -1}), r"dax_node_hours\['dax.t3.small'\] is -1"),
    ("hours", Usage(hours=-1), "hours is -1"),
    ("another class", Usage(table_class="glacier"), "table_class is 'glacier': one of standard, infrequent-access"),  # type: ignore[arg-type]
    (
        "reserved infrequent access",
        Usage(table_class="infrequent-access", reserved={("read", 1): 100}),
        r"reserved\[\('read', 1\)\]: .* standard table class",
    ),
    (
        "reserved requests",
        Usage(write_units=5, reserved={("write", 1): 100}),
        r"reserved\[.*provisioned units, not for write_units",
    ),
    ("half a block", Usage(read_unit_hours=730, reserved={("read", 1): 150}), "blocks of 100 units"),
    ("two years", Usage(read_unit_hours=730, reserved={("read", 2): 100}), "for 1 or 3 years"),
    (
        "more covered than reserved",
        Usage(reserved={("read", 1): 100}, reserved_unit_hours={"read": 1e6}),
        "cover 73000 in 730 hours",
    ),
]


@pytest.mark.parametrize(("usage", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_usage_that_cannot_be_is_refused_by_the_name_of_its_field(usage: Usage, said: str) -> None:
    with pytest.raises(BillError, match=said):
        bill([replace(usage, label="orders")])


MISSING = [
    (
        "DAX outside us-east-1",
        Usage(region="eu-west-1", dax_node_hours={"dax.r5.large": 1}),
        "'dax.r5.large' for eu-west-1",
    ),
    (
        "DAX of a kind without a price",
        Usage(dax_node_hours={"dax.r7i.large": 1}),
        "'dax.r7i.large' for us-east-1; it has dax.t3.small",
    ),
    (
        "three years in Ohio",
        Usage(region="us-east-2", write_unit_hours=73000, reserved={("write", 3): 100}),
        "'reserved.3y.wcu.upfront' for us-east-2",
    ),
    (
        "cold backups in Ireland",
        Usage(region="eu-west-1", cold_backup_gb=1),
        "'backup.on_demand_cold_gb_month' for eu-west-1",
    ),
    ("vectors in Ohio", Usage(region="us-east-2", vector_search_gb=1), "'vector.search_gb' for us-east-2"),
    ("China", Usage(region="cn-north-1", read_units=1), "no region 'cn-north-1'.*CNY"),
]


@pytest.mark.parametrize(("usage", "said"), [row[1:] for row in MISSING], ids=[row[0] for row in MISSING])
def test_a_missing_price_is_named_with_its_region_and_never_nought(usage: Usage, said: str) -> None:
    with pytest.raises(PriceError, match=said):
        bill([usage])


def test_a_price_that_is_not_needed_need_not_be_there() -> None:
    assert bill([Usage(region="us-east-2", storage_gb=1, vector_search_gb=0)]).usd() == pytest.approx(0.25)


def test_books_of_ones_own_can_be_used() -> None:
    book = load_book("us-east-1")
    dear = replace(book, prices={name: replace(price, usd=price.usd * 2) for name, price in book.prices.items()})
    assert bill([Usage(storage_gb=10)], books=lambda _: dear).usd() == pytest.approx(5.0)


AMOUNTS = st.fixed_dictionaries({
    name: st.floats(0, 1e8)
    for name in ("read_units", "write_unit_hours", "storage_gb", "stream_reads", "internet_gb", "alarms", "pitr_gb")
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(amounts=AMOUNTS, part=st.floats(0, 1), free_tier=st.booleans())
def test_two_parts_of_a_usage_cost_what_the_whole_does(amounts: Any, part: float, free_tier: bool) -> None:
    one = Usage(**{name: amount * part for name, amount in amounts.items()})
    other = Usage(**{name: amount * (1 - part) for name, amount in amounts.items()})
    whole = bill([Usage(**amounts)], free_tier=free_tier).usd()
    assert bill([one, other], free_tier=free_tier).usd() == pytest.approx(whole, rel=1e-6, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(amounts=AMOUNTS)
def test_the_free_tier_takes_at_most_what_it_is_worth(amounts: Any) -> None:
    usage = Usage(**amounts)
    saved = bill([usage]).usd() - bill([usage], free_tier=True).usd()
    most = 18_600 * 0.00065 + 25 * 0.25 + 2.5 * 0.2 + 100 * 0.09 + 10 * 0.1
    assert -1e-6 <= saved <= most + 1e-6 + 1e-9 * bill([usage]).usd()
