"""Names are numbered as they are met, and columns of them give back what they took."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.compact import NameColumn, NameNumbers, unit_numbers
from harness.compact.names import _FEW

NAMES = st.one_of(st.none(), st.text(st.characters(exclude_categories=()), max_size=2))


def column_of(names: list[str | None]) -> NameColumn:
    column = NameColumn()
    for name in names:
        column.append(name)
    return column


def test_a_name_has_one_number_however_many_there_are() -> None:
    numbers = NameNumbers()
    names = [f"name {number}" for number in range(3 * _FEW)]
    assert [numbers.number(name) for name in names] == [*range(3 * _FEW)]
    assert numbers.another() == 3 * _FEW
    assert [numbers.number(name) for name in reversed(names)] == [*reversed(range(3 * _FEW))]
    assert len(numbers) == 3 * _FEW + 1


@given(st.lists(NAMES, max_size=40), st.integers(0, 700))
@settings(max_examples=60, deadline=None)
def test_names_come_back_as_they_were_and_an_empty_one_as_none(
    names: list[str | None], others: int
) -> None:
    names += [f"other {number}" for number in range(others)]
    column, expected = column_of(names), [name or None for name in names]
    assert list(column) == column[:] == expected
    assert column[::-3] == expected[::-3]
    assert [column[row] for row in range(len(column))] == expected
    with pytest.raises(IndexError):
        column[len(names)]


@given(st.lists(NAMES, max_size=40))
def test_rows_of_one_name_are_one_unit_and_a_row_without_one_is_its_own(
    names: list[str | None],
) -> None:
    found, plain = unit_numbers(column_of(names)), unit_numbers(names)
    if not any(names):
        assert found is None
        assert plain is None
        return
    assert found is not None
    assert plain is not None
    np.testing.assert_array_equal(found, plain)
    order = [*dict.fromkeys(filter(None, names))]
    assert found.tolist() == [
        order.index(name) if name else -1 - row for row, name in enumerate(names)
    ]


def test_rows_without_a_name_take_nothing_and_a_name_of_its_own_takes_few_bytes() -> None:
    def kept(names: list[str | None]) -> int:
        tracemalloc.start(1)
        column = column_of(names)
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(column) == len(names)
        return size

    assert kept([None] * 50_000) < 2_000
    many: list[str | None] = [f"conversation-{number:06}" for number in range(50_000)]
    # What the tables of few names take is had once; so are those of the next.
    assert kept(many) - kept(many[:5_000]) < 45_000 * 24
