"""Gates on a share of one side: counted, or inferred where a confidence is written."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import stats
from harness.data.suite import Gate
from tests.gates.world import counts, result


def passing(hits: int, misses: int, missing: int = 0) -> list[tuple[str, str]]:
    return [("P", "P")] * hits + [("P", "F")] * misses + [("P", "x")] * missing


@pytest.mark.parametrize("limit", [0.1, 0.29, 0.55, 0.57, 0.58, 0.7, 0.9, 1.0])
def test_exactly_the_rate_asked_for_passes_and_one_case_less_fails(limit: float) -> None:
    hits = round(limit * 100)
    gate = Gate(metric="pass_rate", min=limit)
    assert result(passing(hits, 100 - hits), gate).outcome == "pass"
    assert result(passing(hits - 1, 101 - hits), gate).outcome == "fail"


@pytest.mark.parametrize("limit", [0.01, 0.05, 0.07, 0.29, 0.57])
def test_exactly_the_errors_allowed_pass_and_one_more_fails(limit: float) -> None:
    lost = round(limit * 100)
    gate = Gate(metric="error_rate", max=limit)
    assert result(passing(100 - lost, 0, lost), gate).outcome == "pass"
    assert result(passing(99 - lost, 0, lost + 1), gate).outcome == "fail"


@pytest.mark.parametrize(
    ("hits", "misses", "missing", "outcome"),
    [
        (90, 10, 0, "pass"),
        (95, 1, 4, "pass"),  # 95 of 100 at the least
        (88, 2, 10, "inconclusive"),  # 97.8 % of what came, 88 % at the worst
        (80, 20, 0, "fail"),
        (70, 20, 10, "fail"),  # 80 % at the best
        (80, 12, 8, "fail"),  # 88 % at the best
        (80, 10, 10, "inconclusive"),  # 90 % at the best
        (0, 0, 10, "inconclusive"),
    ],
)
def test_a_pass_rate_survives_what_is_missing(
    hits: int, misses: int, missing: int, outcome: str
) -> None:
    found = result(passing(hits, misses, missing), Gate(metric="pass_rate", min=0.9))
    assert found.outcome == outcome


def test_a_rate_by_confidence_is_decided_by_its_interval_also_where_answers_are_missing() -> None:
    gate = Gate(metric="pass_rate", min=0.9, confidence=0.95)
    assert result(passing(96, 4), gate).outcome == "pass"
    assert result(passing(93, 7), gate).outcome == "inconclusive"
    assert result(passing(80, 20), gate).outcome == "fail"
    # 96 of 98 are 98 %, and at the worst 96 %: too near when 5 are missing beside them.
    assert result(passing(96, 2), gate).outcome == "pass"
    assert stats.proportion(96, 103).low < 0.9
    found = result(passing(96, 2, 5), gate)
    assert found.outcome == "inconclusive"
    assert "5 cases have a missing answer, which could turn it" in found.reason


def test_an_undecided_rate_says_how_many_more_cases_would_do() -> None:
    found = result(passing(93, 7), Gate(metric="pass_rate", min=0.9, confidence=0.95))
    assert "more cases would probably decide it" in found.reason
    assert "with 95 % confidence between 86.3 % and 96.6 %, at least 90.0 % asked" in found.reason


def test_the_baseline_is_shown_beside_the_candidate() -> None:
    found = result(counts(8, 1, 0, 1), Gate(metric="pass_rate", min=0.5))
    assert (found.baseline, found.candidate) == (0.9, 0.8)
    assert found.reason == "80.0 % of 10 answered cases pass, at least 50.0 % asked"


def test_one_case_passes_in_the_singular() -> None:
    found = result(passing(1, 0), Gate(metric="pass_rate", min=0.5))
    assert found.reason.startswith("100.0 % of 1 answered case passes")


def test_repeats_of_a_case_are_averaged_before_cases_are() -> None:
    found = result([("PPPP", "PFFF"), ("PPPP", "PPPP")], Gate(metric="pass_rate", min=0.62))
    assert (found.candidate, found.outcome) == (0.625, "pass")


def test_clusters_widen_the_interval_of_a_rate() -> None:
    rows = passing(160, 40)
    gate = Gate(metric="pass_rate", min=0.7, confidence=0.95)
    alone = result(rows, gate)
    together = result(rows, gate, cluster=lambda case: str(case // 40))
    assert alone.outcome == "pass"
    assert together.outcome == "inconclusive"
    assert together.estimate == pytest.approx(alone.estimate)


def test_errors_count_calls_and_those_not_sent_could_be_errors() -> None:
    rows = [("P", "P")] * 97 + [("P", "x")] + [("P", "-")] * 2
    found = result(rows, Gate(metric="error_rate", max=0.02))
    assert found.outcome == "inconclusive"
    assert found.candidate == pytest.approx(1 / 98)
    assert found.reason == (
        "1 of 98 calls of the candidate ended in a fault (1.0 %), 2.0 % allowed; 2 calls not sent"
    )
    assert result(rows, Gate(metric="error_rate", max=0.03)).outcome == "pass"
    assert result(rows, Gate(metric="error_rate", max=0.005)).outcome == "fail"


def test_an_error_rate_by_confidence_can_be_undecided() -> None:
    gate = Gate(metric="error_rate", max=0.01, confidence=0.95)
    assert result(counts(300), gate).outcome == "inconclusive"
    assert result(counts(400), gate).outcome == "pass"
    assert result(passing(280, 0, 20), gate).outcome == "fail"


def test_no_call_sent_is_no_error_rate() -> None:
    assert result([("P", "-")], Gate(metric="error_rate", max=1)).outcome == "inconclusive"


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ([("PP", "PP")] * 9 + [("PP", "PF")], "pass"),
        ([("PP", "PP")] * 8 + [("PP", "PF")] * 2, "fail"),
        ([("PP", "PP")] * 9 + [("PP", "Px")], "pass"),  # one at the most
        ([("PP", "PP")] * 8 + [("PP", "PF"), ("PP", "Px")], "inconclusive"),
        ([("PP", "PF")] * 2 + [("PP", "Px")] * 8, "fail"),  # two at the least
        ([("PP", "xx")] * 3, "inconclusive"),
    ],
)
def test_flaky_cases_are_those_whose_repeats_disagree(
    rows: list[tuple[str, str]], outcome: str
) -> None:
    assert result(rows, Gate(metric="flaky_rate", max=0.1)).outcome == outcome


def test_one_repeat_says_nothing_of_flakiness() -> None:
    found = result(counts(50), Gate(metric="flaky_rate", max=0.5))
    assert found.outcome == "inconclusive"
    assert "run.repeats" in found.reason


answers = st.lists(st.tuples(st.just("P"), st.sampled_from("PFx")), min_size=1, max_size=9)


@given(rows=answers, limit=st.sampled_from([0.0, 0.25, 0.5, 0.75, 0.9, 1.0]), sure=st.booleans())
@settings(max_examples=80, deadline=None)
def test_whatever_would_have_come_the_pass_rate_holds(
    rows: list[tuple[str, str]], limit: float, sure: bool
) -> None:
    gate = Gate(metric="pass_rate", min=limit, confidence=0.8 if sure else None)
    told = result(rows, gate).outcome
    if told == "inconclusive":
        return
    hidden = [i for i, row in enumerate(rows) if row[1] == "x"]
    for fill in itertools.islice(itertools.product("PF", repeat=len(hidden)), 0, None, 7):
        world = list(rows)
        for place, letter in zip(hidden, fill, strict=True):
            world[place] = ("P", letter)
        assert result(world, gate).outcome == told
