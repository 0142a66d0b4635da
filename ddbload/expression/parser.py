"""The parser of grammar.lark: from tables that were made of it beforehand, or made anew where these do not fit.

Making the tables takes 30 ms, loading them 3. After a change of the grammar: `python -m ddbload.expression.parser`.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path as File

import lark

_GRAMMAR = File(__file__).with_name("grammar.lark")
_TABLES = File(__file__).with_name("grammar.tables")
STARTS = ("condition", "update", "projection")


@cache
def parser() -> lark.Lark:
    """The parser of all three kinds of expression; it makes plain trees."""
    return _loaded() or make()


def make() -> lark.Lark:
    """The parser, made of the grammar."""
    return lark.Lark(_GRAMMAR.read_text(encoding="utf-8"), start=list(STARTS), parser="lalr")


def stamp() -> bytes:
    """What the tables fit: this text of the grammar, this version of lark. Their first line."""
    return f"{hashlib.sha256(_GRAMMAR.read_bytes()).hexdigest()} lark {lark.__version__}\n".encode()


def tables_stamp() -> bytes:
    """The stamp of the tables that are there, or nothing."""
    if not _TABLES.exists():
        return b""
    with _TABLES.open("rb") as file:
        return file.readline()


def write() -> None:
    """Make the tables anew."""
    with _TABLES.open("wb") as file:
        file.write(stamp())
        make().save(file)


def _loaded() -> lark.Lark | None:
    if tables_stamp() != stamp():
        return None
    with _TABLES.open("rb") as file:
        file.readline()
        return lark.Lark.load(file)


if __name__ == "__main__":
    write()
