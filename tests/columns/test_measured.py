"""Measures of a task become a column each: of each case the mean of its repeats, else NaN."""

import math

from harness.columns.measured import Measured
from harness.columns.sided import Sided
from harness.columns.sparse import SparseColumn
from harness.data.record import Measure, Output, Record, Usage


def of(name: str, *values: float) -> list[Measure]:
    return [Measure(name=name, value=value) for value in values]


def listed(column: object) -> list[float | None]:
    return [None if math.isnan(value) else value for value in column]  # type: ignore[attr-defined]


def test_rows_that_are_left_out_are_nan_before_between_and_after() -> None:
    column = SparseColumn()
    column.put(1, 0.5)
    column.put(3, 0.7)
    assert listed(column.until(5)) == [None, 0.5, None, 0.7, None]


def test_a_row_that_is_there_is_replaced_and_moves_no_other() -> None:
    column = SparseColumn()
    column.put(0, 0.1)
    column.put(2, 0.3)
    column.put(1, 0.2)
    assert listed(column.until(3)) == [0.1, 0.2, 0.3]


def test_repeats_are_averaged_and_what_is_no_number_is_left_out() -> None:
    measured = Measured()
    measured.add(0, of("f1", 0.5, 1.0, math.nan))
    measured.add(1, of("f1", math.inf))
    measured.add(2, of("wer", 2.0))
    columns = measured.columns(3)
    assert {name: listed(column) for name, column in columns.items()} == {
        "f1": [0.75, None, None],
        "wer": [None, None, 2.0],
    }
    (f1, wer) = measured.summaries(3, [None] * 3)
    assert (f1.n, f1.mean, wer.n, wer.mean) == (1, 0.75, 1, 2.0)
    assert f1.interval is not None
    assert wer.interval is None  # one number without a range has no interval


def test_a_measure_no_pair_has_is_not_there() -> None:
    measured = Measured()
    measured.add(0, of("f1", math.nan))
    assert dict(measured.columns(1)) == {}
    assert measured.summaries(1, [None]) == ()


def test_a_name_for_every_case_takes_no_memory_without_end() -> None:
    measured = Measured()
    for row in range(1000):
        measured.add(row, [*of("f1", 0.5), *of(f"made up {row}", 1.0)])
    columns = measured.columns(1000)
    assert len(columns) == 40
    assert listed(columns["f1"]) == [0.5] * 1000
    assert len(measured.summaries(1000, [None] * 1000)) == 40
    assert list(measured.warnings) == ["the task gives more than 40 measures: some are left out"]


def test_a_measure_that_is_better_both_ways_is_told() -> None:
    measured = Measured()
    measured.add(0, of("f1", 0.5))
    measured.add(1, [Measure(name="f1", value=0.5, better="lower")])
    assert list(measured.warnings) == ["measure f1 is not always better the same way"]


def test_numbers_of_a_side_are_the_mean_of_its_answers_and_absent_where_nobody_states_them() -> (
    None
):
    def answer(**usage: int) -> Record:
        return Record(seq=0, output=Output(value="x"), usage=Usage(**usage))

    sided = Sided()
    sided.add(0, [answer(), answer()], [answer()])
    sided.add(1, [answer(output_tokens=4), answer(output_tokens=6), answer()], [answer()])
    sided.add(2, [], [answer(output_tokens=9)])
    columns = sided.columns(4)
    assert list(columns) == ["output_tokens"]
    before, after = columns["output_tokens"]
    assert listed(before) == [None, 5.0, None, None]
    assert listed(after) == [None, None, 9.0, None]
