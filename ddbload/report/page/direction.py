"""Names that are written from right to left, kept apart from the sentence that they stand in."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_LETTER = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
"""Blocks of scripts that run from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko, Adlam and older ones."""
_RUN = re.compile(f"[{_LETTER}](?:[\\s\\W\\d_{_LETTER}]*[{_LETTER}])?")
"""From the first letter of such a script to the last before a letter of another."""


def isolated(text: object) -> object:
    """The text, its right-to-left parts in <bdi>: else a number after a name would change its place.

    Nothing in the text is taken for markup; a text without such parts comes back as it is.
    """
    if not isinstance(text, str) or not _RUN.search(text):
        return text
    parts, end = [], 0
    for found in _RUN.finditer(text):
        parts += [escape(text[end : found.start()]), Markup("<bdi>"), escape(found[0]), Markup("</bdi>")]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
