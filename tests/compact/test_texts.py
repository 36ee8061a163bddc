"""A column of texts gives back what it took, and takes little beside it."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compact import TextColumn


def column_of(texts: list[str]) -> TextColumn:
    column = TextColumn()
    for text in texts:
        column.append(text)
    return column


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=5), max_size=20))
def test_texts_come_back_as_they_were_lone_surrogates_too(texts: list[str]) -> None:
    column = column_of(texts)
    assert list(column) == column[:] == texts
    assert [column[row] for row in range(len(column))] == texts
    assert column[::-2] == texts[::-2]


def test_places_count_from_the_end_too_and_end_at_the_last() -> None:
    column = column_of(["one", "", "three"])
    assert (column[-1], column[-2], "three" in column, "two" in column) == (
        "three", "", True, False,
    )  # fmt: skip
    with pytest.raises(IndexError):
        column[3]


def test_a_short_text_takes_few_bytes() -> None:
    tracemalloc.start()
    column = column_of([f"review-{number:06}" for number in range(50_000)])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(column) == 50_000
    assert kept < 50_000 * 8
    assert list(column) == [f"review-{number:06}" for number in range(50_000)]
    assert [column[row] for row in (0, 511, 512, 49_999)] == [
        "review-000000", "review-000511", "review-000512", "review-049999",
    ]  # fmt: skip
