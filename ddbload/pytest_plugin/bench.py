"""What the fixture gives: `Bench` runs scenarios and compares tags, `Runs` are some runs and what may be asserted."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ddbload.compare.document import Comparison
from ddbload.errors import DdbloadError, UsageError
from ddbload.experiment.run import RunRequest
from ddbload.pytest_plugin import RESULTS, InconclusiveWarning, sentences
from ddbload.pytest_plugin.comparing import Against, compared
from ddbload.pytest_plugin.measuring import costs_money, measured, require_plain_test
from ddbload.report import terminal
from ddbload.report.build import report_of
from ddbload.results.record import RunRecord
from ddbload.results.store import default_tag
from ddbload.target.model import TargetOptions


@dataclass(frozen=True, slots=True, repr=False)
class Bench:
    """The value of the fixture `ddbload`; paths are relative to pytest's rootdir.

    Attributes:
        root: pytest's rootdir.
        results: where runs are kept.
        aws: whether load may be sent to AWS.
        beside: how many workers of pytest-xdist there are; 1 without it.
        item: the test.
    """

    root: Path
    results: Path
    aws: bool
    beside: int
    item: pytest.Item

    def __repr__(self) -> str:  # pytest shows it above a failure
        return f"ddbload with its runs in {self.results}"

    def run(
        self,
        scenario: str | Path,
        *,
        target: str = "embedded",
        tag: str | None = None,
        times: int = 1,
        params: Mapping[str, object] | None = None,
        transport: str = "wire",
        workers: int = 1,
        drop: bool = False,
        jar: str | Path | None = None,
        verify: bool = False,
        allow_code: bool = False,
    ) -> Runs:
        """Run a scenario, once or several times in a row; each run is kept. Words as those of `ddbload run`.

        A test that would send load to AWS is skipped unless pytest was given --ddbload-aws.

        Raises:
            DdbloadError: the scenario, the words or the target are wrong, or runs cannot be kept.
        """
        __tracebackhide__ = True
        try:
            if times < 1:
                raise UsageError(f"times={times}: a scenario is run once at least")
            if costs_money(target) and not self.aws:
                pytest.skip(f"target {target} costs money; give pytest --ddbload-aws to send load to it")
            require_plain_test()
            request = RunRequest(
                scenario=self.root / scenario,
                target=target,
                params={name: _spelled(value) for name, value in (params or {}).items()},
                tag=tag or default_tag(self.root),
                transport=transport,
                workers=workers,
                results=self.results,
                options=TargetOptions(jar=None if jar is None else self.root / jar),
                drop=drop,
                yes=self.aws,
                allow_code=allow_code,
                verify=verify,
            )
            return Runs(self, tuple(self._run_once(request) for _ in range(times)))
        except DdbloadError as error:
            raise error.with_traceback(None) from None

    def assert_not_worse(
        self,
        scenario: str,
        *,
        than: str,
        tag: str | None = None,
        matters: Mapping[str, str | float] | None = None,
        across: Iterable[str] = (),
        inconclusive_ok: bool = False,
    ) -> Comparison:
        """Compare a scenario's runs under a tag with those of an earlier one.

        Args:
            scenario: its name.
            than: the tag to hold against, or "pinned".
            tag: of the runs in question; default: what git calls the rootdir, which is that of `run`, too.
            matters: by gate, the change that must not pass: {"read.p99": "5%"}; wins over the scenario's.
            across: parts of the fingerprint that may differ since they are under test, such as "target".
            inconclusive_ok: where these runs cannot tell, warn (`InconclusiveWarning`) rather than fail. The test is
                not skipped: what it asserts next is looked at.

        Raises:
            AssertionError: it is worse, or these runs cannot tell; the message is the report's sentences.
            DdbloadError: a side has no runs, or the runs are unlike in something that is not under test.
        """
        __tracebackhide__ = True
        try:
            against = Against(than, matters or {}, across)
            comparison = compared(self.results, scenario, tag or default_tag(self.root), against)
        except DdbloadError as error:
            raise error.with_traceback(None) from None
        return self.judge(comparison, inconclusive_ok=inconclusive_ok)

    def judge(self, comparison: Comparison, *, inconclusive_ok: bool) -> Comparison:
        """Raises `AssertionError` unless it is not worse; see `assert_not_worse`."""
        __tracebackhide__ = True
        self.note(f"{comparison.new.name} against {comparison.base.name}: {comparison.verdict}")
        if comparison.verdict in {"not worse", "improved"}:
            return comparison
        said = sentences.of_comparison(comparison) + self.beside_others
        if comparison.verdict != "cannot tell" or not inconclusive_ok:
            raise AssertionError(said)
        warnings.warn(InconclusiveWarning(said), stacklevel=3)
        return comparison

    def note(self, text: str) -> None:
        """Keep a verdict with the test: a property of it in JUnit's file."""
        self.item.user_properties.append(("ddbload", text))

    @property
    def beside_others(self) -> str:
        """What a failure says besides where other tests ran at the same time."""
        if self.beside <= 1:
            return ""
        return f"\n  ! {self.beside} workers of pytest-xdist share this machine: loads are better measured with -n 0"

    def _run_once(self, request: RunRequest) -> RunRecord:
        outcome = measured(request, self.results)
        record = outcome.record
        self.note(f"{sentences.name_of(record)}: {record.verdict}")
        self.item.add_report_section(
            "call", "ddbload", terminal.render(report_of(record, outcome.seconds)).plain + "\n"
        )
        return record


@dataclass(frozen=True, slots=True, repr=False)
class Runs:
    """Runs of a scenario, as `Bench.run` made them. `records`: what `run.json` holds of each."""

    bench: Bench
    records: tuple[RunRecord, ...]

    def assert_passes(self) -> Runs:
        """Every run kept its objectives. Returns the runs.

        Raises:
            AssertionError: one missed an objective or is invalid; the message is the report's sentences.
        """
        __tracebackhide__ = True
        if any(record.verdict != "pass" for record in self.records):
            raise AssertionError(sentences.of_runs(self.records) + self.bench.beside_others)
        return self

    def assert_not_worse(
        self,
        *,
        than: str,
        matters: Mapping[str, str | float] | None = None,
        across: Iterable[str] = (),
        inconclusive_ok: bool = False,
    ) -> Comparison:
        """Compare these runs, and no others under their tag, with an earlier tag; see `Bench.assert_not_worse`."""
        __tracebackhide__ = True
        first = self.records[0]
        try:
            against = Against(than, matters or {}, across)
            comparison = compared(self.bench.results, first.fingerprint.scenario, first.tag, against, self.records)
        except DdbloadError as error:
            raise error.with_traceback(None) from None
        return self.bench.judge(comparison, inconclusive_ok=inconclusive_ok)


def bench_of(request: pytest.FixtureRequest) -> Bench:
    """The fixture's value for a test."""
    config, root = request.config, request.config.rootpath
    said = config.getoption("--ddbload-results")
    results = Path.cwd() / said if said else root / config.getini(RESULTS)
    beside = getattr(config, "workerinput", {}).get("workercount", 1)
    return Bench(root, results, bool(config.getoption("--ddbload-aws")), beside, request.node)


def _spelled(value: object) -> str:
    """A parameter's value as `-p` takes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
