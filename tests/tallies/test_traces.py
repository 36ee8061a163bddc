"""What tells answers apart is counted and told with its moment, and proves nothing."""

from collections.abc import Callable, Mapping

import pytest

from harness.data.noun import replace
from harness.data.suite import Target
from harness.stages.compare import compare
from harness.store import StoredAnswer
from harness.tallies.survey import Survey
from harness.tallies.traces import Traces, cleaned, in_words
from harness.warnings import findings_about
from tests.gates.world import PINS, TASK, counts, nobody, stored, suite, surveyed, with_record

NOON = 1_800_000_000.0  # 2027-01-15T08:00:00Z
PARTNER, BUILD = "x-inference-provider", "system_fingerprint"
Seen = Callable[[int, int], Mapping[str, str]]


def keeping(seen: Seen) -> Callable[[int, int, int, StoredAnswer], StoredAnswer]:
    """Give an answer every ten seconds, with the traces of its case and target."""

    def kept(case: int, target: int, _repeat: int, answer: StoredAnswer) -> StoredAnswer:
        told = with_record(answer, traces=seen(case, target))
        return replace(told, answered_at=NOON + 10 * case)

    return kept


def survey(seen: Seen, cases: int = 6, **more: object) -> Survey:
    return surveyed([("P", "P")] * cases, kept=keeping(seen), **more)


def warned(seen: Seen, cases: int = 6) -> list[str]:
    asked = suite()
    found = compare(stored([("P", "P")] * cases, kept=keeping(seen)), asked, TASK)
    return list(findings_about(asked, found))


def moved(case: int, target: int) -> dict[str, str]:
    """Give who answered: the candidate's partner changes with the fourth case."""
    return {PARTNER: "together" if target and case >= 3 else "groq"}


def test_a_partner_that_changes_in_mid_run_is_told_with_the_moment_and_both_counts() -> None:
    [change, confounded] = warned(moved)
    assert change == (
        "candidate: x-inference-provider changed in mid-run, before 2027-01-15T08:00:30Z: "
        "2027-01-15T08:00:00Z to 2027-01-15T08:00:20Z: 3 responses with groq; "
        "2027-01-15T08:00:30Z to 2027-01-15T08:00:50Z: 3 responses with together; "
        "several partners are several deployments: name one, `model:partner`, and run it again"
    )
    assert confounded.startswith("confounded: baseline was answered by groq (6), candidate by ")
    view = survey(moved).tallies["candidate"].view().traces[PARTNER]
    assert (view.counts, view.in_turns) == ({"groq": 3, "together": 3}, False)
    assert view.changed_at == "2027-01-15T08:00:30Z"


def test_a_build_that_takes_turns_is_told_from_one_that_changed() -> None:
    [told] = warned(lambda case, target: {BUILD: f"fp_{case % 2 if target else 0}"})
    assert told.startswith(
        "candidate: values of system_fingerprint took turns from 2027-01-15T08:00:00Z to "
        "2027-01-15T08:00:50Z: 3 responses with fp_0 and 3 responses with fp_1; "
    )
    assert "run it again" in told


def test_one_value_all_along_is_no_warning_and_neither_is_another_build_on_the_other_side() -> None:
    assert warned(lambda _case, target: {PARTNER: "groq", BUILD: f"fp_{target}"}) == []


@pytest.mark.parametrize("name", [PARTNER, "provider"])
def test_sides_answered_by_different_partners_are_confounded(name: str) -> None:
    [told] = warned(lambda _case, target: {name: ("groq", "together")[target]})
    assert told == (
        f"confounded: baseline was answered by groq (6), candidate by together (6) ({name}): a "
        "difference may come from the partner and not from the model; name the same one for both, "
        "`model:partner`, and run it again"
    )


def test_a_partner_that_only_one_side_names_confounds_nothing() -> None:
    assert warned(lambda _case, target: {PARTNER: "groq"} if target else {}) == []


def test_traces_change_no_proof_and_an_opaque_target_says_what_there_was() -> None:
    proven = survey(moved).tallies["candidate"]
    assert (proven.proof, proven.evidence) == ("proven", "x-sha on 6 of 6 answers")
    opaque = survey(moved, served=nobody).tallies["candidate"]
    assert (opaque.proof, opaque.served) == ("opaque", {})
    assert opaque.evidence == (
        "no answer says which revision it came from; x-inference-provider: groq (3) and "
        "together (3), which names no revision"
    )


def test_the_pin_of_an_opaque_target_is_taken_on_trust_whatever_its_traces() -> None:
    asked = suite()
    rows = stored(counts(2), served=nobody, kept=keeping(lambda *_: {BUILD: "fp_1"}))
    told = list(findings_about(asked, compare(rows, asked, TASK)))
    sentence = "system_fingerprint: fp_1 (2), which names no revision: its pin is taken on trust"
    assert [line.endswith(sentence) for line in told] == [True, True]


def test_traces_of_faults_are_not_counted() -> None:
    def kept(case: int, target: int, repeat: int, answer: StoredAnswer) -> StoredAnswer:
        told = keeping(moved)(case, target, repeat, answer)
        assert told.record is not None
        return replace(told, record=replace(told.record, traces=moved(case, target)))

    found = surveyed([("P", "P")] * 3 + [("P", "x")] * 3, kept=kept)
    view = found.tallies["candidate"].view().traces[PARTNER]
    assert (view.counts, view.changed_at) == ({"groq": 3}, "")


def test_no_server_can_make_the_counts_grow_without_end() -> None:
    found = Traces()
    for number in range(500):
        found.add({f"name {number % 40}": f"value {number}"}, NOON + number)
        found.add({BUILD: f"fp_{number}"}, NOON + number)
    views = found.views()
    assert len(views) == 8
    assert len(views[BUILD].counts) == 11
    assert views[BUILD].counts["others"] == 490
    assert sum(views[BUILD].counts.values()) == 500


def test_names_and_values_are_visible_text_of_bounded_length() -> None:
    found = cleaned({"a\x1b": "b\u202ec", " ": "x", "y": "\n", "long": "z" * 999})
    assert found == {"a\\x1b": "b\\u202ec", "long": "z" * 199 + "…"}
    with pytest.raises(TypeError, match="traces gave 7 for 'build': both must be text"):
        cleaned({"build": 7})  # type: ignore[dict-item]


def test_values_are_listed_as_in_a_sentence() -> None:
    assert in_words({"a": 1_200, "b": 2, "c": 3}) == "a (1,200), b (2) and c (3)"
    assert in_words({"a": 1}) == "a (1)"


def test_a_target_without_a_pin_stays_opaque_with_traces_alone() -> None:
    targets = tuple(Target(name=n, provider="p", model="m") for n in ("baseline", "candidate"))
    found = survey(lambda *_: {PARTNER: "groq"}, served=nobody, targets=targets)
    assert found.tallies["candidate"].proof == "opaque"
    assert PINS[0] not in found.tallies["candidate"].evidence
