"""Stored cases to comparisons: nothing is lost, everything adds up, and it is fast."""

import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.noun import replace
from harness.data.record import Measure, Output
from harness.data.suite import Case
from harness.stages.compare import case_views, compare
from harness.store import StoredCase
from tests.gates.world import NAMES, TASK, Row, counts, stored, suite, surveyed

LETTERS = "PQFxtcp-b."
STATES = {"P": "passed", "Q": "passed", "F": "failed", "-": "skipped", "b": "skipped",
          ".": "cancelled"}  # fmt: skip


@given(st.integers(2, 3), st.integers(1, 3), st.data())
@settings(max_examples=60, deadline=None)
def test_every_planned_call_ends_in_exactly_one_state(
    targets: int, repeats: int, data: st.DataObject
) -> None:
    letters = st.text(LETTERS, min_size=repeats, max_size=repeats)
    rows = data.draw(st.lists(st.tuples(*[letters] * targets), min_size=1, max_size=6))
    found = surveyed(rows).counts
    assert found.planned == len(rows) * targets * repeats
    assert found.answered == found.passed + found.failed
    assert found.planned == found.answered + found.faults + found.skipped + found.cancelled
    ends = [STATES.get(letter, "fault") for row in rows for side in row for letter in side]
    assert found.passed == ends.count("passed")
    assert found.failed == ends.count("failed")
    assert found.faults == ends.count("fault")
    assert found.skipped == ends.count("skipped")
    assert found.cancelled == ends.count("cancelled")


@given(st.integers(1, 3), st.data())
@settings(max_examples=60, deadline=None)
def test_every_case_has_one_row_and_one_change(repeats: int, data: st.DataObject) -> None:
    letters = st.text(LETTERS, min_size=repeats, max_size=repeats)
    rows = data.draw(st.lists(st.tuples(letters, letters), min_size=1, max_size=8))
    survey = surveyed(rows)
    (comparison,) = survey.comparisons
    assert len(comparison.table) == survey.cases == len(rows)
    changes = Counter(survey.changes["candidate"])
    assert changes.total() == len(rows)
    assert changes.get("regressed", 0) + changes.get("fixed", 0) == len(comparison.flips)
    views = list(case_views(stored(rows), suite(repeats=repeats), TASK))
    assert [view.change["candidate"] for view in views].count("regressed") == changes.get(
        "regressed", 0
    )
    for view, row in zip(views, rows, strict=True):
        assert [a.state for a in view.answers] == [
            STATES.get(letter, "fault") for side in row for letter in side
        ]


def test_what_was_found_is_shown_and_a_case_is_compared_again_only_when_asked() -> None:
    asked: list[str] = []

    def counted(case: Case, before: Output, after: Output) -> Iterator[Measure]:
        asked.append(case.id)
        yield from TASK.compare(case, before, after)

    rows: list[Row] = [("P", "P"), ("P", "F"), ("P", "Q"), ("P", "x")]
    task = replace(TASK, compare=counted)
    changes = compare(stored(rows), suite(), task).changes
    asked.clear()
    views = list(case_views(stored(rows), suite(), task, changes))
    assert [view.change for view in views] == [
        view.change for view in case_views(stored(rows), suite(), TASK)
    ]
    assert not asked
    assert dict(views[2].measures) == {"candidate": views[2].measures["candidate"]}
    assert [measure.name for measure in views[2].measures["candidate"]] == ["agreement"]
    assert asked == [views[2].case.id]


@pytest.mark.parametrize(
    ("row", "change"),
    [
        (("P", "P"), "same"), (("F", "F"), "same"), (("P", "Q"), "changed"),
        (("P", "F"), "regressed"), (("F", "P"), "fixed"), (("P", "x"), "missing"),
        (("x", "x"), "missing"), (("PP", "PQ"), "changed"), (("PP", "Px"), "same"),
        (("PPF", "PFF"), "regressed"),
    ],
)  # fmt: skip
def test_what_became_of_a_case(row: Row, change: str) -> None:
    assert list(surveyed([row]).changes["candidate"]) == [change]


def test_a_flip_names_the_check_that_failed() -> None:
    (comparison,) = surveyed([("P", "F"), ("F", "P")]).comparisons
    assert [(f.after, f.check, f.reason) for f in comparison.flips] == [
        ("fail", "expect", "got F"),
        ("pass", "expect", "got F"),
    ]


def test_three_targets_are_each_compared_with_the_baseline() -> None:
    survey = surveyed([("P", "F", "P"), ("P", "P", "Q")])
    assert [(c.baseline, c.candidate) for c in survey.comparisons] == [
        ("baseline", "candidate"),
        ("baseline", "other"),
    ]
    assert [len(c.flips) for c in survey.comparisons] == [1, 0]
    assert list(survey.tallies) == list(NAMES)


def test_a_target_that_was_not_asked_a_case_is_missing_there() -> None:
    (whole,) = stored([("P", "P")])
    half = StoredCase(number=0, case=whole.case, digest="0", answers=whole.answers[:1])
    (comparison,) = compare([half], suite(), TASK).comparisons
    assert list(comparison.table.after_missing) == [1.0]
    (view,) = case_views([half], suite(), TASK)
    assert view.change == {"candidate": "missing"}


def test_who_went_first_is_told_for_these_two_also_among_three() -> None:
    rows: list[Row] = [("P", "P", "P")] * 3
    survey = surveyed(rows, latency=lambda case, target, _r: 0.1 + case + target)
    # In turn: 0 1 2, then 2 0 1, then 1 2 0 are sent.
    assert [list(c.table.first_was_baseline) for c in survey.comparisons] == [
        [True, True, False],
        [True, False, False],
    ]


def test_a_task_that_raises_is_a_warning_and_its_pair_is_missing() -> None:
    def broken(_case: Case, _before: Output, _after: Output) -> Iterator[Measure]:
        raise KeyError("label")
        yield

    def wild(_case: Case, _before: Output, _after: Output) -> Iterator[Measure]:
        yield Measure(name="agreement", value=7.0)

    for compared, told in ((broken, "compare raised"), (wild, "not in 0..1")):
        task = replace(TASK, compare=compared)
        (comparison,) = compare(stored(counts(3)), suite(), task).comparisons
        assert list(comparison.table.agreement_missing) == [1.0] * 3
        assert len(comparison.warnings) == 1
        assert told in comparison.warnings[0]


def test_means_of_measures_leave_out_what_is_not_a_number() -> None:
    def some(_case: Case, _before: Output, after: Output) -> Iterator[Measure]:
        yield Measure(name="agreement", value=1.0)
        yield Measure(name="drift", value=float("nan") if after.value == "Q" else 2.0)

    task = replace(TASK, compare=some)
    (comparison,) = compare(stored([("P", "P"), ("P", "Q")]), suite(), task).comparisons
    assert {m.name: (m.n, m.mean) for m in comparison.measures} == {
        "agreement": (2, 1.0),
        "drift": (1, 2.0),
    }


def test_twenty_thousand_cases_are_compared_in_under_two_seconds() -> None:
    cases = list(
        stored(
            counts(18_000, 1_000, 1_000),
            latency=lambda case, target, _r: 0.1 + (case * 37 + target * 11) % 997 / 1e4,
            tags=lambda case: (f"t{case % 10}",),
        )
    )
    began = time.process_time()
    survey = compare(cases, suite(), TASK)
    took = time.process_time() - began
    assert survey.cases == 20_000
    assert took < 2.0


@pytest.mark.parametrize("row", [None, ("P", "F")])
def test_memory_holds_columns_and_not_records_nor_flips(row: Row | None) -> None:
    def run(n: int) -> int:
        tracemalloc.start(1)
        try:
            compare(stored([row] * n if row else counts(n)), suite(), TASK)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    run(10)  # what is imported on first use
    assert (run(4_608) - run(1_536)) / 3_072 < 30  # bytes a case; names are packed 512 at a time
