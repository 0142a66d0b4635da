"""The bytes of a file, gzip or not, in pieces of bounded size: lines with their numbers, and JSON documents."""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ddbload.trace.row import TraceError

LONGEST_LINE = 16_000_000
"""Bytes of one line or one JSON document: DynamoDB's largest request has 16 MB."""
_BLOCK = 1 << 20
_GZIP = b"\x1f\x8b"
_BEFORE, _BETWEEN = re.compile(r"[ \t\r\n,]*\[?"), re.compile(r"[ \t\r\n,]*")


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, unpacked when it is gzip (told by its first two bytes, whatever its name).

    Raises:
        TraceError: there is no such file, or it cannot be read.
    """
    try:
        raw = path.open("rb")
    except FileNotFoundError:
        raise TraceError.at(
            str(path), 0, "there is no such file", "a trace: CSV, JSON lines, Parquet, or .gz"
        ) from None
    except OSError as error:
        raise TraceError.at(str(path), 0, f"the file cannot be read: {error.strerror or error}") from None
    packed = raw.read(2) == _GZIP
    raw.seek(0)
    if not packed:
        return raw
    return io.BufferedReader(_Unpacked(raw, str(path)), _BLOCK)


class _Unpacked(io.RawIOBase):
    """A gzip stream whose damage is told as an error of the trace."""

    def __init__(self, raw: BinaryIO, file: str) -> None:
        self._raw = raw
        self._gzip = gzip.GzipFile(fileobj=raw)
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._gzip.read1(len(buffer))
        except (EOFError, OSError, zlib.error) as error:
            raise TraceError.at(self._file, 0, f"the gzip data is damaged: {error}", "pack the file again") from None
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._raw.close()
        super().close()


def blocks(data: BinaryIO, file: str) -> Iterator[bytes]:
    """Whole lines of a file, about a megabyte at a time, without a byte order mark.

    Raises:
        TraceError: a line longer than any row.
    """
    rest, line, mark = b"", 1, b"\xef\xbb\xbf"
    while block := data.read(_BLOCK):
        block, mark = (rest + block).removeprefix(mark), b""
        end = block.rfind(b"\n") + 1
        if len(block) - end > LONGEST_LINE:
            place = line + block.count(b"\n")
            raise TraceError.at(file, place, f"the line has more than {LONGEST_LINE:,} bytes", "a row a line")
        if end:
            yield block[:end]
        line += block.count(b"\n", 0, end)
        rest = block[end:]
    if rest:
        yield rest


def documents(data: BinaryIO, file: str) -> Iterator[tuple[int, Any]]:
    """JSON documents with the lines where they begin: one after the other, or in one array; on many lines or on one.

    Raises:
        TraceError: what is not JSON, at its line; or a document larger than any request.
    """
    text = io.TextIOWrapper(data, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        yield from _documents(text, file)
    finally:
        if not data.closed:
            text.detach()  # whoever opened the file closes it


def _documents(text: io.TextIOWrapper, file: str) -> Iterator[tuple[int, Any]]:
    decode = json.JSONDecoder().raw_decode
    buffer, at, line, in_array, ended = "", 0, 1, False, False
    while True:
        if match := (_BETWEEN if in_array else _BEFORE).match(buffer, at):
            in_array = in_array or "[" in match[0]
            line += match[0].count("\n")
            at = match.end()
        if in_array and buffer.startswith("]", at):
            return
        try:
            value, end = decode(buffer, at)
        except json.JSONDecodeError as error:
            more = "" if ended else text.read(_BLOCK)
            ended = not more
            if not more and at == len(buffer):
                return
            if not more or len(buffer) - at > LONGEST_LINE:
                place = line + buffer.count("\n", at, error.pos)
                raise TraceError.at(file, place, f"this is not JSON: {error.msg}", "one object for each row") from None
            buffer, at = buffer[at:] + more, 0
            continue
        if end == len(buffer) and not ended and not isinstance(value, (dict, list)):
            ended = not (more := text.read(_BLOCK))  # a number may go on
            buffer, at = buffer[at:] + more, 0
            continue
        yield line, value
        line += buffer.count("\n", at, end)
        at = end
