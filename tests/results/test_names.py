"""Folder names of tags: plain ones stay, others are made safe, none leaves its parent."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from ddbload.errors import UsageError
from ddbload.results import safe_name, tag_folder
from ddbload.results.names import require_tag

PLAIN = ["untagged", "v1.2.0", "a1b2c3d-dirty", "release_7", "0"]
UNSAFE = [
    ("climbs out", "../../etc/passwd"),
    ("is the folder itself", "."),
    ("is hidden", ".git"),
    ("is absolute", "/etc"),
    ("is a Windows path", "C:\\temp"),
    ("has capitals", "Main"),
    ("is a device", "con"),
    ("is a device with an extension", "nul.txt"),
    ("is a device in capitals", "COM1"),
    ("ends with a dot", "v1."),
    ("is empty", ""),
    ("is blank", "  "),
    ("holds a NUL", "a\x00b"),
    ("holds a newline", "a\nb"),
    ("is not ASCII", "größer"),
    ("has no letter at all", "日本語"),
    ("is long", "x" * 500),
    ("is a lone surrogate", "\ud800"),
]


@pytest.mark.parametrize("tag", PLAIN)
def test_a_plain_tag_is_its_own_folder(tag: str) -> None:
    assert safe_name(tag) == tag


@pytest.mark.parametrize("tag", [tag for _, tag in UNSAFE], ids=[why for why, _ in UNSAFE])
def test_an_unsafe_tag_gets_a_name_that_is_plain_itself(tag: str) -> None:
    name = safe_name(tag)
    assert name != tag
    assert safe_name(name) == name


@given(st.text())
def test_the_folder_of_any_tag_lies_right_under_the_scenario(tag: str) -> None:
    root = Path("/results")
    assert tag_folder(root, tag, tag).resolve().parent.parent == root


@given(st.text(), st.text())
def test_distinct_tags_have_distinct_folders_even_where_case_is_ignored(one: str, other: str) -> None:
    assert (safe_name(one).casefold() == safe_name(other).casefold()) == (one == other)


@pytest.mark.parametrize(("one", "other"), [("Main", "main"), ("a/b", "a-b"), ("a b", "a/b"), ("x" * 60, "x" * 61)])
def test_tags_that_look_alike_stay_apart(one: str, other: str) -> None:
    assert safe_name(one).casefold() != safe_name(other).casefold()


@pytest.mark.parametrize("tag", ["v1.2", "größer/日本", "a b", "-x", "🚀"])
def test_a_tag_that_can_be_named_again_may_be_given(tag: str) -> None:
    assert require_tag(tag) == tag


NO_TAGS = [
    ("", "the tag is blank"),
    ("  ", "the tag is blank"),
    ("pinned", "that word means the tag that is pinned"),
    ("v1\n", "nobody could name it again"),
    ("a\x1b[31m", "nobody could name it again"),
]


@pytest.mark.parametrize(("tag", "message"), NO_TAGS, ids=[repr(row[0]) for row in NO_TAGS])
def test_a_tag_that_nobody_could_name_again_is_refused(tag: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        require_tag(tag)
