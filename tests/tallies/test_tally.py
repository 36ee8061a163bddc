"""One target's answers added up: states, proof, faults, latencies."""

from typing import Any

import pytest

from harness.data.exchange import Fault, Identity
from harness.data.noun import replace
from harness.data.record import Record, Usage
from harness.data.suite import Price, Target
from harness.store import StoredAnswer
from harness.tallies.latencies import latency_summary
from harness.tallies.tally import Tally
from tests.gates.world import NAMES, PINS, record, surveyed, with_record

PIN, OTHER = PINS[0], PINS[1]
PROOF, NAME = "proof", "name"


def surveyed_answer(**more: Any) -> StoredAnswer:
    """Give what a run keeps of one call that was sent."""
    given: dict[str, Any] = {
        "target": "t",
        "repeat": 0,
        "first_of_pair": True,
        "seq": 0,
        "record": None,
        "unsent": None,
        "attempts": 1,
        "is_replayed": False,
    }
    return StoredAnswer(**(given | more))


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
        (None, [("P", PIN, PROOF), ("P", OTHER, PROOF)], "mismatch"),  # one side is two models
        (None, [("P", PIN, PROOF), ("P", PIN.upper(), PROOF)], "observed"),
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


def test_what_was_consumed_and_how_calls_went_is_in_the_view() -> None:
    urls = ("https://one.example/v1", "https://two.example")
    price = Price(per_call=0.5, as_of="2026-11-21")
    sides = tuple(
        Target(name=name, provider="p", model="m", revision=pin, urls=urls, price=price)
        for name, pin in zip(NAMES, PINS[:2], strict=False)
    )

    def kept(case: int, _target: int, _repeat: int, answer: StoredAnswer) -> StoredAnswer:
        usage = Usage(input_tokens=10, cost_usd=0.5 if case else None)
        told = with_record(answer, usage=usage, first_token_s=0.25 if case else None)
        return replace(
            told,
            is_moved=case == 2,
            batched=4 if case == 3 else 1,
            url=f"{urls[case == 2]}/generate?n={case}",
        )

    rows = [("P", "P")] * 4 + [("P", "x")]
    survey = surveyed(rows, kept=kept, targets=sides)
    view = survey.tallies["candidate"].view()
    assert (view.moved, view.batched) == (1, 1)
    assert view.urls == {"https://one.example/v1": 3, "https://two.example": 1}
    assert view.usage == {"input_tokens": 40}
    assert (view.cost_usd, view.price_as_of) == (1.5, "2026-11-21")
    assert view.first_token is not None
    assert (view.first_token.n, view.first_token.p50_s, view.first_token.excluded) == (3, 0.25, 1)


def test_response_times_are_summed_up_where_calls_were_due_at_a_time() -> None:
    due = tally(PIN)
    for number in range(4):
        answer = record("P", number, 0.5, None)
        due.add(f"c{number}", replace(answer, latency_s=0.5, queue_s=float(number)))
    view = due.view()
    assert view.response is not None
    assert (view.latency.n, view.latency.p50_s) == (4, 0.5)
    assert (view.response.n, view.response.p50_s) == (4, 1.5)
    assert dict(view.response.intervals) == {}  # waits for one answer are not independent
    assert tally(PIN, ("P", PIN, PROOF)).view().response is None


def test_calls_sent_again_are_among_the_response_times_and_who_is_not_has_a_reason() -> None:
    found = tally(PIN)
    timed_out = Fault(kind="timeout", message="late")
    records = [
        record("P", 0, 0.5, None),
        *[replace(record("P", n, None, None), response_s=6.0) for n in (1, 2)],
        Record(seq=3, fault=timed_out, response_s=20.0),
        Record(seq=4, fault=Fault(kind="overloaded", message="503"), response_s=20.0),
        record("P", 5, None, None),
    ]
    records[0] = replace(records[0], queue_s=0.25, response_s=0.75)
    answers = surveyed_answer(attempts=2), surveyed_answer(batched=4)
    for number, one in enumerate(records):
        found.add(f"c{number}", one)
        found.add_sent(answers[number == 5], one)
    response, latency = found.view().response, found.view().latency
    assert response is not None
    assert [seconds for seconds, _ in response.curve] == [0.75, 6.0, 6.0, 20.0]
    assert (response.excluded, response.left_out) == (1, {"bundled": 1})
    assert (latency.n, latency.left_out) == (1, {"retried": 2, "bundled": 1})


def test_a_stream_that_timed_out_is_in_the_first_tokens_and_leaves_no_answer_out() -> None:
    found = tally(PIN)
    fault = Fault(kind="timeout", message="late")
    for number in range(3):
        found.add(f"c{number}", replace(record("P", number, None, None), first_token_s=0.2))
    found.add("c3", record("P", 3, None, None))
    for number in range(4, 6):
        found.add(f"c{number}", Record(seq=number, fault=fault, latency_s=9.0, first_token_s=9.0))
    view = found.view()
    assert view.first_token is not None
    assert (view.first_token.n, view.first_token.excluded) == (5, 1)
    assert max(at_s for at_s, _ in view.first_token.curve) == 9.0


def test_a_target_with_one_url_names_none_and_one_that_never_streams_has_no_first_token() -> None:
    view = surveyed([("P", "P")]).tallies["candidate"].view()
    assert (view.urls, view.first_token, view.usage, view.cost_usd) == ({}, None, {}, None)


def test_a_url_that_is_none_of_the_targets_is_told_by_its_origin() -> None:
    target = Target(name="baseline", provider="p", model="m", urls=("https://a", "https://b"))
    sides = (target, replace(target, name="candidate"))
    survey = surveyed(
        [("P", "P")], targets=sides,
        kept=lambda _c, _t, _r, answer: replace(answer, url="http://127.0.0.1:8080/x?n=3"),
    )  # fmt: skip
    assert survey.tallies["candidate"].view().urls == {"http://127.0.0.1:8080": 1}


def test_shapes_are_counted_and_no_task_can_name_endlessly_many() -> None:
    def kept(case: int, _target: int, _repeat: int, answer: StoredAnswer) -> StoredAnswer:
        assert answer.record is not None
        assert answer.record.output is not None
        variant = "" if case == 0 else "flat" if case < 4 else f"shape {case}"
        return with_record(answer, output=replace(answer.record.output, variant=variant))

    shapes = surveyed([("P", "P")] * 100, kept=kept).tallies["candidate"].view().shapes
    assert shapes["flat"] == 3
    assert len(shapes) <= 21
    assert sum(shapes.values()) == 99


def test_who_answered_when_is_there_where_it_changed() -> None:
    def served(_target: int, letter: str) -> Identity:
        return Identity(revision=OTHER if letter == "Q" else PIN, source="x-sha")

    def kept(case: int, _target: int, _repeat: int, answer: StoredAnswer) -> StoredAnswer:
        return replace(answer, answered_at=1_800_000_000.0 + case)

    survey = surveyed([("P", "P"), ("P", "P"), ("P", "Q")], served=served, kept=kept)
    assert survey.tallies["baseline"].view().served_spans == ()
    assert survey.tallies["candidate"].view().served_spans == (
        (PIN, "2027-01-15T08:00:00Z", "2027-01-15T08:00:01Z"),
        (OTHER, "2027-01-15T08:00:02Z", "2027-01-15T08:00:02Z"),
    )
