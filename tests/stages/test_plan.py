"""The plan puts pairs side by side, and gives every target the same share of first places."""

from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.suite import RunSettings, Target
from harness.stages.plan import plan, planned_calls


def targets(count: int) -> tuple[Target, ...]:
    return tuple(Target(name=f"t{n}", provider="p", model="m") for n in range(count))


@given(st.integers(0, 40), st.integers(2, 5), st.integers(1, 4), st.integers(0, 6), st.integers())
@settings(max_examples=200, deadline=None)
def test_every_call_is_planned_once_in_whole_pairs(
    cases: int, sides: int, repeats: int, warmup: int, seed: int
) -> None:
    run = RunSettings(repeats=repeats, warmup=warmup, seed=seed)
    rows = list(plan(cases, targets(sides), run))
    measured = [row for row in rows if row[2] >= 0]
    assert (len(measured), len(rows) - len(measured)) == planned_calls(cases, targets(sides), run)
    assert len({row[:3] for row in rows}) == len(rows)
    for start in range(0, len(rows), sides):
        group = rows[start : start + sides]
        assert len({(number, repeat) for number, _, repeat, _ in group}) == 1
        assert {name for _, name, _, _ in group} == {f"t{n}" for n in range(sides)}
        assert [first for *_, first in group] == [True] + [False] * (sides - 1)
    assert [row[2] >= 0 for row in rows] == sorted(row[2] >= 0 for row in rows)


@given(st.integers(1, 60), st.integers(2, 5), st.integers())
@settings(max_examples=200, deadline=None)
def test_of_every_t_cases_each_target_is_first_once(cases: int, sides: int, seed: int) -> None:
    rows = plan(cases, targets(sides), RunSettings(seed=seed))
    firsts = [name for _, name, _, is_first in rows if is_first]
    for start in range(0, cases - sides + 1, sides):
        assert len(set(firsts[start : start + sides])) == sides
    counts = Counter(firsts)
    assert max(counts.values()) - min(counts[f"t{n}"] for n in range(sides)) <= 1


@pytest.mark.parametrize("seed", [0, 7, -3])
def test_a_seed_always_gives_the_same_plan_and_another_one_another(seed: int) -> None:
    made = [list(plan(50, targets(2), RunSettings(seed=s))) for s in (seed, seed, seed + 1)]
    assert made[0] == made[1] != made[2]


def test_the_order_is_not_the_same_in_every_repeat() -> None:
    rows = list(plan(40, targets(2), RunSettings(repeats=2)))
    firsts = [[name for _, name, r, first in rows if first and r == repeat] for repeat in (0, 1)]
    assert firsts[0] != firsts[1]


def test_a_run_that_may_stop_early_takes_cases_in_random_order_with_all_their_repeats() -> None:
    def order(seed: int) -> list[tuple[int, int]]:
        run = RunSettings(stop="early", repeats=2, warmup=1, seed=seed)
        rows = list(plan(50, targets(2), run))
        assert [row[2] for row in rows[:2]] == [-1, -1]
        return [(number, repeat) for number, _, repeat, _ in rows[2::2]]

    first = order(1)
    assert first == order(1) != order(2)
    assert [repeat for _, repeat in first] == [0, 1] * 50
    numbers = [number for number, _ in first[::2]]
    assert numbers == [number for number, _ in first[1::2]]
    assert sorted(numbers) == [*range(50)] != numbers


def test_who_goes_first_stays_balanced_in_random_order() -> None:
    rows = plan(60, targets(3), RunSettings(stop="early"))
    firsts = [name for _, name, _, is_first in rows if is_first]
    for start in range(0, 60, 3):
        assert len(set(firsts[start : start + 3])) == 3


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.integers(1, 3), st.integers())
@settings(max_examples=100, deadline=None)
def test_a_run_that_may_stop_early_takes_whole_clusters_one_after_another(
    labels: list[int], repeats: int, seed: int
) -> None:
    known = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    units = [known[label] for label in labels]
    run = RunSettings(stop="early", repeats=repeats, seed=seed)
    rows = [*plan(len(units), targets(2), run, units)]
    asked = [number for number, *_ in rows[:: 2 * repeats]]
    assert sorted(asked) == [*range(len(units))]
    blocks = [unit for unit, _ in groupby(units[number] for number in asked)]
    assert len(blocks) == len({*blocks})


def test_clusters_come_in_random_order() -> None:
    units = [number // 3 for number in range(60)]
    firsts = Counter(
        units[next(plan(60, targets(2), RunSettings(stop="early", seed=seed), units))[0]]
        for seed in range(400)
    )
    assert len(firsts) == 20
    assert max(firsts.values()) < 45


def test_cases_that_are_in_no_cluster_come_as_if_there_were_none() -> None:
    run = RunSettings(stop="early", seed=5)
    assert [*plan(30, targets(2), run, [*range(30)])] == [*plan(30, targets(2), run)]
