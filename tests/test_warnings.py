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


def test_a_cold_start_is_told_unless_it_was_warmed_up() -> None:
    def cold(case: int, target: int, _repeat: int) -> float:
        return 3.0 if case == 0 and target else quick(case, target, 0)

    assert "candidate: the first call took 3.00 s" in said(counts(20), latency=cold)
    warm = replace(suite(), run=RunSettings(warmup=2))
    assert said(counts(20), warm, latency=cold) == ""


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
