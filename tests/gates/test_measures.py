"""Gates on a task's own measures: their mean over cases, with its interval."""

import random
from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
import pytest

from harness.api.kinds import Task
from harness.data.noun import replace
from harness.data.record import Measure, Output
from harness.data.suite import Case, Gate
from harness.data.verdict import GateResult
from harness.gates.finding import GateFinding
from harness.gates.measures import measure as decide
from harness.gates.question import Question
from harness.gates.rows import Rows
from harness.pairs.means import measure_interval
from tests.gates.world import TASK, Row, counts, result, surveyed, verdict

Better = Literal["higher", "lower", "neither"]
Values = Callable[[int], float | None]


def measuring(values: Values, better: Better = "higher", name: str = "span_f1") -> Task:
    """Give a task that measures a number by the number of the case; None: no such measure."""

    def compare(case: Case, _before: Output, _after: Output) -> Iterator[Measure]:
        yield Measure(name="agreement", value=1.0)
        value = values(int(case.id[1:]))
        if value is not None:
            yield Measure(name=name, value=value, better=better)

    return replace(TASK, compare=compare)


def spread(middle: float, size: float) -> Values:
    """Give normal numbers around a middle, the same for the same case."""
    return lambda case: random.Random(case).gauss(middle, size)


def at_least(limit: float, **more: Any) -> Gate:
    return Gate(metric="span_f1", min=limit, **more)


def at_most(limit: float, **more: Any) -> Gate:
    return Gate(metric="span_f1", max=limit, **more)


@pytest.mark.parametrize(
    ("limit", "outcome"), [(0.7, "pass"), (0.8, "inconclusive"), (0.9, "fail")]
)
def test_the_interval_of_the_mean_decides_min(limit: float, outcome: str) -> None:
    found = result(counts(200), at_least(limit), task=measuring(spread(0.8, 0.05)))
    assert found.outcome == outcome
    assert found.estimate == pytest.approx(0.8, abs=0.02)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.estimate < found.high
    assert found.method == "BCa bootstrap"
    assert found.reason.startswith("the mean span_f1 is 0.8 over 200 cases, with 95 %")
    assert found.reason.count("more case") == (outcome == "inconclusive")


@pytest.mark.parametrize(
    ("limit", "outcome"), [(0.9, "pass"), (0.8, "inconclusive"), (0.7, "fail")]
)
def test_the_interval_of_the_mean_decides_max(limit: float, outcome: str) -> None:
    task = measuring(spread(0.8, 0.05), "lower")
    assert result(counts(200), at_most(limit), task=task).outcome == outcome


@pytest.mark.parametrize("better", ["neither", "higher"])
def test_a_measure_beyond_1_is_decided_on_its_own_scale(better: Better) -> None:
    task = measuring(spread(3.0, 0.5), better)
    found = result(counts(100), at_least(2.5), task=task)
    assert found.outcome == "pass"
    assert found.low == pytest.approx(3.0, abs=0.25)


def test_few_numbers_without_a_range_decide_nothing() -> None:
    found = result(counts(29), at_least(2.0), task=measuring(spread(3.0, 0.1)))
    assert found.outcome == "inconclusive"
    assert "leaves -1..1" in found.reason
    assert "needs 30" in found.reason
    assert result(counts(30), at_least(2.0), task=measuring(spread(3.0, 0.1))).outcome == "pass"


def test_single_yes_and_no_values_are_a_proportion() -> None:
    task = measuring(lambda case: float(case % 10 > 0))
    found = result(counts(100), at_least(0.8), task=task)
    assert (found.outcome, found.estimate) == ("pass", 0.9)
    assert found.method.startswith("Wilson")


def test_a_limit_that_would_pass_what_got_worse_decides_nothing() -> None:
    lower = result(counts(50), at_least(0.1), task=measuring(spread(0.8, 0.1), "lower"))
    assert lower.outcome == "inconclusive"
    assert lower.reason.endswith("write max")
    higher = result(counts(50), at_most(0.9), task=measuring(spread(0.8, 0.1)))
    assert higher.outcome == "inconclusive"
    assert higher.reason.endswith("write min")


def test_a_name_the_task_never_gave_is_told_with_those_it_gave() -> None:
    gate = Gate(metric="sapn_f1", min=0.9)
    found = result(counts(50), gate, task=measuring(spread(0.8, 0.1)))
    assert found.outcome == "inconclusive"
    assert found.reason == "the task gave no sapn_f1 for any pair of answers; it gave span_f1"
    none = result(counts(50), gate)
    assert none.reason.endswith("it gave no measure but agreement")


def test_other_limits_than_min_and_max_decide_nothing() -> None:
    gate = Gate(metric="span_f1", max_ratio=1.2)
    found = result(counts(50), gate, task=measuring(spread(0.8, 0.1)))
    assert (found.outcome, found.reason) == (
        "inconclusive", "span_f1 takes no max_ratio: there is nothing to decide",
    )  # fmt: skip


def test_repeats_are_averaged_and_a_case_counts_once() -> None:
    rows: list[Row] = [("PPPP", "PPPP")] * 50
    found = result(rows, at_least(0.5), task=measuring(spread(0.8, 0.05)))
    assert "over 50 cases" in found.reason
    single = result(counts(50), at_least(0.5), task=measuring(spread(0.8, 0.05)))
    assert (found.low, found.high) == pytest.approx((single.low, single.high))


def test_clusters_are_the_units() -> None:
    def of_cluster(case: int) -> float:
        return random.Random(case // 5).uniform(0.6, 1.0)

    task = measuring(of_cluster)
    alone = result(counts(300), at_least(0.5), task=task)
    grouped = result(counts(300), at_least(0.5), task=task, cluster=lambda case: f"k{case // 5}")
    assert grouped.method.endswith("clustered")

    def width(found: GateResult) -> float:
        assert found.low is not None
        assert found.high is not None
        return found.high - found.low

    assert width(grouped) > 1.8 * width(alone)


def test_a_pair_without_the_measure_lacks_nothing() -> None:
    task = measuring(lambda case: 0.9 + case / 1e5 if case % 2 else None)
    found = result(counts(200), at_least(0.8), task=task)
    assert found.outcome == "pass"
    assert "over 100 cases" in found.reason
    assert "missing" not in found.reason


def test_missing_answers_count_as_the_worst_before_a_gate_passes() -> None:
    rows: list[Row] = [*counts(180), *[("P", "x")] * 20]
    task = measuring(spread(0.9, 0.02))
    sure = result(rows, at_least(0.7), task=task)  # 180 of 0.9 and 20 of 0 are 0.81
    assert sure.outcome == "pass"
    assert "20 cases have a missing answer" in sure.reason
    unsure = result(rows, at_least(0.85), task=task)
    assert unsure.outcome == "inconclusive"
    assert unsure.reason.endswith("which could turn it")


def test_missing_answers_count_as_the_best_before_a_gate_fails() -> None:
    rows: list[Row] = [*counts(180), *[("P", "x")] * 20]
    task = measuring(spread(0.5, 0.02))
    assert result(rows, at_least(0.7), task=task).outcome == "fail"  # at best 0.55
    assert result(rows, at_least(0.53), task=task).outcome == "inconclusive"


def test_missing_answers_of_a_max_gate_count_the_other_way() -> None:
    rows: list[Row] = [*counts(180), *[("P", "x")] * 20]
    task = measuring(spread(0.2, 0.02), "lower")
    assert result(rows, at_most(0.4), task=task).outcome == "pass"  # at worst 0.28
    assert result(rows, at_most(0.25), task=task).outcome == "inconclusive"
    assert result(rows, at_most(0.1), task=task).outcome == "fail"
    assert result(rows, at_most(0.19), task=task).outcome == "inconclusive"  # at best 0.18


def test_each_tag_is_decided_by_its_own_cases() -> None:
    task = measuring(lambda case: (0.9 if case % 2 else 0.4) + case / 1e5)
    found = verdict(
        counts(200), at_least(0.7, each="tag"), task=task,
        tags=lambda case: ("odd" if case % 2 else "even",),
    )  # fmt: skip
    assert {g.slice: g.outcome for g in found.gates} == {"even": "fail", "odd": "pass"}
    assert found.exit_code == 1


def test_a_tag_without_the_measure_decides_nothing() -> None:
    task = measuring(lambda case: 0.9 + case / 1e5 if case % 2 else None)
    found = verdict(
        counts(200), at_least(0.7, each="tag"), task=task,
        tags=lambda case: ("odd" if case % 2 else "even",),
    )  # fmt: skip
    assert {g.slice: g.outcome for g in found.gates} == {"even": "inconclusive", "odd": "pass"}


def test_more_confidence_is_a_wider_interval() -> None:
    task = measuring(spread(0.8, 0.1))
    plain = result(counts(100), at_least(0.5), task=task)
    surer = result(counts(100), at_least(0.5, confidence=0.99), task=task)
    assert surer.low is not None
    assert plain.low is not None
    assert surer.low < plain.low


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_measure_that_is_no_number_is_left_out(value: float) -> None:
    task = measuring(lambda case: 0.9 + case / 1e5 if case else value)
    found = result(counts(100), at_least(0.5), task=task)
    assert "over 99 cases" in found.reason


def test_the_gate_and_the_summary_show_one_interval() -> None:
    task = measuring(spread(0.8, 0.1))
    (comparison,) = surveyed(counts(100), task=task).comparisons
    summary = {measure.name: measure for measure in comparison.measures}["span_f1"]
    found = result(counts(100), at_least(0.5), task=task)
    assert summary.interval is not None
    assert (found.low, found.high) == (summary.interval.low, summary.interval.high)
    assert (summary.mean, summary.n) == (pytest.approx(found.estimate), 100)


@pytest.mark.parametrize("n", [40, 200])
def test_at_the_limit_a_gate_passes_and_fails_in_few_of_many_suites(
    n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Skewed shares whose true mean is the limit; fewer resamples than a verdict takes."""
    monkeypatch.setattr("harness.stats.resampling.RESAMPLES", 999)
    rng = np.random.default_rng(11)
    runs = 400
    truth = 6 / (6 + 1.5)
    ended = {"pass": 0, "fail": 0, "inconclusive": 0}
    (comparison,) = surveyed(counts(n)).comparisons
    for _ in range(runs):
        values = list(rng.beta(6, 1.5, n))
        table = replace(comparison.table, measures={"span_f1": values})
        question = Question(
            gate=at_least(truth), rows=Rows(table=table), better={"span_f1": "higher"}
        )
        found: GateFinding = decide(question)
        ended[found.outcome] += 1
    most = 0.035 + 3 * (0.035 * 0.965 / runs) ** 0.5
    assert ended["pass"] / runs <= most
    assert ended["fail"] / runs <= most


@pytest.mark.parametrize("size", [1.0, 5.0, 1e6])
def test_the_interval_of_a_measure_scales_with_it(size: float) -> None:
    values = np.random.default_rng(3).uniform(1.5, 3.0, 60)
    one, other = measure_interval(values, None), measure_interval(values * size, None)
    assert one is not None
    assert other is not None
    assert other.low == pytest.approx(one.low * size)
    assert other.high == pytest.approx(one.high * size)


def test_no_value_has_no_interval() -> None:
    assert measure_interval(np.array([]), None) is None
