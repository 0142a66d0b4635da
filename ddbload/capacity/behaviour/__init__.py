"""How DynamoDB's capacity behaves in time, on a virtual clock: buckets, partitions, auto scaling, on-demand growth.

Pure, and vectorised over candidates and worlds. It needs numpy, so nothing that must start fast imports it.
"""

from ddbload.capacity.behaviour.assumption import Assumption
from ddbload.capacity.behaviour.assumptions import Assumptions
from ddbload.capacity.behaviour.on_demand import instant_units
from ddbload.capacity.behaviour.partitions import HotLimit, hot_limit, partitions_at_least
from ddbload.capacity.behaviour.settings import (
    Asked,
    Course,
    Fixed,
    Heat,
    OnDemand,
    Outcome,
    Scheduled,
    Setting,
    Tracked,
)
from ddbload.capacity.behaviour.simulate import Behaviour, simulate, simulate_one, simulate_together
from ddbload.capacity.behaviour.validation import SettingError

__all__ = [
    "Asked",
    "Assumption",
    "Assumptions",
    "Behaviour",
    "Course",
    "Fixed",
    "Heat",
    "HotLimit",
    "OnDemand",
    "Outcome",
    "Scheduled",
    "Setting",
    "SettingError",
    "Tracked",
    "hot_limit",
    "instant_units",
    "partitions_at_least",
    "simulate",
    "simulate_one",
    "simulate_together",
]
