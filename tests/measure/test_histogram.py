"""Histograms: HdrHistogram's own buckets, exact counts, percentiles only where the sample supports them."""

from __future__ import annotations

import numpy as np
import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given, strategies as st

from ddbload.measure.histogram import HIGHEST_NS, Histogram, bucket_of, cells_of, merged, support

_times = st.lists(st.integers(0, HIGHEST_NS), min_size=1, max_size=200)


@given(_times)
def test_every_value_falls_into_the_bucket_that_the_public_implementation_puts_it_in(values: list[int]) -> None:
    public = HdrHistogram(1, HIGHEST_NS, 3)
    ours = bucket_of(np.array(values, np.int64))
    assert ours.tolist() == [public._counts_index_for(value) for value in values]


@given(_times, st.sampled_from([1.0, 50.0, 90.0, 99.0, 99.9, 100.0]))
def test_a_percentile_is_the_order_statistic_within_a_thousandth(values: list[int], percentile: float) -> None:
    histogram = Histogram()
    histogram.record_many(np.array(values, np.int64))
    rank = max(1, int(np.ceil(percentile / 100 * len(values) - 1e-9)))
    exact = sorted(values)[rank - 1]
    assert exact <= histogram.percentile_ns(percentile) <= exact * 1.001 + 1
    assert histogram.percentile_ns(percentile) <= max(values)


@given(_times, _times)
def test_merging_is_recording_both(left: list[int], right: list[int]) -> None:
    together, a, b = Histogram(), Histogram(), Histogram()
    together.record_many(np.array(left + right, np.int64))
    a.record_many(np.array(left, np.int64))
    b.record_many(np.array(right, np.int64))
    a.merge(b)
    folded = Histogram.of([merged([cells_of(np.array(left, np.int64)), cells_of(np.array(right, np.int64))])])
    for other in (a, folded):
        assert (other.counts == together.counts).all()
        assert (other.count, other.max_ns, other.total_ns) == (together.count, together.max_ns, together.total_ns)


@given(_times)
def test_mean_and_maximum_are_exact(values: list[int]) -> None:
    histogram = Histogram()
    histogram.record_many(np.array(values, np.int64))
    assert histogram.mean_ns == pytest.approx(sum(values) / len(values))
    assert histogram.max_ns == max(values)


def test_a_value_beyond_the_range_is_counted_in_the_last_bucket_and_said() -> None:
    histogram = Histogram()
    histogram.record_many(np.array([HIGHEST_NS * 2, 5], np.int64))
    assert (histogram.count, histogram.clamped, histogram.max_ns) == (2, 1, HIGHEST_NS)


@given(_times)
def test_the_public_form_holds_the_same_counts_and_percentiles(values: list[int]) -> None:
    histogram = Histogram()
    histogram.record_many(np.array(values, np.int64))
    recorded = HdrHistogram(1, HIGHEST_NS, 3)
    for value in values:
        recorded.record_value(value)
    ours = histogram.to_hdr()
    assert ours.get_total_count() == len(values)
    assert ours.encode() == recorded.encode()
    assert [ours.get_value_at_percentile(p) for p in (1, 50, 99, 100)] == [
        recorded.get_value_at_percentile(p) for p in (1, 50, 99, 100)
    ]


@pytest.mark.parametrize(("percentile", "least"), [(50.0, 5), (90.0, 29), (95.0, 59), (99.0, 299), (99.9, 2995)])
def test_a_percentile_wants_a_sample_whose_maximum_bounds_it_with_95_per_cent_confidence(
    percentile: float, least: int
) -> None:
    p = percentile / 100
    assert support(percentile) == least
    assert p**least <= 0.05 < p ** (least - 1)
