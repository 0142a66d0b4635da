"""Interleaved runs on real servers: a slowdown put in by the delay server, and two versions of DynamoDB Local."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DDBLOAD = Path(sys.executable).with_name("ddbload")
SLOWDOWN = 1.10
MEDIAN_MS, P99_MS = 8.0, 24.0
SCENARIO = """\
ddbload: 1
name: delayed
seed: 11
table: {name: delayed, key: {id: S}}
items: {thing: {of: {number: 10}, shape: {id: "{number}"}}}
operations: {read: {get: thing, pick: uniform}}
load:
  mix: {read: 100}
  arrivals: poisson
  rate: 300
  phases: [{warm: 2s}, {hold: 8s}]
client: {max_in_flight: 200, validity: {lag: 10ms}}
objectives:
  read: {p50: 1s, p99: 1s}
"""


def delayed(pairs: int) -> tuple[bool, str, str]:
    """Pairs with a tenth more delay on one side, and as many without: is the one caught, does the other pass?"""
    lines, holds = list[str](), True
    for factor, wanted in ((SLOWDOWN, "regressed"), (1.0, "not worse")):
        with tempfile.TemporaryDirectory() as folder, _delay(1.0, 1) as base, _delay(factor, 2) as new:
            scenario = Path(folder) / "delayed.yaml"
            scenario.write_text(SCENARIO, encoding="utf-8")
            words = ["--base", base, "--new", new, "--pairs", str(pairs), "--tag-base", "plain", "--tag-new", "slower"]
            comparison = regress(scenario, *words, "--results", str(Path(folder) / "results"))
        verdict = comparison["verdict"]
        if not comparison["findings"]:
            return False, f"delay x {factor:g}: {verdict}", "\n".join([*lines, *comparison["reasons"]])
        p99 = next(each for each in comparison["findings"] if each["metric"] == "p99" and each["operation"] == "read")
        holds = holds and (verdict == wanted) and p99["base"]["center"] >= 20
        lines.append(f"delay x {factor:g}, {p99['base']['runs']} pairs: {verdict}")
        lines += [_told(each) for each in comparison["findings"] if each["gated"]]
    summary = f"a tenth more delay is {'caught, none is passed' if holds else 'NOT told from none'}"
    return holds, summary, "\n".join(lines)


def versions(base: str, new: str) -> tuple[bool, str, str]:
    """`ddbload regress scenarios/ycsb-b.yaml` of two versions of DynamoDB Local, with its page.

    Two servers of one version must be not worse, whatever else the machine does.
    """
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "regress.html"
        words = ["--base", f"local:{base}", "--new", f"local:{new}", "--html", str(page), "--results", folder]
        comparison = regress(ROOT / "scenarios" / "ycsb-b.yaml", *words)
        size = page.stat().st_size if page.is_file() else 0
    lines = [comparison["method"], *comparison["reasons"]]
    lines += [_told(each) for each in comparison["findings"] if each["gated"]]
    held = comparison["verdict"] in {"not worse", "improved"} if base == new else comparison["verdict"] != "invalid"
    holds = held and 0 < size < 1_500_000
    return holds, f"{base} against {new}: {comparison['verdict']}; its page has {size:,} B", "\n".join(lines)


def regress(scenario: Path, *words: str) -> dict[str, Any]:
    """The comparison that `ddbload regress` ends with."""
    command = [str(DDBLOAD), "regress", str(scenario), *words, "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=3600)
    if not done.stdout:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _told(finding: dict[str, Any]) -> str:
    change = finding["change"] or {"estimate": None, "low": None, "high": None}
    told = ", ".join(f"{name} {_percent(change[name])}" for name in ("estimate", "low", "high"))
    centers = f"{finding['base']['center']:.4g} -> {finding['new']['center']:.4g} {finding['unit']}"
    noise = f"noise {_percent(finding['base']['spread'])}, {_percent(finding['new']['spread'])}"
    margin = f"margin {_percent(finding['margin'] and finding['margin']['value'])}"
    needed = f"{margin}, needed {finding['needed']}"
    return f"  {finding['operation']} {finding['metric']}: {centers}; {told}; {noise}; {needed}; {finding['verdict']}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2%}"


@contextmanager
def _delay(factor: float, seed: int) -> Iterator[str]:
    """A server that answers after a lognormal delay, times `factor`; its URL."""
    delay = f"lognormal:{MEDIAN_MS * factor:.6g}ms:{P99_MS * factor:.6g}ms"
    words = [sys.executable, "-m", "ddbload.standin", "null", "--delay", delay, "--seed", str(seed)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()
