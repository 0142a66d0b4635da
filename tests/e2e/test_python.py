"""The README's example in Python runs as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_readmes_example_runs(tmp_path: Path) -> None:
    found = re.search(r"<!-- python example -->\n```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    done = subprocess.run(
        [sys.executable, "-c", found[1]],
        cwd=tmp_path,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    verdict, p50, price = done.stdout.split()
    assert verdict in {"pass", "invalid"}  # a busy machine
    assert float(p50) > 0
    assert float(price) > 0
    assert list((tmp_path / "results" / "quickstart").glob("*/*/run.json"))
