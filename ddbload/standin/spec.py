"""Behaviours from words: `lognormal:5ms:20ms`, `5s:1s`, `throttle:1%`, as the command line and tests give them."""

from __future__ import annotations

from collections.abc import Sequence

from ddbload.scenario.quantity import parse_duration, parse_percent
from ddbload.standin.answer import Behaviour
from ddbload.standin.delay import Constant, Distribution, Lognormal, Uniform, delayed, freezing
from ddbload.standin.fault import KINDS, Chooser, always, every, faulty, first, rate

_DISTRIBUTIONS: dict[str, tuple[int, type[Constant | Uniform | Lognormal]]] = {
    "constant": (1, Constant),
    "uniform": (2, Uniform),
    "lognormal": (2, Lognormal),
}


def compose(
    base: Behaviour,
    *,
    delays: Sequence[str] = (),
    faults: Sequence[str] = (),
    freezes: Sequence[str] = (),
    seed: int = 1,
) -> Behaviour:
    """Wrap a behaviour in delays, then faults (each in the order given, the last one has the last word), then freezes.

    Raises:
        ValueError: a word is not understood; the message names it and what would fit.
    """
    behaviour = base
    if delays:
        behaviour = delayed(behaviour, dict(map(parse_delay, delays)), seed=seed)
    for position, text in enumerate(faults):
        api, kind, when = parse_fault(text, seed=seed + position)
        behaviour = faulty(behaviour, kind, when, api=api)
    for text in freezes:
        at_s, for_s = parse_freeze(text)
        behaviour = freezing(behaviour, at_s=at_s, for_s=for_s)
    return behaviour


def parse_delay(text: str) -> tuple[str, Distribution]:
    """`[API=]constant:5ms`, `[API=]uniform:2ms:8ms`, `[API=]lognormal:MEDIAN:P99`; API "" is every other call."""
    api, words = _of_api(text)
    name, *numbers = words.split(":")
    if name not in _DISTRIBUTIONS or len(numbers) != _DISTRIBUTIONS[name][0]:
        raise ValueError(
            f"{text!r} is not a delay; write constant:5ms, uniform:2ms:8ms or lognormal:5ms:20ms (median, p99)"
        )
    return api, _DISTRIBUTIONS[name][1](*map(parse_duration, numbers))


def parse_freeze(text: str) -> tuple[float, float]:
    """`AT:FOR`, such as `5s:1s`: seconds after the first data request, and how long."""
    at, separator, length = text.partition(":")
    if not separator:
        raise ValueError(f"{text!r} is not a freeze; write its start and its length, like 5s:1s")
    return parse_duration(at), parse_duration(length)


def parse_fault(text: str, *, seed: int = 1) -> tuple[str, str, Chooser]:
    """`[API=]KIND[:WHICH]` with WHICH `1%`, `first=3` or `every=10`, and all of them when it is left out."""
    api, words = _of_api(text)
    kind, _, which = words.partition(":")
    if kind not in KINDS:
        raise ValueError(f"unknown fault {kind!r} in {text!r}; one of: {', '.join(KINDS)}")
    word, _, number = which.partition("=")
    if not which:
        return api, kind, always
    if word in {"first", "every"} and number.isdecimal() and int(number):
        return api, kind, (first if word == "first" else every)(int(number))
    try:
        return api, kind, rate(parse_percent(which), seed=seed)
    except ValueError:
        raise ValueError(f"{which!r} in {text!r} does not say which requests; write 1%, first=3 or every=10") from None


def _of_api(text: str) -> tuple[str, str]:
    """Split `PutItem=throttle:first=3` into the api and the rest; the api is "" where none is named."""
    head, separator, tail = text.partition("=")
    return (head, tail) if separator and ":" not in head else ("", text)
