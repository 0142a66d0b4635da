"""The two sides of an experiment: the words that say them, what they differ by, what they are called. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ddbload.errors import UsageError
from ddbload.results.names import require_tag
from ddbload.target import parse_spec

SideName = Literal["base", "new"]
SIDES: tuple[SideName, SideName] = ("base", "new")
TRANSPORTS = ("wire", "sdk")
FORMS = "a target such as local:2.5.2, transport=sdk, or a parameter such as rate=200"

_PARAMETER = re.compile(r"([A-Za-z_]\w*)\s*=(.*)", re.ASCII | re.DOTALL)
_UNTAGGABLE = re.compile(r"[^a-z0-9._]+")
_TAG_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what its runs are made with.

    Attributes:
        target: a target's name.
        transport: "wire" or "sdk".
        params: the words of its parameters, as text; those of both sides and its own over them.
    """

    name: SideName
    target: str = "embedded"
    transport: str = "wire"
    params: Mapping[str, str] = field(default_factory=dict)


def side_of(common: Side, words: Sequence[str]) -> Side:
    """What both sides share, with the words of one side over it.

    Raises:
        UsageError: a word is none of a target, a transport and a parameter, or something is said twice.
    """
    target: str | None = None
    transport: str | None = None
    own: dict[str, str] = {}
    for word in words:
        place = f"--{common.name} {word}"
        found = _PARAMETER.fullmatch(word)
        if found is None:
            if target is not None:
                raise UsageError(f"{place}: the target of this side is {target} already")
            target = _target(word, place)
        elif found[1] == "transport":
            if transport is not None:
                raise UsageError(f"{place}: the transport of this side is {transport} already")
            transport = _transport(found[2].strip(), place)
        elif found[1] in own:
            raise UsageError(f"{place}: the parameter '{found[1]}' is given twice")
        else:
            own[found[1]] = found[2]
    return Side(common.name, target or common.target, transport or common.transport, {**common.params, **own})


def _target(word: str, place: str) -> str:
    try:
        parse_spec(word)
    except UsageError as error:
        raise UsageError(f"{place}: {error}; a side is {FORMS}") from None
    return word


def _transport(word: str, place: str) -> str:
    if word not in TRANSPORTS:
        raise UsageError(f"{place}: there is no such transport (known: {', '.join(TRANSPORTS)})")
    return word


Subject = Mapping[str, str]
"""What a side is given that the other is not, by the part of the fingerprint: {"target": "local:3.3.1"}."""


def under_test(
    base: Side, new: Side, base_params: Mapping[str, object], new_params: Mapping[str, object]
) -> tuple[Subject, Subject]:
    """What the sides differ by, of each side; both have the same keys.

    `base_params` and `new_params` are the parameters of the scenario as each side has read it.
    """
    differ: dict[str, tuple[str, str]] = {}
    if base.target != new.target:
        differ["target"] = (base.target, new.target)
    if base.transport != new.transport:
        differ["transport"] = (base.transport, new.transport)
    if names := [name for name in base_params if base_params[name] != new_params.get(name)]:
        differ["params"] = (_assigned(base_params, names), _assigned(new_params, names))
    return {part: pair[0] for part, pair in differ.items()}, {part: pair[1] for part, pair in differ.items()}


def _assigned(params: Mapping[str, object], names: Sequence[str]) -> str:
    return ", ".join(f"{name}={_written(params.get(name))}" for name in names)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def phrase(side: Side, subject: Subject) -> str:
    """A side in a few words: what it differs by, else its target."""
    return ", ".join(subject.values()) or side.target


def tags(
    base: tuple[Side, Subject], new: tuple[Side, Subject], asked: tuple[str | None, str | None]
) -> tuple[str, str]:
    """The tags of both sides: as asked, else made of what they differ by.

    Raises:
        UsageError: both would be the same, and their runs could not be told apart, or one is no tag.
    """
    made = [_tag(phrase(*each)) for each in (base, new)]
    if made[0] == made[1]:
        made = [f"{tag}-{name}" for tag, name in zip(made, SIDES, strict=True)]
    chosen = tuple(tag if own is None else require_tag(own) for own, tag in zip(asked, made, strict=True))
    if chosen[0] == chosen[1]:
        raise UsageError(f"both sides would have the tag {chosen[0]}; give them two with --tag-base and --tag-new")
    return chosen[0], chosen[1]


def _tag(text: str) -> str:
    """A readable tag: what is a folder's name as it is; of a long text the end, where paths differ."""
    return _UNTAGGABLE.sub("-", text.lower()).strip("-._")[-_TAG_LENGTH:].strip("-._") or "side"
