"""Folder names: any text as a name that every file system takes, and where a tag's runs lie."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from ddbload.errors import UsageError

PINNED = "pinned"
"""The word for the one tag that is pinned; no tag can be called that."""
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,47}")
_OTHER = re.compile(r"[^a-z0-9._]+")
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))),
)  # device names on Windows, with any extension


def safe_name(text: str) -> str:
    """A folder name for any text: the text itself where it is plain, else a readable part and a hash of the whole.

    Plain is 1 to 48 of a-z, 0-9, dot, underscore and hyphen, beginning with a letter or digit, not ending with a dot
    and no device name of Windows. Capitals are not plain, so that "Main" and "main" stay apart where the file system
    ignores case. Distinct texts get distinct names (to 48 bits of SHA-256).
    """
    if _PLAIN.fullmatch(text) and not text.endswith(".") and text.partition(".")[0] not in _RESERVED:
        return text
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]
    readable = _OTHER.sub("-", text.casefold())[:32].strip("-._")
    if readable.partition(".")[0] in _RESERVED:
        readable = "x-" + readable
    return f"{readable}-{digest}" if readable else f"x-{digest}"


def require_tag(tag: str) -> str:
    """A tag that a run may be given: by its name alone it can be seen, typed and told from others.

    Raises:
        UsageError: it is blank, the word for the pinned tag, has space around it, or what cannot be printed.
    """
    if not tag.strip():
        raise UsageError("the tag is blank: name one, or leave it out")
    if tag == PINNED:
        raise UsageError(f"the tag cannot be {PINNED!r}: that word means the tag that is pinned")
    if tag != tag.strip() or not tag.isprintable():
        raise UsageError(f"the tag {tag!r} has space around it, or what cannot be printed: nobody could name it again")
    return tag


def tag_folder(root: Path, scenario: str, tag: str) -> Path:
    """Where the runs of a scenario under a tag lie."""
    return root / safe_name(scenario) / safe_name(tag)
