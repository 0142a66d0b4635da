"""Request bodies: a request with templates in it becomes one bytes template and the draw's positions that fill it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import orjson

from ddbload.operation import Draw, DrawnValue, Slot, Template, text_of


class Body:
    """A compiled request body. Equal, once parsed, to what botocore's serializer makes of the filled request."""

    __slots__ = ("_positions", "_template")

    def __init__(self, request: Mapping[str, Any]) -> None:
        pieces: list[str | Slot] = []
        _compile(request, pieces)
        self._positions = tuple(piece.index for piece in pieces if isinstance(piece, Slot))
        template = "".join("%b" if isinstance(piece, Slot) else piece.replace("%", "%%") for piece in pieces)
        self._template = template.encode() if self._positions else (template.encode() % ())

    def render(self, draw: Draw) -> bytes:
        """The body with the draw's values in their places."""
        positions = self._positions
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


def _compile(node: Any, pieces: list[str | Slot]) -> None:
    """Append the JSON text of a node, with slots where drawn values go."""
    if isinstance(node, Template):
        _compile_template(node, pieces)
    elif isinstance(node, Mapping):
        only = node.get("B") if len(node) == 1 else None
        if isinstance(only, str):  # a binary value given as text: botocore takes its UTF-8
            node = {"B": only.encode()}
        pieces.append("{")
        for number, (key, value) in enumerate(node.items()):
            pieces.append(("," if number else "") + json.dumps(key) + ":")
            _compile(value, pieces)
        pieces.append("}")
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


def _compile_template(template: Template, pieces: list[str | Slot]) -> None:
    bare = template.type == "BOOL"
    pieces.append(f'{{"{template.type}":' + ("" if bare else '"'))
    pieces.extend(part if isinstance(part, Slot) else json.dumps(part)[1:-1] for part in template.parts)
    pieces.append("}" if bare else '"}')
