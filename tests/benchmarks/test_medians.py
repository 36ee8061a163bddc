"""Medians, percentiles and ratios of rounds."""

import pytest

from benchmarks.medians import median_of, paired_ratio, percentile


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(1, 201)]
    assert percentile(values, 50) == 100.0
    assert percentile(values, 99) == 198.0
    assert percentile(values, 100) == 200.0
    assert percentile([7.0], 1) == 7.0


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_what_was_not_measured_takes_no_part_in_a_median() -> None:
    assert median_of([None, 3.0, 1.0, None, 2.0]) == 2.0
    assert median_of([None, None]) is None


def test_a_disturbed_round_disturbs_both_sides_of_its_ratio() -> None:
    ours, theirs = {0: 10.0, 1: 1.0, 2: 10.0}, {0: 5.0, 1: 0.5, 2: 5.0}
    assert paired_ratio(ours, theirs) == 2.0


def test_rounds_that_only_one_side_ran_make_no_ratio() -> None:
    assert paired_ratio({0: 10.0, 1: 30.0}, {1: 10.0, 2: 1.0}) == 3.0
    assert paired_ratio({0: 10.0}, {1: 10.0}) is None
    assert paired_ratio({0: 10.0}, {0: 0.0}) is None
