"""What arrives is told in one way, and whole: every mistake in a load with its place and what fits."""

# ruff: noqa: E501 - a case and its message stand on one line, as a person reads them

from __future__ import annotations

from typing import Any

import pytest

from ddbload.scenario.explain import path
from ddbload.scenario.model import Scenario
from ddbload.scenario.rules.load import load_faults, load_notices

OPERATIONS: dict[str, Any] = {
    "read": {"get": "order"},
    "place": {"put": "order", "pick": "next"},
    "pay": {"update": "order", "update_expression": "SET paid = 1"},
    "checkout": {"session": ["read", {"think": "1s"}, {"branch": {"not_found": ["place"], "else": ["end"]}}]},
}
HOLD: list[dict[str, Any]] = [{"hold": "1m"}]


def scenario(load: dict[str, Any], **more: Any) -> Scenario:
    return Scenario.model_validate(
        {
            "ddbload": 1,
            "name": "orders",
            "table": {"name": "orders", "key": {"pk": "S"}},
            "items": {"order": {"of": {"n": 100}, "shape": {"pk": "order#{n}"}}},
            "operations": OPERATIONS,
            "load": load,
            **more,
        }
    )


def told(of: Scenario) -> list[str]:
    return [
        f"{path(fault.loc)}: {fault.message}" + (f" ({fault.fits})" if fault.fits else "") for fault in load_faults(of)
    ]


def one(*phases: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"mix": {"read": 1.0}, "rate": 100.0, "phases": list(phases) or HOLD, **more}


def streams(*phases: dict[str, Any], **more: Any) -> dict[str, Any]:
    web = {"mix": {"read": 1.0}, "rate": 100.0} | ({"phases": list(phases)} if phases else {})
    return {"streams": {"web": web, "jobs": {"mix": {"pay": 1.0}, "rate": 1.0}}, "phases": HOLD, **more}


def replay(**more: Any) -> dict[str, Any]:
    return {"replay": {"file": "trace.csv", **more}}


CLOSED = {"closed": {"concurrency": 8}}
WAVE = {"wave": "1m", "period": "10s"}
STEPS = {"steps": "1m", "count": 3}
BURST = {"burst": "1m", "to": "300%", "every": "10s"}

# fmt: off
SOUND: list[tuple[str, dict[str, Any]]] = [
    ("a mix at a rate", one()),
    ("a closed loop", {"mix": {"read": 1.0}, "arrivals": CLOSED, "phases": HOLD}),
    ("every kind of phase", one({"warm": "10s"}, {"ramp": "1s", "to": "90%"}, {"hold": "1s"}, WAVE | {"between": ["0%", "100%"]}, STEPS | {"from": "90%", "to": "10%"}, BURST | {"lasting": "1s"}, {"pause": "1s"})),
    ("a burst that dips", one(BURST | {"to": "0%", "lasting": "1s"})),
    ("a wave longer than its period, and one that is not", one(WAVE | {"between": ["0%", "1%"]}, WAVE | {"wave": "1s", "between": ["0%", "1%"]})),
    ("streams", streams()),
    ("a stream with phases as long as the load's", streams({"pause": "20s"}, {"hold": "40s"})),
    ("a stream with phases that end before the load's", streams({"pause": "20s"}, {"hold": "4s"})),
    ("a trace", replay()),
    ("a trace with names of its own", replay(operations={"GetItem": "read", "app/checkout": "checkout"})),
]

WRONG: list[tuple[str, dict[str, Any], list[str]]] = [
    ("nothing arrives", {}, ["load: load does not say what arrives (mix, rate and phases; or streams and phases; or replay)"]),
    ("arrivals alone are nothing", {"arrivals": "poisson"}, ["load: load does not say what arrives (mix, rate and phases; or streams and phases; or replay)"]),
    ("no mix", {"rate": 1.0, "phases": HOLD}, ["load: load lacks the key 'mix' (operations and their weights; or streams; or replay)"]),
    ("no phases", {"rate": 1.0, "mix": {"read": 1.0}}, ["load: load lacks the key 'phases' (how long it lasts, and what is measured, such as phases: [{hold: 1m}])"]),
    ("no rate", {"mix": {"read": 1.0}, "phases": HOLD}, ["load: load lacks the key 'rate' (arrivals a second at 100 %; or arrivals: {closed: ...})"]),
    ("a closed loop with a rate", one(arrivals=CLOSED), ["load.rate: a closed loop has no rate: it follows from the answers (leave `rate` out, or use arrivals: poisson or constant)"]),
    ("an unknown operation names the nearest", one(mix={"raed": 1.0}), ["load.mix.raed: there is no operation 'raed' (did you mean 'read'? there are: read, place, pay, checkout)"]),
    ("weights of 0", one(mix={"read": 0.0, "pay": 0.0}), ["load.mix: every weight is 0, so that nothing is called (at least one above 0)"]),
    ("streams beside a mix, a rate and arrivals", streams(mix={"read": 1.0}, rate=1.0, arrivals="poisson"), ["load.mix: `mix` does not fit beside `streams` (each stream has a mix of its own)", "load.arrivals: `arrivals` does not fit beside `streams` (each stream has arrivals of its own)", "load.rate: `rate` does not fit beside `streams` (each stream has a rate of its own)"]),
    ("streams without phases", {"streams": streams()["streams"]}, ["load: load lacks the key 'phases' (how long it lasts, and what is measured, such as phases: [{hold: 1m}])"]),
    ("an unknown operation in a stream", {"streams": {"web": {"mix": {"pya": 1.0}, "rate": 1.0}}, "phases": HOLD}, ["load.streams.web.mix.pya: there is no operation 'pya' (did you mean 'pay'? there are: read, place, pay, checkout)"]),
    ("weights of 0 in a stream", {"streams": {"web": {"mix": {"pay": 0.0}, "rate": 1.0}}, "phases": HOLD}, ["load.streams.web.mix: every weight is 0, so that nothing is called (at least one above 0)"]),
    ("a stream that warms up", streams({"warm": "10s"}), ["load.streams.web.phases[0].warm: a stream has no `warm` of its own: load.phases say what is measured (hold: 10s)"]),
    ("a stream that measures", streams({"hold": "10s", "measure": True}), ["load.streams.web.phases[0].measure: a stream has no `measure` of its own: load.phases say what is measured (leave it out)"]),
    ("a stream that is longer than the load", streams({"hold": "1m"}, {"pause": "1s"}), ["load.streams.web.phases: the stream's phases take 1m1s, longer than those of the load (at most 1m)"]),
    ("a wave in a stream that is none", streams(WAVE | {"between": ["50%", "50%"]}), ["load.streams.web.phases[0].between: a wave between 50% and itself is none (the lowest level and the highest, such as [40%, 120%]; a constant level is a `hold`)"]),
    ("a trace beside all the rest", replay() | one(arrivals="constant"), ["load.mix: `mix` does not fit beside `replay` (the trace says what arrives)", "load.arrivals: `arrivals` does not fit beside `replay` (the trace says when)", "load.rate: `rate` does not fit beside `replay` (the trace says how often; `speed` makes it faster)", "load.phases: `phases` does not fit beside `replay` (the trace says for how long; `loop` makes it longer, `warm` leaves its first part out)"]),
    ("a trace beside streams", replay() | {"streams": streams()["streams"]}, ["load.streams: `streams` does not fit beside `replay` (the trace says what arrives)"]),
    ("a trace's operation that stands for none", replay(operations={"GetItem": "raed"}), ["load.replay.operations.GetItem: there is no operation 'raed' (did you mean 'read'? there are: read, place, pay, checkout)"]),
    ("a wave upside down", one(WAVE | {"between": ["120%", "40%"]}), ["load.phases[0].between: the lowest level comes first (between: [40%, 120%])"]),
    ("a wave without a height", one(WAVE | {"between": ["40%", "40%"]}), ["load.phases[0].between: a wave between 40% and itself is none (the lowest level and the highest, such as [40%, 120%]; a constant level is a `hold`)"]),
    ("steps on one level", one(STEPS | {"from": "40%", "to": "40%"}), ["load.phases[0].to: every step would be at 40% (two different levels; a constant level is a `hold`)"]),
    ("peaks as long as their distance", one(BURST | {"lasting": "10s"}), ["load.phases[0].lasting: peaks of 10s every 10s leave nothing between them (less than 10s)"]),
    ("peaks longer than their distance", one({"hold": "1s"}, BURST | {"lasting": "1m"}), ["load.phases[1].lasting: peaks of 1m every 10s leave nothing between them (less than 10s)"]),
    ("peaks as high as the rest", one(BURST | {"to": "70%", "at": "70%", "lasting": "1s"}), ["load.phases[0].to: the peaks are at 70%, as all the rest (a level other than `at`; a constant level is a `hold`)"]),
    ("nothing is measured", one({"warm": "10s"}, {"pause": "1s"}), ["load.phases: no phase is measured (add a phase such as {hold: 1m})"]),
    ("what is measured has no load", one({"warm": "10s"}, {"pause": "1s", "measure": True}), ["load.phases: the measured phases have no load (a level above 0%)"]),
    ("what is measured of a closed loop has no load", {"mix": {"read": 1.0}, "arrivals": CLOSED, "phases": [{"hold": "1s", "at": "0%"}]}, ["load.phases: the measured phases have no load (a level above 0%)"]),
    ("less than one arrival", one({"hold": "2ms"}), ["load.phases: the measured phases have 0.2 arrivals, less than one (a higher rate or longer phases)"]),
    ("streams that end before anything is measured", {"streams": {"web": {"mix": {"read": 1.0}, "rate": 1.0, "phases": [{"hold": "5s"}]}}, "phases": [{"warm": "5s"}, {"hold": "5s"}]}, ["load.phases: the measured phases have no load (a level above 0%)"]),
]
# fmt: on


@pytest.mark.parametrize("load", [row[1] for row in SOUND], ids=[row[0] for row in SOUND])
def test_a_sound_load_has_no_faults(load: dict[str, Any]) -> None:
    assert told(scenario(load)) == []


@pytest.mark.parametrize(("load", "messages"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_load_is_told_with_its_place_and_what_fits(load: dict[str, Any], messages: list[str]) -> None:
    assert told(scenario(load)) == messages


def noticed(load: dict[str, Any], **objectives: Any) -> list[str]:
    of = scenario(load, objectives={name: {"p99": "10ms"} for name in objectives.get("of", ())})
    return [f"{notice.message}" + (f" ({notice.fits})" if notice.fits else "") for notice in load_notices(of)]


def test_the_steps_of_a_session_are_called_with_it() -> None:
    assert noticed(one(mix={"checkout": 1.0}), of=["read", "place", "checkout", "all"]) == [
        "the operation 'pay' is never called (give it a weight in load.mix)"
    ]


def test_the_steps_of_a_session_that_does_not_arrive_are_not_called() -> None:
    assert noticed(one(mix={"pay": 1.0, "checkout": 0.0, "read": 1.0}), of=["place"]) == [
        "the operation 'place' is never called (give it a weight in load.mix)",
        "the operation 'checkout' is never called (give it a weight in load.mix)",
        "an objective for 'place', which is never called",
    ]


def test_what_any_stream_calls_is_called() -> None:
    assert noticed(streams(), of=["pay", "checkout"]) == [
        "the operation 'place' is never called (give it a weight in the mix of a stream)",
        "the operation 'checkout' is never called (give it a weight in the mix of a stream)",
        "an objective for 'checkout', which is never called",
    ]


def test_a_trace_calls_what_its_names_stand_for() -> None:
    assert noticed(replay(operations={"a": "checkout"}), of=["pay", "read"]) == [
        "the operation 'pay' is never called (name it in load.replay.operations)",
        "an objective for 'pay', which is never called",
    ]


def test_a_trace_without_names_of_its_own_may_call_everything() -> None:
    assert noticed(replay(), of=["pay", "read"]) == []
