"""Designs side by side: what each costs, which is cheapest, and which parts of their scenarios differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ddbload.planner.document import PLANS_SCHEMA, DesignCost, Plan, PlanComparison, PlansDocument
from ddbload.scenario.load import load_scenario

_NAMED = 6  # parts of a scenario; more are counted
_UNLIKE = frozenset({"name", "seed", "params", "client", "limits", "objectives"})  # say nothing of a design


def compared(names: Sequence[str], plans: Sequence[Plan], parts: Sequence[Mapping[str, Any]]) -> PlansDocument:
    """The plans side by side.

    Args:
        names: of the designs, each another.
        plans: of the designs.
        parts: their scenarios as data; empty where a design has none, as an export.
    """
    ranked = [plan.ranked for plan in plans]
    keeping = sorted((ranked[place].likely, place) for place, plan in enumerate(plans) if plan.verdict == "pass")
    least = keeping[0][0] if keeping else 0.0
    designs = tuple(
        DesignCost(
            name=name,
            verdict=plan.verdict,
            monthly_usd=plan.monthly_usd,
            once_usd=plan.once_usd,
            ranked_usd=ranked[place],
            dearer_usd=max(0.0, ranked[place].likely - least) if keeping else 0.0,
            tables={table.table: table.billed.ranked.likely for table in plan.tables},
            differs=difference(parts[0], part) if place and parts[0] and part else "",
        )
        for place, (name, plan, part) in enumerate(zip(names, plans, parts, strict=True))
    )
    cheapest = names[keeping[0][1]] if keeping else None
    by_usd = keeping[1][0] - least if len(keeping) > 1 else None
    return PlansDocument(PLANS_SCHEMA, tuple(plans), PlanComparison(cheapest, by_usd, designs))


def design_names(sources: Sequence[Path]) -> list[str]:
    """Short names of the designs: the files' stems where these tell them apart, else as they were given."""
    stems = [source.stem for source in sources]
    if len(set(stems)) == len(stems):
        return stems
    given = [str(source) for source in sources]
    return [text if given.count(text) == 1 else f"{text} ({given[: place + 1].count(text)})"
            for place, text in enumerate(given)]  # fmt: skip


def scenario_parts(source: Path, params: Mapping[str, str]) -> Mapping[str, Any]:
    """A design's scenario as data: a scenario's file, or that of a run; empty where the source has none.

    Raises:
        ScenarioError: the scenario is not sound.
    """
    if source.is_dir():
        source, params = source / "scenario.yaml", {}  # as it was run
    if source.suffix not in {".yaml", ".yml"} or not source.exists():
        return {}
    parts: dict[str, Any] = load_scenario(source, params).scenario.model_dump()
    return parts


def difference(base: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Which parts of a scenario are other than the base's: "operations recent changed, scan_all new; load changed"."""
    return "; ".join(_differences(base, other))


def _differences(base: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys([*base, *other]):
        had, has = base.get(key), other.get(key)
        if key in _UNLIKE or had == has:
            continue
        if not isinstance(had, Mapping) or not isinstance(has, Mapping):
            yield f"{key} {'new' if had is None else 'gone' if has is None else 'changed'}"
            continue
        words = [f"{name} {word}" for name, word in _changes(had, has) if (key, name) != ("table", "name")]
        more = [f"{len(words) - _NAMED} more"] if len(words) > _NAMED + 1 else []
        if words:
            yield f"{key}: {', '.join([*(words[:_NAMED] if more else words), *more])}"


def _changes(had: Mapping[str, Any], has: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys([*had, *has]):
        if had.get(name) != has.get(name):
            yield name, "new" if had.get(name) is None else "gone" if has.get(name) is None else "changed"
