"""The load, the client and the objectives: what arrives is told in one way, and whole; phases have a shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ddbload.scenario.actions import arrivals_of, mixes, requests_of
from ddbload.scenario.levels import arrivals, is_closed, levels, levels_of
from ddbload.scenario.model import Burst, Load, Phase, Retries, Scenario, Steps, Stream, Warm, Wave
from ddbload.scenario.quantity import spell_duration
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.source import Loc, nearest

_MAX_ARRIVALS = 10**10
_FORMS = "mix, rate and phases; or streams and phases; or replay"
_IN_STREAMS = {
    "mix": "each stream has a mix of its own",
    "arrivals": "each stream has arrivals of its own",
    "rate": "each stream has a rate of its own",
}
_IN_REPLAY = {
    "mix": "the trace says what arrives",
    "arrivals": "the trace says when",
    "rate": "the trace says how often; `speed` makes it faster",
    "phases": "the trace says for how long; `loop` makes it longer, `warm` leaves its first part out",
    "streams": "the trace says what arrives",
}


def load_faults(scenario: Scenario) -> Iterator[Fault]:
    """What arrives, phases, retries and objectives."""
    form = [*_form_faults(scenario.load)]
    yield from form
    yield from _mix_faults(scenario)
    yield from _replay_faults(scenario)
    shapes = [*_phase_faults(scenario.load)]
    yield from shapes
    if not form and not shapes and scenario.load.replay is None:
        yield from _amount_faults(scenario.load)
    yield from _objective_faults(scenario)
    retries = scenario.client.retries
    if isinstance(retries, Retries) and retries.max < retries.base:
        yield Fault(
            ("client", "retries", "max"), "the longest pause is shorter than the first one", "max: at least base"
        )


def load_notices(scenario: Scenario) -> Iterator[Fault]:
    """Operations that are never called, and objectives about them."""
    called = {*arrivals_of(scenario), *requests_of(scenario)}
    if scenario.load.replay is not None:
        fits = "name it in load.replay.operations"
    else:
        fits = "give it a weight in " + ("the mix of a stream" if scenario.load.streams else "load.mix")
    for name in scenario.operations:
        if name not in called:
            yield Fault(("operations", name), f"the operation '{name}' is never called", fits, at_key=True)
    for name in scenario.objectives:
        if name != "all" and name not in called:
            yield Fault(("objectives", name), f"an objective for '{name}', which is never called", at_key=True)


# --- the form --------------------------------------------------------------------------------------------------------


def _form_faults(load: Load) -> Iterator[Fault]:
    """What arrives is told by a mix, by streams or by a trace, and by nothing else beside it."""
    given = [key for key in ("mix", "arrivals", "rate", "phases", "streams") if key in load.model_fields_set]
    if load.replay is not None:
        yield from (_beside(key, "replay", _IN_REPLAY[key]) for key in given)
        return
    if load.streams is not None:
        yield from (_beside(key, "streams", _IN_STREAMS[key]) for key in given if key in _IN_STREAMS)
        if load.phases is None:
            yield _lacking("phases", "how long it lasts, and what is measured, such as phases: [{hold: 1m}]")
        return
    if load.mix is None and load.rate is None and load.phases is None:
        yield Fault(("load",), "load does not say what arrives", _FORMS, at_key=True)
        return
    if load.mix is None:
        yield _lacking("mix", "operations and their weights; or streams; or replay")
    if load.phases is None:
        yield _lacking("phases", "how long it lasts, and what is measured, such as phases: [{hold: 1m}]")
    if is_closed(load) and load.rate is not None:
        message = "a closed loop has no rate: it follows from the answers"
        yield Fault(("load", "rate"), message, "leave `rate` out, or use arrivals: poisson or constant", at_key=True)
    if not is_closed(load) and load.rate is None:
        yield _lacking("rate", "arrivals a second at 100 %; or arrivals: {closed: ...}")


def _beside(key: str, form: str, because: str) -> Fault:
    return Fault(("load", key), f"`{key}` does not fit beside `{form}`", because, at_key=True)


def _lacking(key: str, fits: str) -> Fault:
    return Fault(("load",), f"load lacks the key '{key}'", fits, at_key=True)


def _mix_faults(scenario: Scenario) -> Iterator[Fault]:
    for loc, mix in mixes(scenario.load):
        yield from _named_faults(scenario, mix, loc)
        if not any(weight > 0 for weight in mix.values()):
            yield Fault(loc, "every weight is 0, so that nothing is called", "at least one above 0", at_key=True)


def _named_faults(scenario: Scenario, mix: Mapping[str, float], loc: Loc) -> Iterator[Fault]:
    for name in mix:
        if name not in scenario.operations:
            fits = nearest(name, scenario.operations, "there are")
            yield Fault((*loc, name), f"there is no operation '{name}'", fits, at_key=True)


def _replay_faults(scenario: Scenario) -> Iterator[Fault]:
    """What can be told without the file: the names that the trace's operations get."""
    replay = scenario.load.replay
    for recorded, name in replay.operations.items() if replay is not None else ():
        if name not in scenario.operations:
            fits = nearest(name, scenario.operations, "there are")
            yield Fault(("load", "replay", "operations", recorded), f"there is no operation '{name}'", fits)


# --- phases ----------------------------------------------------------------------------------------------------------


def _phase_faults(load: Load) -> Iterator[Fault]:
    yield from _shape_faults(load.phases or (), ("load", "phases"))
    for name, stream in (load.streams or {}).items():
        yield from _stream_faults(load, stream, ("load", "streams", name, "phases"))


def _shape_faults(phases: Sequence[Phase], loc: Loc) -> Iterator[Fault]:
    for position, phase in enumerate(phases):
        here: Loc = (*loc, position)
        match phase:
            case Wave(between=[low, high]) if low == high:
                fits = "the lowest level and the highest, such as [40%, 120%]; a constant level is a `hold`"
                yield Fault((*here, "between"), f"a wave between {_percent(low)} and itself is none", fits)
            case Wave(between=[low, high]) if low > high:
                yield Fault((*here, "between"), "the lowest level comes first", f"between: [{_percent(high, low)}]")
            case Steps(start=start, to=to) if start == to:
                message = f"every step would be at {_percent(to)}"
                yield Fault((*here, "to"), message, "two different levels; a constant level is a `hold`")
            case Burst(every=every, lasting=lasting) if lasting >= every:
                message = f"peaks of {spell_duration(lasting)} every {spell_duration(every)} leave nothing between them"
                yield Fault((*here, "lasting"), message, f"less than {spell_duration(every)}")
            case Burst(at=at, to=to) if at == to:
                message = f"the peaks are at {_percent(to)}, as all the rest"
                yield Fault((*here, "to"), message, "a level other than `at`; a constant level is a `hold`")
            case _:
                pass


def _percent(*levels: float) -> str:
    return ", ".join(f"{level * 100:g}%" for level in levels)


def _stream_faults(load: Load, stream: Stream, loc: Loc) -> Iterator[Fault]:
    """A stream's own phases are levels and no more: what is measured is said once, for all streams."""
    own = stream.phases or []
    for position, phase in enumerate(own):
        if isinstance(phase, Warm):
            message = "a stream has no `warm` of its own: load.phases say what is measured"
            yield Fault((*loc, position, "warm"), message, f"hold: {spell_duration(phase.warm)}", at_key=True)
        elif "measure" in phase.model_fields_set:
            message = "a stream has no `measure` of its own: load.phases say what is measured"
            yield Fault((*loc, position, "measure"), message, "leave it out", at_key=True)
    shapes = [*_shape_faults(own, loc)]
    yield from shapes
    if own and load.phases and not shapes:
        length, whole = (sum(level.length for level in levels_of(phases)) for phases in (own, load.phases))
        if length > whole:
            message = f"the stream's phases take {spell_duration(float(length))}, longer than those of the load"
            yield Fault(loc, message, f"at most {spell_duration(float(whole))}", at_key=True)


def _amount_faults(load: Load) -> Iterator[Fault]:
    """Something is measured. Of a load whose form and phases are sound."""
    loc: Loc = ("load", "phases")
    if (expected := arrivals(load)) > _MAX_ARRIVALS:
        message = f"the load has {expected:,.0f} arrivals in all, more than {_MAX_ARRIVALS:,}"
        yield Fault(loc, message, "a lower rate or shorter phases", at_key=True)
        return
    measured = [level for level in levels(load) if level.measured]
    if not measured:
        yield Fault(loc, "no phase is measured", "add a phase such as {hold: 1m}", at_key=True)
        return
    expected = arrivals(load, measured=True)
    idle = not any(level.mean > 0 for level in measured) if is_closed(load) else expected == 0
    if idle:
        yield Fault(loc, "the measured phases have no load", "a level above 0%", at_key=True)
    elif expected < 1 and not is_closed(load):
        message = f"the measured phases have {expected:.2g} arrivals, less than one"
        yield Fault(loc, message, "a higher rate or longer phases", at_key=True)


# --- objectives ------------------------------------------------------------------------------------------------------


def _objective_faults(scenario: Scenario) -> Iterator[Fault]:
    for name, objective in scenario.objectives.items():
        if name != "all" and name not in scenario.operations:
            fits = nearest(name, [*scenario.operations, "all"], "there are")
            yield Fault(("objectives", name), f"there is no operation '{name}'", fits, at_key=True)
        if not objective.model_dump(exclude_none=True, exclude={"matters"}):
            fits = "a percentile such as p99: 10ms, or a share such as errors: 0.1%"
            yield Fault(("objectives", name), f"the objective for '{name}' asks for nothing", fits, at_key=True)
