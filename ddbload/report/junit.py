"""Cases as JUnit XML, as build servers read it: testsuites, testsuite, properties, testcase with what became of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from ddbload.report.cases import Case

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(
    suite: str, cases: Sequence[Case], *, properties: Mapping[str, str], started_at: str | None, output: str
) -> str:
    """The document, ending in a newline.

    Args:
        suite: what was judged, such as "compare orders".
        cases: at least one.
        properties: of the suite.
        started_at: of the newest run, ISO 8601.
        output: text that belongs to all cases: the report.
    """
    counts = {
        "tests": len(cases),
        "failures": _number(cases, "failure"),
        "errors": _number(cases, "error"),
        "skipped": _number(cases, "skipped"),
    }
    numbers = {name: str(number) for name, number in counts.items()}
    totals = {name: number for name, number in numbers.items() if name != "skipped"}  # Jenkins's schema has none there
    root = ET.Element("testsuites", {"name": "ddbload", **totals, "time": "0"})
    # seconds and no zone: so the schemas have it
    when = {} if started_at is None else {"timestamp": started_at[:19]}
    element = ET.SubElement(
        root, "testsuite", {"name": _legal(f"ddbload {suite}"), **numbers, "time": "0", **when, "hostname": "localhost"}
    )
    if properties:
        parent = ET.SubElement(element, "properties")
        for name, value in properties.items():
            ET.SubElement(parent, "property", {"name": _legal(name), "value": _legal(value)})
    for case in cases:
        _add(element, suite, case)
    ET.SubElement(element, "system-out").text = _legal(output)
    ET.SubElement(element, "system-err")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _number(cases: Sequence[Case], status: str) -> int:
    return sum(case.status == status for case in cases)


def _add(suite: ET.Element, name: str, case: Case) -> None:
    given = {"classname": _legal(f"ddbload.{name.replace(' ', '.')}"), "name": _legal(case.name), "time": "0"}
    element = ET.SubElement(suite, "testcase", given)
    if case.status == "skipped":
        ET.SubElement(element, "skipped", {"message": _legal(case.message)})
    elif case.status != "passed":
        kind = "regressed" if case.status == "failure" else "not judged"
        found = ET.SubElement(element, case.status, {"message": _legal(case.message), "type": kind})
        found.text = _legal(case.text)
    else:
        ET.SubElement(element, "system-out").text = _legal(case.text)


def _legal(text: str) -> str:
    """The text; a character that XML cannot have is written as its escape."""
    return _NOT_XML.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
