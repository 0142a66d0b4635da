"""Recorded traffic: reading traces of several forms, writing them, and (`ddbload.trace.fit`) fitting a scenario to one.

Importing this room costs next to nothing: readers and numpy are loaded when a trace is opened or fitted.
"""

from ddbload.trace.row import Columns, TraceError, TraceRow
from ddbload.trace.source import Summary, Trace, open_trace
from ddbload.trace.write import write_trace

__all__ = ["Columns", "Summary", "Trace", "TraceError", "TraceRow", "open_trace", "write_trace"]
