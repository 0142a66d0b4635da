"""Statements of PartiQL in the trial: each as the call that does the same."""

from __future__ import annotations

from dataclasses import replace

from ddbload.scenario.model import Scenario
from ddbload.workload.compiled import CompiledOperation, Part


def parts_of_statements(scenario: Scenario, compiled: CompiledOperation) -> tuple[Part, ...]:  # noqa: ARG001 - soon
    """The parts of an operation, those of statements by the kind of their counterparts."""
    return tuple(replace(part, kind="get") if part.kind == "select" else part for part in compiled.parts)
