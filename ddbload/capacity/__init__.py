"""DynamoDB's arithmetic, pure: bytes of items, units of reads and writes, index writes, what an update leaves.

Items are DynamoDB JSON: {"pk": {"S": "x"}, "n": {"N": "5"}}; the content of B is bytes or base64 text.
"""

from ddbload.capacity.change import CannotApplyError, apply_update
from ddbload.capacity.requests import (
    Change,
    batch_get_units,
    batch_write_units,
    cancelled_units,
    condition_check_units,
    needs_items,
    replayed_units,
    scan_units,
    select_counterpart,
    sum_units,
    transact_get_units,
    transact_write_units,
)
from ddbload.capacity.size import CONTAINER_BYTES, ELEMENT_BYTES, Item, Value, item_bytes, number_bytes, value_bytes
from ddbload.capacity.units import (
    PAGE_BYTES,
    READ_BLOCK_BYTES,
    WRITE_BLOCK_BYTES,
    failed_condition_units,
    get_units,
    item_write_units,
    query_units,
    read_units,
    write_units,
)
from ddbload.capacity.writes import (
    IndexShape,
    TableShape,
    WriteUnits,
    delete_units,
    entry,
    index_writes,
    put_units,
    update_units,
)

__all__ = [
    "CONTAINER_BYTES",
    "ELEMENT_BYTES",
    "PAGE_BYTES",
    "READ_BLOCK_BYTES",
    "WRITE_BLOCK_BYTES",
    "CannotApplyError",
    "Change",
    "IndexShape",
    "Item",
    "TableShape",
    "Value",
    "WriteUnits",
    "apply_update",
    "batch_get_units",
    "batch_write_units",
    "cancelled_units",
    "condition_check_units",
    "delete_units",
    "entry",
    "failed_condition_units",
    "get_units",
    "index_writes",
    "item_bytes",
    "item_write_units",
    "needs_items",
    "number_bytes",
    "put_units",
    "query_units",
    "read_units",
    "replayed_units",
    "scan_units",
    "select_counterpart",
    "sum_units",
    "transact_get_units",
    "transact_write_units",
    "update_units",
    "value_bytes",
    "write_units",
]
