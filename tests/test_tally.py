"""One target's answers added up: states, proof, faults, latencies."""

import pytest

from harness.data.exchange import Identity
from harness.data.suite import Target
from harness.latencies import latency_summary
from harness.tally import Tally
from tests.gates.world import PINS, record, surveyed

PIN, OTHER = PINS[0], PINS[1]
PROOF, NAME = "proof", "name"


def tally(revision: str | None, *answers: tuple[str, str | None, str]) -> Tally:
    """Give the tally of answers: (letter, revision seen or None, kind of evidence)."""
    found = Tally(Target(name="t", provider="p", model="m", revision=revision))
    for number, (letter, seen, kind) in enumerate(answers):
        served = None
        if seen is not None:
            served = Identity(revision=seen, source="x-sha", is_proof=kind == PROOF)
        found.add(f"c{number}", record(letter, number, None, served))
    return found


@pytest.mark.parametrize(
    ("revision", "answers", "proof"),
    [
        (PIN, [("P", PIN, PROOF), ("F", PIN, PROOF)], "proven"),
        (PIN.upper(), [("P", PIN, PROOF)], "proven"),
        (PIN, [("P", PIN.upper(), PROOF)], "proven"),
        (PIN, [("P", PIN, NAME)], "declared"),
        (PIN, [("P", PIN, PROOF), ("P", PIN, NAME)], "declared"),
        (PIN, [("P", None, "")], "opaque"),
        (PIN, [("P", PIN, PROOF), ("P", None, "")], "opaque"),  # some answers could be anybody's
        (PIN, [("P", None, ""), ("x", PIN, PROOF)], "opaque"),  # a fault proves no answer
        (PIN, [("P", PIN, PROOF), ("c", None, "")], "proven"),  # a fault needs no proof
        (PIN, [("x", PIN, PROOF)], "opaque"),
        (PIN, [], "opaque"),
        (PIN, [("P", PIN, PROOF), ("P", OTHER, PROOF)], "mismatch"),
        (PIN, [("P", None, ""), ("P", OTHER, PROOF)], "mismatch"),
        (PIN, [("P", PIN, PROOF), ("x", OTHER, PROOF)], "mismatch"),  # it is there all the same
        (None, [("P", PIN, PROOF), ("P", OTHER, PROOF)], "observed"),
        (None, [("P", PIN, PROOF), ("P", None, "")], "opaque"),
        (None, [("P", PIN, NAME)], "opaque"),
        (None, [("P", None, "")], "opaque"),
    ],
)
def test_proof_is_what_the_evidence_shows(
    revision: str | None, answers: list[tuple[str, str | None, str]], proof: str
) -> None:
    assert tally(revision, *answers).proof == proof


def test_evidence_says_on_how_many_answers_it_was_seen() -> None:
    some = tally(PIN, ("P", PIN, PROOF), ("P", None, ""), ("x", PIN, PROOF))
    assert some.evidence == "x-sha on 1 of 2 answers"
    assert tally(PIN, ("P", PIN, PROOF)).evidence == "x-sha on 1 of 1 answer"
    assert tally(PIN, ("P", None, "")).evidence == "no answer says which revision it came from"


def test_faults_are_grouped_by_kind_most_frequent_first_with_five_cases_named() -> None:
    found = tally(PIN, *[("x", None, "")] * 2, *[("c", None, "")] * 7)
    groups = found.fault_groups()
    assert [(group.kind, group.count) for group in groups] == [("connect", 7), ("malformed", 2)]
    assert groups[0].case_ids == ("c2", "c3", "c4", "c5", "c6")


def test_the_view_averages_repeats_within_a_case_first() -> None:
    view = surveyed([("PPPP", "PPFF"), ("PPPP", "Pxxx")]).tallies["candidate"].view()
    assert view.pass_rate == pytest.approx(0.75)
    assert view.counts == {
        "answered": 5, "passed": 3, "failed": 2, "faults": 3, "skipped": 0, "cancelled": 0,
    }  # fmt: skip


def test_a_target_without_an_answer_has_no_rate() -> None:
    view = surveyed([("P", "x")]).tallies["candidate"].view()
    assert (view.pass_rate, view.mean_score) == (None, None)


def test_what_was_not_measured_is_counted_beside() -> None:
    rows = [("P", "P"), ("P", "P"), ("P", "x"), ("P", "t")]
    survey = surveyed(rows, latency=lambda case, *_: None if case == 0 else 0.5)
    summary = survey.tallies["candidate"].view().latency
    assert (summary.n, summary.excluded) == (2, 1)  # the malformed answer is in neither


@pytest.mark.parametrize(
    ("n", "printed"),
    [(1, ""), (2, "p50"), (19, "p50"), (20, "p50 p90"), (99, "p50 p90"), (100, "p50 p90 p95"),
     (999, "p50 p90 p95"), (1000, "p50 p90 p95 p99")],
)  # fmt: skip
def test_a_quantile_is_printed_only_where_the_sample_carries_it(n: int, printed: str) -> None:
    summary = latency_summary([i / 1000 for i in range(1, n + 1)], 0)
    found = [name for name in ("p50", "p90", "p95", "p99")
             if getattr(summary, f"{name}_s") is not None]  # fmt: skip
    assert " ".join(found) == printed


def test_quantiles_are_values_of_the_sample_by_nearest_rank() -> None:
    summary = latency_summary([i / 1000 for i in range(1000, 0, -1)], 0)
    quantiles = (summary.p50_s, summary.p90_s, summary.p95_s, summary.p99_s)
    assert quantiles == (0.5, 0.9, 0.95, 0.99)


@pytest.mark.parametrize("n", [0, 1, 2, 199, 200, 201, 399, 400, 12_345])
def test_the_curve_has_at_most_200_points_and_ends_at_1(n: int) -> None:
    curve = latency_summary([float(i + 1) for i in range(n)], 0).curve
    assert len(curve) == min(n, len(curve)) <= 200
    if n:
        assert curve[-1] == (n, 1.0)
        assert list(curve) == sorted(curve)
