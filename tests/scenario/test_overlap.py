"""Whether two spellings of a key can make the same text, against all the texts that both make."""

from __future__ import annotations

import itertools

from hypothesis import given, settings, strategies as st

from ddbload.scenario.rules.overlap import Run, Spelling, common_text

_PARTS = st.sampled_from(["0", "1", "2", "#"]) | st.builds(Run, st.sampled_from([0, 1, 9, 10, 12, 21]))
_SPELLINGS = st.lists(_PARTS, min_size=1, max_size=3).map(tuple)


def _texts(spelling: Spelling) -> set[str]:
    choices = ([part] if isinstance(part, str) else [str(n) for n in range((part.most or 0) + 1)] for part in spelling)
    return {"".join(parts) for parts in itertools.product(*choices)}


@given(_SPELLINGS, _SPELLINGS)
@settings(deadline=None)
def test_a_text_in_common_is_found_where_there_is_one(first: Spelling, second: Spelling) -> None:
    common = _texts(first) & _texts(second)
    found = common_text(first, second)
    assert found in common if common else found is None


def test_a_coordinate_that_grows_has_no_greatest_number() -> None:
    assert common_text((*"c9", Run(None)), ("c", Run(89))) is None
    assert common_text((*"c9", Run(None)), ("c", Run(None))) == "c90"
    assert common_text(("0", Run(None)), (Run(None),)) is None, "no number begins with 0"
