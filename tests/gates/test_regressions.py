"""Counted gates on a number: every flip counts, and what is missing could be one."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.suite import Gate
from tests.gates.world import counts, result, verdict

NONE = Gate(metric="regressions", max=0)


@pytest.mark.parametrize(
    ("lost", "limit", "outcome"), [(0, 0, "pass"), (1, 0, "fail"), (2, 2, "pass"), (3, 2, "fail")]
)
def test_flips_are_counted_against_the_limit(lost: int, limit: int, outcome: str) -> None:
    found = result(counts(20, lost, gained=5), Gate(metric="regressions", max=limit))
    assert (found.outcome, found.candidate, found.method) == (outcome, lost, "counted")
    assert found.low is not None
    assert found.high is not None
    assert found.low <= lost <= found.high


def test_the_words_fit_the_number() -> None:
    assert result(counts(3, 1), NONE).reason == "1 case passed before and fails now, 0 allowed"
    assert result(counts(3, 2), NONE).reason == "2 cases passed before and fail now, 0 allowed"


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        (("PPP", "FFF"), 1),
        (("PPF", "PFF"), 1),
        (("PPF", "PPF"), 0),
        (("PFF", "FFF"), 0),
        (("PP", "PF"), 0),  # a tie is no majority
        (("PF", "FF"), 0),
        (("FF", "PP"), 0),
    ],
)
def test_a_case_with_repeats_regresses_when_its_majority_flips(
    row: tuple[str, str], seen: int
) -> None:
    found = result([row, ("P" * len(row[0]), "P" * len(row[0]))], NONE)
    assert (found.candidate, found.outcome) == (seen, "fail" if seen else "pass")


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (("P", "x"), "inconclusive"),
        (("x", "F"), "inconclusive"),
        (("x", "P"), "pass"),
        (("F", "x"), "pass"),
        (("x", "x"), "inconclusive"),
        (("PPP", "PPx"), "pass"),  # outvoted whatever the third would have been
        (("PPP", "PFx"), "inconclusive"),
        (("PPP", "FFx"), "fail"),
        (("PPP", "Fxx"), "inconclusive"),  # all that came fail, but two could outvote it
        (("PPF", "FFx"), "fail"),
        (("Pxx", "FFF"), "inconclusive"),
    ],
)
def test_a_verdict_survives_what_is_missing(row: tuple[str, str], outcome: str) -> None:
    n = len(row[0])
    assert result([row, ("P" * n, "P" * n)], NONE).outcome == outcome


def test_what_is_missing_is_told_in_numbers() -> None:
    found = result([("P", "F"), ("P", "x"), ("P", "P")], Gate(metric="regressions", max=1))
    assert found.outcome == "inconclusive"
    assert found.reason.endswith("; with what is missing it could be anything from 1 to 2")


def test_nothing_answered_by_both_sides_decides_nothing() -> None:
    assert result([("P", "x"), ("x", "P")], NONE).outcome == "inconclusive"


def filled(row: tuple[str, str]) -> list[tuple[str, str]]:
    """Give every pair of answers that could have come where some are missing."""
    sides = [["".join(w) for w in itertools.product(*("PF" if c == "x" else c for c in side))]
             for side in row]  # fmt: skip
    return [(before, after) for before in sides[0] for after in sides[1]]


rows_of_two = st.lists(
    st.tuples(st.text("PFx", min_size=2, max_size=2), st.text("PFx", min_size=2, max_size=2)),
    min_size=1,
    max_size=3,
)


@given(rows=rows_of_two, limit=st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_whatever_would_have_come_the_verdict_holds(
    rows: list[tuple[str, str]], limit: int
) -> None:
    gate = Gate(metric="regressions", max=limit)
    told = result(rows, gate).outcome
    if told == "inconclusive":
        return
    worlds = list(itertools.product(*(filled(row) for row in rows)))
    for world in worlds[:: max(1, len(worlds) // 25)]:
        assert result(list(world), gate).outcome == told


def test_confidence_makes_it_inferred() -> None:
    gate = Gate(metric="regressions", max=5, confidence=0.95)
    assert result(counts(1000), gate).outcome == "pass"
    assert result(counts(995, 5), gate).outcome == "inconclusive"
    found = result(counts(950, 50), gate)
    assert (found.outcome, found.method) == ("fail", "Wilson")


def test_faults_count_calls_not_cases() -> None:
    rows = [("PPP", "PxP"), ("xPP", "ttP")]
    found = result(rows, Gate(metric="faults", max=2))
    assert (found.baseline, found.candidate, found.outcome) == (1, 3, "fail")
    assert found.reason == "3 calls of the candidate, of 6 sent, ended in a fault, 2 allowed"
    assert result(rows, Gate(metric="faults", max=3)).outcome == "pass"


def test_calls_that_were_not_sent_could_be_faults_and_are_told() -> None:
    found = result([("P", "x"), ("P", "-"), ("P", "P")], Gate(metric="faults", max=1))
    assert found.outcome == "inconclusive"
    assert "; 1 call not sent" in found.reason


def test_a_call_no_plugin_could_build_is_a_fault() -> None:
    assert result([("P", "p"), ("P", "P")], Gate(metric="faults", max=0)).outcome == "fail"


def test_no_call_is_no_pass() -> None:
    assert result([], Gate(metric="faults", max=0)).outcome == "inconclusive"
    assert result([("P", "-")], Gate(metric="faults", max=5)).outcome == "inconclusive"


def test_faults_of_a_tag_are_its_own() -> None:
    rows = [("P", "x"), ("P", "P"), ("P", "P")]
    gate = Gate(metric="faults", max=0, each="tag")
    found = verdict(rows, gate, tags=lambda case: ("bad",) if case == 0 else ("good",)).gates
    assert {g.slice: g.outcome for g in found} == {"bad": "fail", "good": "pass"}
