"""What a stand-in is made of: a behaviour maps a request to an answer. No I/O and no clock here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Flaw(StrEnum):
    """What goes wrong on the wire, whatever the answer says."""

    NONE = "none"
    CLOSE_BEFORE = "close_before"  # the connection is closed without an answer
    RESET = "reset"  # the same, with a TCP reset
    CLOSE_AFTER = "close_after"  # answered as if the connection stayed open, then closed
    CLOSE_ANNOUNCED = "close_announced"  # the same, with `Connection: close`
    HTTP_1_0 = "http_1_0"  # answered as HTTP/1.0, then closed
    HALF = "half"  # half the answer, then closed
    HANG = "hang"  # never answered, never closed
    WRONG_CRC = "wrong_crc"  # the x-amz-crc32 header is of other bytes
    GARBAGE = "garbage"  # bytes that are no HTTP, then closed


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer and how it reaches the client.

    Attributes:
        body: the JSON document.
        status: the HTTP status.
        delay_s: seconds between the request's arrival and the answer's first byte (kept to about 1 ms).
        flaw: what goes wrong on the wire.
        spread_s: seconds over which the bytes trickle out; 0 sends them at once.
    """

    body: bytes = b"{}"
    status: int = 200
    delay_s: float = 0.0
    flaw: Flaw = Flaw.NONE
    spread_s: float = 0.0


Behaviour = Callable[[str, bytes, int, float], Answer]
"""`(api, body, n, now_s) -> Answer`.

`api` is the call's name ("GetItem"), `body` the request's JSON. `n` numbers the data requests from 0 in the order of
their arrival and is -1 for any other; `now_s` is seconds since the first data request (0 before it).
"""

DATA_APIS = frozenset(
    {
        "BatchExecuteStatement",
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "ExecuteStatement",
        "ExecuteTransaction",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
"""The calls that are about items."""


def is_data(api: str, body: bytes) -> bool:
    """Whether a request is one of the load: numbered, delayed, frozen, failed.

    A BatchWriteItem that does not ask for consumed capacity loads the table, and a schedule should begin with the load
    under test.
    """
    return api in DATA_APIS and (api != "BatchWriteItem" or b'"ReturnConsumedCapacity"' in body)
