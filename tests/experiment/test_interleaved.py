"""One run of an experiment: what is done to the tables before it, and what ends the series."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ddbload.errors import TargetError
from ddbload.experiment import interleaved
from ddbload.experiment.benches import Bench
from ddbload.experiment.holding import Holding
from ddbload.experiment.interleaved import Arm, Manner, Runner
from ddbload.experiment.measuring import Outcome
from ddbload.experiment.pairs import Made, Turn
from ddbload.experiment.reading import prepare
from ddbload.experiment.signals import Signals
from ddbload.experiment.silent import Silent
from ddbload.scenario.load import LoadedScenario
from ddbload.target import Target
from ddbload.target.tables import Dropped
from ddbload.transport.protocol import Endpoint
from tests.experiment.conftest import Load
from tests.experiment.runs import record

READS = {"mix": {"read": 1, "write": 0}}
ENDED = Made(None, "SIGINT")


class Bystander(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def target(*, ephemeral: bool) -> Target:
    endpoint = Endpoint("http://127.0.0.1:1", "us-east-1")
    return Target("local" if ephemeral else "endpoint", endpoint, loopback=True, ephemeral=ephemeral)


def runner(
    loaded: LoadedScenario, *, ephemeral: bool = True, restart: bool = False, watcher: Silent | None = None
) -> tuple[Runner, Signals]:
    """Both sides with one target, within a task that a signal cancels."""

    @asynccontextmanager
    async def opened() -> Any:
        yield target(ephemeral=ephemeral)

    task = asyncio.current_task()
    assert task is not None
    signals = Signals(task.cancel)
    bench = Bench(target(ephemeral=ephemeral), Holding(fresh=ephemeral), opened, AsyncExitStack())
    arm = Arm(prepare(loaded, Silent(), allow_code=False), bench, "wire", "tag", {})
    manner = Manner("e", Path("results"), restart=restart)
    return Runner({"base": arm, "new": arm}, manner, signals, watcher or Silent()), signals


def turn(position: int) -> Turn:
    return Turn("new" if position % 2 else "base", position // 2, position, position < 2, position // 2, 3, True)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done to tables and servers, none of which is there."""
    log: list[str] = []

    def step(name: str, answer: Any = None) -> Callable[..., Awaitable[Any]]:
        async def call(*_: object, **words: object) -> Any:
            log.append(" ".join([name, *(word for word, on in words.items() if on)]))
            return answer

        return call

    monkeypatch.setattr(interleaved, "adopt_tables", step("adopt", []))
    monkeypatch.setattr(interleaved, "load_items", step("load"))
    monkeypatch.setattr(interleaved, "offer_load", step("run"))
    monkeypatch.setattr(interleaved, "drop_if_owned", step("drop", Dropped(dropped=True, reason="")))
    monkeypatch.setattr(Bench, "restart", step("restart"))
    monkeypatch.setattr(interleaved, "save", lambda *_: Outcome(record(0, "base"), [], None, None))
    return log


def turns(loaded: LoadedScenario, count: int, **words: Any) -> None:
    async def make() -> None:
        made, _ = runner(loaded, **words)
        for position in range(count):
            assert (await made(turn(position))).ends is None

    asyncio.run(make())


def test_where_the_scenario_only_reads_items_are_loaded_once(scenario: Load, done: list[str]) -> None:
    turns(scenario(load=READS), 3)
    assert done == ["adopt", "load", "run", "adopt", "run", "adopt", "run"]


def test_where_it_writes_the_table_is_made_anew_before_every_run(scenario: Load, done: list[str]) -> None:
    turns(scenario(), 2)
    assert done == ["adopt", "load", "run", "drop", "adopt", "load anew", "run"]


def test_a_table_that_may_not_be_dropped_is_written_over_and_that_is_said(
    scenario: Load, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> Dropped:
        return Dropped(dropped=False, reason="table things was not created by ddbload")

    monkeypatch.setattr(interleaved, "drop_if_owned", refuse)
    watcher = Bystander()
    turns(scenario(), 2, ephemeral=False, watcher=watcher)
    assert done == ["adopt", "load anew", "run"] * 2
    (said,) = watcher.notes  # once, not before every run
    assert said.startswith("warning: table things was not created by ddbload: before a run its items are written over")


def test_a_table_that_the_scenario_would_not_create_again_is_never_dropped(scenario: Load, done: list[str]) -> None:
    turns(scenario(table={"name": "things", "key": {"pk": "S"}, "create": False}), 2, ephemeral=False)
    assert "drop" not in done


def test_servers_start_anew_before_every_pair_but_the_first_where_that_is_asked(
    scenario: Load, done: list[str]
) -> None:
    turns(scenario(load=READS), 6, restart=True)
    assert [step for step in done if step in {"restart", "run"}] == ["run", "run", *["restart", "run", "run"] * 2]


def test_a_signal_while_tables_are_made_ready_ends_the_series_without_that_run(
    scenario: Load, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forever(*_: object) -> None:
        await asyncio.Event().wait()

    async def make() -> None:
        made, signals = runner(scenario())
        await made(turn(0))
        monkeypatch.setattr(interleaved, "adopt_tables", forever)
        asyncio.get_running_loop().call_soon(signals.handle, signal.SIGINT)
        assert await made(turn(1)) == ENDED
        await asyncio.sleep(0)  # what comes after is not cancelled
        assert len(made.outcomes) == 1

    asyncio.run(make())
    assert done.count("run") == 1


def test_a_signal_between_runs_lets_no_other_begin(scenario: Load, done: list[str]) -> None:
    async def make() -> None:
        made, signals = runner(scenario())
        await made(turn(0))
        signals.handle(signal.SIGINT)
        assert await made(turn(1)) == ENDED

    asyncio.run(make())
    assert done.count("run") == 1


@pytest.mark.usefixtures("done")
def test_a_target_that_is_gone_ends_the_series_and_what_was_wrong_is_kept(
    scenario: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object) -> None:
        raise TargetError("nobody answers")

    async def make() -> None:
        monkeypatch.setattr(interleaved, "adopt_tables", gone)
        made, _ = runner(scenario())
        assert await made(turn(0)) == Made(None, "target lost")
        assert str(made.error) == "nobody answers"

    asyncio.run(make())
