"""What is proved, and how: each proof is one command or a few, and a criterion."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from tests.evidence.comparison import simulate
from tests.evidence.interleaved import delayed, versions

ROOT = Path(__file__).parents[2]
DDBLOAD = Path(sys.executable).parent / "ddbload"
READER = Path(__file__).with_name("read_hlog.js")


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a proof: whether it holds, in a sentence, and the output worth keeping."""

    holds: bool
    summary: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A statement, the command that shows it, and the function that runs it."""

    name: str
    states: str
    command: str
    run: Callable[[], Finding]


def _run(
    words: list[str | Path], *, minutes: float = 30, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=minutes * 60,
        check=False,
    )


def _pytest(*paths: str, size: int = 0, of: str = "examples") -> Finding:
    """The tests at these paths, with so many examples, draws or rows each."""
    sized = {"CI": "true"} | ({f"DDBLOAD_EVIDENCE_{of.upper()}": str(size)} if size else {})
    done = _run([sys.executable, "-m", "pytest", "-q", *paths], environment=sized)
    last = done.stdout.strip().splitlines()[-1]
    told = f"{size:,} {of} each: {last}" if size else last
    return Finding(done.returncode == 0, told, "" if done.returncode == 0 else done.stdout)


def _benchmark(name: str, *words: str) -> Finding:
    """A benchmark's table; its exit code says whether what must hold holds."""
    done = _run([sys.executable, "-m", f"tests.benchmarks.{name}", *words])
    summary = "its table stands below" if done.returncode == 0 else f"exit code {done.returncode}"
    return Finding(done.returncode == 0, summary, done.stdout + (done.stderr if done.returncode else ""))


def _cpu() -> Finding:
    """At most half of the Rust SDK's CPU and a fifteenth of aioboto3's."""
    found = _benchmark("cpu_per_operation")
    ratios = dict(re.findall(r"ddbload / (\S+?)(?: loop)?: (\d+\.\d+)", found.detail))
    limits = {"dynamo-benchmark": 1 / 2, "aioboto3": 1 / 15}
    missing = [name for name in limits if name not in ratios]
    holds = found.holds and not missing and all(float(ratios[name]) <= limit for name, limit in limits.items())
    seen = ", ".join(f"{ratio} of {name} (at most {limits.get(name, 1):.3f})" for name, ratio in ratios.items())
    return Finding(holds, seen + (f"; not measured: {', '.join(missing)}" if missing else ""), found.detail)


def _choice() -> Finding:
    """Two weeks of ten demands in forty worlds: each recommendation against every setting of a grid."""
    done = _run([sys.executable, "-m", "tests.planner.exhaustive", "--days", "14", "--worlds", "40"], minutes=60)
    summary = done.stdout.strip().rpartition("\n")[2] or f"exit code {done.returncode}"
    return Finding(done.returncode == 0, summary, done.stdout + (done.stderr if done.returncode else ""))


def _replay() -> Finding:
    """A million rows are all sent, the client's memory is that of a tenth of them, and the run is not invalid."""
    found = _benchmark("replay", "--rate", "1000")
    rows = [re.split(r"\s{2,}", line.strip()) for line in found.detail.splitlines() if "/s" in line]
    if not found.holds or len(rows) != 2:
        return Finding(False, "the benchmark gave no table", found.detail)
    (few, all_rows) = rows
    memory = float(all_rows[7]) / float(few[7])
    kept = all_rows[8] != "invalid" and abs(float(all_rows[3]) / float(all_rows[2]) - 1) <= 0.005
    said = f"achieved {all_rows[3]} of {all_rows[2]} a second, lag p99 {all_rows[5]} ms, verdict {all_rows[8]}"
    return Finding(kept and memory < 1.25, f"{said}; memory {memory:.2f} of that of a tenth of the rows", found.detail)


def _start() -> Finding:
    """`ddbload check` on the largest shipped scenario, against `import typer`."""
    found = _benchmark("start_time")
    ratio = re.search(r"ddbload check\s+.*?(\d+\.\d+)\s*$", found.detail, re.MULTILINE)
    if not found.holds or ratio is None:
        return Finding(False, "the benchmark gave no ratio", found.detail)
    return Finding(float(ratio[1]) <= 4, f"{ratio[1]} times `import typer` (asked: at most 4)", found.detail)


def _ddbload(*words: str | Path) -> dict[str, Any]:
    done = _run([DDBLOAD, *words, "--format", "json"])
    if not done.stdout:
        raise RuntimeError(done.stderr)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _scaling(traces: int) -> Finding:
    """The calibration's tests, and how often each figure was inside its interval."""
    path = "tests/capacity/behaviour/test_tracking_calibration.py"
    sized = {"CI": "true", "DDBLOAD_EVIDENCE_TRACES": str(traces)}
    done = _run([sys.executable, "-m", "pytest", "-q", "-s", path], environment=sized)
    found = re.findall(r"\w+: inside in .*|at worst .*", done.stdout)
    last = done.stdout.strip().splitlines()[-1]
    return Finding(done.returncode == 0, last, "\n".join(found) if done.returncode == 0 else done.stdout)


def _ycsb() -> Finding:
    """YCSB B at 1,000/s on DynamoDB Local: offered is achieved, and the result is whole."""
    with tempfile.TemporaryDirectory() as results:
        record = _ddbload("run", "scenarios/ycsb-b.yaml", "--target", "local", "-p", "rate=1000", "--results", results)
        files = {path.name for path in Path(record["path"]).iterdir()}
    rate = record["rate"]
    kept = abs(rate["achieved"] / rate["offered"] - 1) <= 0.005
    whole = files == {"run.json", "scenario.yaml", "histograms.hlog", "timeline.csv"}
    summary = f"offered {rate['offered']:.1f}/s, achieved {rate['achieved']:.1f}/s, verdict {record['verdict']}"
    reasons = "\n".join(record["reasons"])
    return Finding(kept and whole and record["verdict"] in {"pass", "invalid"}, summary, reasons)


def _transports() -> Finding:
    """The same seed through both transports: at concurrency 1 with writes, and read-only at 100/s."""
    one = {"load": {"arrivals": {"closed": {"concurrency": 1}}, "rate": None, "phases": [{"hold": "120s"}]}}
    limited = {**one, "limits": {"requests": 2000}}
    reads = {"load": {"mix": {"read": 1, "update": 0}, "rate": 100, "phases": [{"hold": "20s"}]}}
    lines, same = [], True
    for name, changes in (("concurrency 1", limited), ("read-only at 100/s", reads)):
        seen = [_outcomes_and_units(transport, changes) for transport in ("wire", "sdk")]
        same = same and seen[0] == seen[1]
        lines.append(f"{name}: {'the same' if seen[0] == seen[1] else 'NOT the same'}: {json.dumps(seen[0])}")
    return Finding(same, "outcomes and consumed units by operation", "\n".join(lines))


def _outcomes_and_units(transport: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    document = yaml.safe_load((ROOT / "scenarios/ycsb-b.yaml").read_text())
    for section, values in changes.items():
        merged = {**document.get(section, {}), **values}
        document[section] = {key: value for key, value in merged.items() if value is not None}
    document["params"] = {"records": document["params"]["records"]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_text(yaml.safe_dump(document, sort_keys=False))
        record = _ddbload("run", path, "--target", "local", "--transport", transport, "--results", folder)
    return {name: (op["outcomes"], op["capacity"]["reported"]) for name, op in record["operations"].items()}


def _hlog() -> Finding:
    """A real run's log in hdr-histogram-js: neither ours nor the implementation that we write with."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return Finding(False, "node and npm are needed")
    with tempfile.TemporaryDirectory() as folder:
        record = _ddbload("run", "scenarios/quickstart.yaml", "--results", folder)
        installed = _run(["npm", "install", "--silent", "--no-audit", "--prefix", folder, "hdr-histogram-js@3.0.1"])
        if installed.returncode:
            return Finding(False, "hdr-histogram-js cannot be installed", installed.stderr)
        read = _run(["node", READER, record["path"]], environment={"NODE_PATH": str(Path(folder) / "node_modules")})
    return Finding(read.returncode == 0, read.stdout.strip().splitlines()[-1] if read.stdout else "", read.stderr)


def _plan() -> Finding:
    """Orders planned from the scenario, and from its run on DynamoDB Local: units of each operation side by side."""
    with tempfile.TemporaryDirectory() as results:
        first = _ddbload("plan", "scenarios/orders.yaml")
        record = _ddbload("run", "scenarios/orders.yaml", "--target", "local", "--results", results)
        second = _ddbload("plan", record["path"])
    lines, holds = [], first["verdict"] == second["verdict"] == "pass"
    for before, after in zip(first["operations"], second["operations"], strict=True):
        for at, dimension in enumerate(("read", "write")):
            planned, from_run = (sum(one[dimension] for one in each["units"]) for each in (before, after))
            if not planned and not from_run:
                continue
            ratio = from_run / planned if planned else float("inf")
            holds = holds and abs(ratio - 1) <= 0.02
            own = f"; the run's own calls had {after['measured'][at]:.4f}"
            lines.append(f"{before['name']} {dimension}: {planned:.4f}, from the run {from_run:.4f}: {ratio:.4f}{own}")
    lines += [f"by the scenario: {first['headline']}", f"by the run: {second['headline']}"]
    return Finding(holds, "units of a call, from the run over from the scenario, each within 2 %", "\n".join(lines))


def _simulation() -> Finding:
    """Thirty days by the second, and the full set of candidates: CPU seconds as measured, with a naive loop beside."""
    found = _benchmark("simulation")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = _run([DDBLOAD, "plan", "scenarios/orders.yaml", "--format", "json"])
    spent_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    holds = found.holds and done.returncode == 0 and spent_s < 60
    return Finding(holds, f"`ddbload plan scenarios/orders.yaml`, 200 worlds: {spent_s:.0f} s of CPU", found.detail)


def _comparison() -> Finding:
    """The level, the power and the share of green verdicts."""
    return Finding(*simulate(5000))


PROOFS = (
    Proof(
        "operations",
        "Each data operation by wire and by SDK on DynamoDB Local: the same answers, units, sessions and pages.",
        "pytest tests/transport/test_every_operation.py tests/e2e/test_both_transports.py",
        partial(_pytest, "tests/transport/test_every_operation.py", "tests/e2e/test_both_transports.py"),
    ),
    Proof(
        "distributions",
        "Every generator against its definition, by chi-square or Kolmogorov-Smirnov; zipf and hotspot as in YCSB.",
        "DDBLOAD_EVIDENCE_DRAWS=2000000 pytest tests/values/test_distributions.py",
        partial(_pytest, "tests/values/test_distributions.py", size=2_000_000, of="draws"),
    ),
    Proof(
        "fit",
        "A trace made by a known scenario gives back mix, rate shape, zipf exponent and sizes.",
        "DDBLOAD_EVIDENCE_ROWS=1000000 pytest tests/trace",
        partial(_pytest, "tests/trace", size=1_000_000, of="rows"),
    ),
    Proof(
        "replay",
        "A trace of 1,000,000 rows at ten times its speed against the null server: timing kept, memory bounded.",
        "python -m tests.benchmarks.replay --rate 1000",
        _replay,
    ),
    Proof(
        "units",
        "Item bytes and units are DynamoDB Local's, but for a documented list of differences.",
        "DDBLOAD_EVIDENCE_EXAMPLES=2000 pytest tests/capacity",
        partial(_pytest, "tests/capacity", size=2000),
    ),
    Proof(
        "oracle",
        "The planner's trial against DynamoDB Local: outcomes, units and items of 10,000 calls of every operation.",
        "DDBLOAD_EVIDENCE_EXAMPLES=400 pytest tests/planner/test_trial_oracle.py tests/capacity/test_oracle*.py",
        partial(
            _pytest,
            "tests/planner/test_trial_oracle.py",
            "tests/capacity/test_oracle.py",
            "tests/capacity/test_oracle_requests.py",
            size=400,
        ),
    ),
    Proof(
        "fuzz",
        "A mutated scenario is an error with its place or a scenario that runs; never a traceback.",
        "DDBLOAD_EVIDENCE_EXAMPLES=20000 pytest tests/scenario/test_fuzz.py",
        partial(_pytest, "tests/scenario/test_fuzz.py", size=20000),
    ),
    Proof(
        "ycsb",
        "YCSB B at 1,000/s on DynamoDB Local: achieved within 0.5 % of offered, a verdict, a whole result.",
        "ddbload run scenarios/ycsb-b.yaml --target local -p rate=1000",
        _ycsb,
    ),
    Proof(
        "transports",
        "wire and sdk: the same outcomes and the same consumed capacity for the same seed, on DynamoDB Local.",
        "ddbload run ... --transport wire|sdk",
        _transports,
    ),
    Proof(
        "freeze",
        "A server that freezes for 1 s once in 10 s at 500/s: response p95 0.50 s and p99 0.90 s within 5 %.",
        "python -m tests.benchmarks.freeze_truth",
        partial(_benchmark, "freeze_truth"),
    ),
    Proof(
        "cpu",
        "CPU per operation of the whole client: at most half of dynamo-benchmark's, a fifteenth of an aioboto3 loop's.",
        "python -m tests.benchmarks.cpu_per_operation",
        _cpu,
    ),
    Proof(
        "lag",
        "How late the client is by its own fault, at 1,000/s and 5,000/s (a report).",
        "python -m tests.benchmarks.lag",
        partial(_benchmark, "lag"),
    ),
    Proof(
        "start",
        "`ddbload check` on the largest shipped scenario takes at most four times `import typer`.",
        "python -m tests.benchmarks.start_time",
        _start,
    ),
    Proof(
        "hlog",
        "The histogram log opens in an independent public reader and says what run.json says.",
        "node tests/evidence/read_hlog.js RUN",
        _hlog,
    ),
    Proof(
        "scaling",
        "Auto scaling by the minute: the middle 90 % of its worlds hold a one-second reference 85 to 95 times in 100.",
        "DDBLOAD_EVIDENCE_TRACES=1000 pytest -s tests/capacity/behaviour/test_tracking_calibration.py",
        partial(_scaling, 1000),
    ),
    Proof(
        "choice",
        "On ten varied demands the recommended capacity costs within 2 % of an exhaustive search, as little throttled.",
        "python -m tests.planner.exhaustive --days 14 --worlds 40",
        _choice,
    ),
    Proof(
        "plan",
        "Orders planned from the scenario and from its run on DynamoDB Local: units of each operation within 2 %.",
        "ddbload plan scenarios/orders.yaml; ddbload run ... --target local; ddbload plan RUN",
        _plan,
    ),
    Proof(
        "simulation",
        "30 days by the second under 10 s of CPU, a whole plan in 200 worlds under 60 s (as measured here).",
        "python -m tests.benchmarks.simulation; time ddbload plan scenarios/orders.yaml",
        _simulation,
    ),
    Proof(
        "comparison",
        "Verdicts by the noise of real runs: at most 5 % false alarms over all gates, p99 10 % slower caught in 90 %.",
        "5,000 simulated comparisons of each kind (tests/evidence/comparison.py)",
        _comparison,
    ),
    Proof(
        "bank",
        "Null comparisons of real runs on DynamoDB Local: the false-alarm rate is at most 15 %, at its upper bound.",
        "pytest tests/compare/test_bank.py",
        partial(_pytest, "tests/compare/test_bank.py"),
    ),
    Proof(
        "delayed",
        "20 pairs on the delay server with a p99 above 20 ms: a tenth more delay is regressed, no more is not worse.",
        "ddbload regress ... --base http://127.0.0.1:A --new http://127.0.0.1:B --pairs 20",
        lambda: Finding(*delayed(20)),
    ),
    Proof(
        "versions",
        "Two real versions of DynamoDB Local, interleaved, to a verdict with its page.",
        "ddbload regress scenarios/ycsb-b.yaml --base local:2.5.2 --new local:3.3.1",
        lambda: Finding(*versions("2.5.2", "3.3.1")),
    ),
    Proof(
        "unchanged",
        "Two servers of one version, interleaved, without a flag: not worse.",
        "ddbload regress scenarios/ycsb-b.yaml --base local:3.3.1 --new local:3.3.1",
        lambda: Finding(*versions("3.3.1", "3.3.1")),
    ),
)
