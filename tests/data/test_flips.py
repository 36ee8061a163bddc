"""A column of flips gives back what it took, counts it, and takes little memory."""

import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.flips import LONGEST_FLIP_REASON, Flip, FlipColumn

TEXTS = st.text(st.characters(exclude_categories=()), max_size=6)
ENDS: Any = st.sampled_from(["pass", "fail"])
FLIPS = st.builds(
    Flip, case_id=TEXTS, target=TEXTS, before=ENDS, after=ENDS, check=TEXTS, reason=TEXTS
)


def flip(number: int, reason: str = "") -> Flip:
    return Flip(
        case_id=f"review-{number:06}",
        target="candidate",
        before="pass",
        after="fail",
        check="label_is",
        reason=reason,
    )


@given(st.lists(FLIPS, max_size=12))
def test_flips_come_back_as_they_were(flips: list[Flip]) -> None:
    column = FlipColumn(flips)
    assert list(column) == flips
    assert [column[place] for place in range(len(column))] == flips
    assert column[::-2] == tuple(flips[::-2])
    assert list(column.case_ids) == [one.case_id for one in flips]


@given(st.lists(FLIPS, max_size=12))
def test_a_column_counts_as_a_list_of_its_flips_does(flips: list[Flip]) -> None:
    column = FlipColumn(flips)
    assert [column.ending("pass"), column.ending("fail")] == [
        [one.after for one in flips].count(word) for word in ("pass", "fail")
    ]


def test_places_count_from_the_end_too_and_end_at_the_last() -> None:
    column = FlipColumn([flip(1), flip(2)])
    assert column[-1] == flip(2)
    with pytest.raises(IndexError):
        column[2]


def test_of_a_reason_is_kept_what_a_report_shows() -> None:
    (kept,) = FlipColumn([flip(1, "x" * (LONGEST_FLIP_REASON + 1))])
    assert kept.reason == "x" * LONGEST_FLIP_REASON


@pytest.mark.parametrize("words", ["got it with score 0.{}", "got {} of label {}, {} and {}"])
def test_a_flip_takes_few_bytes(words: str) -> None:
    tracemalloc.start(1)
    column = FlipColumn(flip(n, words.format(n % 1000, n * 7, n, n * 3)) for n in range(20_000))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 20_000 * 24
    assert sum(1 for _ in column) == column.ending("fail") == 20_000
