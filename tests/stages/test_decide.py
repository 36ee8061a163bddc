"""Gates, proof and outages to one outcome, in their order of gravity."""

import itertools

import pytest

from harness.data.exchange import Identity
from harness.data.noun import replace
from harness.data.suite import Gate, Target
from harness.exits import WORDS
from harness.store import StoredAnswer
from tests.gates.world import NAMES, PINS, Row, Served, counts, honest, nobody, verdict

REGRESSIONS = Gate(metric="regressions", max=0)
FAULT_GATE = Gate(metric="faults", max=0)
ERRORS = Gate(metric="error_rate", max=0.01)
DROP = Gate(metric="pass_rate", max_drop=0.02)


def foreign(_target: int, _letter: str) -> object:
    return honest(2, "P")


def level(gate: Gate, wanted: str) -> Gate:
    return replace(gate, level=wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "gates", "outcome", "code"),
    [
        (counts(20), (REGRESSIONS, FAULT_GATE), "pass", 0),
        (counts(20, 1), (REGRESSIONS, FAULT_GATE), "fail", 1),
        (counts(20), (DROP,), "inconclusive", 10),
        (counts(20, 1), (DROP, REGRESSIONS), "fail", 1),  # fail outweighs inconclusive
        (counts(20), (), "pass", 0),
    ],
)
def test_the_gravest_gate_decides(
    rows: list[Row], gates: tuple[Gate, ...], outcome: str, code: int
) -> None:
    found = verdict(rows, *gates)
    assert (found.outcome, found.exit_code) == (outcome, code)
    assert found.reasons
    assert code in WORDS


@pytest.mark.parametrize("silent", ["warn", "off"])
def test_nothing_gated_is_never_a_pass(silent: str) -> None:
    found = verdict(counts(300), level(DROP, silent))
    assert (found.outcome, found.exit_code) == ("inconclusive", 10)
    assert "nothing was asked" in found.reasons[-1]


def test_a_warning_never_changes_the_outcome() -> None:
    for rows in (counts(20), counts(20, 5)):
        alone = verdict(rows, FAULT_GATE)
        beside = verdict(rows, FAULT_GATE, level(REGRESSIONS, "warn"), level(DROP, "warn"))
        assert (beside.outcome, beside.exit_code) == (alone.outcome, alone.exit_code)
        assert len(beside.gates) == 3


def test_a_gate_that_is_off_is_skipped() -> None:
    assert [g.metric for g in verdict(counts(5), FAULT_GATE, level(DROP, "off")).gates] == [
        "faults"
    ]


def test_answers_from_another_commit_are_invalid_whatever_the_gates_say() -> None:
    for rows in (counts(300), counts(0, 300), [("P", "c")] * 20):
        found = verdict(rows, DROP, served=foreign)
        assert (found.outcome, found.exit_code) == ("invalid", 11)
        assert PINS[2] in found.reasons[0]


UNPINNED = tuple(Target(name=n, provider="p", model="m") for n in ("baseline", "candidate"))


def changing() -> Served:
    """Give answers of which the candidate's with letter Q come from another commit."""

    def served(target: int, letter: str) -> Identity:
        return Identity(revision=PINS[2] if letter == "Q" else PINS[target], source="x-sha")

    return served


def by_the_minute(case: int, _target: int, _repeat: int, answer: StoredAnswer) -> StoredAnswer:
    return replace(answer, answered_at=1_800_000_000.0 + 60 * case)


def test_an_unpinned_side_whose_commit_changed_in_mid_run_is_invalid_and_says_when() -> None:
    rows: list[Row] = [*counts(40), *[("P", "Q")] * 20]
    found = verdict(rows, ERRORS, targets=UNPINNED, served=changing(), kept=by_the_minute)
    assert (found.outcome, found.exit_code) == ("invalid", 11)
    (reason,) = found.reasons
    assert reason.startswith("candidate is not pinned, and one side was several models: ")
    assert "changed in mid-run, before 2027-01-15T08:40:00Z" in reason
    assert f"40 responses from {PINS[1]}" in reason
    assert f"20 responses from {PINS[2]}" in reason
    assert "pin it to one of them, or run it again" in reason


def test_an_unpinned_side_that_stays_what_it_is_is_decided() -> None:
    found = verdict(counts(60), ERRORS, targets=UNPINNED, kept=by_the_minute)
    assert found.exit_code == 0


def test_a_pinned_side_whose_commit_changed_says_when_too() -> None:
    rows: list[Row] = [*counts(40), *[("P", "Q")] * 20]
    found = verdict(rows, ERRORS, served=changing(), kept=by_the_minute)
    assert found.exit_code == 11
    assert f"candidate is pinned to {PINS[1]}, but answers came from {PINS[2]}" in found.reasons[0]
    assert "before 2027-01-15T08:40:00Z" in found.reasons[0]


@pytest.mark.parametrize(
    ("letters", "told"),
    [
        ("..", "2 planned calls were not sent; `revgate run --resume` goes on"),
        (".", "1 planned call was not sent; `revgate run --resume` goes on"),
        ("b", "1 planned call was not sent: so"),
    ],
)
def test_an_unfinished_run_is_invalid(letters: str, told: str) -> None:
    found = verdict([*counts(0, 300), *[("P", c) for c in letters]], DROP)
    assert (found.outcome, found.exit_code) == ("invalid", 11)
    assert told in found.reasons[0]


@pytest.mark.parametrize("gates", [(REGRESSIONS, FAULT_GATE), (DROP, ERRORS), (DROP,)])
@pytest.mark.parametrize(
    "rows",
    [
        [("P", "c")] * 12,
        [("c", "P")] * 12,
        [("c", "t")] * 12,
        [*[("P", "c")] * 5, *[("P", "-")] * 40],
        [*counts(200), *[("P", "c")] * 5, *[("P", "-")] * 100],  # given up midway
        [*[("P", "x")] * 3, *[("P", "c")] * 5, *[("P", "-")] * 100],  # garbage, then nothing
    ],
    ids=["candidate", "baseline", "both", "stopped", "midway", "after garbage"],
)
def test_a_target_that_cannot_be_reached_is_an_outage(
    rows: list[Row], gates: tuple[Gate, ...]
) -> None:
    found = verdict(rows, *gates)
    assert (found.outcome, found.exit_code) == ("inconclusive", 12)
    assert "could not be reached" in found.reasons[0]


def test_a_gate_that_fails_on_the_answers_that_came_outweighs_an_outage() -> None:
    rows = [*counts(100, 100), *[("P", "c")] * 5, *[("P", "-")] * 5]
    found = verdict(rows, DROP, FAULT_GATE)
    assert (found.outcome, found.exit_code) == ("fail", 1)
    assert any("could not be reached" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    "rows",
    [
        [("P", "x")] * 12,  # reached, and what came was garbage
        [*counts(100), *[("P", "c")] * 30],  # most calls came through
        [*[("P", "x")] * 10, *[("P", "c")] * 2],
    ],
)
def test_a_target_that_answers_badly_is_no_outage(rows: list[Row]) -> None:
    assert verdict(rows, FAULT_GATE).exit_code == 1


def test_an_outage_of_one_of_three_is_said_and_named() -> None:
    rows: list[Row] = [("P", "P", "c")] * 20
    found = verdict(rows, REGRESSIONS)
    assert found.exit_code == 12
    assert found.reasons[0].startswith("other could not be reached")


@pytest.mark.parametrize(
    ("needed", "code"), [("proven", 10), ("declared", 10), ("observed", 10), (None, 0)]
)
def test_less_proof_than_required_is_inconclusive(needed: str | None, code: int) -> None:
    found = verdict(counts(20), REGRESSIONS, served=nobody, require_proof=needed)
    assert found.exit_code == code
    if code:
        assert len(found.reasons) == 2
        assert found.reasons[0] == (
            f"require_proof: {needed}, but the proof of baseline is opaque: "
            "no answer says which revision it came from"
        )


def test_proof_that_suffices_is_not_spoken_of() -> None:
    assert verdict(counts(20), REGRESSIONS, require_proof="proven").exit_code == 0


def test_a_failed_gate_outweighs_missing_proof_and_both_are_said() -> None:
    found = verdict(counts(20, 1), REGRESSIONS, served=nobody, require_proof="proven")
    assert found.exit_code == 1
    assert any("require_proof" in reason for reason in found.reasons)


def test_an_unpinned_target_can_be_observed() -> None:
    targets = tuple(Target(name=name, provider="p", model="m") for name in NAMES[:2])
    for needed, code in (("observed", 0), ("declared", 10)):
        found = verdict(counts(5), REGRESSIONS, targets=targets, require_proof=needed)
        assert found.exit_code == code


def test_no_case_at_all_passes_nothing() -> None:
    assert verdict([], REGRESSIONS, FAULT_GATE).exit_code == 10
    assert verdict([]).exit_code == 10


def test_only_clean_sides_ever_pass() -> None:
    """Over every small mixture of ends: exit 0 means no regression and every call answered."""
    for letters in itertools.product("PFxc-.b", repeat=3):
        rows = [("P", letter) for letter in letters]
        found = verdict(rows, REGRESSIONS, FAULT_GATE)
        assert (found.exit_code == 0) is (letters == ("P", "P", "P"))
        assert (found.outcome == "pass") is (found.exit_code == 0)
