"""What should be there, derived again from (seed, the operations that were recorded), and held against what is read.

Pure: histories in, findings out. Who records the histories is `engine`; who reads the table afterwards, `experiment`.
"""

from ddbload.verify.history import Event, Findings, Read, Write, judge
from ddbload.verify.states import ABSENT, UNKNOWN, same_item

__all__ = ["ABSENT", "UNKNOWN", "Event", "Findings", "Read", "Write", "judge", "same_item"]
