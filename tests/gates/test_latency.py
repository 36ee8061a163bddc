"""Latency gates: a ratio of quantiles with its interval, over cases both sides measured."""

import math
import random

import pytest

from harness import stats
from harness.data.noun import replace
from harness.data.suite import Gate
from harness.gates.latency import QUANTILES, cases_needed
from harness.store import StoredAnswer
from tests.gates.world import (
    Kept,
    Latency,
    Row,
    counts,
    result,
    surveyed,
    verdict,
    with_record,
)


def ratio(metric: str = "latency_p95", limit: float = 1.25, effect: float | None = None) -> Gate:
    return Gate(metric=metric, max_ratio=limit, min_effect_ms=effect)


def times(slower: float, middle_s: float = 0.1, spread: float = 0.1) -> Latency:
    """Give log-normal times, the candidate's slower by a factor."""

    def latency(case: int, target: int, repeat: int) -> float:
        chance = random.Random(case * 1000 + target * 100 + repeat)
        return chance.lognormvariate(math.log(middle_s), spread) * (slower if target else 1.0)

    return latency


@pytest.mark.parametrize(
    ("slower", "outcome"), [(1.0, "pass"), (1.25, "inconclusive"), (2, "fail")]
)
@pytest.mark.parametrize("metric", ["latency_p50", "latency_p90", "latency_p95"])
def test_the_interval_of_the_ratio_decides(metric: str, slower: float, outcome: str) -> None:
    found = result(counts(300), ratio(metric), latency=times(slower))
    assert found.outcome == outcome
    assert found.low is not None
    assert found.high is not None
    assert found.low <= (found.estimate or 0) <= found.high
    assert found.estimate == pytest.approx(slower, rel=0.15)


def streamed(slower: float, middle_s: float = 0.02) -> Kept:
    """Give answers whose first token comes after log-normal times."""
    spread = times(slower, middle_s)

    def kept(case: int, target: int, repeat: int, answer: StoredAnswer) -> StoredAnswer:
        return with_record(answer, first_token_s=spread(case, target, repeat))

    return kept


@pytest.mark.parametrize("metric", QUANTILES)
def test_too_few_cases_decide_nothing_and_it_says_how_many_would(metric: str) -> None:
    needed = {"50": 6, "90": 36, "95": 100, "99": 1000}[metric[-2:]]
    assert cases_needed(metric, 0.95) == needed
    found = result(counts(needed - 1), ratio(metric), latency=times(3.0), kept=streamed(3.0))
    assert found.outcome == "inconclusive"
    assert found.low is None
    expected = f"{needed - 1:,} cases were measured on both sides, {metric} needs {needed:,}"
    assert found.reason == expected


@pytest.mark.parametrize("metric", ["latency_p50", "latency_p90", "latency_p95"])
def test_as_many_cases_as_it_asks_for_give_a_finite_interval(metric: str) -> None:
    found = result(counts(cases_needed(metric, 0.95)), ratio(metric, 3.0), latency=times(1.0))
    assert found.outcome == "pass"
    assert found.high is not None
    assert math.isfinite(found.high)


@pytest.mark.parametrize(
    ("middle_s", "effect", "outcome"),
    [(0.1, 20, "fail"), (0.1, 5000, "pass"), (0.004, 20, "pass"), (0.1, 118, "inconclusive")],
)
def test_a_slowdown_must_exceed_the_least_effect_with_all_of_its_interval(
    middle_s: float, effect: float, outcome: str
) -> None:
    found = result(counts(300), ratio(effect=effect), latency=times(2.0, middle_s))
    assert found.outcome == outcome
    if outcome != "fail":
        assert f"{effect:g} ms" in found.reason


def test_an_effect_too_small_to_matter_passes_even_where_the_ratio_is_open() -> None:
    found = result(counts(300), ratio(effect=20), latency=times(1.25, 0.005))
    assert found.outcome == "pass"
    assert found.reason.endswith("and 20 ms do not matter")


def test_an_undecided_ratio_says_how_many_more_cases_would_do() -> None:
    found = result(counts(200), ratio(limit=1.3), latency=times(1.25))
    assert found.outcome == "inconclusive"
    assert "more cases would probably decide it" in found.reason
    assert "the p95 goes from " in found.reason
    assert "up to ×1.3 is allowed" in found.reason


def test_timeouts_are_censored_at_the_deadline_and_stay_in() -> None:
    rows: list[Row] = [("P", "P")] * 180 + [("P", "t")] * 20

    def latency(case: int, target: int, _repeat: int) -> float:
        return 60.0 if target and case >= 180 else 0.1 + case / 1e6

    found = result(rows, ratio(), latency=latency)
    assert (found.candidate, found.outcome) == (60.0, "fail")


def test_other_faults_say_nothing_of_the_models_speed() -> None:
    rows: list[Row] = [("P", "P")] * 150 + [("P", "x")] * 150

    def latency(case: int, target: int, _repeat: int) -> float:
        return 0.0001 if target and case >= 150 else 0.1 + case / 1e6

    found = result(rows, ratio(), latency=latency)
    assert "over 150 cases" in found.reason
    assert found.candidate == pytest.approx(0.1, rel=0.01)


def test_a_case_one_side_was_not_measured_on_is_left_out() -> None:
    def latency(case: int, target: int, _repeat: int) -> float | None:
        return None if target and case % 2 else 0.1 + case / 1e6

    found = result(counts(200), ratio("latency_p50"), latency=latency)
    assert "over 100 cases" in found.reason


@pytest.mark.parametrize("bad", [0.0, -1.0, math.inf, math.nan])
def test_what_is_no_duration_is_not_measured(bad: float) -> None:
    found = result(
        counts(10), ratio("latency_p50"), latency=lambda case, *_: 0.1 + case / 1e6 if case else bad
    )
    assert "over 9 cases" in found.reason


@pytest.mark.parametrize(
    ("slower", "outcome"), [(1.0, "pass"), (1.25, "inconclusive"), (2, "fail")]
)
def test_the_first_token_is_gated_like_a_latency_and_by_its_own_times(
    slower: float, outcome: str
) -> None:
    found = result(counts(300), ratio("first_token_p95"), latency=times(5.0), kept=streamed(slower))
    assert found.outcome == outcome
    assert found.estimate == pytest.approx(slower, rel=0.15)
    assert "the p95 of the time to the first token goes from " in found.reason


def test_a_slower_first_token_must_exceed_the_least_effect_too() -> None:
    found = result(counts(300), ratio("first_token_p50", effect=100), kept=streamed(2.0))
    assert found.outcome == "pass"
    assert found.reason.endswith("100 ms do not matter")


def test_cases_that_one_side_did_not_stream_are_in_no_time_to_the_first_token() -> None:
    stream = streamed(1.0)

    def kept(case: int, target: int, repeat: int, answer: StoredAnswer) -> StoredAnswer:
        return answer if target and case % 2 else stream(case, target, repeat, answer)

    assert "over 100 cases" in result(counts(200), ratio("first_token_p50"), kept=kept).reason
    silent = result(counts(200), ratio("first_token_p50"))
    assert silent.outcome == "inconclusive"
    assert "0 cases were measured on both sides" in silent.reason


def test_each_tag_has_its_own_first_tokens() -> None:
    stream = streamed(1.0)

    def kept(case: int, target: int, repeat: int, answer: StoredAnswer) -> StoredAnswer:
        late = with_record(answer, first_token_s=9.0 + case / 1e6)
        return late if target and case % 2 else stream(case, target, repeat, answer)

    gate = Gate(metric="first_token_p50", max_ratio=1.25, each="tag")
    found = verdict(counts(100), gate, kept=kept, tags=lambda c: ("odd" if c % 2 else "even",))
    assert {g.slice: g.outcome for g in found.gates} == {"even": "pass", "odd": "fail"}


def test_a_replayed_first_token_warns_at_most() -> None:
    (gate,) = verdict(counts(300), ratio("first_token_p95"), replayed=True).gates
    assert (gate.level, gate.outcome) == ("warn", "inconclusive")


def test_the_reason_says_how_many_answers_moved_or_were_batched() -> None:
    def latency(case: int, target: int, repeat: int) -> float | None:
        return None if target and case < 8 else times(1.0)(case, target, repeat)

    def kept(case: int, target: int, _repeat: int, answer: StoredAnswer) -> StoredAnswer:
        if not target or case >= 8:
            return answer
        return replace(answer, is_moved=True) if case < 3 else replace(answer, batched=5)

    found = result(counts(300), ratio(), latency=latency, kept=kept)
    assert found.outcome == "pass"
    assert "over 292 cases" in found.reason
    assert (
        "; 3 answers from another url than the one meant and 5 answers that travelled in batches "
        "are left out"
    ) in found.reason
    plain = result(counts(300), ratio(), latency=latency)
    assert "left out" not in plain.reason


def test_repeats_of_a_case_count_once() -> None:
    rows: list[Row] = [("PPPPP", "PPPPP")] * 50
    found = result(rows, ratio(), latency=times(1.0))
    assert found.reason == "50 cases were measured on both sides, latency_p95 needs 100"
    p50 = result(rows, ratio("latency_p50"), latency=times(1.0))
    assert "over 50 cases" in p50.reason


def test_each_tag_has_its_own_latencies() -> None:
    def latency(case: int, target: int, _repeat: int) -> float:
        return (0.5 if target and case % 2 else 0.1) + case / 1e6

    gate = Gate(metric="latency_p50", max_ratio=1.25, each="tag")
    found = verdict(
        counts(100), gate, latency=latency, tags=lambda c: ("odd" if c % 2 else "even",)
    )
    assert {g.slice: g.outcome for g in found.gates} == {"even": "pass", "odd": "fail"}


def test_a_replayed_latency_gate_warns_at_most_and_decides_nothing() -> None:
    found = verdict(counts(300), ratio(), replayed=True)
    (gate,) = found.gates
    assert (gate.level, gate.outcome) == ("warn", "inconclusive")
    assert "replayed" in gate.reason
    assert found.exit_code == 10


def test_latencies_of_another_run_decide_nothing() -> None:
    found = verdict(counts(300), ratio(), latency=times(1.0), old_latency=True)
    (gate,) = found.gates
    assert (gate.level, gate.outcome) == ("error", "inconclusive")
    assert "allow_stored_latency" in gate.reason


def test_the_gate_and_the_report_show_one_interval() -> None:
    rows = counts(150)
    (comparison,) = surveyed(rows, latency=times(1.1)).comparisons
    found = result(rows, ratio(), latency=times(1.1))
    assert comparison.latency_p95 is not None
    assert (found.low, found.high) == (comparison.latency_p95.low, comparison.latency_p95.high)
    sure = result(rows, Gate(metric="latency_p95", max_ratio=1.25, confidence=0.9),
                  latency=times(1.1))  # fmt: skip
    assert sure.low is not None
    assert sure.low > comparison.latency_p95.low
    table = comparison.table
    again = stats.quantile_ratio(table.before_latency_s, table.after_latency_s, 0.95, seed=7)
    assert found.low == again.low
