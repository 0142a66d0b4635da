"""The ground of the model: names, constants, closed mappings, and how the forms of a value are told apart."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field
from pydantic_core import PydanticCustomError

NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"
TABLE_NAME_PATTERN = r"^[A-Za-z0-9_.-]{3,255}$"
SCENARIO_NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
FUNCTION_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*$"
REGION_PATTERN = r"^[a-z]{2}(-[a-z]+)+-[0-9]$"
BRACES_PATTERN = r"^\{[A-Za-z_][A-Za-z0-9_]{0,63}\}$"
DAX_NODE_PATTERN = r"^dax\.[a-z0-9]+\.[a-z0-9]+$"
PATTERNS = {
    NAME_PATTERN: "a name has letters, digits and underscores, begins with no digit, and has at most 64 of them",
    TABLE_NAME_PATTERN: "a name of a table or an index has 3 to 255 of a-z, A-Z, 0-9, '_', '-' and '.'",
    BRACES_PATTERN: 'a value is named in braces: "{length}"',
    FUNCTION_PATTERN: "a function is named by its module and its name: shop:basket",
    DAX_NODE_PATTERN: "a DAX node type is named like dax.r5.large",
    REGION_PATTERN: "a region is named like eu-west-1",
    SCENARIO_NAME_PATTERN: "a scenario's name has up to 64 of a-z, A-Z, 0-9, '_', '-', '.', a letter or digit first",
}
"""What each pattern asks for, in words."""

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
"""A name given by the scenario's author: letters, digits and underscores."""
TableName = Annotated[str, Field(pattern=TABLE_NAME_PATTERN)]
Count = Annotated[int, Field(ge=1, lt=2**53)]
Positive = Annotated[float, Field(gt=0)]


def _a_constant(value: Any) -> Any:
    if isinstance(value, (bool, int, float, str)):
        return value
    raise PydanticCustomError("scalar", "a constant: text, a number, true or false")


Scalar = Annotated[bool | int | float | str, BeforeValidator(_a_constant)]


class Closed(BaseModel):
    """Frozen; an unknown key is an error; no silent conversion between types.

    A model that is a default is made by `model_construct`: calling it would build its validator as soon as the module
    is imported, which every check would wait for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


def forms(
    *keys: str,
    words: tuple[str | int, ...] = (),
    number: str = "",
    text: str = "",
    listed: str = "",
    mapping: str = "",
    wide: tuple[str, str] | None = None,
    expected: str = "",
) -> Discriminator:
    """Tell the forms of a value apart: one of `words`, a number, a list, a mapping with exactly one of `keys`, another.

    Tags are `<form>`, which no key of a file can be taken for: `<word>`, `<key>`, and those given for a number, a text,
    a list and any other mapping; `wide` is a key whose value, when it is a mapping, makes a form of its own. `expected`
    says what would fit when none does.
    """

    def tag(value: Any) -> str | None:
        match value:
            case dict() | BaseModel():
                return of_mapping(value)
            case bool():
                return None
            case str() | int() if value in words:
                return "<word>"
        kinds = (((list, tuple), listed), (str, text), ((int, float), number))
        return next((form or None for kind, form in kinds if isinstance(value, kind)), None)

    def of_mapping(value: dict[str, Any] | BaseModel) -> str | None:
        if wide and (isinstance(value, BaseModel) or isinstance(value.get(wide[0]), dict)):
            return wide[1]
        names = value if isinstance(value, dict) else type(value).model_fields
        found = [key for key in keys if key in names]
        return f"<{found[0]}>" if len(found) == 1 else None if found or not mapping else mapping

    sentence = expected or f"a mapping with exactly one of: {', '.join(keys)}"
    return Discriminator(tag, custom_error_type="one_of", custom_error_message=sentence)
