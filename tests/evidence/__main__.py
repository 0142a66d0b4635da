"""The proofs at full size: runs them one after another and writes a dated report beside this file.

    python -m tests.evidence                 all of them (about half an hour)
    python -m tests.evidence freeze hlog     some of them

Times and rates are reported, never asserted: what must hold are counts, equalities and ratios of one run.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.evidence.proofs import PROOFS, Finding, Proof

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    """Run the proofs of these names, all without any; write the report; 0 when all hold."""
    unknown = [name for name in names if name not in {proof.name for proof in PROOFS}]
    if unknown:
        print(f"no such proof: {', '.join(unknown)}; there are {', '.join(proof.name for proof in PROOFS)}")
        return 2
    chosen = [proof for proof in PROOFS if not names or proof.name in names]
    sections, failed = [], []
    for proof in chosen:
        print(f"{proof.name}: {proof.states} ...", flush=True)
        began = time.monotonic()
        finding = proof.run()
        seconds = time.monotonic() - began
        print(f"  {'holds' if finding.holds else 'DOES NOT HOLD'} ({seconds:.0f} s): {finding.summary}", flush=True)
        sections.append(_section(proof, finding, seconds))
        if not finding.holds:
            failed.append(proof.name)
    report = HERE / f"{datetime.now(UTC):%Y-%m-%d}{'-' + '-'.join(names) if names else ''}.md"
    report.write_text("\n".join([*_head(chosen, failed), *sections]), encoding="utf-8")
    print(f"{len(chosen) - len(failed)} of {len(chosen)} hold; {report.relative_to(Path.cwd())}")
    return 1 if failed else 0


def _head(chosen: list[Proof], failed: list[str]) -> list[str]:
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "uvloop", "httptools", "orjson", "aioboto3"))
    with_what = f"ddbload {version('ddbload')}, Python {platform.python_version()}, {packages}"
    where = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors shared with the servers under load"
    said = f"{len(chosen) - len(failed)} of {len(chosen)} proofs hold."
    if failed:
        said += f" Not: {', '.join(failed)}."
    return [f"# Evidence of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "", f"{with_what}; {where}.", "", said, ""]


def _section(proof: Proof, finding: Finding, seconds: float) -> str:
    lines = [f"## {proof.name}: {'holds' if finding.holds else 'does not hold'}", "", proof.states, ""]
    lines += [f"`{proof.command}` took {seconds:.0f} s: {finding.summary}", ""]
    if finding.detail:
        lines += ["```", finding.detail.rstrip(), "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
