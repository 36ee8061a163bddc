"""What a reader should know, found in the result itself."""

from harness.data.exchange import Identity
from harness.data.noun import replace
from harness.data.record import Usage
from harness.data.suite import RunSettings, Suite, Target
from harness.stages.compare import compare
from harness.store import StoredAnswer
from harness.warnings import findings_about
from tests.gates.world import (
    PINS,
    TASK,
    Kept,
    Latency,
    Row,
    counts,
    nobody,
    stored,
    suite,
    with_record,
)


def quick(case: int, _target: int, _repeat: int) -> float:
    return 0.01 + case / 1e5


def said(
    rows: list[Row], asked: Suite | None = None, *, latency: Latency = quick, **more: object
) -> str:
    asked = asked or suite()
    survey = compare(stored(rows, latency=latency, **more), asked, TASK)  # type: ignore[arg-type]
    return "\n".join(findings_about(asked, survey))


def test_a_clean_run_says_nothing() -> None:
    assert said(counts(20)) == ""


def test_a_pin_nobody_confirms_is_taken_on_trust() -> None:
    told = said(counts(3), served=nobody)
    assert "baseline: no answer says which revision it came from: its pin is taken on trust" in told


def test_a_target_without_a_pin_is_told_but_not_its_pin() -> None:
    targets = tuple(Target(name=n, provider="p", model="m") for n in ("baseline", "candidate"))
    told = said(counts(3), suite(targets=targets), served=nobody)
    assert "candidate is not pinned" in told
    assert "taken on trust" not in told


def test_two_commits_behind_one_name_are_told() -> None:
    def mixed(_target: int, letter: str) -> Identity:
        return Identity(revision=PINS[letter == "F"], source="x-sha")

    targets = tuple(Target(name=n, provider="p", model="m") for n in ("baseline", "candidate"))
    told = said(counts(3, 3), suite(targets=targets), served=mixed)
    assert "candidate: revisions took turns from" in told
    assert f"from {PINS[0]}" in told
    assert f"from {PINS[1]}" in told
    assert "baseline: revisions" not in told


def test_sides_that_differ_in_more_than_the_revision_are_told() -> None:
    one, other = suite().targets
    told = said(counts(3), suite(targets=(one, replace(other, provider="q", model="n"))))
    assert "different providers (p, q)" in told
    assert "different models: m, n" in told


def test_a_cold_start_is_told_and_so_is_one_that_more_warm_ups_would_leave_out() -> None:
    def cold(case: int, target: int, _repeat: int) -> float:
        return 3.0 if case == 0 and target else quick(case, target, 0)

    told = said(counts(20), latency=cold)
    assert "candidate: the first call took 3.00 s" in told
    assert "`run: {warmup: 2}` leaves it out" in told
    warmer = replace(suite(), run=RunSettings(warmup=3))
    assert "`run: {warmup: 6}` leaves it out" in said(counts(20), warmer, latency=cold)
    assert said(counts(20), latency=quick) == ""


def test_an_effect_of_the_order_is_told() -> None:
    def first_is_slow(case: int, target: int, _repeat: int) -> float:
        return quick(case, target, 0) * (1 + (case + target) % 2)

    assert "who of a pair is sent first" in said(counts(60), latency=first_is_slow)


def test_a_replay_is_told() -> None:
    assert "2 answers replayed" in said(counts(1), replayed=True, latency=lambda *_: None)


def test_a_task_that_raised_is_told() -> None:
    def raising(*_: object) -> list[object]:
        raise KeyError("x")

    task = replace(TASK, compare=raising)  # type: ignore[arg-type]
    survey = compare(stored(counts(2)), suite(), task)
    assert "compare raised" in "\n".join(findings_about(suite(), survey))


def test_a_sum_of_costs_that_lacks_some_says_how_many() -> None:
    def kept(case: int, _target: int, _repeat: int, answer: StoredAnswer) -> StoredAnswer:
        return with_record(answer, usage=Usage(cost_usd=0.1 if case else None))

    told = said(counts(3), kept=kept)
    assert "candidate: the cost of 1 answer of 3 is not known, and is in no sum" in told
    assert "is in no sum" not in said(counts(3))


def paced(took_s: float, places: int, calls: int = 60) -> Kept:
    """Give what a run keeps of calls that were due every 50 ms, so many at a time."""

    def kept(case: int, _target: int, _repeat: int, answer: StoredAnswer) -> StoredAnswer:
        due, started = case * 0.05, max(case * 0.05, case // places * took_s)
        timed = replace(answer, answered_at=1_800_000_000.0 + started + took_s)
        return with_record(timed, queue_s=started - due, response_s=started - due + took_s)

    return kept


def at_rate(took_s: float, places: int, **more: object) -> str:
    asked = replace(suite(), run=RunSettings(warmup=2, rate=20.0, concurrency=places))
    return said(counts(60), asked, latency=lambda *_: took_s, kept=paced(took_s, places), **more)


def test_a_rate_that_was_not_kept_is_told_with_what_would_keep_it() -> None:
    told = at_rate(1.0, 4)
    assert "candidate: a rate of 20/s was asked for, and 4.2/s were sent" in told
    assert "an answer took 1.00 s on average" in told
    assert "about 20 calls are in flight at that rate, and run.concurrency is 4" in told


def test_a_target_that_waits_for_one_that_is_behind_is_told_with_it() -> None:
    def kept(case: int, target: int, repeat: int, answer: StoredAnswer) -> StoredAnswer:
        slow = paced(1.0, 4)(case, target, repeat, answer)
        return with_record(slow, queue_s=0.0) if target else slow

    asked = replace(suite(), run=RunSettings(warmup=2, rate=20.0, concurrency=4))
    told = said(counts(60), asked, latency=lambda *_: 1.0, kept=kept)
    assert "candidate: a rate of 20/s was asked for, and about 4.2/s were sent" in told
    assert "no target is asked far ahead of baseline" in told


def test_a_rate_that_was_kept_is_not_spoken_of() -> None:
    assert at_rate(0.1, 4) == ""
    asked = replace(suite(), run=RunSettings(warmup=2, concurrency=4))
    assert said(counts(60), asked, latency=lambda *_: 1.0, kept=paced(1.0, 4)) == ""


def test_a_rate_that_retries_kept_from_being_kept_is_laid_to_them() -> None:
    def kept(case: int, target: int, repeat: int, answer: StoredAnswer) -> StoredAnswer:
        slow = paced(1.0, 4)(case, target, repeat, answer)
        return with_record(slow, latency_s=0.02) if case % 2 else replace(slow, attempts=2)

    asked = replace(suite(), run=RunSettings(warmup=2, rate=20.0, concurrency=4))
    told = said(counts(60), asked, latency=lambda *_: 0.02, kept=kept)
    assert "60 calls took 90 attempts" in told
    assert "keeps its place, of which run.concurrency gives 4" in told


def test_a_rate_that_concurrency_would_have_kept_is_laid_to_something_else() -> None:
    def kept(case: int, target: int, repeat: int, answer: StoredAnswer) -> StoredAnswer:
        return with_record(paced(1.0, 4)(case, target, repeat, answer), latency_s=0.02)

    asked = replace(suite(), run=RunSettings(warmup=2, rate=20.0, concurrency=4))
    told = said(counts(60), asked, latency=lambda *_: 0.02, kept=kept)
    assert "for answers of 20.0 ms a run.concurrency of 4 is enough" in told
