"""Before the first call: what so many cases cannot decide, and how many could."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from harness import stats
from harness.data.noun import replace
from harness.data.record import Measure, Output
from harness.data.suite import Case, Gate
from harness.gates import default_gates, unreachable
from harness.gates.early import is_followed
from harness.store import StoredAnswer
from tests.gates.world import TASK, Row, counts, result, verdict, with_record

SAME = "P"
INFERRED = [
    Gate(metric="pass_rate", max_drop=0.02),
    Gate(metric="pass_rate", max_drop=0.1, confidence=0.99),
    Gate(metric="mean_score", max_drop=0.05),
    Gate(metric="agreement", min=0.95),
    Gate(metric="agreement", min=0.5, confidence=0.9),
    Gate(metric="pass_rate", min=0.9, confidence=0.95),
    Gate(metric="error_rate", max=0.05, confidence=0.95),
]


def told(gate: Gate, cases: int, word: str, repeats: int = 1) -> int | None:
    """Give the number of cases a sentence with `word` asks for, None when there is none."""
    for sentence in unreachable((gate,), cases, repeats):
        if f"cannot {word}" in sentence:
            number = re.search(r"it takes ([\d,]+) ", sentence)
            assert number is not None, sentence
            return int(number[1].replace(",", ""))
    return None


@pytest.mark.parametrize("gate", INFERRED, ids=str)
def test_the_number_told_passes_and_one_less_does_not(gate: Gate) -> None:
    needed = told(gate, 1, "pass")
    assert needed is not None
    assert result(counts(needed), gate).outcome == "pass"
    assert result(counts(needed - 1), gate).outcome == "inconclusive"
    assert told(gate, needed, "pass") is None
    assert told(gate, needed - 1, "pass") == needed


@pytest.mark.parametrize("gate", INFERRED, ids=str)
def test_the_number_told_fails_and_one_less_does_not(gate: Gate) -> None:
    worst: Row = ("P", "x") if gate.metric == "error_rate" else ("P", "F")
    needed = told(gate, 1, "fail")
    if needed is None:
        assert result([worst], gate).outcome == "fail"
        return
    assert result([worst] * needed, gate).outcome == "fail"
    assert result([worst] * (needed - 1), gate).outcome == "inconclusive"
    assert told(gate, needed, "fail") is None


def test_a_better_candidate_may_pass_with_fewer_and_the_words_allow_it() -> None:
    gate = Gate(metric="pass_rate", max_drop=0.02)
    (sentence,) = unreachable((gate,), 150)
    assert sentence == (
        "gate pass_rate max_drop 0.02 cannot pass with 150 cases unless the candidate is better: "
        "it takes 189 cases that stay the same"
    )
    assert result(counts(150), gate).outcome == "inconclusive"
    assert result(counts(148, 0, 2), gate).outcome == "pass"


@pytest.mark.parametrize(
    "gate",
    [
        Gate(metric="agreement", min=1.0),
        Gate(metric="pass_rate", max_drop=0.0),
        Gate(metric="error_rate", max=0.0, confidence=0.95),
    ],
    ids=str,
)
def test_what_no_number_can_pass_is_said_to_be_so(gate: Gate) -> None:
    (sentence, *_) = unreachable((gate,), 500, 1)
    assert sentence.endswith("whatever their number")
    assert result(counts(500), gate).outcome == "inconclusive"


def test_one_that_can_never_fail_is_said_to_be_so() -> None:
    sentences = list(unreachable((Gate(metric="pass_rate", max_drop=1.0),), 500))
    assert len(sentences) == 1
    assert "cannot fail with 500 cases" in sentences[0]


@pytest.mark.parametrize(
    "gate",
    [
        Gate(metric="regressions", max=0),
        Gate(metric="faults", max=0),
        Gate(metric="error_rate", max=0.01),
        Gate(metric="pass_rate", min=0.9),
        Gate(metric="shape_changes", max=0),
    ],
    ids=str,
)
def test_counted_gates_can_always_be_decided(gate: Gate) -> None:
    assert list(unreachable((gate,), 1, 1)) == []


def test_latency_gates_say_how_many_cases_they_need() -> None:
    gate = Gate(metric="latency_p99", max_ratio=1.2)
    (sentence,) = unreachable((gate,), 300)
    assert sentence == (
        "gate latency_p99 max_ratio 1.2 cannot be decided with 300 cases: "
        "it takes 1,000 cases measured on both sides"
    )
    assert list(unreachable((gate,), 1000)) == []


@pytest.mark.parametrize("metric", ["cost", "input_tokens", "output_tokens"])
def test_ratios_of_totals_say_how_many_cases_they_need(metric: str) -> None:
    gate = Gate(metric=metric, max_ratio=1.2)
    (sentence,) = unreachable((gate,), 49)
    assert sentence == (
        f"gate {metric} max_ratio 1.2 cannot be decided with 49 cases: "
        "it takes 50 cases known on both sides"
    )
    assert list(unreachable((gate,), 50)) == []


def test_times_to_the_first_token_need_what_latencies_need() -> None:
    gate = Gate(metric="first_token_p95", max_ratio=1.2)
    (sentence,) = unreachable((gate,), 99)
    assert sentence.endswith("it takes 100 cases measured on both sides")
    assert list(unreachable((gate,), 100)) == []


MEASURED = [
    (Gate(metric="span_f1", min=0.9), 1.0),
    (Gate(metric="wer", max=0.05), 0.0),
    (Gate(metric="cosine", min=0.5, confidence=0.99), 1.0),
]


def as_good_as_can_be(gate: Gate, value: float, cases: int, **more: Any) -> str:
    """Give what a gate on a measure comes to where every pair has the same value."""

    def compare(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
        yield Measure(name="agreement", value=1.0)
        better: Any = "higher" if gate.min is not None else "lower"
        yield Measure(name=gate.metric, value=value, better=better)

    return result(counts(cases), gate, task=replace(TASK, compare=compare), **more).outcome


@pytest.mark.parametrize(("gate", "best"), MEASURED, ids=str)
def test_a_measure_that_cannot_pass_is_told(gate: Gate, best: float) -> None:
    needed = told(gate, 1, "pass")
    assert needed is not None
    assert as_good_as_can_be(gate, best, needed) == "pass"
    assert as_good_as_can_be(gate, best, needed - 1) == "inconclusive"
    assert told(gate, needed, "pass") is None
    (sentence,) = unreachable((gate,), needed - 1)
    assert f"even if every pair of answers has {best:g}" in sentence


def test_a_measure_beyond_one_takes_as_many_as_its_interval_does() -> None:
    gate = Gate(metric="level_drift_db", max=3.0)
    (sentence,) = unreachable((gate,), 29)
    assert sentence == (
        "gate level_drift_db max 3 cannot be decided with 29 cases, as it leaves -1..1: it takes "
        "30 cases"
    )
    assert list(unreachable((gate,), 30)) == []
    assert as_good_as_can_be(gate, 2.0, 29) == "inconclusive"
    assert as_good_as_can_be(gate, 2.0, 30) == "pass"


CLUSTERED = [
    Gate(metric="pass_rate", max_drop=0.05),
    Gate(metric="refusal_rate", max_rise=0.1),
    Gate(metric="agreement", min=0.9),
    Gate(metric="pass_rate", min=0.8, confidence=0.95),
    Gate(metric="error_rate", max=0.1, confidence=0.95),
    Gate(metric="flaky_rate", max=0.1, confidence=0.95),
]


@pytest.mark.parametrize("gate", CLUSTERED, ids=str)
def test_with_clusters_their_number_is_told_and_holds(gate: Gate) -> None:
    def outcome(clusters: int) -> str:
        rows = [("PP", "PP")] * (4 * clusters)
        more: dict[str, Any] = {"cluster": lambda case: f"k{case // 4}"}
        if gate.metric == "refusal_rate":
            more["kept"] = lambda _c, _t, _r, answer: ended(answer)
        return result(rows, gate, **more).outcome

    def ended(answer: StoredAnswer) -> StoredAnswer:
        assert answer.record is not None
        assert answer.record.output is not None
        return with_record(answer, output=replace(answer.record.output, finish="stop"))

    (few, *_) = unreachable((gate,), 40, 2, clusters=[4] * 10)
    assert " cannot pass with 40 cases in 10 clusters" in few
    number = re.search(r"it takes ([\d,]+) clusters of one size", few)
    assert number is not None, few
    needed = int(number[1].replace(",", ""))
    assert needed > 10
    assert outcome(needed) == "pass"
    assert outcome(needed - 1) == "inconclusive"
    assert list(unreachable((gate,), 4 * needed, 2, clusters=[4] * needed)) == []


def test_many_cases_in_few_clusters_cannot_pass_and_it_is_told() -> None:
    gate = Gate(metric="pass_rate", max_drop=0.02)
    assert list(unreachable((gate,), 5_000)) == []
    (sentence,) = unreachable((gate,), 5_000, clusters=[50] * 100)
    needed = stats.clusters_to_pass(0.02)
    assert sentence == (
        "gate pass_rate max_drop 0.02 cannot pass with 5,000 cases in 100 clusters unless the "
        f"candidate is better: it takes {needed:,} clusters of one size"
    )
    cost = Gate(metric="cost", max_ratio=1.1)
    (few,) = unreachable((cost,), 500, clusters=[50] * 10)
    assert few.endswith("it takes 50 clusters")


def test_clusters_that_are_enough_for_a_sequence_are_enough_at_all() -> None:
    for gate in (
        Gate(metric="pass_rate", max_drop=0.02),
        Gate(metric="agreement", min=0.3),
        Gate(metric="error_rate", max_rise=0.9),
    ):
        for count in (5, 40, 100, 300):
            sizes = [3] * count
            told = [*unreachable((gate,), 3 * count, stops_early=True, clusters=sizes)]
            assert told == [*unreachable((gate,), 3 * count, clusters=sizes)] or not told
            assert not any("stop: early" in sentence for sentence in told)
            if is_followed(gate, sizes):
                assert not told


def test_of_a_run_that_may_stop_early_too_few_clusters_are_told_as_of_any_other() -> None:
    gate = Gate(metric="pass_rate", max_drop=0.02)
    (sentence,) = unreachable((gate,), 300, stops_early=True, clusters=[3] * 100)
    assert "clusters of one size" in sentence
    assert "stop: early" not in sentence


def test_what_depends_on_repeats_is_told_only_where_they_are_known() -> None:
    flaky = Gate(metric="flaky_rate", max=0.1)
    errors = Gate(metric="error_rate", max=0.05, confidence=0.95)
    assert list(unreachable((flaky,), 50)) == []
    assert len(list(unreachable((flaky,), 50, 1))) == 1
    assert list(unreachable((flaky,), 50, 2)) == []
    # Repeats of a case are no more cases.
    assert len(list(unreachable((errors,), 50, 2))) == 1


def test_only_gates_that_decide_are_spoken_of() -> None:
    gate = replace(INFERRED[0], level="warn")
    assert list(unreachable((gate, replace(gate, level="off")), 10)) == []


@pytest.mark.parametrize("cases", [0, 1, 188, 189, 5000])
@pytest.mark.parametrize("expects", [True, False])
def test_default_gates_that_decide_can_pass_wherever_an_expectation_is_written(
    cases: int, expects: bool
) -> None:
    said = [s for s in unreachable(default_gates(cases, has_expectations=expects), cases, 1)
            if "cannot pass" in s]  # fmt: skip
    assert bool(said) is (not expects and cases < 72)


@pytest.mark.parametrize("drop", [0.02, 0.05, 0.2])
def test_graded_scores_never_need_fewer_cases_than_is_said(drop: float) -> None:
    needed = stats.cases_to_pass(drop)
    assert stats.paired_mean([0.0] * (needed - 1)).low < -drop


def test_a_run_that_may_stop_early_needs_more_cases_to_pass() -> None:
    gate = Gate(metric="pass_rate", max_drop=0.02)
    (told,) = unreachable((gate,), 250, stops_early=True)
    needed = stats.cases_to_settle(0.02)
    assert needed is not None
    assert needed > stats.cases_to_pass(0.02)
    assert f"it takes {needed:,} cases" in told
    assert [*unreachable((gate,), 250)] == []
    assert [*unreachable((gate,), needed, stops_early=True)] == []
    few = [*unreachable((gate,), 3, stops_early=True)]
    assert any("cannot fail with 3 cases and `stop: early`" in line for line in few)
    level = Gate(metric="pass_rate", max_drop=0.0)
    assert any("whatever their number" in s for s in unreachable((level,), 99, stops_early=True))


EACH = Gate(metric="pass_rate", max_drop=0.05, each="tag")


def test_a_gate_for_every_tag_has_to_do_with_the_cases_of_the_smallest() -> None:
    needed = stats.cases_to_pass(0.05)
    tags = {"long": 10, "short": needed - 1, "all": 500}
    (told,) = unreachable((EACH,), 500, tags=tags)
    assert told == (
        "gate pass_rate max_drop 0.05, each tag, cannot pass with the 10 cases of tag long unless "
        f"the candidate is better: it takes {needed} cases that stay the same, and 2 of 3 tags "
        "have fewer"
    )
    assert [*unreachable((EACH,), 500, tags={"all": 500, "most": needed})] == []
    (early,) = unreachable((EACH,), 500, tags={"all": 500, "most": needed}, stops_early=True)
    assert f"it takes {stats.cases_to_settle(0.05)} cases, and 1 of 2 tags has fewer" in early


def test_what_is_said_of_a_tag_is_what_its_cases_come_to() -> None:
    needed = stats.cases_to_pass(0.05)
    for count in (needed - 1, needed):
        found = verdict(counts(count + 200), EACH, tags=lambda case, n=count: ("few",) * (case < n))
        told = [*unreachable((EACH,), count + 200, tags={"few": count})]
        assert (found.outcome == "pass") == (not told)


def test_a_gate_for_every_tag_of_a_suite_without_tags_is_told() -> None:
    (told,) = unreachable((EACH,), 500, tags={})
    assert told.endswith("each tag, cannot be decided: no case has a tag")
    assert verdict(counts(500), EACH).outcome == "inconclusive"


def test_a_tag_is_one_line_and_repeats_are_no_cases() -> None:
    flaky = Gate(metric="flaky_rate", max=0.1, each="tag")
    (told,) = unreachable((flaky,), 9, 1, tags={"a\nb": 9})
    assert told.endswith("cannot be decided with 1 repeat: it takes 2 repeats")
    (drop,) = unreachable((EACH,), 9, tags={"a\nb\x1b": 9})
    assert "tag a b\\x1b " in drop
