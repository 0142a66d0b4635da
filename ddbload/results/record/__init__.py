"""A run as a value: the document of `run.json`. Its keys are a contract that scripts may rely on.

Times are milliseconds of the measured phases; a percentile that the sample does not support is None.
"""

from ddbload.results.record.operation import (
    ConsumedUnits,
    HotKey,
    Latency,
    Observed,
    OperationRecord,
    TableUnits,
    Units,
)
from ddbload.results.record.run import (
    SCHEMA,
    ClientHealth,
    Cost,
    Fingerprint,
    ObjectiveRecord,
    Pairing,
    Rate,
    RunRecord,
)
from ddbload.results.record.second import DRAIN, Second
from ddbload.results.record.verifying import VerifiedReads, VerifyRecord

__all__ = [
    "DRAIN",
    "SCHEMA",
    "ClientHealth",
    "ConsumedUnits",
    "Cost",
    "Fingerprint",
    "HotKey",
    "Latency",
    "ObjectiveRecord",
    "Observed",
    "OperationRecord",
    "Pairing",
    "Rate",
    "RunRecord",
    "Second",
    "TableUnits",
    "Units",
    "VerifiedReads",
    "VerifyRecord",
]
