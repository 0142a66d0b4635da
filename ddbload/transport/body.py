"""Request bodies: a request with places in it becomes one bytes template and what fills it from a draw."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import orjson

from ddbload.operation import Draw, DrawnValue, Slot, Template, Whole, text_of

_Piece: TypeAlias = "str | Slot | Callable[[Draw], bytes]"


class Body:
    """A compiled request body. Equal, once parsed, to what botocore's serializer makes of the filled request."""

    __slots__ = ("_fillers", "_positions", "_template")

    def __init__(self, request: Mapping[str, Any]) -> None:
        pieces: list[_Piece] = []
        _compile(request, pieces)
        places = [piece for piece in pieces if not isinstance(piece, str)]
        template = "".join(piece.replace("%", "%%") if isinstance(piece, str) else "%b" for piece in pieces)
        self._template = template.encode() if places else (template.encode() % ())
        slots = [place.index for place in places if isinstance(place, Slot)]
        self._positions = tuple(slots) if len(slots) == len(places) else None
        self._fillers = tuple(_filler(place) for place in places)

    def render(self, draw: Draw) -> bytes:
        """The body with the draw's values in their places."""
        positions = self._positions
        if positions is None:
            return self._template % tuple([fill(draw) for fill in self._fillers])
        if not positions:
            return self._template
        return self._template % tuple([_escaped(draw[position]) for position in positions])


def _escaped(value: DrawnValue) -> bytes:
    """A drawn value as it stands within a JSON string (or bare, for a bool): escaped, without quotes."""
    if type(value) is str:
        try:
            return orjson.dumps(value)[1:-1]
        except orjson.JSONEncodeError:  # a lone surrogate: not UTF-8, but JSON can spell it, as botocore does
            return json.dumps(value).encode()[1:-1]
    if type(value) is int:
        return b"%d" % value
    text = text_of(value)
    return orjson.dumps(text if type(text) is str else str(text))[1:-1]


# --- what fills a place ----------------------------------------------------------------------------------------------


def _filler(place: Slot | Callable[[Draw], bytes]) -> Callable[[Draw], bytes]:
    return partial(_fill_slot, place.index) if isinstance(place, Slot) else place


def _fill_slot(index: int, draw: Draw) -> bytes:
    return _escaped(draw[index])


def _fill_whole(index: int, draw: Draw) -> bytes:
    return _json(draw[index])


def _fill_binary(index: int, draw: Draw) -> bytes:
    """Of `{"B": Whole}`: a text there is its UTF-8."""
    value = draw[index]
    return _json(value.encode() if isinstance(value, str) else value)


def _fill_member(index: int, key: bytes, draw: Draw) -> bytes:
    """An optional member after others: itself with a comma before it, or nothing."""
    value = draw[index]
    return b"" if value is None else key + _json(value)


def _fill_members(members: Sequence[tuple[int, bytes]], draw: Draw) -> bytes:
    """The members of a mapping that has optional ones only."""
    return b",".join([key + _json(draw[index]) for index, key in members if draw[index] is not None])


def _json(value: Any) -> bytes:
    """A whole JSON value; bytes become base64, and so does the UTF-8 of a text that stands as a binary value."""
    try:
        text = orjson.dumps(value, default=_base64)
    except orjson.JSONEncodeError:  # a lone surrogate, or an integer of over 64 bits
        return json.dumps(_binaries_as_bytes(value), default=_base64).encode()
    if b'"B":"' in text or b'"BS":["' in text:
        return orjson.dumps(_binaries_as_bytes(value), default=_base64)
    return text


def _base64(value: object) -> str:
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _binaries_as_bytes(node: Any) -> Any:
    """The value with bytes wherever a binary attribute value is given as text: botocore takes the text's UTF-8."""
    if isinstance(node, Mapping):
        if len(node) == 1:
            ((kind, content),) = node.items()
            if kind == "B" and isinstance(content, str):
                return {"B": content.encode("utf-8", "surrogatepass")}
            if kind == "BS" and isinstance(content, (list, tuple)):
                return {"BS": [text.encode() if isinstance(text, str) else text for text in content]}
        return {key: _binaries_as_bytes(value) for key, value in node.items()}
    return [_binaries_as_bytes(value) for value in node] if isinstance(node, (list, tuple)) else node


# --- compiling -------------------------------------------------------------------------------------------------------


def _compile(node: Any, pieces: list[_Piece]) -> None:
    """Append the JSON text of a node, with places where drawn values go."""
    if isinstance(node, Template):
        _compile_template(node, pieces)
    elif isinstance(node, Whole):
        pieces.append(partial(_fill_whole, node.index))
    elif isinstance(node, Mapping):
        _compile_mapping(node, pieces)
    elif isinstance(node, (list, tuple)):
        pieces.append("[")
        for number, value in enumerate(node):
            if number:
                pieces.append(",")
            _compile(value, pieces)
        pieces.append("]")
    elif isinstance(node, (bytes, bytearray)):
        pieces.append(f'"{base64.b64encode(node).decode()}"')
    else:
        pieces.append(json.dumps(node))


def _compile_mapping(node: Mapping[str, Any], pieces: list[_Piece]) -> None:
    """Optional members go last, each with its comma before it: an object's members have no order."""
    if len(node) == 1:
        ((kind, content),) = node.items()
        if kind == "B" and isinstance(content, Whole) and not content.optional:
            pieces.extend(('{"B":', partial(_fill_binary, content.index), "}"))
            return
        if kind in {"B", "BS"} and not isinstance(content, Whole):
            node = _binaries_as_bytes(node)
    optional = {key: value for key, value in node.items() if isinstance(value, Whole) and value.optional}
    fixed = [(key, value) for key, value in node.items() if key not in optional]
    pieces.append("{")
    for number, (key, value) in enumerate(fixed):
        pieces.append(("," if number else "") + json.dumps(key) + ":")
        _compile(value, pieces)
    keys = [(whole.index, json.dumps(key).encode() + b":") for key, whole in optional.items()]
    if fixed:
        pieces.extend(partial(_fill_member, index, b"," + key) for index, key in keys)
    elif keys:
        pieces.append(partial(_fill_members, tuple(keys)))
    pieces.append("}")


def _compile_template(template: Template, pieces: list[_Piece]) -> None:
    bare = template.type == "BOOL"
    pieces.append(f'{{"{template.type}":' + ("" if bare else '"'))
    pieces.extend(part if isinstance(part, Slot) else json.dumps(part)[1:-1] for part in template.parts)
    pieces.append("}" if bare else '"}')
