"""Settings of capacity that AWS would refuse: an error that names the field, before anything is simulated."""

from __future__ import annotations

import math

from ddbload.capacity.behaviour.settings import Scheduled, Tracked
from ddbload.errors import DdbloadError

_LEAST_TARGET, _GREATEST_TARGET = 0.2, 0.9
_LEAST_UNITS = 1  # a table or an index has at least one unit of each kind


class SettingError(DdbloadError):
    """A setting of capacity that cannot be; says which field, what it is and what would fit."""


def check_tracked(setting: Tracked) -> None:
    """Refuses what PutScalingPolicy and RegisterScalableTarget would refuse for DynamoDB.

    Sources: Amazon DynamoDB Developer Guide, "Managing throughput capacity automatically with DynamoDB auto scaling"
    (target of 20 to 90 %) and "Quotas in Amazon DynamoDB" (at least one unit).

    Raises:
        SettingError: a field is not a number, out of its range, or `low` is above `high`.
    """
    _check_bounds(setting.low, setting.high, "")
    if not _LEAST_TARGET <= setting.target <= _GREATEST_TARGET:  # NaN is not either
        raise SettingError(
            f"target is {setting.target:g}; auto scaling of DynamoDB takes a target utilisation of "
            f"{_LEAST_TARGET:g} to {_GREATEST_TARGET:g} (20 % to 90 %)"
        )
    if setting.start is not None and not (math.isfinite(setting.start) and setting.start >= _LEAST_UNITS):
        raise SettingError(f"start is {setting.start:g}; it must be at least {_LEAST_UNITS} unit a second")
    for number, action in enumerate(setting.schedule):
        _check_action(action, f"schedule[{number}].")


def _check_action(action: Scheduled, where: str) -> None:
    _check_bounds(action.low, action.high, where)
    for name, value, limit in (("hour", action.hour, 23), ("minute", action.minute, 59)):
        if not 0 <= value <= limit:
            raise SettingError(f"{where}{name} is {value}; it must be 0 to {limit}")
    if action.date is not None and action.weekdays is not None:
        raise SettingError(f"{where}date and weekdays are both given; an action acts once, or by weekdays")
    if action.weekdays is not None and not (action.weekdays and action.weekdays <= set(range(7))):
        found = ", ".join(str(day) for day in sorted(action.weekdays)) or "empty"
        raise SettingError(f"{where}weekdays is {found}; days are 0 (Monday) to 6, at least one; None is every day")


def _check_bounds(low: float, high: float, where: str) -> None:
    for name, value in (("low", low), ("high", high)):
        if not math.isfinite(value):
            raise SettingError(f"{where}{name} is {value:g}; it must be a number of units a second")
    if low < _LEAST_UNITS:
        raise SettingError(f"{where}low is {low:g}; DynamoDB provisions at least {_LEAST_UNITS} unit a second")
    if low > high:
        raise SettingError(f"{where}low is {low:g}, above {where}high, which is {high:g}")
