"""The model of provisioned and on-demand capacity as one would first write it down: a loop over seconds, plain Python.

It shares no code with the product. `asked` is name -> units of each second; the table is "".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Result:
    consumed: dict[str, float] = field(default_factory=dict)
    throttled: dict[str, float] = field(default_factory=dict)
    by_index: float = 0.0
    most_saved: dict[str, float] = field(default_factory=dict)


def fixed(
    asked: Mapping[str, Sequence[float]],
    capacity: Mapping[str, float],
    *,
    burst_s: float = 300.0,
    filled: float = 0.0,
    writes: bool = True,
    touches: Mapping[str, float] | None = None,
) -> Result:
    names = list(asked)
    saved = {name: filled * burst_s * capacity[name] for name in names}
    result = Result(dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0), 0.0, dict(saved))
    for second in range(len(asked[names[0]])):
        share = {}
        for name in names:
            wanted = asked[name][second]
            there = saved[name] + capacity[name]
            share[name] = 1.0 if wanted <= there else there / wanted
        together = 1 - max((1 - share[name]) * (touches or {}).get(name, 1.0) for name in names)
        for name in names:
            wanted = asked[name][second]
            granted = min(together, share[name]) if writes and "" in names else share[name]
            served = granted * wanted
            result.consumed[name] += served
            result.throttled[name] += wanted - served
            saved[name] = min(burst_s * capacity[name], saved[name] + capacity[name] - served)
            result.most_saved[name] = max(result.most_saved[name], saved[name])
            if name == "" and writes:
                result.by_index += (share[name] - together) * wanted
    return result
