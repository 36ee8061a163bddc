"""Two sides of a case: what flipped, what agrees, what is missing."""

import math

import pytest

from harness.data.suite import Case
from harness.pairs.pairing import flip_of, pair_up, side_of
from tests.gates.world import TASK, record

CASE = Case(id="c", inputs="a")


@pytest.mark.parametrize(
    ("letters", "share", "flaky"),
    [("P", 1, False), ("F", 0, False), ("PPF", 2 / 3, True), ("PxF", 0.5, True),
     ("Px", 1, False), ("P-", 1, False)],
)  # fmt: skip
def test_a_side_is_the_mean_of_what_it_answered(letters: str, share: float, flaky: bool) -> None:
    found = side_of({i: record(c, i, None, None) for i, c in enumerate(letters) if c != "-"})
    assert found.pass_share == pytest.approx(share)
    assert found.mean_score == pytest.approx(share)
    assert found.is_flaky is flaky


def test_a_side_without_an_answer_has_no_number() -> None:
    found = side_of({0: record("x", 0, None, None)})
    assert math.isnan(found.pass_share)
    assert math.isnan(found.mean_score)
    assert not found.is_flaky


def test_repeats_are_compared_one_with_one() -> None:
    before = side_of({0: record("P", 0, None, None), 1: record("Q", 1, None, None)})
    after = side_of({0: record("P", 2, None, None), 1: record("P", 3, None, None)})
    found = pair_up(TASK, CASE, "candidate", before, after)
    assert found.agreements == (1.0, 0.0)
    assert (found.change, found.flip) == ("changed", None)


@pytest.mark.parametrize(
    ("before", "after", "flip"),
    [("P", "F", "fail"), ("F", "P", "pass"), ("P", "P", None), ("PP", "PF", None),
     ("PPP", "PFF", "fail"), ("P", "x", None), ("x", "P", None)],
)  # fmt: skip
def test_a_flip_needs_a_majority_on_both_sides(before: str, after: str, flip: str | None) -> None:
    sides = [
        side_of({i: record(c, i, None, None) for i, c in enumerate(letters)})
        for letters in (before, after)
    ]
    found = flip_of("c", "candidate", *sides)
    assert (found.after if found else None) == flip
