"""Embeddings keep or lose their neighbours among all cases."""

from typing import Any

import numpy as np
import pytest

from harness.api import Output
from harness_tasks._neighbours import NEIGHBOURS, compare_neighbours, only_vector
from harness_tasks.feature_extraction import TASK


def shares(before: Any, after: Any) -> list[float]:
    arrays = (np.asarray(before, np.float32), np.asarray(after, np.float32))
    return [measure.value for measures in compare_neighbours(*arrays) for measure in measures]


def circle(count: int, step: float = 1.0) -> Any:
    """Give unit vectors along an arc: the neighbours of each are those beside it."""
    angles = np.arange(count) * step / count
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_the_same_vectors_and_turned_scaled_or_wider_ones_keep_their_neighbours() -> None:
    before = circle(50)
    assert shares(before, before) == [1.0] * 50
    assert shares(before, 1000 * before[:, ::-1]) == [1.0] * 50
    assert shares(before, np.pad(before, ((0, 0), (0, 3)))) == [1.0] * 50


def test_a_case_that_moves_loses_its_neighbours_and_the_others_nearly_none() -> None:
    before = circle(100)
    after = before.copy()
    after[0] = before[99] * 1.01
    found = shares(before, after)
    assert found[0] == 0.0
    assert min(found[1:90]) >= 1 - 1 / NEIGHBOURS
    assert sum(found[11:88]) == 77


def test_shuffled_vectors_agree_as_chance_has_it() -> None:
    vectors = np.random.default_rng(7).normal(size=(400, 32))
    found = shares(vectors, np.random.default_rng(8).permutation(vectors))
    assert np.mean(found) == pytest.approx(NEIGHBOURS / 399, abs=0.02)


def test_noise_far_below_the_distances_changes_nothing_equal_texts_included() -> None:
    vectors = np.random.default_rng(7).normal(size=(60, 32)).repeat(4, axis=0)
    noise = np.random.default_rng(8).normal(size=vectors.shape, scale=1e-7)
    assert shares(vectors, vectors + noise) == [1.0] * 240


@pytest.mark.parametrize(("count", "looked_at"), [(3, 1), (4, 1), (5, 2), (20, 9), (21, 10)])
def test_of_few_cases_half_of_the_others_are_looked_at(count: int, looked_at: int) -> None:
    found = compare_neighbours(circle(count), circle(count))
    (note,) = {measure.note for measures in found for measure in measures}
    assert note == f"of the {looked_at} nearest of {count} cases"


@pytest.mark.parametrize("count", [1, 2])
def test_with_fewer_than_three_cases_there_is_no_measure_but_every_case_is_answered_for(
    count: int,
) -> None:
    assert list(compare_neighbours(circle(count), circle(count))) == [[]] * count


def test_huge_and_tiny_numbers_overflow_nothing() -> None:
    vectors = circle(30).astype(np.float32)
    assert shares(vectors * np.float32(1e37), vectors * np.float32(1e-37)) == [1.0] * 30


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ([1.0, 2.0], [1.0, 2.0]),
        ([[1.0, 2.0]], [1.0, 2.0]),
        ([[1.0, 2.0], [3.0, 4.0]], None),
        ([0.0, 0.0], None),
    ],
)
def test_one_vector_that_is_not_zero_is_kept(answer: Any, kept: list[float] | None) -> None:
    found = only_vector(TASK.parse(answer))
    assert (list(found) if found is not None else None) == kept


@pytest.mark.parametrize("value", [None, "a", {}, {"vector": [float("nan")], "shape": [1]}])
def test_of_another_value_nothing_is_kept(value: Any) -> None:
    assert only_vector(Output(value=value)) is None


def test_two_thousand_cases_are_compared_in_seconds_and_in_blocks() -> None:
    vectors = np.random.default_rng(7).normal(size=(2_000, 64))
    assert shares(vectors, vectors) == [1.0] * 2_000
