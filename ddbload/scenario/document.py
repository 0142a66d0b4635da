"""YAML text -> plain data with the place of everything in it. Closed to YAML's surprises, each with its own sentence.

Read from YAML's events, since only these tell quoted from unquoted, and an anchor or a tag from its absence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from ddbload.errors import Problem, ScenarioError
from ddbload.scenario.scalar import Trap, plain
from ddbload.scenario.source import Loc, Place, Source
from ddbload.scenario.syntax import syntax_problem

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 40  # DynamoDB's own limit is 32 levels (Developer Guide, "Constraints", nesting depth)
_BRACES = re.compile(r"\{\s*[A-Za-z_]\w*\s*\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says: its data, where it stands, and what is wrong with its YAML.

    `flawed` are the places whose value is not what was meant, so that nothing more is said about them.
    """

    data: Any
    source: Source
    problems: list[Problem]
    flawed: frozenset[Loc]


def read_document(text: str, file: str) -> Document:
    """Read the one YAML document of a text.

    Raises:
        ScenarioError: when the text is not YAML at all, has no document, or nests too deeply.
    """
    reader = _Reader(text, Source(file, tuple(text.splitlines())))
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except yaml.YAMLError as error:
        raise ScenarioError([*reader.problems, syntax_problem(error, text, file)]) from None
    if not reader.documents:
        raise ScenarioError([Problem(file, 0, 0, "the file is empty", "a scenario begins with 'ddbload: 1'")])
    return Document(reader.root, reader.source, reader.problems, frozenset(reader.flawed))


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    loc: Loc
    value: dict[str, Any] | list[Any]
    start: Any
    flow: bool
    key: str | None = None
    key_mark: tuple[int, int] = (0, 0)
    keys: dict[str, int] = field(default_factory=dict)  # key -> line of its first use
    duplicate: bool = False
    flawed_key: bool = False


class _Reader:
    """Takes the events one by one and builds the data; keeps its own stack, so that depth is no danger."""

    def __init__(self, text: str, source: Source) -> None:
        self.text = text
        self.places: dict[Loc, Place] = {}
        self.source = Source(source.file, source.lines, self.places)
        self.problems: list[Problem] = []
        self.flawed: set[Loc] = set()
        self.root: Any = None
        self.documents = 0
        self.stack: list[_Open] = []

    def take(self, event: Any) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._begin_document(event)
            case yaml.ScalarEvent() if self._wants_key():
                self._take_key(event)
            case yaml.ScalarEvent():
                self._take_scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._begin(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end(event)
            case yaml.AliasEvent():
                self._say(
                    event, f"'*{event.anchor}' is an alias, which is not read", "write the value out, or use params"
                )
                if self._wants_key():
                    self._set_key(f"*{event.anchor}", event)
                else:
                    self._put(None, event, flawed=True)
            case _:
                pass

    def _begin_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise ScenarioError(
                [*self.problems, self._problem(event, "a second document begins here", "a file holds one scenario")]
            )

    def _wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    def _take_key(self, event: Any) -> None:
        self._see_extras(event)
        if not event.style:  # plain: neither quoted nor a block
            self._judge_key(event)
        self._set_key(event.value, event)

    def _judge_key(self, event: Any) -> None:
        try:
            value = plain(event.value)
        except Trap as trap:
            self.stack[-1].flawed_key = True
            if event.value == "<<":
                self._say(event, "'<<' merges mappings, which is not read", "write the keys out, or use params")
            else:
                self._say(event, f"as a key, {trap.message}", f"quote it: '{event.value}'")
        else:
            if not isinstance(value, str):
                self.stack[-1].flawed_key = True
                self._say(event, f"a key is text, found {event.value}", f"quote it: '{event.value}'")
            elif not value:
                self._say(event, "a key is missing here")

    def _set_key(self, key: str, event: Any) -> None:
        frame = self.stack[-1]
        line, column = _place(event)
        if key in frame.keys:
            self._say(event, f"the key '{key}' stands twice", f"first on line {frame.keys[key]}")
            frame.duplicate = True
        frame.keys.setdefault(key, line)
        frame.key, frame.key_mark = key, (line, column)

    def _take_scalar(self, event: Any) -> None:
        self._see_extras(event)
        value: Any = event.value
        flawed = False
        if not event.style:  # plain: neither quoted nor a block
            try:
                value = plain(value)
            except Trap as trap:
                self._say(event, trap.message, trap.fits)
                flawed = True
            if value == "":
                flawed = True
                self._say_empty(event)
        self._put(value, event, flawed=flawed)

    def _say_empty(self, event: Any) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is None:
            self._say(event, "the document is empty", "a scenario begins with 'ddbload: 1'")
        elif isinstance(frame.value, list):
            self._say(event, "this entry has no value", "write null for none, '' for an empty text")
        elif not frame.flow:  # in a flow mapping it waits for the end: {x} may be a text in want of its quotes
            line, column = frame.key_mark
            self.problems.append(
                Problem(
                    self.source.file, line, column, f"the key '{frame.key}' has no value",
                    "write null for none, '' for an empty text",
                )
            )  # fmt: skip

    def _begin(self, event: Any) -> None:
        self._see_extras(event)
        if len(self.stack) >= _MAX_DEPTH:
            raise ScenarioError([*self.problems, self._problem(event, f"nested more than {_MAX_DEPTH} levels deep")])
        if self._wants_key():
            raise ScenarioError(
                [
                    *self.problems,
                    self._problem(event, "a key is text, found a list or mapping", _quote_hint(self, event)),
                ]
            )
        empty: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.stack.append(_Open(self._next_loc(), empty, event, bool(event.flow_style)))

    def _end(self, event: Any) -> None:
        frame = self.stack.pop()
        value: Any = frame.value
        flawed = False
        if frame.flow and isinstance(value, dict):
            spelled = self.text[frame.start.start_mark.index : event.end_mark.index]
            valueless = [key for key in value if (*frame.loc, key) in self.flawed and value[key] == ""]
            if valueless and _BRACES.fullmatch(spelled):
                self._say(frame.start, f"{spelled} without quotes is a mapping, not a text", f"quote it: '{spelled}'")
                value, flawed = spelled, True
            else:
                for key in valueless:
                    self._say_at(
                        (*frame.loc, key), f"the key '{key}' has no value", "write null for none, '' for an empty text"
                    )
        self._put(value, frame.start, flawed=flawed)

    def _next_loc(self) -> Loc:
        if not self.stack:
            return ()
        frame = self.stack[-1]
        return (*frame.loc, len(frame.value) if isinstance(frame.value, list) else str(frame.key))

    def _put(self, value: Any, event: Any, *, flawed: bool = False) -> None:
        loc = self._next_loc()
        if not self.stack:
            self.root = value
            self.places[()] = Place((1, 1), _place(event))
            return
        frame = self.stack[-1]
        if frame.duplicate:  # the first stands; what the second says is not looked at
            frame.key, frame.duplicate = None, False
            return
        style = getattr(event, "style", None)
        here = _place(event)
        key = frame.key_mark if isinstance(frame.value, dict) else here
        span = (event.start_mark.index, event.end_mark.index)
        self.places[loc] = Place(key, here, span, quoted=style in {"'", '"'}, block=style in {"|", ">"})
        if flawed or frame.flawed_key:
            self.flawed.add(loc)
            frame.flawed_key = False
        if isinstance(frame.value, list):
            frame.value.append(value)
        else:
            frame.value[str(frame.key)] = value
            frame.key = None

    def _see_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self._say(event, f"'&{event.anchor}' is an anchor, which is not read", "write the value out, or use params")
        if event.tag is not None:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._say(event, f"'{shown}' is a tag, which is not read", "leave it out; quotes make a text")

    def _problem(self, event: Any, message: str, fits: str = "") -> Problem:
        return Problem(self.source.file, *_place(event), message, fits)

    def _say(self, event: Any, message: str, fits: str = "") -> None:
        self.problems.append(self._problem(event, message, fits))

    def _say_at(self, loc: Loc, message: str, fits: str) -> None:
        self.problems.append(self.source.problem(loc, message, fits, key=True))


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _quote_hint(reader: _Reader, event: Any) -> str:
    found = _BRACES.match(reader.text, event.start_mark.index)
    return f"quote it: '{found[0]}'" if found else "write the key as a text"
