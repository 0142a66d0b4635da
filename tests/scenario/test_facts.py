"""What a scenario alone says: sizes of items, types of attributes, hot items, levels and arrivals."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddbload.capacity import item_bytes, value_bytes
from ddbload.scenario.extent import attribute_extents, item_extent
from ddbload.scenario.levels import arrivals, levels
from ddbload.scenario.load import parse_scenario
from ddbload.scenario.model import HotspotSpec, LognormalSize, LognormalSizeForm
from ddbload.scenario.template import TemplateError, attribute_type, parse_template
from ddbload.scenario.value_extent import of_size
from ddbload.workload.items import item_at

SHAPE = """\
      whole: 12345
      flag: true
      none: null
      nested: {list: [1, "{status}", {a: "n{number}"}], b: false}
      mixed: "{placed} {note} {number}"
      id: "{id}"
"""


def test_items_lie_within_the_extent_and_their_mean_near_its_mean(sample: str) -> None:
    text = sample.replace('      note: "{note}"\n', '      note: "{note}"\n' + SHAPE).replace(
        "values:\n", "values:\n  id: uuid\n"
    )
    scenario = parse_scenario(text, params={"customers": "150"}).scenario
    extent = item_extent(scenario, "order")
    maker = item_at(scenario, "order")
    sizes = [item_bytes(maker.item(i)) for i in range(scenario.items["order"].count)]
    assert extent.least <= min(sizes)
    assert max(sizes) <= extent.most
    assert extent.mean == pytest.approx(sum(sizes) / len(sizes), rel=0.1)


NEW_VALUES = """\
  few: {words: 3}
  many: {words: {count: {uniform: {min: 2, max: 9}}}}
  price: {number: {min: -3, max: 900, decimals: 2}}
  measured: {text: {size: {histogram: {"10": 5, "900": 1}}}}
  from_file: {text: {size: {histogram: sizes.csv}}}
  city: {csv: {file: cities.csv, column: city}}
  people: {csv: {file: cities.csv, column: people, type: N}}
  tag: {choice: [a, bb, ccc, dddd, eeeee]}
  tags: {set: {of: tag, count: {uniform: {min: 1, max: 4}}}}
  prices: {list: {of: price, count: {uniform: {min: 0, max: 5}}}}
"""


@pytest.mark.parametrize(
    "value",
    ["few", "many", "price", "measured", "from_file", "city", "people", "tags", "prices", "text of {price}, {city}"],
)
def test_every_kind_of_value_lies_within_its_extent_and_its_mean_near_its_mean(
    sample: str, tmp_path: Path, value: str
) -> None:
    (tmp_path / "sizes.csv").write_text("size,count\n100,3\n700,1\n")
    (tmp_path / "cities.csv").write_text("city,people\nBerlin,3700000\nRome,2800000\nUlm,126949\n")
    spelled = value if "{" in value else f"{{{value}}}"
    text = sample.replace("values:\n", f"values:\n{NEW_VALUES}").replace(
        '      note: "{note}"\n', f'      note: "{{note}}"\n      it: "{spelled}"\n    sparse: {{it: 40%}}\n'
    )
    scenario = parse_scenario(text, params={"customers": "150"}, folder=tmp_path).scenario
    extent = attribute_extents(scenario, "order")["it"]
    maker = item_at(scenario, "order")
    items = [maker.item(i) for i in range(3000)]
    there = [value_bytes(item["it"]) for item in items if "it" in item]
    assert extent.least <= min(there)
    assert max(there) <= extent.most
    assert extent.mean == pytest.approx(sum(there) / len(there), rel=0.12)
    whole = item_extent(scenario, "order")
    assert whole.mean == pytest.approx(sum(map(item_bytes, items)) / len(items), rel=0.1)
    assert whole.least <= min(map(item_bytes, items))


def test_the_mean_of_a_lognormal_without_a_near_maximum_is_the_formula(sample: str) -> None:
    scenario = parse_scenario(sample).scenario
    size = LognormalSizeForm(lognormal=LognormalSize(median=1000, p99=2000, max=10**6))
    assert of_size(scenario, size).mean == pytest.approx(1000 * 1.0454, rel=1e-3)  # exp(s^2 / 2), s = ln 2 / 2.3263


@pytest.mark.parametrize(
    ("n", "items", "hot"),
    [
        pytest.param(5, "0%", 1, id="at least one is hot"),
        pytest.param(5, "100%", 5, id="all are hot"),
        pytest.param(1, "50%", 1, id="only one there is"),
        pytest.param(1000, "1%", 10, id="a hundredth"),
        pytest.param(150, "1%", 2, id="to the nearest whole number"),
    ],
)
def test_how_many_are_hot(n: int, items: str, hot: int) -> None:
    assert HotspotSpec.model_validate({"items": items, "share": "80%"}).hot(n) == hot


@pytest.mark.parametrize(
    ("attribute", "kind"), [("pk", "S"), ("placed", "N"), ("status", "S"), ("note", "S"), ("n", "N"), ("m", "S")]
)
def test_an_attribute_has_a_type(sample: str, attribute: str, kind: str) -> None:
    text = sample.replace('      note: "{note}"\n', '      note: "{note}"\n      n: "{number}"\n      m: "{number}."\n')
    assert attribute_type(parse_scenario(text).scenario, "order", attribute) == kind


def test_a_coordinate_alone_in_a_key_of_text_is_text(sample: str) -> None:
    scenario = parse_scenario(sample.replace('sk: "order#{number}"', 'sk: "{number}"')).scenario
    assert attribute_type(scenario, "order", "sk") == "S"


def test_doubled_braces_are_braces() -> None:
    assert parse_template("a{{b}}{c}").parts[0] == "a{b}"
    with pytest.raises(TemplateError, match="a lone '}'"):
        parse_template("a}")


def test_a_ramp_begins_where_the_phase_before_ended_and_a_hold_stays_where_it_ended(sample: str) -> None:
    load = parse_scenario(sample.replace("to: 100%", "to: 150%")).scenario.load
    assert [(level.kind, level.start, level.end, level.measured) for level in levels(load)] == [
        ("warm", 0.25, 0.25, False),
        ("ramp", 0.25, 1.5, True),
        ("hold", 1.5, 1.5, True),
    ]
    assert arrivals(load) == pytest.approx(800 * (60 * 0.25 + 120 * 0.875 + 600 * 1.5))
    assert arrivals(load, measured=True) == pytest.approx(800 * (120 * 0.875 + 600 * 1.5))
