"""A tally over a long run: what it keeps does not grow with the calls, and its figures do not change for it."""

from __future__ import annotations

import numpy as np

from ddbload.measure.delta import Batch, Delta
from ddbload.measure.histogram import Cells, Histogram, cells_of, merged
from ddbload.measure.tally import Quantiles, SecondTally, Tally
from ddbload.operation import Outcome

MS = 1_000_000


def second_of(second: int, *, worker: int = 0, count: int = 400, under_way: int = 0) -> Delta:
    """A delta of `count` calls that ended in a second, each with its own times."""
    times = cells_of(np.random.default_rng(second).integers(MS, 20 * MS, count))
    cells = dict.fromkeys(("response", "service", "queue", "lag"), times)
    batch = Batch(0, Outcome.OK, True, second, cells, {second: count}, {second: count}, count, count, 0)
    return Delta(worker, 0, (batch,), {}, {}, 0, 0, under_way, 0, 0.0)


def test_a_second_that_is_long_over_keeps_its_percentiles_and_not_its_times() -> None:
    tally = Tally()
    first = second_of(0)
    tally.add(first, 0)
    before = tally.seconds[0].quantiles()
    assert before[0].p50 == Histogram.of([first.batches[0].cells["response"]]).percentile_ns(50)
    for second in range(1, 100):
        tally.add(second_of(second), second)
    assert tally.seconds[0].quantiles() == before
    assert tally.seconds[0].response == []
    assert [t for t, row in tally.seconds.items() if row.recent] == list(range(94, 100))


def test_a_stretch_of_the_log_that_is_over_is_kept_as_one_batch() -> None:
    tally = Tally(interval_s=10)
    for second in range(40):
        tally.add(second_of(second), second)
        tally.add(second_of(second, worker=1), second)
    assert [len(batches) for number in (0, 1, 2) for batches in tally.intervals[number].values()] == [1] * 12
    assert sum(int(c.counts.sum()) for c in tally.intervals[0][0, Outcome.OK, "response"]) == 10 * 2 * 400


def test_a_jump_over_some_seconds_forgets_nothing_that_should_be_forgotten() -> None:
    tally = Tally()
    tally.add(second_of(0), 0)
    tally.add(second_of(200), 200)
    assert (tally.seconds[0].recent, tally.seconds[0].response) == ({}, [])


def test_what_comes_a_minute_late_is_counted() -> None:
    tally = Tally()
    tally.add(second_of(0), 0)
    tally.add(second_of(99), 99)
    tally.add(second_of(0, worker=1), 99)
    assert (tally.seconds[0].completed, tally.count()) == (800, 1200)


def test_calls_under_way_are_those_of_all_workers_that_still_run() -> None:
    tally = Tally()
    tally.add(second_of(0, under_way=3), 0)
    tally.add(second_of(0, worker=1, under_way=4), 0)
    assert tally.seconds[0].in_flight == 7
    tally.gone(0)
    tally.add(second_of(1, worker=1, under_way=5), 1)
    assert tally.seconds[1].in_flight == 5


def test_percentiles_of_a_second_are_shown_only_where_its_sample_supports_them() -> None:
    def quantiles(count: int) -> Quantiles:
        return SecondTally(response=[cells_of(np.full(count, MS))] if count else []).quantiles()[0]

    assert [quantiles(n) for n in (0, 4, 5, 298, 299)] == [
        Quantiles(None, None),
        Quantiles(None, None),
        Quantiles(MS, None),
        Quantiles(MS, None),
        Quantiles(MS, MS),
    ]


def test_few_and_many_samples_are_counted_alike() -> None:
    """Two ways of counting, one for small batches and one for large ones."""
    values = np.random.default_rng(1).lognormal(15, 3, 5000).astype(np.int64)
    whole, parts = cells_of(values), merged([cells_of(values[at : at + 500]) for at in range(0, 5000, 500)])

    def plain(cells: Cells) -> tuple[list[int], list[int], int, int]:
        return cells.positions.tolist(), cells.counts.tolist(), cells.max_ns, cells.total_ns

    assert plain(whole) == plain(parts)
