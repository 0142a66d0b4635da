"""Scenario -> the timetable (when: an absolute schedule of due times) and the stream of operations (what)."""

from ddbload.workload.calls import CompiledWorkload
from ddbload.workload.compile import compile_workload
from ddbload.workload.items import ItemMaker, item_at
from ddbload.workload.models import table_shape
from ddbload.workload.requests import CompiledOperation, compile_operation

__all__ = [
    "CompiledOperation",
    "CompiledWorkload",
    "ItemMaker",
    "compile_operation",
    "compile_workload",
    "item_at",
    "table_shape",
]
