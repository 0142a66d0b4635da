"""Sessions and pages through real worker processes: the same requests for any number of workers; limits; a stop."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import orjson
import pytest

from ddbload.engine.crew import Crew
from ddbload.operation import Outcome
from ddbload.standin import Answer, serve
from tests.engine.conftest import PlanFor
from tests.engine.test_crew import Watched, calls, run_and

OPERATIONS = {
    "read": {"get": "thing"},
    "touch": {"update": "thing", "update_expression": "SET n = 1"},
    "all_of_it": {"query": "thing", "key": "pk = {pk}", "pages": "all"},
    "visit": {"session": ["read", {"think": "20ms"}, "touch"]},
}


class Table:
    """Answers with an item, and with three pages; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: Counter[tuple[str, str]] = Counter()

    def __call__(self, api: str, body: bytes, _n: int, _now_s: float) -> Answer:
        request = orjson.loads(body)
        start = request.get("ExclusiveStartKey")
        self.asked[
            api, orjson.dumps([request.get("Key"), request.get("ExpressionAttributeValues"), start]).decode()
        ] += 1
        if api != "Query":
            return Answer(b'{"Item": {"pk": {"S": "thing#1"}}}')
        page = int(start["page"]["N"]) if start else 0
        more = {"LastEvaluatedKey": {"page": {"N": str(page + 1)}}} if page < 2 else {}
        return Answer(orjson.dumps({"Count": 2, "Items": [], **more}))


def load(**mix: int) -> dict[str, Any]:
    return {"mix": mix, "rate": 50}


@pytest.mark.parametrize("workers", [1, 2])
async def test_arrivals_are_the_timetables_and_requests_those_of_their_steps(plan_for: PlanFor, workers: int) -> None:
    table = Table()
    async with serve(table) as url:
        plan = plan_for(url, workers=workers, operations=OPERATIONS, load=load(visit=1, all_of_it=1, read=2))
        measured = await Crew(plan).run()
    tally, names = measured.tally, [*(o.name for o in plan.workload.operations), *(f.name for f in plan.workload.flows)]
    counts = {name: tally.count(number) for number, name in enumerate(names)}
    assert measured.stopped_by is None
    assert tally.count() == tally.sent() == plan.workload.offered() == 100
    assert counts["touch"] == counts["visit"]
    assert counts["all_of_it/page"] == 3 * counts["all_of_it"]
    assert counts["read"] + counts["all_of_it"] == 100  # a visit reads once
    assert tally.requests == sum(table.asked.values()) == counts["read"] + counts["touch"] + counts["all_of_it/page"]
    assert tally.rows[names.index("all_of_it/page"), names.index("all_of_it")].items == 2 * counts["all_of_it/page"]
    assert sum(tally.heat.units.counts.values()) > 0


async def test_two_workers_ask_what_one_does(plan_for: PlanFor) -> None:
    asked = []
    for workers in (1, 2):
        table = Table()
        async with serve(table) as url:
            await Crew(plan_for(url, workers=workers, operations=OPERATIONS, load=load(visit=1, all_of_it=1))).run()
        asked.append(table.asked)
    assert asked[0] == asked[1]


async def test_a_limit_on_requests_counts_the_steps(plan_for: PlanFor) -> None:
    table = Table()
    async with serve(table) as url:
        plan = plan_for(
            url,
            operations=OPERATIONS,
            load={**load(visit=1), "phases": [{"hold": "30s"}]},
            limits={"requests": 60},
        )
        measured = await asyncio.wait_for(Crew(plan).run(), 60)
    assert measured.stopped_by == "limits.requests"
    assert 60 <= sum(table.asked.values()) <= 1500  # of 6,000: it is looked at twice a second, later on a busy machine


async def test_a_stop_cuts_sessions_off_that_think(plan_for: PlanFor) -> None:
    operations = {**OPERATIONS, "visit": {"session": ["read", {"think": "60s"}, "touch"]}}
    async with serve(Table()) as url:
        watched = Watched()
        crew = Crew(
            plan_for(
                url,
                operations=operations,
                load={**load(visit=1, read=1), "phases": [{"hold": "60s"}]},
            ),
            watched.observe,
        )
        measured = await run_and(crew, watched, calls(5), lambda: crew.stop("SIGTERM"))
    tally = measured.tally
    assert tally.cut.total() > 0
    assert tally.steps.total() == tally.cut.total()  # each had read once
    assert tally.count() == tally.count(outcomes=frozenset({Outcome.OK}))
