"""Tags in a row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ddbload.compare.document import Trend
from ddbload.compare.request import ComparisonError
from ddbload.compare.trend import trend_of
from ddbload.results.encoded import to_json
from ddbload.results.record import RunRecord
from tests.compare.records import NOW, fingerprint, noisy, side


def tags(levels: list[float], each: int = 4, spread: float = 0.005) -> list[list[RunRecord]]:
    return [
        side(noisy(level, spread, each, place), tag=f"v{place}", first=100 * place)
        for place, level in enumerate(levels)
    ]


def trend(runs: list[list[RunRecord]], **given: object) -> Trend:
    return trend_of(runs, [f"v{place}" for place in range(len(runs))], now=NOW, **given)  # type: ignore[arg-type]


def test_a_step_among_twelve_tags_is_found_where_it_was_made() -> None:
    found = trend(tags([1.0] * 6 + [1.5] * 6))
    line = next(each for each in found.lines if each.metric == "p50")
    assert [change.tag for change in line.changes] == ["v6"]
    assert line.changes[0].position == 6
    assert line.changes[0].change == pytest.approx(0.5, abs=0.05)


def test_twelve_tags_alike_have_no_change_point() -> None:
    found = trend(tags([1.0] * 12))
    assert all(not line.changes for line in found.lines if line.gated)


def test_runs_of_one_tag_are_not_points_of_their_own() -> None:
    found = trend(tags([1.0, 1.0, 1.0, 1.5], each=10))  # four occasions, forty runs
    assert all(not line.changes for line in found.lines)


def test_the_last_tag_is_judged_against_the_first() -> None:
    found = trend(tags([1.0, 1.2, 1.4, 3.0], each=8))
    assert (found.last.base.name, found.last.new.name) == ("v0", "v3")
    assert found.last.verdict == "regressed"


def test_gates_come_first_and_each_line_has_a_level_for_each_tag() -> None:
    found = trend(tags([1.0, 1.0, 1.0]))
    gated = [line.gated for line in found.lines]
    assert gated == sorted(gated, reverse=True)
    assert [line.metric for line in found.lines if line.gated] == [gate.metric for gate in found.last.gates]
    assert {len(line.levels) for line in found.lines} == {3}


def test_a_tag_without_a_valid_run_has_no_level_and_says_why() -> None:
    runs = tags([1.0, 1.0, 1.0])
    runs[1] = [replace(each, verdict="invalid", reasons=["lag"]) for each in runs[1]]
    found = trend(runs)
    assert found.lines[0].levels[1] is None
    assert found.sides[1].excluded[0].reason == "it is invalid: lag"


def test_a_tag_unlike_the_first_is_refused() -> None:
    runs = tags([1.0, 1.0, 1.0])
    runs[1] = [replace(each, fingerprint=fingerprint(transport="sdk")) for each in runs[1]]
    with pytest.raises(ComparisonError, match="v0 and v1 are not comparable"):
        trend(runs)


def test_too_few_occasions_for_a_change_point_are_said() -> None:
    assert any("it takes 10 batches of runs" in each for each in trend(tags([1.0] * 4)).last.warnings)
    assert not any("batches of runs" in each for each in trend(tags([1.0] * 12)).last.warnings)


def test_a_tag_in_the_middle_that_is_unlike_in_a_version_is_said() -> None:
    runs = tags([1.0, 1.0, 1.0])
    runs[1] = [replace(each, fingerprint=fingerprint(ddbload="0.9.0")) for each in runs[1]]
    assert "v1 and v0: ddbload differs: 0.1.0 against 0.9.0" in trend(runs).last.warnings


def test_two_tags_are_no_trend() -> None:
    with pytest.raises(ComparisonError, match="3 tags or more; 2 were given"):
        trend(tags([1.0, 1.0]))


def test_a_tag_given_twice_is_an_error() -> None:
    runs = tags([1.0, 1.0])
    with pytest.raises(ComparisonError, match="stands on both sides, v0 and v2"):
        trend([*runs, runs[0]])


def test_the_document_is_json() -> None:
    assert to_json(trend(tags([1.0] * 3))).startswith('{"schema":"ddbload-trend/1"')
