"""A request in DynamoDB's own words: its expressions as they are sent, with their aliases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from ddbload.expression import Expression, Operand, Statement, Text, render_request, unparse
from ddbload.scenario.actions import Action
from ddbload.scenario.model import Scenario
from ddbload.scenario.rules.parsed import trees

_PARAMETERS = {
    "key": "KeyConditionExpression",
    "filter": "FilterExpression",
    "projection": "ProjectionExpression",
    "update": "UpdateExpression",
    "condition": "ConditionExpression",
}


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One member of a request and its text."""

    name: str
    text: str


def request_lines(scenario: Scenario, action: Action) -> Iterator[RequestLine]:
    """The expressions of an action; what stands in braces is drawn for each call."""
    found = trees(scenario, action)
    statement = found.pop("statement", None)
    if isinstance(statement, Statement):
        yield RequestLine("Statement", " ".join(statement.text.split()))
        if statement.parameters:
            yield RequestLine("Parameters", ", ".join(map(_spelled, statement.parameters)))
    if found:
        request = render_request({_PARAMETERS[key]: tree for key, tree in found.items()}, _spelled)
        for name, member in request.items():
            yield RequestLine(name, _text(member))


def _text(member: Any) -> str:
    if isinstance(member, dict):
        return ", ".join(f"{alias} {value}" for alias, value in member.items())
    return str(member)


def _spelled(value: Operand | Text) -> str:
    return unparse(cast("Expression", value))
