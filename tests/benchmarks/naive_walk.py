"""The same walk as a plain Python loop over steps: buckets, back-pressure, two alarms. For its time, not its answer."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Mapping

from ddbload.capacity.behaviour import Fixed, Setting, Tracked
from ddbload.capacity.behaviour.settings import Floats


def walk(asked: Mapping[str, Floats], candidate: Mapping[str, Setting], *, steps_s: int) -> float:
    """CPU seconds that it takes."""
    units = {name: one.tolist() for name, one in asked.items()}
    before = time.process_time()
    _walk(units, candidate, steps_s)
    return time.process_time() - before


def _walk(asked: Mapping[str, list[float]], candidate: Mapping[str, Setting], steps_s: int) -> float:
    capacity = {name: _start(candidate[name]) for name in asked}
    saved = dict.fromkeys(asked, 0.0)
    recent = {name: deque[float](maxlen=15) for name in asked}
    minute = dict.fromkeys(asked, 0.0)
    throttled = 0.0
    for step in range(len(next(iter(asked.values())))):
        share = 1.0
        for name, units in asked.items():
            there = saved[name] / steps_s + capacity[name]
            if units[step] > there:
                share = min(share, there / units[step])
        for name, units in asked.items():
            served = share * units[step]
            throttled += units[step] - served
            saved[name] = min(300 * capacity[name], saved[name] + (capacity[name] - served) * steps_s)
            minute[name] += served * steps_s / 60
        if (step + 1) * steps_s % 60 == 0:
            for name in asked:
                recent[name].append(minute[name])
                minute[name] = 0.0
                capacity[name] = _scaled(candidate[name], capacity[name], recent[name])
    return throttled


def _start(setting: Setting) -> float:
    if isinstance(setting, Fixed):
        return setting.units
    return setting.low if isinstance(setting, Tracked) else 4000.0


def _scaled(setting: Setting, capacity: float, recent: deque[float]) -> float:
    if not isinstance(setting, Tracked):
        return capacity
    last = list(recent)[-2:]
    if len(last) > 1 and min(last) > setting.target * capacity:
        return min(setting.high, max(capacity, math.ceil(min(last) / setting.target)))
    if len(recent) == recent.maxlen and max(recent) <= (setting.target - 0.2) * capacity:
        return max(setting.low, math.ceil(max(recent) / setting.target))
    return capacity
