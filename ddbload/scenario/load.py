"""A file -> a checked scenario, or every mistake in it at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ddbload.errors import Problem, ScenarioError
from ddbload.scenario.document import Document, read_document
from ddbload.scenario.files import content_hashes
from ddbload.scenario.model import Scenario
from ddbload.scenario.parameters import Constant, Filled, fill_parameters
from ddbload.scenario.rules import Fault, faults, notices
from ddbload.scenario.scalar import spell
from ddbload.scenario.source import Loc, Source

MAX_FILE_BYTES = 1_000_000
_NOT_DONE = {"params", "forecast", "bill", "objectives"}  # sections that change nothing of what a run does


@dataclass(frozen=True, slots=True)
class LoadedScenario:
    """A scenario that can be run.

    Attributes:
        scenario: the checked value.
        source: where everything stands, for what is said about it later.
        resolved_yaml: the file's text with this run's parameters as defaults; it loads to the same scenario.
        sha256: of what the scenario does, whatever its file looks like and its parameters are named.
        written_sha256: of what the file says, whatever values its parameters and its seed have.
        params: the parameters of this run.
        warnings: what is written but does nothing.
    """

    scenario: Scenario
    source: Source
    resolved_yaml: str
    sha256: str
    written_sha256: str
    params: dict[str, Constant]
    warnings: tuple[Problem, ...] = ()


def load_scenario(path: Path | str, params: Mapping[str, str] | None = None) -> LoadedScenario:
    """Read a scenario's file; `params` are the words of `-p`, as text.

    Raises:
        ScenarioError: with every mistake found, at its place.
    """
    return parse_scenario(read_text(Path(path)), str(path), params, folder=Path(path).resolve().parent)


def parse_scenario(
    text: str,
    file: str = "scenario.yaml",
    params: Mapping[str, str] | None = None,
    *,
    folder: Path | None = None,
) -> LoadedScenario:
    """Read a scenario's text; `file` is its name in messages, `folder` is where the files that it names are looked for.

    Raises:
        ScenarioError: with every mistake found, at its place.
    """
    document = read_document(text, file)
    source = document.source
    filled = fill_parameters(document, params or {})
    problems = [*document.problems, *filled.problems]
    scenario, refused = _validate(document, filled, folder or Path())
    problems += refused
    if scenario is None or problems:
        raise ScenarioError(problems)
    if broken := [_problem(fault, source) for fault in faults(scenario)]:
        raise ScenarioError(_once(broken))
    resolved = _with_defaults(text, source, filled.values, params or {})
    unused = [
        source.problem(("params", name), f"the parameter '{name}' is used nowhere", f"${name} would use it", key=True)
        for name in filled.unused
    ]
    warnings = sorted([*unused, *(_problem(n, source) for n in notices(scenario))], key=lambda p: (p.line, p.column))
    written = written_digest(document.data)
    return LoadedScenario(scenario, source, resolved, digest(scenario), written, filled.values, tuple(warnings))


def read_scenario(text: str, file: str, folder: Path) -> Scenario:
    """A scenario's text as a value, not yet checked against the rules; its files need not be there.

    Raises:
        ScenarioError: with every mistake of its form.
    """
    document = read_document(text, file)
    filled = fill_parameters(document, {})
    scenario, refused = _validate(document, filled, folder)
    if scenario is None or document.problems or filled.problems:
        raise ScenarioError([*document.problems, *filled.problems, *refused])
    return scenario


def read_text(path: Path) -> str:
    """The text of a file, in UTF-8, with or without a byte order mark.

    Raises:
        ScenarioError: when there is no such file, or it is no text.
    """

    def refuse(message: str, fits: str = "") -> ScenarioError:
        return ScenarioError([Problem(str(path), 0, 0, message, fits)])

    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        near = sorted(other.name for other in path.parent.glob("*.y*ml"))[:5] if path.parent.is_dir() else []
        raise refuse("there is no such file", f"in that folder: {', '.join(near)}" if near else "") from None
    except IsADirectoryError:
        raise refuse("this is a folder, not a scenario", "name the YAML file in it") from None
    except (OSError, ValueError) as error:
        raise refuse(f"the file cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > MAX_FILE_BYTES:
        raise refuse(f"the file has more than {MAX_FILE_BYTES:,} bytes", "a scenario is a page of YAML")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse("the file is in UTF-16", "save it as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = Problem(str(path), line, 1, "this line is not UTF-8", "save the file as UTF-8")
        raise ScenarioError([problem]) from None


def digest(scenario: Scenario) -> str:
    """SHA-256 of what a run does; of data files their content counts.

    Left out are defaults, what is for the planner alone, what parameters are called, and objectives: a run is the same
    whatever is asked of it.
    """
    content = scenario.model_dump(mode="json", exclude=_NOT_DONE, exclude_defaults=True)
    if hashes := content_hashes(scenario):
        content["files"] = hashes
    return _sha256(content)


def written_digest(data: Mapping[str, Any]) -> str:
    """SHA-256 of a file's data, with parameters by name, whatever values they and the seed have.

    It tells a scenario that was changed from one whose parameters were. The same meaning written otherwise (1s, 1000ms)
    is another digest.
    """
    return _sha256({name: value for name, value in sorted(data.items()) if name not in _NOT_DONE | {"seed"}})


def _sha256(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _validate(document: Document, filled: Filled, folder: Path) -> tuple[Scenario | None, list[Problem]]:
    try:
        return Scenario.model_validate(filled.data, context={"folder": folder}), []
    except ValidationError as error:
        from ddbload.scenario.explain import explain  # noqa: PLC0415 - only a mistake needs it, and a check is short

        ignored = document.flawed | filled.ignored
        said = (explain(dict(one), document.source, filled.origin) for one in error.errors(include_url=False))
        return None, [problem for loc, problem in said if not _within(loc, ignored)]


def _within(loc: Loc, places: Iterable[Loc] | frozenset[Loc]) -> bool:
    return any(loc[:end] in places for end in range(len(loc) + 1))


def _problem(fault: Fault, source: Source) -> Problem:
    if fault.text:
        line, column = source.character(fault.loc, fault.text, fault.offset)
        return Problem(source.file, line, column, fault.message, fault.fits)
    return source.problem(fault.loc, fault.message, fault.fits, key=fault.at_key)


def _once(problems: list[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _with_defaults(text: str, source: Source, values: Mapping[str, Constant], given: Mapping[str, str]) -> str:
    """The text with the defaults of the given parameters replaced; all the rest, comments too, as it stands."""
    spans = sorted(((source.places["params", name].span, name) for name in given), reverse=True)
    for (start, end), name in spans:
        newline = "\n" if text[start:end].endswith("\n") else ""
        text = text[:start] + spell(values[name]) + newline + text[end:]
    return text
