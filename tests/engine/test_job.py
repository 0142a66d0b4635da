"""What a worker is told: shares that add up, frames that survive any cut of the stream."""

from __future__ import annotations

from hypothesis import given, strategies as st

from ddbload.engine.job import Done, Frames, Go, Message, Ready, Stop, budget, client_limits, frame, share
from ddbload.transport.protocol import Serverless
from tests.engine.conftest import PlanFor


@given(st.integers(0, 10_000), st.integers(1, 64))
def test_shares_add_up_and_differ_by_at_most_one(total: int, parts: int) -> None:
    shares = [share(total, number, parts) for number in range(parts)]
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1


@given(st.integers(1, 10_000), st.integers(1, 200), st.integers(1, 32))
def test_a_closed_loops_budget_is_spent_in_proportion_to_the_slots_of_each_worker(
    requests: int, concurrency: int, workers: int
) -> None:
    shares = [budget(requests, concurrency, worker, workers) or 0 for worker in range(workers)]
    assert sum(shares) == requests
    for worker, mine in enumerate(shares):
        assert abs(mine - requests * share(concurrency, worker, workers) / concurrency) < 1


def test_there_is_no_budget_without_a_limit_or_without_a_closed_loop() -> None:
    assert budget(None, 32, 0, 1) is budget(100, None, 0, 1) is None


def test_a_closed_loops_slots_fit_into_every_workers_share_of_what_may_be_in_flight(plan_for: PlanFor) -> None:
    """32 slots of 3 workers are 11, 11 and 10; a third of 32, rounded down, would let one wait for no reason."""
    scenario = plan_for("http://127.0.0.1:1", client={"max_in_flight": 32}).scenario
    limits = [client_limits(scenario, worker, 3) for worker in range(3)]
    assert [one.max_in_flight for one in limits] == [one.connections for one in limits] == [11, 11, 10]
    assert [len(range(worker, 32, 3)) for worker in range(3)] == [11, 11, 10]


def test_every_worker_has_a_slot_even_where_there_are_fewer_than_workers(plan_for: PlanFor) -> None:
    scenario = plan_for("http://127.0.0.1:1", client={"max_in_flight": 2}).scenario
    assert [client_limits(scenario, worker, 3).max_in_flight for worker in range(3)] == [1, 1, 1]


def test_the_environments_of_a_serverless_client_are_shared_out_and_are_the_slots(plan_for: PlanFor) -> None:
    client = {"max_in_flight": 512, "lambda": {"concurrency": 10, "cold": "5%", "reuse": "2m"}}
    scenario = plan_for("http://127.0.0.1:1", client=client).scenario
    limits = [client_limits(scenario, worker, 3) for worker in range(3)]
    assert [one.serverless for one in limits] == [Serverless(count, 0.05, 120.0) for count in (4, 3, 3)]
    assert [one.connections for one in limits] == [4, 3, 3]


@given(st.data())
def test_messages_come_out_whole_and_in_order_however_the_stream_is_cut(data: st.DataObject) -> None:
    messages: list[Message] = [Ready(0), Go(2**60), Stop(now=True), Done(3, 17, 0)]
    stream = b"".join(map(frame, messages))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    frames, seen = Frames(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        seen += frames.feed(stream[start:end])
    assert seen == messages
