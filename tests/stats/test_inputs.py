"""What is refused, and how it is said; checked through every function that takes an array."""

import math

import pytest

from harness import stats

OF_ONE_COLUMN = {
    "deltas": [
        stats.paired_mean,
        stats.sign_flip,
        lambda values: stats.ConfidenceSequence(0.02).update(values),
    ],
    "values": [lambda values: stats.quantile(values, 0.5)],
    "latency_s": [stats.drift],
}
ONE_COLUMN = [(name, take) for name, takers in OF_ONE_COLUMN.items() for take in takers]
TWO_COLUMNS = [
    lambda left, right: stats.quantile_ratio(left, right, 0.5),
    stats.shift,
    stats.order_effect,
]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("name", "take"), ONE_COLUMN)
def test_a_number_that_is_none_is_refused_by_index_with_advice(name, take, bad):
    with pytest.raises(ValueError, match=rf"{name}\[2\] is {bad}; leave out the case"):
        take([0.5, 0.25, bad, bad])


@pytest.mark.parametrize("bad", [math.nan, math.inf, 0.0, -1.0])
@pytest.mark.parametrize("take", TWO_COLUMNS)
def test_a_duration_that_is_none_is_refused_on_either_side(take, bad):
    for columns in (([1.0, bad], [1.0, 1.0]), ([1.0, 1.0], [1.0, bad])):
        with pytest.raises(ValueError, match=r"_s\[1\] is"):
            take(*columns)


@pytest.mark.parametrize("take", TWO_COLUMNS)
def test_sides_of_different_length_are_refused(take):
    with pytest.raises(ValueError, match=r"has 2 values, .* 1;"):
        take([1.0, 2.0], [1.0])


@pytest.mark.parametrize("take", TWO_COLUMNS)
def test_no_duration_at_all_is_refused(take):
    with pytest.raises(ValueError, match="is empty"):
        take([], [])


def test_a_table_in_place_of_a_column_is_refused():
    with pytest.raises(ValueError, match="shape"):
        stats.paired_mean([[0.1, 0.2]])


@pytest.mark.parametrize("bad", [1.01, -2.0])
def test_a_delta_out_of_range_is_refused_by_index(bad):
    with pytest.raises(ValueError, match=r"deltas\[1\] is .* give values in \[-1, 1\]"):
        stats.paired_mean([0.0, bad])


def test_a_delta_beyond_1_by_rounding_is_taken_as_1():
    assert stats.paired_mean([1.0 + 1e-12] * 3).estimate == 1.0
