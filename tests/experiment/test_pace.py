"""How long an experiment takes, in words."""

from __future__ import annotations

import pytest

from ddbload.experiment.pace import Pace, about, before, title
from ddbload.experiment.pairs import Design, Turn


def turn(place: int, position: int, *, wanted: int = 10, settled: bool = True, warming: bool = False) -> Turn:
    return Turn("new", place, position, warming, place, wanted, settled)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (44.6, "45 s"), (200, "3 min"), (3600, "60 min"), (9000, "2.5 h")]
)
def test_times_are_said_as_a_person_would(seconds: float, words: str) -> None:
    assert about(seconds) == words


def test_before_the_first_run_it_is_said_how_long_all_take() -> None:
    assert before(Design(pairs=9), 26) == "9 pairs of runs after one that is thrown away: about 5 min"
    assert before(Design(most=20), 26).endswith("as the noise of the first 4 asks: about 4 min to 10 min")


def test_what_is_left_is_learned_from_the_runs_that_are_over() -> None:
    pace = Pace({"base": 10.0, "new": 20.0})
    pace.over("base", 14.0)
    pace.over("new", 26.0)  # 5 s beyond the phases on average
    assert pace.left_s(turn(0, 0)) == 11 * (30 + 10)
    assert pace.left_s(turn(9, 18)) == 2 * 40
    assert pace.left_s(turn(10, 21)) == 25


def test_a_title_names_the_pair_the_side_and_the_time_left() -> None:
    assert title(turn(3, 6), "local:3.3.1", 250) == "pair 3 of 10, new (local:3.3.1), about 4 min left in all"
    assert title(turn(3, 6, wanted=6, settled=False), "sdk", 250) == (
        "pair 3 of 6 or more, new (sdk), about 4 min or more left in all"
    )
    assert title(turn(0, 0, warming=True), "sdk", 60).startswith("first pair, thrown away, new (sdk), about 60 s left")
