"""What the model refuses -> a sentence a person can act on: what was found, and what fits."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from ddbload.errors import Problem
from ddbload.scenario.model import PATTERNS, Branch, Repeat, Scenario
from ddbload.scenario.source import Loc, Source, nearest

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number of a sensible size",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "list_type": "a list",
}
_BOUNDS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}


def explain(error: Mapping[str, Any], source: Source, origin: Mapping[Loc, str]) -> tuple[Loc, Problem]:
    """The place and the sentence of one error of the model. `origin` says where a parameter's value stands."""
    raw: Loc = tuple(error["loc"])
    is_key = bool(raw) and raw[-1] == "[key]"
    loc = document_loc(raw[:-1] if is_key else raw)
    kind = error["type"]
    if kind == "extra_forbidden":
        where = path(loc[:-1]) or "the scenario"
        fits = nearest(loc[-1], valid_keys(raw[:-1]))
        return loc, source.problem(loc, f"unknown key '{loc[-1]}' in {where}", fits, key=True)
    if kind == "missing":
        where = path(loc[:-1]) or "the scenario"
        return loc, source.problem(loc[:-1], f"{where} lacks the key '{loc[-1]}'", _described(raw), key=True)
    message, fits = _sentence(kind, error, path(loc[:-1] if is_key else loc) or "the scenario")
    if (name := origin.get(loc)) is not None:
        message += f", from the parameter ${name}"
    return loc, source.problem(loc, message, fits, key=is_key)


def document_loc(raw: Loc) -> Loc:
    """The place in the document: without the tags of the model's unions, which are written `<form>`."""
    return tuple(step for step in raw if not _is_tag(step))


def path(loc: Loc) -> str:
    """A place in words: load.phases[0].hold."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc)
    return text.removeprefix(".")


def found(value: Any) -> str:
    """A value in words, short."""
    if isinstance(value, Mapping):
        keys = ", ".join(f"'{key}'" for key in list(value)[:6])
        return f"a mapping with {keys}" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:56] + "...'"  # noqa: PLR2004 - a line's worth


def _sentence(kind: str, error: Mapping[str, Any], where: str) -> tuple[str, str]:
    """What was found, and what fits."""
    if kind in _WANTED:
        return f"{where} must be {_WANTED[kind]}, found {found(error['input'])}", _hint(kind, error["input"])
    if kind in _BOUNDS:
        key, word = _BOUNDS[kind]
        return f"{where} must be {word} {error['ctx'][key]:,.10g}, found {found(error['input'])}", ""
    said = _SENTENCES.get(kind)
    return said(error, where) if said else (f"{where}: {error['msg']}, found {found(error['input'])}", "")


def _length(error: Mapping[str, Any], where: str) -> tuple[str, str]:
    context = error["ctx"]
    few, bound = ("at least", context["min_length"]) if "min_length" in context else ("at most", context["max_length"])
    return f"{where} takes {few} {bound} {'entry' if bound == 1 else 'entries'}, found {len(error['input'])}", ""


def _literal(error: Mapping[str, Any], where: str) -> tuple[str, str]:
    choices = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
    return f"{where} cannot be {found(error['input'])}", nearest(error["input"], choices)


def _one_of(error: Mapping[str, Any], where: str) -> tuple[str, str]:
    value, expected = error["input"], error["msg"]
    before = "" if isinstance(value, Mapping) else r"(?<!\{)\b"  # what is no mapping is no key of one
    choices = dict.fromkeys(re.findall(before + r"[\w-]+", re.sub(r"\(.*?\)", "", expected)))
    keys = list(value) if isinstance(value, Mapping) else [value]
    close = [match for key in map(str, keys) if key not in choices for match in get_close_matches(key, choices, 1, 0.7)]
    return f"{where} must be {expected}; found {found(value)}", f"did you mean '{close[0]}'?" if close else ""


def _pattern(error: Mapping[str, Any], where: str) -> tuple[str, str]:
    return f"{where}: '{error['input']}' is not a valid name", PATTERNS.get(error["ctx"]["pattern"], "")


def _own(error: Mapping[str, Any], where: str) -> tuple[str, str]:
    message, _, fits = str(error["ctx"]["error"]).partition("; ")
    return f"{where}: {message}", fits


_SENTENCES: dict[str, Callable[[Mapping[str, Any], str], tuple[str, str]]] = {
    "too_short": _length,
    "too_long": _length,
    "literal_error": _literal,
    "one_of": _one_of,
    "scalar": _one_of,
    "string_pattern_mismatch": _pattern,
    "value_error": _own,
}


def _hint(kind: str, value: Any) -> str:
    if kind == "string_type" and isinstance(value, (int, float)):
        return f"quote it: '{found(value)}'"
    if kind.startswith(("int", "float")) and isinstance(value, str) and _is_number(value):
        return f"without quotes: {value.strip()}"
    if kind.startswith("int") and isinstance(value, str) and (seconds := _unix_seconds(value)) is not None:
        return f"in Unix seconds: {seconds}"
    if kind.startswith("int") and isinstance(value, float) and value.is_integer():
        return f"write {int(value)}"
    if kind == "bool_type" and isinstance(value, str) and value.lower() in {"yes", "no", "on", "off", "true", "false"}:
        return f"write {'true' if value.lower() in {'yes', 'on', 'true'} else 'false'}, without quotes"
    return ""


def _unix_seconds(text: str) -> int | None:
    """What a date says, or a time of day after it; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


# --- the model, by place --------------------------------------------------------------------------------------------


def valid_keys(raw: Loc) -> list[str]:
    """The keys that the mapping at a place of the model takes, as they are written; those of its own first."""
    model = _model(_at(raw))
    if model is None:
        return []
    written = dict.fromkeys(name for each in model.__mro__ for name in vars(each).get("__annotations__", ()))
    return [model.model_fields[name].alias or name for name in written if name in model.model_fields]


def _described(raw: Loc) -> str:
    """What a key is for."""
    model = _model(_at(raw[:-1]))
    field = _field(model, raw[-1]) if model else None
    return (field.description or "") if field else ""


def _at(raw: Loc) -> Any:
    """The type of what stands at a place of the model."""
    for recursive in (Repeat, Branch):
        recursive.model_rebuild()  # steps within steps: named before they were there
    annotation: Any = Scenario
    for step in raw:
        annotation = _inside(annotation, step)
    return annotation


def _field(model: type[BaseModel], key: str | int) -> FieldInfo | None:
    """The field of a model that a key of the file sets."""
    return next((field for name, field in model.model_fields.items() if (field.alias or name) == key), None)


def _model(annotation: Any) -> type[BaseModel] | None:
    annotation = _bare(annotation)
    if get_origin(annotation) in {Union, types.UnionType}:
        return next((model for member in get_args(annotation) if (model := _model(member))), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _inside(annotation: Any, step: str | int) -> Any:
    """The type of what stands at a step within a type: a field, an entry, or the member of a union with that tag."""
    annotation = _bare(annotation)
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        tagged = [member for member in inner if _is_tag(step) and _tagged(member, step)]
        return tagged[0] if tagged else _inside(inner[0], step)  # forms or nothing: the forms are the first member
    if origin is dict:
        return inner[1]
    if origin is list:
        return inner[0]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = _field(annotation, step)
        return field.annotation if field else Any
    return Any


def _tagged(member: Any, tag: str | int) -> bool:
    return any(isinstance(mark, Tag) and mark.tag == tag for mark in getattr(member, "__metadata__", ()))


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _is_tag(step: str | int) -> bool:
    return isinstance(step, str) and step.startswith("<") and step.endswith(">")
