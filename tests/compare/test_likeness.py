"""What must be alike, what is only said, and what an experiment puts under test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ddbload.compare.document import Likeness
from ddbload.compare.likeness import likeness
from ddbload.compare.parts import STRICT
from ddbload.compare.request import PARTS, ComparisonError
from ddbload.results.record import RunRecord
from tests.compare.records import fingerprint, pairs, run

NAMES = ("v1", "v2")
TARGET = fingerprint().target
HOST = fingerprint().host


def lines(base: list[RunRecord], new: list[RunRecord], *across: str) -> dict[str, Likeness]:
    return {line.part: line for line in likeness(base, new, NAMES, frozenset(across))}


def unlike(**given: Any) -> list[RunRecord]:
    return [run(9, tag="new", fingerprint=fingerprint(**given))]


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("scenario", {"scenario_sha256": "cd" * 32}, "abababababab", "cdcdcdcdcdcd"),
    ("params", {"params": {"rate": 300}}, "rate=200", "rate=300"),
    ("seed", {"seed": 8}, "7", "8"),
    ("target", {"target": TARGET | {"kind": "embedded", "functional": True}}, "local", "a functional stand-in"),
    ("region", {"target": TARGET | {"region": "eu-west-1"}}, "us-east-1", "eu-west-1"),
    ("transport", {"transport": "sdk"}, "wire", "sdk"),
    ("workers", {"workers": 4}, "1", "4"),
    ("host", {"host": HOST | {"cpus": 8}}, "2 processors", "8 processors"),
]


@pytest.mark.parametrize(("part", "given", "first", "second"), REFUSED, ids=[row[0] for row in REFUSED])
def test_an_unlike_part_is_refused_with_both_values_both_runs_and_what_would_fit(
    part: str, given: dict[str, Any], first: str, second: str
) -> None:
    with pytest.raises(ComparisonError) as refused:
        lines([run()], unlike(**given))
    said = str(refused.value)
    assert first in said
    assert second in said
    assert "results/orders/base/0" in said
    assert "results/orders/new/9" in said
    assert f"--across {part}" in said
    assert refused.value.unlike == {part}


@pytest.mark.parametrize(("part", "given"), [row[:2] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_an_unlike_part_is_under_test_where_the_person_says_so(part: str, given: dict[str, Any]) -> None:
    assert lines([run()], unlike(**given), part)[part].status == "under test"


def test_files_that_differ_are_refused() -> None:
    with pytest.raises(ComparisonError, match="--across files"):
        lines([run(fingerprint=fingerprint(files={"a.csv": "11"}))], unlike(files={"a.csv": "22"}))


def test_files_that_an_older_record_does_not_know_are_flagged_not_refused() -> None:
    line = lines([run()], unlike(files={"a.csv": "22"}))["files"]
    assert line.status == "flagged"
    assert "cannot be told" in line.text


def test_the_digest_that_follows_from_parameters_needs_no_word_of_its_own() -> None:
    new = unlike(params={"rate": 300}, scenario_sha256="cd" * 32)
    with pytest.raises(ComparisonError) as refused:
        lines([run()], new)
    assert "--across params" in str(refused.value)
    assert "--across scenario" not in str(refused.value)
    assert lines([run()], new, "params")["scenario"].status == "under test"


def test_parameters_of_another_scenario_do_not_cover_its_digest() -> None:
    with pytest.raises(ComparisonError, match="--across scenario"):
        lines([run()], unlike(scenario="carts", params={"rate": 300}, scenario_sha256="cd" * 32), "params")


def test_parameters_do_not_cover_a_change_of_the_scenario_itself() -> None:
    base = [run(fingerprint=fingerprint(written_sha256="11" * 32))]
    new = unlike(params={"rate": 300}, scenario_sha256="cd" * 32, written_sha256="22" * 32)
    with pytest.raises(ComparisonError, match="more than parameters was changed in the scenario") as refused:
        lines(base, new)
    assert refused.value.unlike == {"scenario", "params"}
    with pytest.raises(ComparisonError, match="--across scenario") as refused:
        lines(base, new, "params")
    assert refused.value.unlike == {"scenario"}
    assert lines(base, new, "params", "scenario")["scenario"].status == "under test"


def test_parameters_cover_the_digest_of_a_scenario_that_stayed_as_it_was_written() -> None:
    base = [run(fingerprint=fingerprint(written_sha256="11" * 32))]
    new = unlike(params={"rate": 300}, scenario_sha256="cd" * 32, written_sha256="11" * 32)
    assert lines(base, new, "params")["scenario"].status == "under test"


def test_of_many_parameters_only_those_that_differ_are_named() -> None:
    base = [run(fingerprint=fingerprint(params={"rate": 200, "customers": 5000}))]
    with pytest.raises(ComparisonError) as refused:
        lines(base, unlike(params={"rate": 300, "customers": 5000}))
    assert "customers" not in str(refused.value)


FLAGGED: list[tuple[str, dict[str, Any], str]] = [
    ("version", {"target": TARGET | {"version": "2.5.2"}}, "2.5.2"),
    ("version", {"target": TARGET | {"image_digest": "sha256:12"}}, "sha256:12"),
    ("kernel", {"host": HOST | {"system": "Linux 6.6.1"}}, "6.6.1"),
    ("ddbload", {"ddbload": "0.2.0"}, "0.2.0"),
    ("python", {"python": "3.13.0"}, "3.13.0"),
    ("dependencies", {"dependencies": {"orjson": "3.11.0"}}, "orjson=3.11.0"),
]


@pytest.mark.parametrize(("part", "given", "word"), FLAGGED, ids=[row[0] for row in FLAGGED])
def test_versions_that_differ_are_said_and_not_refused(part: str, given: dict[str, Any], word: str) -> None:
    line = lines([run()], unlike(**given))[part]
    assert line.status == "flagged"
    assert word in line.text


def test_the_free_port_of_a_server_of_our_own_is_no_difference() -> None:
    assert lines([run()], unlike(target=TARGET | {"url": "http://127.0.0.1:9000"}))["version"].status == "same"


def test_another_endpoint_is_another_server() -> None:
    base = [run(fingerprint=fingerprint(target=TARGET | {"kind": "endpoint"}))]
    other = unlike(target=TARGET | {"kind": "endpoint", "url": "http://127.0.0.1:9000"})
    assert lines(base, other)["version"].status == "flagged"


def test_a_side_of_unlike_runs_is_refused_whatever_is_under_test() -> None:
    base = [run(0), run(1, fingerprint=fingerprint(transport="sdk"))]
    with pytest.raises(
        ComparisonError, match=r"the runs of v1 are unlike in transport.*base/0 has wire.*base/1 has sdk"
    ):
        lines(base, unlike(transport="sdk"), "transport")


def test_an_experiment_puts_its_target_under_test_with_version_and_address() -> None:
    base, new = pairs([1.0], [1.0])
    other = fingerprint(target=TARGET | {"kind": "endpoint", "version": "2.5.2", "url": "http://127.0.0.1:1"})
    found = lines(base, [replace(each, fingerprint=other) for each in new])
    assert found["target"].status == found["version"].status == "under test"


def test_an_experiment_puts_its_parameters_under_test_with_the_digest() -> None:
    base, new = pairs([1.0], [1.0], under_test=({"rate": "200"}, {"rate": "300"}))
    other = fingerprint(params={"rate": 300}, scenario_sha256="cd" * 32)
    found = lines(base, [replace(each, fingerprint=other) for each in new])
    assert found["params"].status == found["scenario"].status == "under test"


def test_runs_of_two_experiments_put_nothing_under_test() -> None:
    base, _ = pairs([1.0], [1.0])
    _, new = pairs([1.0], [1.0], experiment="e2")
    other = fingerprint(target=TARGET | {"kind": "embedded", "functional": True})
    with pytest.raises(ComparisonError, match="--across target"):
        lines(base, [replace(each, fingerprint=other) for each in new])


def test_what_is_under_test_and_yet_the_same_is_said() -> None:
    line = lines([run()], [run(1, tag="new")], "transport")["transport"]
    assert line.status == "same"
    assert "both sides have wire" in line.text


def test_a_word_that_is_no_part_is_an_error_that_names_the_parts() -> None:
    with pytest.raises(ComparisonError, match=", ".join(PARTS)):
        lines([run()], [run(1)], "colour")


def test_a_part_that_is_misspelt_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(ComparisonError, match=r"transprt: there is no such part; did you mean transport\?"):
        lines([run()], [run(1)], "transprt")


def test_the_parts_that_may_be_named_are_those_that_must_be_alike() -> None:
    assert [part.name for part in STRICT] == list(PARTS)


def test_a_load_that_was_not_sent_is_said() -> None:
    slow = run(1, tag="new")
    line = lines([run()], [replace(slow, rate=replace(slow.rate, achieved=190.0))])["rate"]
    assert line.status == "flagged"
    assert "results/orders/new/1 sent 190 of 200" in line.text


def test_in_a_closed_loop_a_rate_is_a_result_and_no_condition() -> None:
    closed = [replace(each, rate=replace(each.rate, loop="closed", achieved=rate)) for each, rate in ((run(), 150.0),)]
    other = [replace(run(1, tag="new"), rate=replace(run().rate, loop="closed", achieved=250.0))]
    assert lines(closed, other)["rate"].status == "same"
