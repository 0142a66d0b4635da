"""What should be there, derived again from (seed, the operations that were recorded), and held against what is read.

Pure: histories in, findings out. Workers keep what they see of the followed items; who reads the table afterwards is
`experiment`.
"""

from ddbload.verify.history import Event, Findings, Read, Write, judge
from ddbload.verify.states import ABSENT, UNKNOWN, State, same_item
from ddbload.verify.verdict import Initial, Verified, by_item, verify
from ddbload.verify.witness import Key, Seen, Witness, Witnessed, untold

__all__ = [
    "ABSENT",
    "UNKNOWN",
    "Event",
    "Findings",
    "Initial",
    "Key",
    "Read",
    "Seen",
    "State",
    "Verified",
    "Witness",
    "Witnessed",
    "Write",
    "by_item",
    "judge",
    "same_item",
    "untold",
    "verify",
]
