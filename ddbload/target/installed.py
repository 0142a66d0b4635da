"""DynamoDB Local as it lies on this machine: in the user's cache with its checksums, or where the person says."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from ddbload.errors import TargetError, UsageError

JAR = "DynamoDBLocal.jar"
JAR_VARIABLE = "DDBLOAD_DYNAMODB_LOCAL_JAR"
_RECORD = "ddbload.json"


@dataclass(frozen=True, slots=True)
class Installed:
    """One DynamoDB Local: the jar, its own version number, and where it came from ("" if not from our cache)."""

    jar: Path
    version: str
    source: str = ""


def cache_folder() -> Path:
    """Where `ddbload local install` puts what it installs: a folder for each version."""
    return user_cache_path("ddbload") / "dynamodb-local"


def find_jar(place: Path) -> Path | None:
    """The jar at `place`: itself, or somewhere below it."""
    if place.is_file():
        return place
    return next(iter(sorted(place.rglob(JAR))), None) if place.is_dir() else None


def version_of(jar: Path, java: Path) -> str:
    """What the jar says its version is; "unknown" for the releases that say none. Takes about 0.6 s."""
    said = subprocess.run(  # noqa: S603 - the jar the person chose
        [java, "-jar", jar, "-version"], cwd=jar.parent, capture_output=True, text=True, timeout=60, check=False
    )
    return parse_version(said.stdout) or "unknown"


def parse_version(text: str) -> str | None:
    """The version in what DynamoDB Local prints, with `-version` or when it starts."""
    match = re.search(r"^\s*(?:Version:\s*)?(\d+\.\d+(?:\.\d+)*)\s*$", text, re.MULTILINE)
    return match[1] if match else None


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path from there (our own record left out)."""
    sums = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != _RECORD:
            with file.open("rb") as content:
                sums[file.relative_to(folder).as_posix()] = hashlib.file_digest(content, "sha256").hexdigest()
    return sums


def write_record(folder: Path, version: str, source: str) -> None:
    """Note what lies in a folder, with the checksum of every file."""
    record = {"version": version, "source": source, "sha256": checksums(folder)}
    (folder / _RECORD).write_text(json.dumps(record, indent=1))


def list_installed(cache: Path | None = None) -> list[Installed]:
    """What is in the cache, oldest version first."""
    cache = cache or cache_folder()
    found = []
    for record in cache.glob(f"*/{_RECORD}"):
        document = json.loads(record.read_text())
        jar = find_jar(record.parent)
        if jar is not None:
            found.append(Installed(jar, document["version"], document["source"]))
    return sorted(found, key=lambda one: _order(one.version))


def _order(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def verify(installed: Installed, cache: Path | None = None) -> None:
    """Raise `TargetError` unless every file of an installed version is as it was when it was installed."""
    folder = (cache or cache_folder()) / installed.version
    recorded = json.loads((folder / _RECORD).read_text())["sha256"]
    now = checksums(folder)
    changed = sorted(name for name in recorded.keys() | now.keys() if recorded.get(name) != now.get(name))
    if changed:
        shown = ", ".join(changed[:3]) + (", ..." if len(changed) > 3 else "")  # noqa: PLR2004 - three tell enough
        raise TargetError(
            f"DynamoDB Local {installed.version} in {folder} is not as it was installed ({shown}); "
            f"remove the folder and run: ddbload local install {installed.version}"
        )


def named_jar(option: Path | None) -> Path | None:
    """The jar that `--jar` or the environment names. Raises `UsageError` when there is none at that place."""
    place = option or (Path(os.environ[JAR_VARIABLE]) if os.environ.get(JAR_VARIABLE) else None)
    if place is None:
        return None
    jar = find_jar(place.expanduser())
    if jar is None:
        said = "--jar" if option else JAR_VARIABLE
        raise UsageError(f"{said} names {place}, where there is no {JAR}")
    return jar.resolve()


def choose(version: str | None, cache: Path | None = None) -> Installed | None:
    """The installed version asked for, else the newest; its files verified. None when it is not installed."""
    fitting = [one for one in list_installed(cache) if version in {None, one.version}]
    if not fitting:
        return None
    verify(fitting[-1], cache)
    return fitting[-1]


def describe(cache: Path | None = None) -> str:
    """The installed versions in a phrase."""
    versions = [one.version for one in list_installed(cache)]
    return f"installed: {', '.join(versions)}" if versions else "none is installed"
