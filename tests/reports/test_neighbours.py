"""Embeddings are told by the cases they lie near to, and by which of these changed."""

import numpy as np
import pytest

from harness.api import Output
from harness_reports import neighbours as module
from harness_reports.neighbours import Neighbourhood, neighbours


def vector(*numbers: float) -> Output:
    return Output(value={"vector": list(numbers), "shape": [len(numbers)]})


def gathered(before: list[Output], after: list[Output]) -> Neighbourhood:
    found = Neighbourhood()
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        found.add(f"c{place}", old, new)
    return found


AROUND = [vector(np.cos(a), np.sin(a)) for a in (0.0, 0.1, 0.2, 1.5, 1.6, 1.7)]


def test_the_nearest_are_those_of_the_greatest_cosine() -> None:
    found = neighbours(gathered(AROUND, AROUND))
    assert [name for name, _ in found["c0"].before] == ["c1", "c2"]
    assert {name for name, _ in found["c4"].before} == {"c3", "c5"}
    assert found["c0"].before[0][1] == pytest.approx(np.cos(0.1))
    assert all(near.kept == 2 for near in found.values())


def test_a_case_that_moved_has_other_neighbours() -> None:
    moved = [vector(np.cos(1.55), np.sin(1.55)), *AROUND[1:]]
    found = neighbours(gathered(AROUND, moved))
    assert found["c0"].kept == 0
    assert {name for name, _ in found["c0"].after} == {"c3", "c4"}


def test_widths_may_differ_between_the_sides() -> None:
    wider = [vector(*one.value["vector"], 0.0) for one in AROUND]  # type: ignore[call-overload,index]
    assert all(near.kept == 2 for near in neighbours(gathered(AROUND, wider)).values())


def test_length_says_nothing() -> None:
    scaled = [vector(*(1e9 * x for x in one.value["vector"])) for one in AROUND]  # type: ignore[call-overload,index]
    assert all(near.kept == 2 for near in neighbours(gathered(AROUND, scaled)).values())


@pytest.mark.parametrize(
    "last", [vector(0.0, 0.0), vector(float("nan"), 1.0), vector(float("inf"), 1.0)]
)
def test_a_vector_without_direction_leaves_all_unknown(last: Output) -> None:
    assert neighbours(gathered([*AROUND, last], [*AROUND, last])) == {}


def test_too_few_cases_have_no_neighbours() -> None:
    assert neighbours(gathered(AROUND[:3], AROUND[:3])) == {}
    assert neighbours(Neighbourhood()) == {}


def test_other_widths_and_several_vectors_are_passed_over() -> None:
    found = gathered(AROUND, AROUND)
    found.add("wide", vector(1, 2, 3), vector(1, 2, 3))
    found.add("two", Output(value={"vector": [1.0] * 4, "shape": [2, 2]}), AROUND[0])
    found.add("none", None, AROUND[0])
    assert found.case_ids == [f"c{place}" for place in range(6)]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CASES", 5)
    found = gathered(AROUND, AROUND)
    assert len(found.case_ids) == 5
    assert found.is_cut
