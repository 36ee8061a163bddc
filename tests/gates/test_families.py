"""`each: tag` gates are one family; three targets give a result a candidate."""

from collections.abc import Callable

import pytest

from harness import stats
from harness.data.suite import Gate
from tests.gates.world import Row, counts, verdict

EACH = Gate(metric="pass_rate", max_drop=0.05, each="tag")


def by_size(*sizes: int) -> Callable[[int], tuple[str, ...]]:
    """Give tags t0, t1, ... to so many cases each."""
    names = [f"t{i}" for i, size in enumerate(sizes) for _ in range(size)]
    return lambda case: (names[case],)


def test_one_tag_of_many_fails_only_at_the_adjusted_level() -> None:
    # 50 cases, 12 lost and 2 gained: below -0.05 at 95 %, not at 99.5 %.
    assert stats.paired_proportion(12, 2, 50, 0.95).high < -0.05
    assert stats.paired_proportion(12, 2, 50, 0.995).high >= -0.05
    bad = counts(36, 12, 2)
    alone = verdict(bad, EACH, tags=by_size(50))
    assert [g.outcome for g in alone.gates] == ["fail"]
    rows = bad + counts(50 * 9)
    found = {g.slice: g for g in verdict(rows, EACH, tags=by_size(50, *[50] * 9)).gates}
    assert len(found) == 10
    assert found["t0"].outcome == "inconclusive"
    assert found["t0"].reason.endswith("not sure enough for one of 10 tags (Holm)")


def test_a_tag_that_clearly_fails_fails_among_many_and_lets_the_next_step_down() -> None:
    assert stats.paired_proportion(13, 2, 50, 0.975).high < -0.05
    rows = counts(10, 40) + counts(35, 13, 2)
    found = verdict(rows, EACH, tags=by_size(50, 50))
    assert [g.outcome for g in found.gates] == ["fail", "fail"]
    assert found.exit_code == 1


def test_a_pass_needs_every_tag_and_no_correction() -> None:
    rows = counts(100) + counts(100)
    found = verdict(rows, EACH, tags=by_size(100, 100))
    assert [g.outcome for g in found.gates] == ["pass", "pass"]
    assert found.exit_code == 0
    few = verdict(counts(110), EACH, tags=by_size(100, 10))
    assert [g.outcome for g in few.gates] == ["pass", "inconclusive"]
    assert few.exit_code == 10


def test_a_counted_gate_each_tag_is_not_adjusted() -> None:
    gate = Gate(metric="regressions", max=0, each="tag")
    found = verdict(counts(19, 1), gate, tags=by_size(5, 5, 5, 5))
    assert [g.outcome for g in found.gates] == ["pass", "pass", "pass", "fail"]


def test_a_gate_for_each_tag_is_undecided_where_no_case_has_one() -> None:
    found = verdict(counts(300), EACH, Gate(metric="faults", max=0))
    assert [g.outcome for g in found.gates] == ["inconclusive", "pass"]
    assert found.exit_code == 10
    assert "no case has a tag" in found.reasons[0]


def test_a_tag_written_twice_counts_its_case_once() -> None:
    found = verdict(counts(3, 1), Gate(metric="regressions", max=1, each="tag"),
                    tags=lambda _case: ("a", "a"))  # fmt: skip
    assert [(g.candidate, g.outcome) for g in found.gates] == [(1, "pass")]


def test_three_targets_give_a_result_a_candidate_and_each_is_named() -> None:
    rows: list[Row] = [("P", "P", "P")] * 20 + [("P", "F", "P")]
    found = verdict(rows, Gate(metric="regressions", max=0))
    assert {g.target: g.outcome for g in found.gates} == {"candidate": "fail", "other": "pass"}
    assert found.exit_code == 1
    assert found.reasons == (
        "regressions max 0 (candidate): 1 case passed before and fails now, 0 allowed",
    )


@pytest.mark.parametrize("tags", [("a",), ("a", "b")])
def test_a_slice_is_named_in_the_reason(tags: tuple[str, ...]) -> None:
    found = verdict(counts(3, 1), Gate(metric="regressions", max=0, each="tag"),
                    tags=lambda _case: tags)  # fmt: skip
    assert [reason.split(":")[0] for reason in found.reasons] == [
        f"regressions [{tag}] max 0" for tag in tags
    ]
