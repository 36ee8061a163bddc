"""Durations and places come back exactly, in the memory that is promised."""

import tracemalloc
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compact import DurationColumn, StepColumn

SECONDS = st.one_of(
    st.integers(0, 5_000_000_000).map(lambda micros: micros / 1e6),
    st.floats(0, 1e5),
    st.decimals(0, 100, places=6).map(float),
)


def durations(values: Iterable[float]) -> DurationColumn:
    column = DurationColumn()
    for value in values:
        column.append(value)
    return column


def steps(values: Iterable[int]) -> StepColumn:
    column = StepColumn()
    for value in values:
        column.append(value)
    return column


@given(st.lists(SECONDS, max_size=30))
def test_seconds_come_back_as_they_were(values: list[float]) -> None:
    column = durations(values)
    assert len(column) == len(values)
    assert list(column) == list(column[:]) == values
    assert [column[row] for row in range(len(column))] == values
    assert np.asarray(column, dtype=np.float64).tolist() == values


@given(st.lists(st.integers(0, 2**32 - 1), max_size=10), st.integers(1, 4), st.integers(0, 9))
def test_places_come_back_as_they_were(others: list[int], step: int, rows: int) -> None:
    for values in ([*range(3, 3 + rows * step, step), *others], others):
        column = steps(values)
        assert len(column) == len(values)
        assert list(column) == list(column[:]) == values
        assert [column[row] for row in range(len(column))] == values
        assert np.asarray(column, dtype=np.intp).tolist() == values


@pytest.mark.parametrize(
    ("column", "values", "most_bytes"),
    [
        (DurationColumn(), [number / 1e6 for number in range(50_000)], 250_000),
        (DurationColumn(), [number / 7e6 for number in range(50_000)], 500_000),
        (StepColumn(), range(1, 100_001, 2), 1_000),
    ],
)
def test_a_row_takes_few_bytes(
    column: DurationColumn | StepColumn, values: Iterable[int], most_bytes: int
) -> None:
    tracemalloc.start()
    for value in values:
        column.append(value)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < most_bytes
