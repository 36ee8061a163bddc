"""What gates come to in a run that may stop early."""

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np
import pytest

from harness import stats
from harness.data.comparison import Comparison
from harness.data.noun import replace
from harness.data.suite import Gate, RunSettings
from harness.data.verdict import GateResult
from harness.gates.early import is_told_early, looks, settled_by, told_beforehand
from harness.gates.results import Evidence, gate_results
from tests.gates.world import Row, counts, suite, surveyed

EARLY = RunSettings(stop="early")
DROP = Gate(metric="pass_rate", max_drop=0.02)


def results(
    rows: Iterable[Row],
    *gates: Gate,
    unasked: int = 0,
    places: Iterable[int] | None = None,
    until: int | None = None,
    run: RunSettings = EARLY,
    sizes: Mapping[str, int] = MappingProxyType({}),
    **more: object,
) -> list[GateResult]:
    """Decide gates on rows of which `unasked` more were left out; `sizes` of clusters in all."""
    rows = list(rows)
    survey = surveyed(rows, **more)
    (one,) = survey.comparisons
    at = list(places) if places is not None else list(range(len(rows)))
    table = replace(one.table, unasked=unasked, places=at, asked_until=until, cluster_sizes=sizes)
    comparisons: tuple[Comparison, ...] = (replace(one, table=table),)
    run = replace(run, repeats=len(rows[0][0]))
    asked = suite(gates=gates, run=run)
    evidence = Evidence(
        suite=asked,
        gates=gates,
        comparisons=comparisons,
        tallies=survey.tallies,
        counts=survey.counts,
    )
    return list(gate_results(evidence))


def one(rows: Iterable[Row], gate: Gate, **more: object) -> GateResult:
    (found,) = results(rows, gate, **more)  # type: ignore[arg-type]
    return found


def test_a_drop_is_decided_by_the_sequence_and_says_so() -> None:
    found = one(counts(60, 40, 0, 0), DROP, unasked=4_000)
    assert (found.outcome, found.method) == ("fail", "betting sequence")
    assert "at any stop between" in found.reason
    plain = one(counts(60, 40, 0, 0), DROP, run=RunSettings())
    assert plain.method != found.method
    assert found.high is not None
    assert plain.high is not None
    assert plain.high < found.high < -0.02


def test_rows_count_in_the_order_of_asking_up_to_the_first_left_out() -> None:
    rows = [*counts(1_000, 0, 0, 0), *counts(0, 25, 0, 0)]
    late = one(rows, DROP)
    first = one(rows, DROP, places=[*range(25, 1_025), *range(25)])
    assert (late.outcome, first.outcome) == ("inconclusive", "fail")
    cut = one(rows, DROP, until=1_000)
    assert (cut.candidate, cut.baseline) == (1.0, 1.0)


def test_missing_answers_can_undo_a_sequence_too() -> None:
    rows = [*counts(700, 0, 0, 0)]
    assert one(rows, DROP).outcome == "pass"
    assert one([*rows, *[("P", "x")] * 40], DROP).outcome == "inconclusive"


def test_agreement_is_followed() -> None:
    gate = Gate(metric="agreement", min=0.95)
    quick = one([("P", "P")] * 200, gate, unasked=800)
    assert quick.method == "betting sequence"
    assert quick.outcome == "pass"
    assert quick.low is not None
    assert 0.95 <= quick.low <= 1.0
    assert one([("P", "Q")] * 20 + [("P", "P")] * 60, gate, unasked=800).outcome == "fail"


def test_a_number_passes_only_once_every_case_was_asked() -> None:
    gate = Gate(metric="regressions", max=1)
    assert one(counts(50, 1, 0, 0), gate).outcome == "pass"
    assert one(counts(50, 1, 0, 0), gate, unasked=10).outcome == "inconclusive"
    assert one(counts(50, 2, 0, 0), gate, unasked=10).outcome == "fail"
    shape = one([("P", "P")] * 20, Gate(metric="faults", max=0), unasked=5)
    assert (shape.outcome, "5 calls not sent" in shape.reason) == ("inconclusive", True)


def test_a_share_fails_only_where_the_cases_left_out_could_not_mend_it() -> None:
    gate = Gate(metric="error_rate", max=0.05)
    rows = [("P", "x")] * 2 + [("P", "P")] * 18
    assert one(rows, gate).outcome == "fail"
    mendable = one(rows, gate, unasked=100)
    assert mendable.outcome == "inconclusive"
    assert "stopped before 100 cases, which could turn it" in mendable.reason
    assert one(rows, gate, unasked=5).outcome == "fail"
    assert one([("P", "P")] * 20, gate, unasked=100).outcome == "pass"


def test_an_interval_that_may_be_looked_at_once_decides_nothing_early() -> None:
    sure = Gate(metric="pass_rate", min=0.5, confidence=0.95)
    assert one(counts(200, 0, 0, 0), sure).outcome == "pass"
    found = one(counts(200, 0, 0, 0), sure, unasked=50)
    assert found.outcome == "inconclusive"
    assert "nothing says how sure this is then" in found.reason


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        (DROP, True),
        (Gate(metric="mean_score", max_drop=0.02), True),
        (Gate(metric="agreement", min=0.9), True),
        (Gate(metric="regressions", max=0), True),
        (Gate(metric="regressions", max=0, confidence=0.9), False),
        (Gate(metric="pass_rate", min=0.5, confidence=0.9), False),
        (Gate(metric="wer", max=0.2), False),
        (Gate(metric="refusal_rate", max_rise=0.02), True),
        (Gate(metric="truncation_rate", max=0.02), True),
        (replace(DROP, each="tag"), False),
        (Gate(metric="regressions", max=0, each="tag"), False),
    ],
)
def test_which_gates_may_be_decided_before_the_end(gate: Gate, told: bool) -> None:
    assert is_told_early(gate, None) == told
    assert is_told_early(gate, [5] * 400) == told


def test_clusters_that_could_not_pass_as_they_come_are_looked_at_once() -> None:
    enough = stats.cases_to_settle(0.02)
    assert enough is not None
    assert is_told_early(DROP, [5] * enough)
    assert not is_told_early(DROP, [5] * (enough - 1))
    assert not is_told_early(DROP, [*[1] * enough, 20])
    assert not is_told_early(Gate(metric="pass_rate", max_drop=0), [5] * enough)
    assert is_told_early(Gate(metric="faults", max=0), [1, 20])


MANY, FEW = [3] * 300, [3] * 200


@pytest.mark.parametrize(
    ("gate", "clusters", "why"),
    [
        (DROP, None, ""),
        (DROP, MANY, ""),
        (DROP, FEW, "its clusters are too few, or too unlike in size, to be looked at as they"),
        (DROP, [*MANY, 90], "its clusters are too few, or too unlike in size"),
        (Gate(metric="pass_rate", max_drop=0), MANY, "looked at only once"),
        (Gate(metric="agreement", min=0.9), FEW, ""),
        (Gate(metric="agreement", min=0.99), FEW, "its clusters are too few"),
        (Gate(metric="regressions", max=0), None, "it counts cases"),
        (Gate(metric="error_rate", max=0.1), FEW, ""),
        (Gate(metric="error_rate", max=0.1, confidence=0.9), None, "looked at only once"),
        (Gate(metric="wer", max=0.2), None, "looked at only once"),
        (Gate(metric="latency_p95", max_ratio=1.2), None, ""),
        (Gate(metric="cost", max_ratio=1.2), None, ""),
        (replace(DROP, each="tag"), None, "every tag has to pass"),
    ],
)
def test_what_keeps_a_run_going_is_told_beforehand(
    gate: Gate, why: str, clusters: list[int] | None
) -> None:
    told = [*told_beforehand((gate,), EARLY, clusters)]
    assert [why in sentence for sentence in told] == ([True] if why else [])
    assert not [*told_beforehand((gate,), RunSettings(), clusters)]
    assert not [*told_beforehand((replace(gate, level="warn"),), EARLY, clusters)]


def fives(case: int) -> str:
    return f"k{case // 5}"


SIZES = {fives(case): 5 for case in range(2_000)}


def test_clusters_are_the_units_of_a_sequence_and_whole_ones_count() -> None:
    rows = [*counts(0, 100, 0, 0), *counts(3, 0, 0, 0)]
    found = one(rows, DROP, unasked=1_897, sizes=SIZES, cluster=fives)
    assert (found.outcome, found.method) == ("fail", "betting sequence, clustered")
    assert "over 100 cases: −100.0 points, with 95 % confidence at any stop between" in found.reason
    alone = one(counts(0, 100, 0, 0), DROP, unasked=1_900)
    assert found.high is not None
    assert alone.high is not None
    assert alone.high < found.high < -0.02


def test_a_sequence_of_clusters_passes_before_all_were_asked() -> None:
    needed = stats.cases_to_settle(0.02)
    assert needed is not None
    for clusters, outcome in ((needed, "pass"), (needed - 1, "inconclusive")):
        asked = 5 * clusters
        more = {"unasked": 2_000 - asked, "sizes": SIZES, "cluster": fives}
        assert one(counts(asked, 0, 0, 0), DROP, **more).outcome == outcome  # type: ignore[arg-type]


def test_what_a_case_weighs_is_told_by_the_largest_cluster_there_is_asked_or_not() -> None:
    rows, alone = counts(600, 0, 0, 0), {f"s{number}": 1 for number in range(1_400)}
    cluster = lambda case: f"s{case}"  # noqa: E731
    even = one(rows, DROP, unasked=800, sizes=alone, cluster=cluster)
    odd = one(rows, DROP, unasked=801, sizes=alone | {"big": 2}, cluster=cluster)
    nobody = one(rows, DROP, unasked=802, sizes={"big": 2})
    assert even.low is not None
    assert odd.low is not None
    assert odd.low < even.low
    assert (nobody.low, nobody.outcome, odd.outcome) == (odd.low, "pass", "pass")


def test_clusters_taken_apart_or_too_few_are_decided_once_all_were_asked() -> None:
    def apart(case: int) -> str:
        return f"k{case % 400}"

    spread = {apart(case): 5 for case in range(2_000)}
    found = one(counts(1_000, 0, 0, 0), DROP, unasked=1_000, sizes=spread, cluster=apart)
    assert found.outcome == "inconclusive"
    assert "nothing says how sure this is then" in found.reason
    asked = one(counts(2_000, 0, 0, 0), DROP, sizes=spread, cluster=apart)
    assert (asked.outcome, asked.method) == ("pass", "betting interval, clustered")
    few = {fives(case): 5 for case in range(1_300)}
    at_once = one(counts(1_300, 0, 0, 0), DROP, sizes=few, cluster=fives)
    assert (at_once.outcome, at_once.method) == ("pass", "betting interval, clustered")


def test_missing_answers_of_a_cluster_are_bounded_and_weigh_nothing() -> None:
    rows = [*[("P", "x")] * 5, *counts(1_500, 0, 0, 0)]
    more = {"unasked": 495, "sizes": SIZES, "cluster": fives}
    found = one(rows, DROP, **more)  # type: ignore[arg-type]
    assert found.outcome == "inconclusive"
    assert "over 1,500 cases" in found.reason
    assert "5 cases have a missing answer, which could turn it" in found.reason
    answered = [*counts(1_505, 0, 0, 0)]
    assert one(answered, DROP, **more).outcome == "pass"  # type: ignore[arg-type]


def test_agreement_and_rises_follow_clusters_too() -> None:
    more = {"unasked": 1_000, "sizes": SIZES, "cluster": fives}
    agree = one([("P", "P")] * 1_000, Gate(metric="agreement", min=0.95), **more)  # type: ignore[arg-type]
    assert (agree.outcome, agree.method) == ("pass", "betting sequence, clustered")
    errors = Gate(metric="error_rate", max_rise=0.02)
    rise = one([("P", "x"), ("P", "P")] * 500, errors, **more)  # type: ignore[arg-type]
    assert (rise.outcome, rise.method) == ("fail", "betting sequence, clustered")


def test_latency_is_looked_at_each_time_the_cases_doubled_and_at_the_end() -> None:
    assert [*looks(Gate(metric="latency_p95", max_ratio=1.2), 1_000)] == [100, 200, 400, 800, 1_000]
    assert [*looks(Gate(metric="latency_p95", max_ratio=1.2), 50)] == [50]


def test_every_look_at_latency_takes_its_share_of_the_chance_to_err() -> None:
    rng = np.random.default_rng(3)
    spread = rng.lognormal(0, 0.4, (300, 2))
    gate = Gate(metric="latency_p50", max_ratio=1.5)

    def widths(run: RunSettings) -> float:
        found = one(
            counts(300, 0, 0, 0), gate, run=run, latency=lambda c, t, r: float(spread[c, t])
        )
        assert found.low is not None
        assert found.high is not None
        return math.log(found.high / found.low)

    assert widths(replace(EARLY, balance="latency")) > 1.1 * widths(EARLY)


def test_settled_is_the_first_failure_or_that_all_passed() -> None:
    failed = results(counts(60, 40, 0, 0), DROP, Gate(metric="error_rate", max=0.1))
    assert settled_by(failed) == "pass_rate max_drop 0.02 had failed"
    passed = results(counts(900, 0, 0, 0), DROP, Gate(metric="error_rate", max=0.1))
    assert settled_by(passed) == "all that was waited for had passed"
    undecided = results(counts(60, 0, 0, 0), DROP, Gate(metric="error_rate", max=0.1))
    assert settled_by(undecided) == ""
    assert settled_by([]) == ""
    both = [*passed, *(replace(result, target="other") for result in failed)]
    assert settled_by(both) == "pass_rate max_drop 0.02 of other had failed"
