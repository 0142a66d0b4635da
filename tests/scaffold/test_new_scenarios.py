"""New scenarios load, and say of a table what its description says."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ddbload.errors import ScenarioError, UsageError
from ddbload.scaffold.answers import Answers, from_answers
from ddbload.scaffold.files import write_files
from ddbload.scaffold.shipped import folder, from_template, templates
from ddbload.scaffold.sources import scenario_from
from ddbload.scaffold.table import description_in, from_description
from ddbload.scenario.load import parse_scenario
from ddbload.scenario.model import Table
from ddbload.scenario.scalar import plain
from ddbload.scenario.spelling import flow
from ddbload.target.schema import create_request, differences, remarks

TABLES: dict[str, dict[str, Any]] = {
    "a partition key": {"key": {"pk": "S"}},
    "a key of two": {"key": {"pk": "S", "sk": "N"}},
    "a number as partition key": {"key": {"id": "N"}},
    "indexes of both kinds": {
        "key": {"pk": "S", "sk": "S"},
        "indexes": {
            "by-status": {"key": {"status": "S", "at": "N"}, "project": ["total", "note"]},
            "by_day": {"key": {"pk": "S", "day": "S"}, "kind": "local", "project": "keys"},
        },
    },
    "an index of several attributes": {
        "key": {"pk": "S"},
        "indexes": {"wide": {"key": {"partition": {"tenant": "S", "region": "S"}, "sort": {"at": "N", "id": "S"}}}},
    },
    "provisioned": {
        "key": {"pk": "S"},
        "billing": {"read": 10, "write": 5},
        "indexes": {"own": {"key": {"mail": "S"}, "billing": {"read": 3, "write": 5}}},
    },
    "a maximum": {"key": {"pk": "S"}, "billing": {"on_demand": {"max_write": 100}}},
    "facts": {"key": {"pk": "S"}, "class": "infrequent-access", "streams": "new-image", "replicas": ["eu-west-1"]},
}


def described(table: Table, **more: Any) -> dict[str, Any]:
    """What DescribeTable says of a table that was created as the scenario has it."""
    request = create_request(table, {})
    return {
        **request,
        "BillingModeSummary": {"BillingMode": request["BillingMode"]},
        "TableClassSummary": {"TableClass": request.get("TableClass", "STANDARD")},
        "Replicas": [{"RegionName": region} for region in table.replicas or ()],
        **more,
    }


@pytest.mark.parametrize("facts", TABLES.values(), ids=TABLES)
def test_a_table_comes_back_from_its_description(facts: dict[str, Any]) -> None:
    table = Table.model_validate({"name": "orders-2", **facts})
    there = described(table)
    scenario = parse_scenario(from_description("again", there)).scenario
    (again,) = scenario.every_table
    assert differences(again, there) == []
    assert remarks(again, there) == []
    assert create_request(again, {}) == create_request(table, {})


def test_names_that_yaml_would_take_for_a_number_are_quoted() -> None:
    table = Table.model_validate({"name": "2024", "key": {"pk": "S"}, "indexes": {"1e3": {"key": {"mail": "S"}}}})
    for text in (from_description("7", described(table)), from_answers("7", Answers(table="2024"))):
        scenario = parse_scenario(text).scenario
        assert (scenario.name, scenario.every_table[0].name) == ("7", "2024")
    template = next(iter(templates()))
    assert parse_scenario(from_template(template, "7")["7.yaml"], folder=folder()).scenario.name == "7"


def test_items_are_as_many_and_as_large_as_the_table_says() -> None:
    table = Table.model_validate({"name": "orders", "key": {"pk": "S"}})
    text = from_description("again", described(table, ItemCount=2_000, TableSizeBytes=2_000_000))
    scenario = parse_scenario(text).scenario
    assert scenario.items["item"].count == 2_000
    assert "the table has 2,000 items" in text


def test_the_attribute_that_items_expire_by_is_kept() -> None:
    table = Table.model_validate({"name": "orders", "key": {"pk": "S"}})
    scenario = parse_scenario(from_description("again", described(table), "expires")).scenario
    assert scenario.every_table[0].ttl == "expires"
    assert "expires" in scenario.items["item"].shape


@pytest.mark.parametrize("wrap", [lambda d: {"Table": d}, lambda d: {"TableDescription": d}, lambda d: d])
def test_a_description_is_found_in_every_answer_that_has_one(wrap: Any) -> None:
    there = described(Table.model_validate({"name": "orders", "key": {"pk": "S"}}))
    assert description_in(wrap(there)) == there


@pytest.mark.parametrize("other", [[], {}, {"Table": []}, "text", {"KeySchema": []}])
def test_other_documents_have_none(other: Any) -> None:
    assert description_in(other) is None


def test_a_description_that_is_none_is_told() -> None:
    with pytest.raises(UsageError, match="this is no description of a table"):
        from_description("x", {"TableName": "x", "KeySchema": [{}], "AttributeDefinitions": []})


@pytest.mark.parametrize("sort", ["", "sk"], ids=["no sort key", "a sort key"])
@pytest.mark.parametrize("reads", [0.0, 0.5, 1.0])
def test_a_scenario_from_answers_loads(sort: str, reads: float) -> None:
    answers = Answers("orders", "pk", sort, items=500, item_bytes=300, rate=20, reads=reads)
    scenario = parse_scenario(from_answers("mine", answers)).scenario
    assert (scenario.name, scenario.load.rate, scenario.items["item"].count) == ("mine", 20, 500)


def test_answers_that_make_no_load_are_refused() -> None:
    with pytest.raises(UsageError, match="above zero"):
        from_answers("mine", Answers("orders", items=0))


def test_every_shipped_scenario_is_a_template_with_a_sentence() -> None:
    there = templates()
    assert {path.stem for path in folder().glob("*.yaml")} == set(there)
    assert all(sentence for sentence in there.values())


def test_a_template_brings_the_files_that_it_reads() -> None:
    files = from_template("replay", "mine")
    assert set(files) == {"mine.yaml", "replay.csv"}
    assert "\nname: mine\n" in files["mine.yaml"]


def test_an_unknown_template_names_the_nearest_and_all() -> None:
    with pytest.raises(UsageError, match=r"there is no template 'ycsb-x' \(did you mean ycsb-.\? there are: bulk-load"):
        from_template("ycsb-x", "mine")


def test_no_file_is_replaced_unless_asked_and_then_it_is(tmp_path: Path) -> None:
    text = from_answers("mine", Answers("orders"))
    write_files(tmp_path, {"mine.yaml": text})
    with pytest.raises(UsageError, match="is there already"):
        write_files(tmp_path, {"other.yaml": text, "mine.yaml": text})
    assert not (tmp_path / "other.yaml").exists()
    assert write_files(tmp_path, {"mine.yaml": text}, force=True) == [tmp_path / "mine.yaml"]


def test_a_name_that_no_scenario_can_have_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError):
        write_files(tmp_path, {"x.yaml": from_answers("-x", Answers("orders"))})
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_a_description_is_told_from_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    path.write_text(json.dumps({"Table": described(Table.model_validate({"name": "orders", "key": {"pk": "S"}}))}))
    text, (sentence,) = scenario_from("mine", str(path), "aws")
    assert sentence == "from the description of table orders"
    assert parse_scenario(text).scenario.name == "mine"


def test_a_run_gives_its_scenario_under_the_new_name(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(from_answers("old", Answers("orders")))
    text, _ = scenario_from("mine", str(tmp_path), "aws")
    assert parse_scenario(text).scenario.name == "mine"


def test_a_run_whose_data_files_are_not_here_is_refused_with_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, here = tmp_path / "run", tmp_path / "here"
    run.mkdir()
    here.mkdir()
    monkeypatch.chdir(here)
    text = from_answers("old", Answers("orders")).replace("{size: 950}", "{size: {histogram: sizes.csv}}")
    (run / "scenario.yaml").write_text(text)
    then = hashlib.sha256(b"size,count\n9,1\n").hexdigest()
    (run / "run.json").write_text(json.dumps({"fingerprint": {"files": {"sizes.csv": then}}}))
    with pytest.raises(UsageError, match=r"reads sizes\.csv, which a run's folder does not keep: copy it into .*here"):
        scenario_from("mine", str(run), "aws")
    (here / "sizes.csv").write_text("size,count\n9,1\n")
    text, (_, sentence) = scenario_from("mine", str(run), "aws")
    assert sentence == "it reads sizes.csv, which lies in this folder"
    write_files(here, {"mine.yaml": text})
    (here / "sizes.csv").write_text("size,count\n8,1\n")
    assert scenario_from("mine", str(run), "aws")[1][1] == "it reads sizes.csv, which is not as it was in that run"


def test_the_columns_of_a_trace_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    path.write_text("moment,op,k\n" + "".join(f"{n},get,user#{n % 5}\n" for n in range(50)))
    text, _ = scenario_from("mine", str(path), "aws", {"time": "moment", "key": "k"})
    assert "user#{user}" in text


def test_columns_of_what_is_no_trace_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--column names the columns of a trace"):
        scenario_from("mine", str(tmp_path), "aws", {"time": "moment"})


@pytest.mark.parametrize("source", ["missing.csv", "no/such/folder", "a b"])
def test_a_source_that_is_nothing_is_told(source: str) -> None:
    with pytest.raises(UsageError, match="there is no such file or folder"):
        scenario_from("mine", source, "aws")


async def test_a_live_table_is_described(dynamodb_local: str, tmp_path: Path) -> None:
    import asyncio

    from ddbload.target import TargetOptions, open_target
    from ddbload.target.control import control_client

    table = Table.model_validate({"name": f"live-{tmp_path.name}"[:60], **TABLES["indexes of both kinds"]})
    async with open_target(dynamodb_local, TargetOptions()) as target, control_client(target) as client:
        await client.create_table(**create_request(table, {}))
        text, _ = await asyncio.to_thread(scenario_from, "mine", table.name, dynamodb_local)
        await client.delete_table(TableName=table.name)
    (again,) = parse_scenario(text).scenario.every_table
    assert create_request(again, {}) == create_request(table, {})


async def test_a_live_table_that_is_not_there_is_told(dynamodb_local: str) -> None:
    import asyncio

    with pytest.raises(UsageError, match="--from nothing-here: there is no such table at"):
        await asyncio.to_thread(scenario_from, "mine", "nothing-here", dynamodb_local)


TEXTS = st.text("ab:#{}[]%, 0-1.ynoNO~&*!|>'\"é", max_size=12)
CONSTANTS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text("ab 1:", min_size=1, max_size=4), inner, max_size=3)


@given(st.recursive(CONSTANTS, _nested, max_leaves=8))
def test_what_is_spelled_is_read_back(value: Any) -> None:
    import yaml

    spelled = flow(value)
    assert "\n" not in spelled
    assert yaml.safe_load(f"at: {spelled}") == {"at": value}
    if isinstance(value, str) and spelled == value:
        assert plain(spelled) == value
