"""The Java runtime that DynamoDB Local needs: found, and of an age that will do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ddbload.errors import TargetError

OLDEST = 17
"""DynamoDB Local 2.6 and later need it (Developer Guide, "Deploying DynamoDB locally on your computer")."""
_ADVICE = f"install a Java runtime of version {OLDEST} or later, or use --target embedded, or docker"


@dataclass(frozen=True, slots=True)
class Java:
    """A Java runtime: its program and its feature version (17, 21, ...)."""

    program: Path
    version: int


def find_java() -> Java:
    """The runtime of JAVA_HOME, else of the PATH. Raises `TargetError` when there is none, or it is too old."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home, "bin"))) if home else None
    found = found or shutil.which("java")
    if found is None:
        raise TargetError(f"DynamoDB Local needs Java, and there is none in JAVA_HOME or on the PATH; {_ADVICE}")
    try:
        said = subprocess.run([found, "-version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - the person's own Java
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TargetError(f"{found} does not run ({error}); {_ADVICE}") from None
    version = parse_version(said.stderr + said.stdout)
    if version is None:
        first = (said.stderr or said.stdout).strip().partition("\n")[0]
        raise TargetError(f"{found} -version said {first!r}, which names no version; {_ADVICE}")
    if version < OLDEST:
        raise TargetError(f"{found} is Java {version}; DynamoDB Local needs {OLDEST} or later; {_ADVICE}")
    return Java(Path(found), version)


def parse_version(text: str) -> int | None:
    """The feature version in what `java -version` says: 8 for "1.8.0_402", 17 for "17.0.15"."""
    match = re.search(r'version "(\d+)(?:\.(\d+))?', text)
    if match is None:
        return None
    return int(match[2]) if match[1] == "1" and match[2] else int(match[1])
