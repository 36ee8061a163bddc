"""Waivers matched with a comparison: which flips they take, and what the others did not do."""

from collections.abc import Sequence

import pytest

from harness import stats
from harness.data.noun import replace
from harness.data.suite import Gate
from harness.data.verdict import Verdict
from harness.data.waiver import Waiver, Waivers
from harness.gates.results import Evidence
from harness.stages.compare import compare
from harness.stages.decide import decide
from harness.waivers import SeenCases, Settled, as_unchanged, in_force, settle
from tests.gates.world import NAMES, PINS, TASK, Row, counts, shape, stored, surveyed

DAY = "2026-11-21"


def waiver(number: int, *, revision: str = PINS[1], expires: str = "2027-01-01") -> Waiver:
    """Give the waiver of a case of the world, whose digest is its number."""
    return Waiver(
        case=f"c{number}", digest=str(number), revision=revision, reason="so", by="kim",
        accepted=DAY, expires=expires,
    )  # fmt: skip


def settled(rows: Sequence[Row], *entries: Waiver) -> Settled:
    asked = shape(rows, (), {})
    seen = SeenCases(Waivers(file="f", entries=entries))
    survey = compare(seen.watch(stored(rows)), asked, TASK)
    revisions = {target.name: target.revision for target in asked.targets[1:]}
    return settle(seen.waivers, survey.comparisons, revisions, seen, DAY)


def decided(rows: Sequence[Row], *entries: Waiver, gate: Gate) -> Verdict:
    survey = surveyed(rows)
    return decide(
        Evidence(
            suite=shape(rows, (gate,), {}),
            gates=(gate,),
            comparisons=settled(rows, *entries).gated,
            tallies=survey.tallies,
            counts=survey.counts,
        )
    )


def test_a_waived_flip_stands_apart_and_the_observed_table_stays() -> None:
    rows = counts(3, 2, 1)
    found = settled(rows, waiver(3))
    (comparison,) = found.comparisons
    assert [flip.case_id for flip in comparison.flips] == ["c4", "c5"]
    assert [one.flip.case_id for one in comparison.waived] == ["c3"]
    assert list(comparison.table.after_pass) == [1, 1, 1, 0, 0, 1]
    assert list(found.gated[0].table.after_pass) == [1, 1, 1, 1, 0, 1]
    assert found.waived == {"candidate": {"c3"}}
    assert [use.status for use in found.uses] == ["used"]


@pytest.mark.parametrize(
    ("entry", "status", "word"),
    [
        (waiver(3, expires=DAY), "used", "waived until"),
        (waiver(3, expires="2026-11-20"), "expired", "still fails"),
        (waiver(0), "unused", "did not regress"),
        (waiver(0, expires="2026-11-20"), "unused", "remove it"),
        (waiver(3, revision=PINS[2]), "mismatched", "is for revision"),
        (replace(waiver(3), digest="x"), "mismatched", "is not what it was"),
        (replace(waiver(3), digest="x", case="gone"), "mismatched", "no case of this run"),
    ],
)
def test_every_waiver_is_accounted_for(entry: Waiver, status: str, word: str) -> None:
    found = settled(counts(3, 1), entry)
    (use,) = found.uses
    assert (use.status, use.waiver) == (status, entry)
    assert word in use.note
    assert bool(found.waived) == (status == "used")


def test_what_got_better_is_never_waived() -> None:
    found = settled(counts(3, 0, 1), waiver(3))
    assert [use.status for use in found.uses] == ["unused"]
    assert len(found.comparisons[0].flips) == 1


def test_of_several_candidates_only_the_one_of_the_revision_is_waived() -> None:
    rows: list[Row] = [("P", "F", "F"), ("P", "P", "P")]
    found = settled(rows, waiver(0, revision=PINS[2]))
    assert found.waived == {NAMES[2]: {"c0"}}
    assert [len(one.flips) for one in found.comparisons] == [1, 0]


def test_an_inferred_gate_sees_a_waived_case_as_unchanged() -> None:
    gate = Gate(metric="pass_rate", max_drop=0.02)
    rows = counts(280, 20)
    (plain,) = decided(rows, gate=gate).gates
    (waived,) = decided(rows, *(waiver(280 + i) for i in range(20)), gate=gate).gates
    assert (plain.outcome, waived.outcome) == ("fail", "pass")
    expected = stats.paired_proportion(0, 0, 300)
    assert (waived.low, waived.high) == (expected.low, expected.high)


@pytest.mark.parametrize(
    ("gate", "before", "after"),
    [
        (Gate(metric="regressions", max=0), "fail", "pass"),
        (Gate(metric="pass_rate", min=0.99), "fail", "pass"),
        (Gate(metric="agreement", min=0.9), "fail", "pass"),
        (Gate(metric="mean_score", max_drop=0.05), "fail", "pass"),
    ],
)
def test_every_gate_on_answers_leaves_waived_cases_out(gate: Gate, before: str, after: str) -> None:
    rows = counts(150, 50)
    entries = [waiver(150 + i) for i in range(50)]
    assert decided(rows, gate=gate).outcome == before
    assert decided(rows, *entries, gate=gate).outcome == after


def test_a_waived_case_with_missing_repeats_still_counts_them() -> None:
    rows: list[Row] = [("PPP", "FFt")] + [("PPP", "PPP")] * 200
    gate = Gate(metric="error_rate", max=0.0)
    assert decided(rows, waiver(0), gate=gate).outcome == "fail"  # a fault is no flip
    table = settled(rows, waiver(0)).gated[0].table
    assert table.after_missing[0] == pytest.approx(1 / 3)
    assert table.after_pass[0] == 1


def test_only_what_regressed_is_put_back() -> None:
    rows: list[Row] = [("P", "F"), ("F", "P"), ("t", "F"), ("P", "t"), ("F", "F")]
    (comparison,) = surveyed(rows).comparisons
    table = as_unchanged(comparison.table, {f"c{i}" for i in range(5)})
    assert [table.after_pass[row] for row in (0, 1, 2, 4)] == [1, 1, 0, 0]
    assert table.after_pass[3] != table.after_pass[3]
    assert list(comparison.table.after_pass)[:2] == [0, 1]  # as observed


def test_waivers_in_force_are_those_of_the_revision_until_their_day() -> None:
    entries = (
        waiver(1, revision="B" * 40),
        waiver(2, revision=PINS[2]),
        waiver(3, expires=DAY),
        waiver(4, expires="2026-11-20"),
    )
    assert in_force(Waivers(entries=entries), DAY) == {
        "1": {PINS[1]},
        "2": {PINS[2]},
        "3": {PINS[1]},
    }


def test_flakiness_is_not_waived() -> None:
    rows: list[Row] = [("PPP", "FFP")] + [("PPP", "PPP")] * 9
    gate = Gate(metric="flaky_rate", max=0.05)
    assert decided(rows, waiver(0), gate=gate).outcome == "fail"
