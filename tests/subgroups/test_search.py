"""The search for subgroups: it finds what is there, and little else, whatever it looks at."""

import random
from collections.abc import Sequence

import pytest

from harness import stats
from harness.data.comparison import PairTable
from harness.subgroups import Features, Group, Searched, search
from tests.gates.world import Row, counts, stored, surveyed


def table(rows: Sequence[Row], **more: object) -> PairTable:
    return surveyed(rows, **more).comparisons[0].table  # type: ignore[arg-type]


def group(name: str, rows: Sequence[int]) -> Group:
    return Group(name=name, rows=frozenset(rows))


def test_the_group_that_got_worse_is_found_among_many() -> None:
    rows = counts(25, 15) + counts(360)
    groups = [group(f"tag t{i}", range(40 * i, 40 * i + 40)) for i in range(10)]
    found = search(table(rows), groups)
    assert found.looked_at == 10
    assert [one.names for one in found.found] == [("tag t0",)]
    (one,) = found.found
    assert (one.n, one.before, one.after, one.worse, one.better) == (40, 1.0, 0.625, 15, 0)
    assert one.p_value == stats.mcnemar(15, 0)
    assert one.adjusted == pytest.approx(10 * one.p_value)
    assert one.rest == 0.0
    assert one.case_ids == ("c25", "c26", "c27", "c28", "c29")
    assert found.others == ()


def test_the_interval_of_a_found_group_is_widened_for_its_being_picked() -> None:
    rows = counts(25, 15) + counts(360)
    groups = [group(f"tag t{i}", range(40 * i, 40 * i + 40)) for i in range(10)]
    (one,) = search(table(rows), groups).found
    assert one.difference is not None
    plain = stats.paired_proportion(15, 0, 40, 0.95)
    wide = stats.paired_proportion(15, 0, 40, 1 - 0.05 / 10)
    assert (one.difference.low, one.difference.high) == (wide.low, wide.high)
    assert one.difference.high > plain.high
    assert one.difference.confidence == pytest.approx(0.995)


def test_what_is_found_alone_is_not_found_among_a_hundred() -> None:
    rows = counts(32, 7, 1) + counts(3960)
    bad = group("tag bad", range(40))
    more = [group(f"tag t{i}", range(40 * i, 40 * i + 40)) for i in range(1, 100)]
    alone = search(table(rows), [bad], level=0.1)
    assert [one.names for one in alone.found] == [("tag bad",)]
    among = search(table(rows), [bad, *more], level=0.1)
    assert (among.found, [one.names for one in among.others]) == ((), [("tag bad",)])


def test_groups_of_the_same_cases_are_one_and_small_ones_none() -> None:
    rows = counts(100)
    groups = [
        group("tag de", range(30)),
        group("language de", range(30)),
        group("tag few", range(9)),
        group("tag nearly all", range(91)),
        group("tag all", range(100)),
    ]
    found = search(table(rows), groups)
    assert found.looked_at == 1
    rows[:30] = counts(10, 20)
    (one,) = search(table(rows), groups).found
    assert one.names == ("tag de", "language de")


def test_cases_that_one_side_did_not_answer_are_in_no_group() -> None:
    rows: list[Row] = [("P", "t")] * 25 + counts(15, 15) + counts(60)
    (one,) = search(table(rows), [group("tag a", range(55))]).found
    assert (one.n, one.worse) == (30, 15)


def test_what_got_better_is_looked_at_and_not_told() -> None:
    rows = counts(20, 0, 20) + counts(60)
    found = search(table(rows), [group("tag a", range(40))])
    assert (found.looked_at, found.found, found.others) == (1, (), ())


def test_a_cluster_is_one_unit() -> None:
    rows = counts(20, 20) + counts(40)
    whole = search(table(rows), [group("tag a", range(40))])
    assert len(whole.found) == 1
    clustered = table(rows, cluster=lambda case: f"k{case // 20}")
    found = search(clustered, [group("tag a", range(40))])
    assert found.found == ()
    assert found.others[0].p_value == 1.0  # one cluster that got worse says nothing


def test_repeats_are_weighed_within_their_case() -> None:
    rows: list[Row] = [("PPP", "PFF")] * 20 + [("PPP", "PPP")] * 30
    (one,) = search(table(rows), [group("tag a", range(20))]).found
    assert one.change == pytest.approx(-2 / 3)
    assert one.p_value < 0.001


def test_pairs_find_what_only_two_groups_have_in_common() -> None:
    rows = [*counts(100), *counts(50, 50), *counts(100), *counts(70, 15, 15)]
    left, right = group("tag de", range(200)), group("tag long", range(100, 300))
    single = search(table(rows), [left, right])
    both = search(table(rows), [left, right], pairs=True)
    assert (single.looked_at, both.looked_at) == (2, 3)
    assert both.found[0].names == ("tag de and tag long",)
    assert both.found[0].n == 100


def test_in_two_sides_that_are_alike_little_is_found() -> None:
    random_ = random.Random(11)
    finds = 0
    for _ in range(200):
        rows = [
            ("P" if random_.random() < 0.8 else "F", "P" if random_.random() < 0.8 else "F")
            for _ in range(120)
        ]
        groups = [group(f"g{i}", random_.sample(range(120), 40)) for i in range(12)]
        finds += bool(search(table(rows), groups).found)
    # Half of what is found at 5 % got better: 2.5 %, and three standard errors.
    assert finds <= 200 * 0.025 + 3 * (200 * 0.025 * 0.975) ** 0.5


def features(rows: Sequence[Row], **more: object) -> Features:
    found = Features(baseline="baseline", candidate="candidate")
    assert len(list(found.watch(stored(rows, **more)))) == len(rows)  # type: ignore[arg-type]
    return found


def test_cases_are_grouped_by_what_they_are_and_by_what_either_side_gave() -> None:
    rows: list[Row] = [("P", "F"), ("F", "P"), ("Q", "Q"), ("t", "P")]
    found = features(rows, tags=lambda case: ("de",) if case else (), cluster=lambda _case: "k")
    by_name = {one.name: sorted(one.rows) for one in found.groups()}
    assert by_name["tag de"] == [1, 2, 3]
    assert by_name["cluster k"] == [0, 1, 2, 3]
    assert by_name["expects P"] == [0, 1, 2, 3]
    assert by_name["either answers P"] == [0, 1, 3]
    assert by_name["either answers F"] == [0, 1]
    assert "input length" not in " ".join(by_name)  # all of one character


def test_swapping_the_sides_swaps_nothing_in_the_groups() -> None:
    rows: list[Row] = [("P", "F"), ("Q", "P"), ("F", "t")] * 5
    turned = [(after, before) for before, after in rows]
    assert list(features(rows).groups()) == list(features(turned).groups())


def test_lengths_are_cut_into_quarters_that_hold_every_case_once() -> None:
    found = features(counts(200))  # inputs "0" ... "199": 10 of one digit, 90 of two, 100 of three
    quarters = [one for one in found.groups() if one.name.startswith("input length")]
    assert sorted(row for one in quarters for row in one.rows) == list(range(200))
    assert [one.name for one in quarters] == ["input length 1 to 2", "input length 3 to 3"]


def test_nothing_to_look_at_is_said_and_no_error() -> None:
    assert search(table(counts(5)), []) == Searched(
        looked_at=0, least=10, level=0.05, found=(), others=()
    )
