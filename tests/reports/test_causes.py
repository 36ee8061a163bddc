"""Regressions are grouped by cause: most frequent first, the worst case first, in little memory."""

import random
import tracemalloc
from collections.abc import Iterable, Sequence

import pytest

from harness.api import Comparison, Flip, FlipColumn, replace
from harness_reports.caselist.numbers import CaseNumbers
from harness_reports.causes import Regressions, exemplars, normal_reason, regressions_of
from tests.reports import dossiers

NAN = float("nan")


def compared(
    flips: Iterable[Flip], before: Sequence[float] = (), after: Sequence[float] = ()
) -> Comparison:
    column = FlipColumn(flips)
    nothing = [NAN] * len(column)
    (some, *_) = dossiers.regressions().comparisons
    table = replace(
        some.table,
        case_ids=column.case_ids,
        before_score=before or nothing,
        after_score=after or nothing,
    )
    return replace(some, table=table, flips=column)


def lost(number: int, check: str, reason: str = "") -> Flip:
    return Flip(
        case_id=f"c{number}", target="candidate", before="pass", after="fail", check=check,
        reason=reason,
    )  # fmt: skip


def causes(found: Regressions) -> list[tuple[str, str, list[str]]]:
    return [(one.check, one.reason, list(one.case_ids)) for one in found.largest]


def test_the_most_frequent_cause_comes_first_and_of_two_alike_the_first_met() -> None:
    checks = ["rare", "late", "often", "often", "late", "alone"]
    found = regressions_of(compared(lost(n, check) for n, check in enumerate(checks)), 9)
    assert causes(found) == [
        ("late", "", ["c1", "c4"]), ("often", "", ["c2", "c3"]), ("rare", "", ["c0"]),
        ("alone", "", ["c5"]),
    ]  # fmt: skip
    assert (found.cases, found.causes) == (6, 4)


def test_numbers_do_not_tell_causes_apart_and_words_do() -> None:
    reasons = ["got 0.5", "got 1e-3", "got it", "got 7"]
    found = regressions_of(compared(lost(n, "a", r) for n, r in enumerate(reasons)), 9)
    assert causes(found) == [("a", "got #", ["c0", "c1", "c3"]), ("a", "got it", ["c2"])]


def test_the_case_that_lost_most_comes_first_and_one_of_unknown_loss_as_if_it_lost_nothing() -> (
    None
):
    before, after = [1.0, 1.0, NAN, 0.5, 1.0], [0.5, 0.0, 0.0, 0.75, 0.5]
    found = regressions_of(compared((lost(n, "a") for n in range(5)), before, after), 9)
    assert causes(found) == [("a", "", ["c1", "c0", "c4", "c2", "c3"])]


def test_what_was_fixed_has_no_cause() -> None:
    fixed = replace(lost(0, "a"), before="fail", after="pass")
    assert regressions_of(compared([fixed]), 9) == Regressions()
    assert causes(regressions_of(compared([fixed, lost(1, "a")]), 9)) == [("a", "", ["c1"])]


def test_a_column_gives_the_causes_that_a_plain_grouping_gives() -> None:
    rng = random.Random(5)
    flips = [lost(n, rng.choice("abcdefgh"), f"word{rng.randrange(9)}x") for n in range(600)]
    before, after = ([rng.choice([0.0, 0.5, 1.0, NAN]) for _ in flips] for _ in range(2))
    groups: dict[tuple[str, str], list[int]] = {}
    for place, flip in enumerate(flips):
        groups.setdefault((flip.check, normal_reason(flip.reason)), []).append(place)

    def loss(place: int) -> float:
        found = before[place] - after[place]
        return found if found == found else 0.0

    ranked = sorted(groups.items(), key=lambda item: -len(item[1]))
    found = regressions_of(compared(flips, before, after), 20)
    assert found.causes == len(groups)
    assert causes(found) == [
        (*key, [f"c{place}" for place in sorted(places, key=loss, reverse=True)])
        for key, places in ranked[:20]
    ]
    few = regressions_of(compared(flips, before, after), 3)
    assert causes(few) == causes(found)[:3]
    assert (few.causes, few.cases) == (len(groups), len(flips))


def test_the_table_may_have_cases_that_did_not_flip() -> None:
    ids = ["c9", "c0", "c8", "c1", "c7"]
    some = compared([lost(0, "a"), lost(1, "a")])
    before, after = [1.0] * 5, [0.0, 0.5, 0.0, 0.0, 0.0]
    table = replace(some.table, case_ids=ids, before_score=before, after_score=after)
    assert causes(regressions_of(replace(some, table=table), 9)) == [("a", "", ["c1", "c0"])]


@pytest.mark.parametrize("ids", [["c0", "c2"], ["c1", "c0", "c2"], []])
def test_a_flip_the_table_has_not_or_in_another_place_is_refused(ids: list[str]) -> None:
    some = compared(lost(n, "a") for n in range(3))
    scores = [1.0] * len(ids)
    table = replace(some.table, case_ids=ids, before_score=scores, after_score=scores)
    missing = "c1" if ids else "c0"
    with pytest.raises(ValueError, match=f"the flip of case '{missing}' is not in the table"):
        regressions_of(replace(some, table=table), 9)


def test_every_cause_has_its_turn_among_the_cases_in_full() -> None:
    checks = ["often", "often", "often", "late", "late", "alone"]
    found = regressions_of(compared(lost(n, check) for n, check in enumerate(checks)), 9)
    assert exemplars(found.largest, 4) == {
        "c0": "often",
        "c3": "late",
        "c5": "alone",
        "c1": "often",
    }
    assert exemplars(found.largest[:2], 2) == exemplars(found.largest, 2)


def test_a_case_has_the_number_it_was_given_and_the_others_none() -> None:
    numbers = CaseNumbers([("c1", 3), ("c\ud800", 1), ("c2", 0), ("", 2)])
    assert [numbers[one] for one in ("c1", "c2", "c3", "c\ud800", "")] == [3, 0, 0, 1, 2]
    assert CaseNumbers([])["c1"] == 0


def test_regressions_take_few_bytes_however_many_causes_there_are() -> None:
    def grown(most: int) -> tuple[float, float]:
        comparison = compared(
            lost(n, "a", f"got 'w{n}x', wanted {n}") for n in range(most)
        )  # a cause each
        tracemalloc.start(1)
        found = regressions_of(comparison, 50)
        kept, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (found.cases, found.causes, len(found.largest)) == (most, most, 50)
        return kept, peak

    grown(100)  # what is imported on first use
    (small, low), (large, high) = grown(2_000), grown(12_000)
    assert (large - small) / 10_000 < 8
    assert (high - low) / 10_000 < 80


def test_numbers_of_cases_take_few_bytes() -> None:
    CaseNumbers([("c", 1)])
    tracemalloc.start(1)
    numbers = CaseNumbers((f"c{n}", 1 + n % 50) for n in range(20_000))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert numbers["c19999"] == 50
    assert kept < 20_000 * 13
