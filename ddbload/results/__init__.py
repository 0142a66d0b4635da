"""The run record on disk: what a run is, writing it atomically, reading it back."""

from ddbload.results.document import ResultsError, from_json, to_json
from ddbload.results.hlog import Interval
from ddbload.results.names import safe_name, tag_folder
from ddbload.results.record import RunRecord, Second
from ddbload.results.selection import Damaged, Selection, select
from ddbload.results.store import default_tag, each_interval, new_id, read_run, read_scenario, read_timeline, write_run

__all__ = [
    "Damaged",
    "Interval",
    "ResultsError",
    "RunRecord",
    "Second",
    "Selection",
    "default_tag",
    "each_interval",
    "from_json",
    "new_id",
    "read_run",
    "read_scenario",
    "read_timeline",
    "safe_name",
    "select",
    "tag_folder",
    "to_json",
    "write_run",
]
