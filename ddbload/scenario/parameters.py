"""Parameters: `-p rate=1200` on the command line, `params: {rate: 800}` in the file, `$rate` as a whole value."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ddbload.errors import Problem, UsageError
from ddbload.scenario.document import Document
from ddbload.scenario.scalar import Trap, plain
from ddbload.scenario.source import Loc, Source, nearest

Constant = bool | int | float | str
_WHOLE = re.compile(r"\$([A-Za-z_]\w*)", re.ASCII)
_DOLLAR = re.compile(r"\$\$|\$([A-Za-z_]\w*)", re.ASCII)


def assignments(words: Sequence[str]) -> dict[str, str]:
    """The `name=value` words of `-p`, as a mapping.

    Raises:
        UsageError: for a word without its equals sign, or a name given twice.
    """
    given: dict[str, str] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"-p {word}: a parameter is given as name=value, like -p rate=1200")
        if name.strip() in given:
            raise UsageError(f"-p {word}: the parameter '{name.strip()}' is given twice")
        given[name.strip()] = text
    return given


@dataclass(slots=True)
class Filled:
    """The data with every `$name` replaced.

    Attributes:
        values: the parameters of this run.
        origin: where a parameter's value stands now.
        unused: parameters that nothing refers to.
        ignored: places about which everything has been said.
    """

    data: Any
    values: dict[str, Constant] = field(default_factory=dict)
    origin: dict[Loc, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    ignored: set[Loc] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def fill_parameters(document: Document, given: Mapping[str, str]) -> Filled:
    """Put the run's parameters in place of their names. `$$` stands for a dollar sign."""
    data, source = document.data, document.source
    declared = data.get("params", {}) if isinstance(data, dict) else {}
    defaults = {
        str(name): value
        for name, value in (declared.items() if isinstance(declared, dict) else ())
        if isinstance(value, (bool, int, float, str))
    }
    filled = Filled(data, dict(defaults))
    for name, text in given.items():
        _set(filled, name, text, defaults)
    if not isinstance(data, dict):
        return filled
    used: set[str] = set()
    body = {
        key: value if key == "params" else _replace(value, (key,), filled, source, used) for key, value in data.items()
    }
    if isinstance(declared, dict) and "params" in data:
        body["params"] = {**declared, **filled.values}
    filled.data = body
    filled.ignored |= {loc for loc, name in filled.origin.items() if ("params", name) in document.flawed}
    filled.unused = [name for name in defaults if name not in used]
    return filled


def _set(filled: Filled, name: str, text: str, defaults: Mapping[str, Constant]) -> None:
    word = f"-p {name}={text}"
    if name not in defaults:
        fits = nearest(name, defaults, "it has") or "it declares none; params: {rate: 800} would declare one"
        filled.problems.append(Problem(word, 0, 0, f"the scenario has no parameter '{name}'", fits))
        return
    try:
        filled.values[name] = _like(defaults[name], text)
    except ValueError as error:
        fits = f"its default is {_shown(defaults[name])}"
        filled.problems.append(Problem(word, 0, 0, f"'{text}' is not {error}", fits))


def _like(default: Constant, text: str) -> Constant:
    """The text as a value of the default's type; raises ValueError with the name of the type that was wanted."""
    if isinstance(default, str):
        return text
    value: Constant | None = None
    with contextlib.suppress(Trap):
        value = plain(text.strip())
    if isinstance(value, bool) and isinstance(default, bool):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and not isinstance(default, bool):
        if isinstance(default, float):
            return float(value)
        return int(value) if isinstance(value, float) and value.is_integer() else value  # 1e3: where whole ones fit
    raise ValueError("true or false" if isinstance(default, bool) else "a number")


def _replace(value: Any, loc: Loc, filled: Filled, source: Source, used: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _replace(inner, (*loc, key), filled, source, used) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replace(inner, (*loc, i), filled, source, used) for i, inner in enumerate(value)]
    if not isinstance(value, str) or "$" not in value:
        return value
    if whole := _WHOLE.fullmatch(value):
        return _whole(whole[1], loc, filled, source, used)
    for name in _names(value):
        known = name in filled.values
        used.add(name)
        filled.ignored.add(loc)
        fits = f"make the whole text a parameter; $${name} stands for the characters ${name}"
        what = "a parameter" if known else "like a parameter"
        filled.problems.append(source.problem(loc, f"'${name}' is {what}, but stands within a longer text", fits))
    return _DOLLAR.sub(lambda found: "$" if found[0] == "$$" else found[0], value)


def _whole(name: str, loc: Loc, filled: Filled, source: Source, used: set[str]) -> Any:
    used.add(name)
    if name in filled.values:
        filled.origin[loc] = name
        return filled.values[name]
    filled.ignored.add(loc)
    fits = nearest(name, filled.values, "there are") or f"declare it: params: {{{name}: ...}}"
    filled.problems.append(
        source.problem(loc, f"there is no parameter '{name}'", f"{fits}; $${name} is the text itself")
    )
    return "$" + name


def _names(text: str) -> Iterator[str]:
    return (found[1] for found in _DOLLAR.finditer(text) if found[1])


def _shown(value: Constant) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
