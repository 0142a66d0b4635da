"""A scenario from a few answers: one table, reads and writes of its items, and a load."""

from __future__ import annotations

from dataclasses import dataclass

from ddbload.errors import UsageError
from ddbload.scenario.spelling import flow


@dataclass(frozen=True, slots=True)
class Answers:
    """What is asked of somebody who begins.

    Attributes:
        table: the table's name in DynamoDB.
        partition, sort: the names of its key attributes; no sort key where it is empty.
        items: how many items there are.
        item_bytes: how large one is.
        rate: calls a second.
        reads: the share of them that reads, 0 to 1.
    """

    table: str
    partition: str = "pk"
    sort: str = ""
    items: int = 10_000
    item_bytes: int = 1_000
    rate: float = 100
    reads: float = 0.8


_SORTED = 10
"""Items that share a partition key, where there is a sort key."""


def from_answers(name: str, answers: Answers) -> str:
    """The text of a scenario.

    Raises:
        UsageError: an answer is no number that a load can have.
    """
    if answers.items < 1 or answers.item_bytes < 1 or answers.rate <= 0 or not 0 <= answers.reads <= 1:
        raise UsageError("items, bytes and calls a second are above zero, and the percent of reads is from 0 to 100")
    key = {answers.partition: "S"} | ({answers.sort: "S"} if answers.sort else {})
    groups = max(1, answers.items // _SORTED) if answers.sort else answers.items
    of = {"item": groups, "part": _SORTED} if answers.sort else {"item": groups}
    shape = {answers.partition: "item#{item}"} | ({answers.sort: "part#{part}"} if answers.sort else {})
    pick = {"item": {"zipf": 0.9}}
    reads, writes = round(answers.reads * 100), round((1 - answers.reads) * 100)
    query = f'\n  list: {{query: item, pick: {flow(pick)}, key: "#{answers.partition} = {{{answers.partition}}}"}}'
    shares = {"read": reads} if not answers.sort else {"read": reads - reads // 4, "list": reads // 4}
    mix = shares | {"change": writes - writes // 3, "create": writes // 3}
    return f"""\
# What this is, in a sentence.
#
#   ddbload check {name}.yaml --explain
#   ddbload run {name}.yaml --target local
ddbload: 1
name: {flow(name)}
seed: 1
params: {{rate: {flow(answers.rate)}}}             # ddbload run ... -p rate=500

table:
  name: {flow(answers.table)}
  key: {flow(key)}
  billing: on-demand

values:                             # data that is drawn; {{name}} stands for it
  payload: {{text: {{size: {max(1, answers.item_bytes - 50)}}}}}

items:                              # enumerated: item i has its own key, the same on every run
  item:
    of: {flow(of)}
    shape: {flow(shape | {"payload": "{payload}"})}

operations:                         # in DynamoDB's own words
  read: {{get: item, pick: {flow(pick)}}}{query if answers.sort else ""}
  change: {{update: item, pick: {flow(pick)}, set: {{payload: "{{payload}}"}}, condition: exists}}
  create: {{put: item, pick: next}}

load:
  mix: {flow({operation: weight for operation, weight in mix.items() if weight})}
  arrivals: poisson                 # an open loop: arrivals do not wait for answers
  rate: $rate
  phases:
    - {{warm: 10s, at: 25%}}          # excluded from the results
    - {{ramp: 10s, to: 100%}}
    - {{hold: 1m}}

objectives:
  all: {{errors: 0.1%, throttled: 0%}}
"""
