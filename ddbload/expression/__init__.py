"""DynamoDB's expressions, text <-> tree, with values written in place: 'text', 42, true, null, {name}, 'order#{n}'.

Pure: nothing here knows a scenario or a request. Reserved words need no care, since every name is aliased; `#name`
is an attribute whatever its name, and `#'any name'` one with other characters than letters, digits and underscores.
Expressions that go into one request are rendered together, by `render_request`, since they share their aliases.
"""

from ddbload.expression.error import ExpressionError
from ddbload.expression.keys import check_key_condition
from ddbload.expression.literals import check_number, parse_text
from ddbload.expression.parse import parse_condition, parse_projection, parse_update
from ddbload.expression.paths import changed_paths
from ddbload.expression.short import SHORT_CONDITIONS, ShortFormError, condition_tree, short_condition, update_tree
from ddbload.expression.statement import Statement, parse_statement
from ddbload.expression.tree import (
    And,
    Between,
    Boolean,
    Compare,
    Condition,
    Expression,
    IfNotExists,
    In,
    ListAppend,
    ListValue,
    MapValue,
    Not,
    Null,
    Number,
    Operand,
    Or,
    Path,
    Placeholder,
    Projection,
    Size,
    Sum,
    Test,
    Text,
    Update,
    attribute_names,
    placeholders,
    walk,
)
from ddbload.expression.write import Rendered, render, render_request, unparse

__all__ = [
    "SHORT_CONDITIONS",
    "And",
    "Between",
    "Boolean",
    "Compare",
    "Condition",
    "Expression",
    "ExpressionError",
    "IfNotExists",
    "In",
    "ListAppend",
    "ListValue",
    "MapValue",
    "Not",
    "Null",
    "Number",
    "Operand",
    "Or",
    "Path",
    "Placeholder",
    "Projection",
    "Rendered",
    "ShortFormError",
    "Size",
    "Statement",
    "Sum",
    "Test",
    "Text",
    "Update",
    "attribute_names",
    "changed_paths",
    "check_key_condition",
    "check_number",
    "condition_tree",
    "parse_condition",
    "parse_projection",
    "parse_statement",
    "parse_text",
    "parse_update",
    "placeholders",
    "render",
    "render_request",
    "short_condition",
    "unparse",
    "update_tree",
    "walk",
]
