"""What is compared over all cases is kept up to a limit; a plugin that fails is told."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from harness.api.kinds import Pooled
from harness.columns.pairs import PairColumns
from harness.columns.pooled import Pool
from harness.data.record import Measure, Output, Record
from harness.data.suite import Case
from harness.pairs.pairing import Side, side_of
from harness_tasks.feature_extraction import TASK


def side(*vectors: list[float] | None) -> Side:
    """Give the answers of a target to a case, one a repeat; None: a fault."""
    return side_of(
        {
            repeat: Record(seq=repeat, output=TASK.parse([vector]) if vector else None)
            for repeat, vector in enumerate(vectors)
        }
    )


def total(before: Any, after: Any) -> Iterable[list[Measure]]:
    pairs = zip(before, after, strict=True)
    return [[Measure(name="sum", value=float(a.sum() + b.sum()))] for a, b in pairs]


def keep(output: Output) -> list[float]:
    value: Any = output.value
    return list(value["vector"])


def pool_of(compare: Callable[[Any, Any], Any] = total, most_cases: int = 9) -> Pool:
    return Pool(Pooled(keep=keep, compare=compare, most_cases=most_cases))


def sums(pool: Pool) -> list[tuple[int, float]]:
    return [(row, measure.value) for row, found in pool.measures() for measure in found]


def test_the_first_repeat_both_sides_answered_is_kept_with_its_row() -> None:
    pool = pool_of()
    pool.add(0, side([1.0]), side([2.0]))
    pool.add(1, side([1.0]), side(None))
    pool.add(2, side(None, [3.0]), side([9.0], [4.0]))
    assert sums(pool) == [(0, 3.0), (2, 7.0)]
    assert not pool.told


def test_each_side_has_its_own_width_and_odd_ones_are_left_out_and_told() -> None:
    pool = pool_of()
    pool.add(0, side([1.0, 1.0]), side([2.0]))
    pool.add(1, side([1.0]), side([2.0]))
    pool.add(2, side([1.0, 3.0]), side([2.0]))
    assert sums(pool) == [(0, 4.0), (2, 6.0)]
    (told,) = pool.told
    assert told.startswith("2 cases were compared with each other, 1 were too many")


def test_no_more_cases_are_kept_than_the_task_wants_nor_more_bytes_than_there_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = pool_of(most_cases=2)
    for row in range(5):
        pool.add(row, side([1.0]), side([1.0]))
    assert [row for row, _ in sums(pool)] == [0, 1]
    monkeypatch.setattr("harness.columns.pooled._MOST_BYTES", 12)
    narrow = pool_of()
    for row in range(5):
        narrow.add(row, side([1.0]), side([1.0]))
    assert [row for row, _ in sums(narrow)] == [0, 1, 2]


def raising(before: Any, after: Any) -> Any:
    raise RuntimeError("no idea")


@pytest.mark.parametrize(
    ("compare", "told"),
    [
        (raising, "comparing all cases raised RuntimeError('no idea')"),
        (lambda before, after: [], "comparing all cases gave another number of cases"),
        (lambda before, after: 3, "comparing all cases raised TypeError"),
    ],
)
def test_a_plugin_that_fails_is_told_and_gives_no_measure(compare: Any, told: str) -> None:
    pool = pool_of(compare)
    pool.add(0, side([1.0]), side([1.0]))
    assert sums(pool) == []
    (found,) = pool.told
    assert found.startswith(told)


def test_what_cannot_be_kept_is_told() -> None:
    pool = Pool(Pooled(keep=lambda output: ["a"], compare=total))  # type: ignore[arg-type, list-item, return-value]  # a plugin may give anything
    pool.add(0, side([1.0]), side([1.0]))
    assert sums(pool) == []
    assert any("cannot be: TypeError" in told for told in pool.told)


def test_a_task_that_compares_no_cases_with_each_other_keeps_nothing() -> None:
    pool = Pool(None)
    pool.add(0, side([1.0]), side([1.0]))
    assert sums(pool) == []


def test_neighbour_agreement_stands_among_the_measures_of_an_embedder() -> None:
    columns = PairColumns(task=TASK, candidate="candidate", repeats=1)
    for number in range(12):
        before, after = [1.0, number / 12], [1.0, (11 - number if number < 6 else number) / 12]
        columns.add(Case(id=f"c{number}", inputs="a"), side(before), side(after))
    table = columns.table()
    column = list(table.measures["neighbour_agreement"])
    assert len(column) == 12
    assert min(column) < 1.0
    summary = {measure.name: measure for measure in columns.measures()}["neighbour_agreement"]
    assert (summary.n, summary.better) == (12, "higher")
    assert summary.mean == pytest.approx(sum(column) / 12)
    assert list(columns.table().measures["neighbour_agreement"]) == column
