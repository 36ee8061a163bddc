"""Inferred gates on answers: the interval decides, and what is missing is never dropped."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import stats
from harness.data.noun import replace
from harness.data.suite import Gate
from tests.gates.world import Row, counts, result, surveyed

DROP = Gate(metric="pass_rate", max_drop=0.02)


def drop(limit: float, **more: object) -> Gate:
    return replace(DROP, max_drop=limit, **more)  # type: ignore[arg-type]


def test_a_drop_exactly_at_the_lower_limit_passes_and_a_hair_less_does_not() -> None:
    rows = counts(190, 4, 6)
    low = stats.paired_proportion(4, 6, 200).low
    assert result(rows, drop(-low)).outcome == "pass"
    assert result(rows, drop(-low - 1e-9)).outcome == "inconclusive"


def test_a_drop_fails_only_when_the_whole_interval_is_below() -> None:
    rows = counts(160, 40)
    high = stats.paired_proportion(40, 0, 200).high
    assert result(rows, drop(-high)).outcome == "inconclusive"
    assert result(rows, drop(-high - 1e-9)).outcome == "fail"


def test_single_yes_or_no_answers_have_the_paired_score_interval() -> None:
    found = result(counts(180, 12, 4, 4), DROP)
    expected = stats.paired_proportion(12, 4, 200)
    assert (found.low, found.high, found.method) == (expected.low, expected.high, expected.method)
    assert found.estimate == pytest.approx(-0.04)
    assert found.baseline == pytest.approx(0.96)
    assert found.candidate == pytest.approx(0.92)


def test_repeats_are_averaged_within_a_case_first() -> None:
    rows: list[Row] = [("PPPP", "PPPF")] * 10 + [("PPPP", "PPPP")] * 10
    found = result(rows, DROP)
    assert found.estimate == pytest.approx(-0.125)
    many = stats.paired_mean([-0.25] * 10 + [0.0] * 10)
    assert found.low == pytest.approx(many.low)
    assert "20 cases" in found.reason


def test_clusters_are_the_unit_also_where_answers_are_missing() -> None:
    rows = counts(150, 30, 20)
    clustered = result(rows, drop(0.2), cluster=lambda case: str(case // 10))
    assert clustered.method.endswith("clustered")
    assert result(rows, drop(0.2)).outcome == "pass"
    assert clustered.outcome == "inconclusive"
    agreed = Gate(metric="agreement", min=0.6)
    few = [*rows[:-1], ("P", "x")]
    for given_rows in (rows, few):
        found = result(given_rows, agreed, cluster=lambda case: str(case // 10))
        assert found.method.endswith("clustered")


@pytest.mark.parametrize(
    ("missing", "outcome"), [(0, "pass"), (1, "pass"), (7, "inconclusive"), (200, "inconclusive")]
)
def test_enough_missing_answers_undo_a_pass(missing: int, outcome: str) -> None:
    found = result([*counts(300), *[("P", "x")] * missing], DROP)
    assert found.outcome == outcome
    if outcome == "inconclusive":
        assert f"{missing} cases have a missing answer, which could turn it" in found.reason


def test_missing_answers_undo_a_fail_only_when_they_could() -> None:
    assert result([*counts(200, 60), *[("P", "x")] * 5], DROP).outcome == "fail"
    assert result([*counts(200, 20), *[("x", "P")] * 200], DROP).outcome == "inconclusive"


def test_an_outage_is_neither_a_regression_nor_hides_one() -> None:
    assert result([("P", "c")] * 300, DROP).outcome == "inconclusive"
    assert result([*counts(0, 150), *[("P", "c")] * 50], DROP).outcome == "fail"


def test_an_undecided_drop_says_how_many_more_cases_would_do() -> None:
    found = result(counts(190, 6, 4), DROP)
    needed = stats.required_cases(6, 4, 200, max_drop=0.02)
    assert found.outcome == "inconclusive"
    assert f"undecided, about {needed:,} more cases would probably decide it" in found.reason


def test_the_number_of_more_cases_is_of_the_interval_that_was_used() -> None:
    rows: list[Row] = [("PPP", "PPF"), ("PPF", "PPP"), ("PPP", "PPP")] * 30
    found = result(rows, drop(0.05))
    assert found.outcome == "inconclusive"
    told = re.search(r"about ([\d,]+) more cases", found.reason)
    assert told is not None
    assert int(told[1].replace(",", "")) > 0


@pytest.mark.parametrize("limit", [0.0, 1.0])
def test_the_ends_of_the_range_are_limits_too(limit: float) -> None:
    found = result(counts(50, 2, 2), drop(limit))
    assert found.outcome == ("pass" if limit else "inconclusive")
    assert ("no drop is allowed" in found.reason) is (limit == 0.0)
    assert result(counts(50, 0, 50), drop(0.0)).outcome == "pass"


def test_the_reason_is_a_sentence_with_units() -> None:
    assert result(counts(270, 15, 15), DROP).reason == (
        "the pass rate goes from 95.0 % to 95.0 % over 300 cases: ±0.0 points, with 95 % "
        "confidence between −3.8 and +3.8 points; a drop of up to 2 points is allowed; "
        "undecided, about 1,691 more cases would probably decide it"
    )


def test_mean_score_is_judged_on_scores() -> None:
    found = result(counts(300), Gate(metric="mean_score", max_drop=0.02))
    assert found.outcome == "pass"
    assert found.reason.startswith("the mean score goes from 100.0 % to 100.0 %")


@pytest.mark.parametrize(
    ("same", "other", "outcome"),
    [(100, 0, "pass"), (72, 0, "pass"), (71, 0, "inconclusive"), (93, 7, "inconclusive"),
     (80, 20, "fail")],
)  # fmt: skip
def test_agreement_is_decided_by_its_interval(same: int, other: int, outcome: str) -> None:
    rows: list[Row] = [("P", "P")] * same + [("P", "Q")] * other
    assert result(rows, Gate(metric="agreement", min=0.95)).outcome == outcome


def test_agreement_says_how_many_cases_would_do() -> None:
    found = result(counts(12), Gate(metric="agreement", min=0.95))
    assert "undecided, about 60 more cases would probably decide it" in found.reason


def test_agreement_of_a_case_is_the_share_of_its_repeats() -> None:
    found = result([("PPPP", "PPQQ"), ("PPPP", "PPPP")], Gate(metric="agreement", min=0.5))
    assert found.estimate == pytest.approx(0.75)


def test_a_missing_repeat_could_have_agreed_or_not() -> None:
    gate = Gate(metric="agreement", min=0.95)
    assert result([("PP", "PP")] * 100, gate).outcome == "pass"
    found = result([("PP", "Px")] * 100, gate)
    assert found.outcome == "inconclusive"
    assert "100 cases have a missing answer, which could turn it" in found.reason


def test_nothing_compared_is_nothing_agreed() -> None:
    found = result([("P", "x")] * 20, Gate(metric="agreement", min=0.1))
    assert found.outcome == "inconclusive"
    assert found.low is None


answers = st.lists(
    st.tuples(st.sampled_from("PFx"), st.sampled_from("PFx")), min_size=1, max_size=8
)


@given(rows=answers, limit=st.sampled_from([0.1, 0.3, 0.5, 0.8]))
@settings(max_examples=100, deadline=None)
def test_whatever_would_have_come_the_drop_holds(rows: list[Row], limit: float) -> None:
    gate = drop(limit, confidence=0.8)
    told = result(rows, gate).outcome
    if told == "inconclusive":
        return
    choices = [[(b, a) for b in ("PF" if r[0] == "x" else r[0])
                for a in ("PF" if r[1] == "x" else r[1])] for r in rows]  # fmt: skip
    worlds = itertools.islice(itertools.product(*choices), 0, 2000, 41)
    assert all(result(list(world), gate).outcome == told for world in worlds)


@given(st.integers(20, 200), st.integers(0, 20), st.integers(0, 20), st.data())
@settings(max_examples=60, deadline=None)
def test_missing_answers_only_ever_make_it_less_decided(
    same: int, lost: int, gained: int, data: st.DataObject
) -> None:
    rows = counts(same, lost, gained)
    gone = data.draw(st.integers(1, 30))
    before = result(rows, drop(0.05)).outcome
    after = result([*rows, *[("x", "x")] * gone], drop(0.05)).outcome
    assert after in {before, "inconclusive"}


@given(st.integers(10, 150), st.integers(0, 30), st.integers(0, 30))
@settings(max_examples=50, deadline=None)
def test_swapping_the_sides_mirrors_the_interval(same: int, lost: int, gained: int) -> None:
    one = result(counts(same, lost, gained), DROP)
    other = result(counts(same, gained, lost), DROP)
    assert one.estimate == pytest.approx(-(other.estimate or 0.0))
    assert one.low == pytest.approx(-(other.high or 0.0), abs=1e-9)


@given(st.integers(10, 150), st.integers(0, 40), st.integers(0, 10))
@settings(max_examples=50, deadline=None)
def test_one_more_case_lost_never_helps(same: int, lost: int, gained: int) -> None:
    order = {"fail": 0, "inconclusive": 1, "pass": 2}
    one = result(counts(same, lost, gained), drop(0.1)).outcome
    worse = result(counts(same - 1, lost + 1, gained), drop(0.1)).outcome
    assert order[worse] <= order[one]


def test_a_cost_nobody_stated_cannot_be_decided() -> None:
    found = result(counts(10), Gate(metric="cost", max_ratio=1.2))
    assert found.outcome == "inconclusive"
    assert "the cost of the baseline and of the candidate is not known" in found.reason


def test_pairing_keeps_every_case() -> None:
    (comparison,) = surveyed([("P", "x"), ("x", "P"), ("-", "."), ("P", "P")]).comparisons
    assert len(comparison.table) == 4
    assert list(comparison.table.after_missing) == [1, 0, 1, 0]
