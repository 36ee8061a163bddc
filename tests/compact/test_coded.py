"""Columns give back what they took, in the memory they promise."""

import math
import tracemalloc
from array import array
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.compact import NAN, CodedColumn, SharedColumn

NUMBERS = st.one_of(st.floats(0, 1), st.just(math.nan), st.sampled_from([0.0, 0.5, 1.0]))


def coded(values: list[float]) -> CodedColumn:
    column = CodedColumn()
    for value in values:
        column.append(value)
    return column


def traced_bytes(column: CodedColumn, values: list[float]) -> int:
    tracemalloc.start()
    for value in values:
        column.append(value)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept


@given(st.lists(NUMBERS, max_size=400), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_numbers_come_back_as_they_were(values: list[float], missing: int) -> None:
    column = coded(values)
    column.fill(missing)
    expected = np.array([*values, *[NAN] * missing])
    assert len(column) == len(expected)
    np.testing.assert_array_equal(np.asarray(column, dtype=np.float64), expected)
    np.testing.assert_array_equal(list(column), expected)
    np.testing.assert_array_equal(column[1:], expected[1:])
    np.testing.assert_array_equal([column[row] for row in range(len(column))], expected)
    np.testing.assert_array_equal(array("d", column), expected)


@given(st.lists(NUMBERS, min_size=1, max_size=300), st.data())
@settings(max_examples=40, deadline=None)
def test_a_number_that_is_replaced_is_replaced_alone(
    values: list[float], data: st.DataObject
) -> None:
    column = coded(values)
    row, value = data.draw(st.integers(0, len(values) - 1)), data.draw(NUMBERS)
    column.replace(row, value)
    values[row] = value
    np.testing.assert_array_equal(list(column), values)


def test_more_different_numbers_than_a_byte_can_name_are_kept_too() -> None:
    values = [number / 7 for number in range(256)] * 2
    column = coded(values)
    column.replace(3, -1.0)
    column.append(500.0)
    assert list(column) == [*values[:3], -1.0, *values[4:], 500.0]


def test_not_a_number_is_one_value_however_often_it_was_made() -> None:
    column = coded([float("nan") for _ in range(1000)])
    assert traced_bytes(column, [float("nan") for _ in range(20_000)]) < 40_000


def test_numbers_that_are_all_alike_take_nothing() -> None:
    assert traced_bytes(CodedColumn(), [1.0] * 100_000) < 2_000


def test_few_different_numbers_take_a_byte_each_and_many_take_eight() -> None:
    few = traced_bytes(CodedColumn(), [number % 3 / 2 for number in range(100_000)])
    many = traced_bytes(CodedColumn(), [number / 7 for number in range(100_000)])
    assert few < 150_000
    assert 800_000 <= many < 1_000_000


@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=50), st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_shared_values_come_back_as_they_were(values: list[str | None], others: int) -> None:
    column: SharedColumn[str | None] = SharedColumn()
    values += [f"other {number}" for number in range(others)]
    for value in values:
        column.append(value)
    assert list(column) == values
    assert column[:7] == values[:7]
    assert [column[row] for row in range(len(column))] == values
    assert list(column.different) == list(dict.fromkeys(values))
    assert [column.different[code] for code in column.coded()] == values
    assert list(column.counts().items()) == list(Counter(values).items())


def test_alike_rows_are_taken_out_and_replaced_as_any_other() -> None:
    column: SharedColumn[str] = SharedColumn()
    column.fill("a", 5)
    assert (list(column), column[1:3], column[-1], len(column)) == (["a"] * 5, ["a"] * 2, "a", 5)
    column.replace(1, "b")
    column.fill("b", 2)
    assert list(column) == ["a", "b", "a", "a", "a", "b", "b"]
    with pytest.raises(IndexError):
        SharedColumn[str]()[0]
