"""A change of the raw shape of answers is counted, gated and told."""

from collections.abc import Callable

import pytest

from harness.data.noun import replace
from harness.data.record import Output
from harness.data.suite import Gate
from harness.store import StoredAnswer
from tests.gates.world import Kept, Row, counts, result, surveyed, verdict

NONE = Gate(metric="shape_changes", max=0)


def shaped(variant: Callable[[int, int, int], str]) -> Kept:
    """Give answers in a raw shape by case, target and repeat."""

    def kept(case: int, target: int, repeat: int, answer: StoredAnswer) -> StoredAnswer:
        record = answer.record
        if record is None or record.output is None:
            return answer
        output: Output = replace(record.output, variant=variant(case, target, repeat))
        return replace(answer, record=replace(record, output=output))

    return kept


FIVE_OF_THEM = shaped(lambda case, target, _r: "nested" if target and case < 5 else "flat")


@pytest.mark.parametrize(("limit", "outcome"), [(0, "fail"), (4, "fail"), (5, "pass")])
def test_cases_whose_shape_changed_are_counted(limit: int, outcome: str) -> None:
    gate = Gate(metric="shape_changes", max=limit)
    found = result(counts(50), gate, kept=FIVE_OF_THEM)
    assert (found.outcome, found.candidate) == (outcome, 5)
    assert found.reason == (f"the raw shape of answers changed in 5 cases of 50, {limit} allowed")


def test_one_shape_on_both_sides_passes() -> None:
    found = result(counts(50), NONE, kept=shaped(lambda case, *_: "odd" if case % 2 else "even"))
    assert (found.outcome, found.candidate) == ("pass", 0)


def test_a_shape_that_changed_in_one_repeat_is_a_change() -> None:
    rows: list[Row] = [("PPP", "PPP")] * 4
    kept = shaped(lambda case, target, repeat: "b" if case + target + repeat == 1 else "a")
    assert result(rows, NONE, kept=kept).candidate == 2  # case 0: target 1 or repeat 1; case 1: 0


def test_what_is_missing_could_have_changed_and_keeps_a_gate_from_passing() -> None:
    rows: list[Row] = [*counts(50), ("P", "x")]
    same = shaped(lambda *_: "flat")
    open_ = result(rows, NONE, kept=same)
    assert open_.outcome == "inconclusive"
    assert open_.reason.endswith("with what is missing it could be 1")
    assert result(rows, Gate(metric="shape_changes", max=1), kept=same).outcome == "pass"
    assert result(rows, NONE, kept=FIVE_OF_THEM).outcome == "fail"


def test_with_confidence_the_interval_decides() -> None:
    gate = Gate(metric="shape_changes", max=0, confidence=0.95)
    assert result(counts(50), gate, kept=shaped(lambda *_: "flat")).outcome == "inconclusive"


def test_answers_without_a_named_shape_decide_nothing() -> None:
    found = result(counts(50), NONE)
    assert found.outcome == "inconclusive"
    assert found.reason == "no answer says in which raw shape it came"


def test_each_tag_is_counted_by_itself() -> None:
    found = verdict(
        counts(20), replace(NONE, each="tag"), kept=FIVE_OF_THEM,
        tags=lambda case: ("early" if case < 10 else "late",),
    )  # fmt: skip
    assert {g.slice: g.outcome for g in found.gates} == {"early": "fail", "late": "pass"}


def test_a_change_is_told_also_where_nothing_is_gated() -> None:
    (comparison,) = surveyed(counts(50), kept=FIVE_OF_THEM).comparisons
    (told,) = comparison.warnings
    assert told == (
        "the raw shape of answers changed from baseline to candidate in 5 cases: "
        "'flat' to 'nested' in 5 cases; what reads them may break"
    )
    (silent,) = surveyed(counts(50), kept=shaped(lambda *_: "flat")).comparisons
    assert silent.warnings == ()


def test_of_many_changes_the_most_frequent_are_told() -> None:
    kept = shaped(lambda case, target, _r: f"s{min(case, 6)}" if target else "")
    (comparison,) = surveyed(counts(50), kept=kept).comparisons
    (told,) = comparison.warnings
    assert "in 50 cases: one without a name to 's6' in 44 cases, " in told
    assert told.count("one without a name") == 3
    assert "4 other changes" in told
