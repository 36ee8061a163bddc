"""Cost and token gates: a ratio of totals over cases known on both sides."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from harness.data.record import Usage
from harness.data.suite import Gate
from harness.gates.consumption import FEWEST_CASES, TOTALS
from harness.stats import totals
from harness.store import StoredAnswer
from tests.gates.world import Kept, Row, counts, result, verdict, with_record


def using(amount: Callable[[int, int], Any], unit: str) -> Kept:
    """Give answers that consumed an amount by case and target; None: nobody says."""

    def kept(case: int, target: int, _repeat: int, answer: StoredAnswer) -> StoredAnswer:
        return with_record(answer, usage=Usage(**{unit: amount(case, target)}))

    return kept


def dearer(by: float, unit: str = "cost_usd", spread: float = 0.3) -> Kept:
    def amount(case: int, target: int) -> float:
        chance = random.Random(case * 10 + target)
        return chance.lognormvariate(3, spread) * (by if target else 1.0)

    return using(amount, unit)


def ratio(metric: str = "cost", limit: float = 1.2, **more: Any) -> Gate:
    return Gate(metric=metric, max_ratio=limit, **more)


def test_the_number_told_before_is_the_one_that_decides() -> None:
    assert FEWEST_CASES == totals.FEWEST_UNITS


@pytest.mark.parametrize(("by", "outcome"), [(1.0, "pass"), (1.2, "inconclusive"), (1.6, "fail")])
@pytest.mark.parametrize("metric", TOTALS)
def test_the_interval_of_the_ratio_decides(metric: str, by: float, outcome: str) -> None:
    unit = {"cost": "cost_usd"}.get(metric, metric)
    found = result(counts(200), ratio(metric), kept=dearer(by, unit))
    assert found.outcome == outcome
    assert found.estimate == pytest.approx(by, rel=0.1)
    assert found.low is not None
    assert found.high is not None
    assert found.low < (found.estimate or 0) < found.high
    assert "left out" not in found.reason


def test_the_reason_names_both_totals() -> None:
    found = result(counts(60), ratio(), kept=using(lambda _c, t: 0.01 * (1 + t), "cost_usd"))
    assert found.outcome == "fail"
    assert found.reason.startswith("the cost goes from $0.6 to $1.2 over 60 cases: ×2")
    tokens = result(
        counts(60), ratio("output_tokens"), kept=using(lambda _c, _t: 1000, "output_tokens")
    )
    assert tokens.outcome == "pass"
    assert tokens.reason.startswith("the number of output tokens goes from 60,000 to 60,000 over")


def test_too_few_cases_decide_nothing() -> None:
    few = result(counts(FEWEST_CASES - 1), ratio(limit=9.0), kept=dearer(1.0))
    assert (few.outcome, few.high) == ("inconclusive", None)
    assert f"needs {FEWEST_CASES} cases" in few.reason
    assert result(counts(FEWEST_CASES), ratio(limit=9.0), kept=dearer(1.0)).outcome == "pass"


def test_few_clusters_decide_nothing_however_many_cases() -> None:
    found = result(
        counts(300), ratio(limit=9.0), kept=dearer(1.0), cluster=lambda case: f"k{case % 10}"
    )
    assert found.outcome == "inconclusive"


def test_what_one_side_does_not_state_is_left_out_and_told() -> None:
    def amount(case: int, target: int) -> float | None:
        return None if target and case < 20 else 0.01

    found = result(counts(100), ratio(), kept=using(amount, "cost_usd"))
    assert found.outcome == "pass"
    assert "over 80 cases" in found.reason
    assert "20 cases left out, as it is not known on both sides" in found.reason


def test_a_side_that_never_states_it_is_named() -> None:
    found = result(counts(100), ratio(), kept=using(lambda _c, t: 0.01 if t else None, "cost_usd"))
    assert found.outcome == "inconclusive"
    assert found.reason == (
        "the cost of the baseline is not known; a target's `price:` says what its answers cost"
    )
    never = result(
        counts(4), ratio(), kept=using(lambda c, t: 1.0 if c % 2 == t else None, "cost_usd")
    )
    assert "both sides of any one case is not known" in never.reason


def test_a_baseline_that_costs_nothing_has_no_ratio() -> None:
    found = result(counts(100), ratio(), kept=using(lambda _c, t: float(t), "cost_usd"))
    assert found.outcome == "inconclusive"
    assert "the cost of the baseline is 0" in found.reason


def test_a_candidate_that_costs_nothing_passes() -> None:
    found = result(counts(100), ratio(), kept=using(lambda _c, t: 1.0 - t, "cost_usd"))
    assert (found.outcome, found.estimate) == ("pass", 0.0)


def test_repeats_are_averaged_within_a_case() -> None:
    rows: list[Row] = [("PPx", "PPP")] * 60
    found = result(rows, ratio(), kept=using(lambda _c, _t: 0.5, "cost_usd"))
    assert (found.baseline, found.candidate) == (30.0, 30.0)


def test_each_tag_has_its_own_totals() -> None:
    def amount(case: int, target: int) -> float:
        return 3.0 if target and case % 2 else 1.0

    found = verdict(
        counts(200), ratio(each="tag"), kept=using(amount, "cost_usd"),
        tags=lambda case: ("odd" if case % 2 else "even",),
    )  # fmt: skip
    assert {g.slice: g.outcome for g in found.gates} == {"even": "pass", "odd": "fail"}
