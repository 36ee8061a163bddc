"""Gates on how answers end: refused or cut off, counted, inferred, and against the baseline."""

from typing import Any

import pytest

from harness import stats
from harness.data.noun import replace
from harness.data.record import Finish, Record
from harness.data.suite import Gate, RunSettings
from harness.gates.results import Evidence, gate_results
from harness.store import StoredAnswer
from tests.gates.world import Row, result, suite, surveyed

ENDS: dict[str, Finish] = {"s": "stop", "l": "length", "r": "refused", "?": ""}
REFUSED = Gate(metric="refusal_rate", max=0.1)
CUT = Gate(metric="truncation_rate", max=0.1)


def ending(*rows: tuple[str, str], uncounted: str = "") -> dict[str, Any]:
    """Give what makes answers end so: a letter a repeat, s stopped, l cut off, r refused, ? unsaid;
    those of `uncounted` count as missing."""

    def kept(case: int, target: int, repeat: int, answer: StoredAnswer) -> StoredAnswer:
        record: Record | None = answer.record
        if record is None or record.output is None:
            return answer
        letter = rows[case][target][repeat]
        output = replace(record.output, finish=ENDS[letter])
        missing = ENDS[letter] if letter in uncounted else ""
        return replace(answer, record=replace(record, output=output, uncounted=missing))

    return {"kept": kept}


def passing(*ends: tuple[str, str]) -> list[Row]:
    return [("P" * len(before), "P" * len(after)) for before, after in ends]


def ended(gate: Gate, *ends: tuple[str, str], **more: Any) -> Any:
    return result(passing(*ends), gate, **ending(*ends, **more))


@pytest.mark.parametrize(("gate", "letter"), [(REFUSED, "r"), (CUT, "l")])
def test_exactly_the_share_allowed_passes_and_one_more_fails(gate: Gate, letter: str) -> None:
    rows = [("s", letter)] * 10 + [("s", "s")] * 90
    found = ended(gate, *rows)
    assert (found.outcome, found.candidate, found.baseline) == ("pass", 0.1, 0.0)
    assert ended(gate, *rows[:-1], ("s", letter)).outcome == "fail"
    other = CUT if gate is REFUSED else REFUSED
    assert ended(other, *rows).candidate == 0.0


def test_whether_such_answers_count_as_missing_changes_no_rate() -> None:
    rows = [("s", "r")] * 30 + [("s", "s")] * 70
    for uncounted in ("", "rl"):
        found = ended(REFUSED, *rows, uncounted=uncounted)
        assert (found.outcome, found.candidate) == ("fail", 0.3)
    assert found.reason == (
        "30.0 % of the answers to 100 cases of the candidate were refused, 10.0 % allowed"
    )


def test_answers_that_are_missing_or_do_not_say_count_both_ways() -> None:
    few = [("s", "s")] * 92
    silent = ended(REFUSED, *few, *[("s", "?")] * 8)
    assert silent.outcome == "pass"  # 8 % at the worst
    silent = ended(REFUSED, *few, *[("s", "?")] * 12)
    assert silent.outcome == "inconclusive"
    assert "of 12 of 104 cases an answer is missing or does not say, which could turn it" in (
        silent.reason
    )
    rows = [*passing(*few), *[("P", "x")] * 12]
    assert result(rows, REFUSED, **ending(*few, *[("s", "s")] * 12)).outcome == "inconclusive"
    many = [("s", "r")] * 40 + [("s", "s")] * 60
    assert ended(REFUSED, *many, *[("s", "?")] * 100).outcome == "fail"  # 20 % at the best


def test_what_nobody_says_is_not_decided() -> None:
    found = ended(CUT, *[("s", "?")] * 50)
    assert found.outcome == "inconclusive"
    assert "no answer of the candidate to 50 cases says how it ended" in found.reason
    rise = ended(Gate(metric="truncation_rate", max_rise=0.1), *[("?", "s")] * 50)
    assert rise.outcome == "inconclusive"
    assert "no answer of the baseline" in rise.reason


def test_repeats_of_a_case_are_averaged_first() -> None:
    rows = [("ssss", "rsss")] * 10 + [("ssss", "ssss")] * 10
    found = ended(replace(REFUSED, max=0.2), *rows)
    assert (found.candidate, found.outcome) == (0.125, "pass")
    # Of a repeat that does not say, neither is known.
    half = ended(replace(REFUSED, max=0.2), *[("ssss", "rs??")] * 20)
    assert (half.candidate, half.outcome) == (0.5, "fail")  # 25 % at the best
    open_ = ended(replace(REFUSED, max=0.3), *[("ssss", "rs??")] * 20)
    assert open_.outcome == "inconclusive"


def test_with_a_confidence_the_interval_decides_and_clusters_are_the_units() -> None:
    gate = replace(REFUSED, confidence=0.95)
    rows = [("s", "r")] * 2 + [("s", "s")] * 98
    found = ended(gate, *rows)
    expected = stats.proportion(2, 100)
    assert (found.outcome, found.low, found.high) == ("pass", expected.low, expected.high)
    more = ending(*rows) | {"cluster": lambda case: f"k{case // 20}"}
    five = result(passing(*rows), gate, **more)
    assert five.outcome == "inconclusive"
    assert "clustered" in five.method


RISE = Gate(metric="refusal_rate", max_rise=0.02)


def test_a_rise_is_the_drop_of_what_is_left() -> None:
    rows = [("s", "r")] * 3 + [("r", "s")] * 5 + [("s", "s")] * 392
    found = ended(RISE, *rows)
    drop = stats.paired_proportion(3, 5, 400)
    assert found.estimate == pytest.approx(-0.005)
    assert (found.low, found.high) == (-drop.high, -drop.low)
    assert found.outcome == "pass"
    assert found.reason.startswith(
        "the share of answers that were refused goes from 1.2 % to 0.8 % over 400 cases: −0.5 "
        "points, with 95 % confidence between"
    )
    assert "; a rise of up to 2 points is allowed" in found.reason


def test_more_refusals_than_allowed_fail_and_a_few_are_undecided() -> None:
    worse = [("s", "r")] * 40 + [("s", "s")] * 160
    assert ended(RISE, *worse).outcome == "fail"
    few = [("s", "r")] * 4 + [("s", "s")] * 196
    found = ended(RISE, *few)
    assert found.outcome == "inconclusive"
    assert "undecided" in found.reason
    assert ended(replace(RISE, max_rise=0.0), *few[4:]).reason.count("no rise is allowed") == 1


def test_a_rise_survives_what_is_missing() -> None:
    same = [("s", "s")] * 300
    assert ended(RISE, *same).outcome == "pass"
    found = ended(RISE, *same, *[("s", "?")] * 10)
    assert (
        found.outcome,
        "10 cases have a missing answer, which could turn it" in found.reason,
    ) == (
        "inconclusive",
        True,
    )
    worse = [("s", "r")] * 100 + [("s", "s")] * 100
    assert ended(RISE, *worse, *[("?", "s")] * 20).outcome == "fail"
    assert ended(RISE, *worse, *[("?", "s")] * 180).outcome == "inconclusive"


def test_a_case_with_one_answer_that_counts_as_missing_has_no_pass_rate() -> None:
    ends = [("s", "l")] * 20 + [("s", "s")] * 280
    rows: list[Row] = [("P", "F")] * 20 + [("P", "P")] * 280
    drop = Gate(metric="pass_rate", max_drop=0.02)
    judged = result(rows, drop, **ending(*ends))
    assert judged.outcome == "fail"
    missing = result(rows, drop, **ending(*ends, uncounted="l"))
    assert missing.outcome == "inconclusive"
    assert (missing.candidate, missing.baseline) == (1.0, 1.0)
    assert "20 cases have a missing answer, which could turn it" in missing.reason


@pytest.mark.parametrize("metric", ["error_rate", "faults"])
def test_an_answer_that_counts_as_missing_is_no_fault_and_was_sent(metric: str) -> None:
    ends = [("s", "l")] * 20 + [("s", "s")] * 80
    found = result(passing(*ends), Gate(metric=metric, max=0), **ending(*ends, uncounted="l"))
    assert (found.outcome, found.candidate) == ("pass", 0.0)
    assert "not sent" not in found.reason


@pytest.mark.parametrize("metric", ["refusal_rate", "truncation_rate", "error_rate"])
def test_a_run_that_may_stop_early_follows_a_rise(metric: str) -> None:
    letter = {"refusal_rate": "r", "truncation_rate": "l"}.get(metric, "s")
    ends = [("s", letter)] * 60 + [("s", "s")] * 40
    rows = passing(*ends)
    if metric == "error_rate":
        rows[:60] = [("P", "x")] * 60
    survey = surveyed(rows, **ending(*ends))
    gates = (Gate(metric=metric, max_rise=0.02), Gate(metric=metric, max=0.9))
    (one,) = survey.comparisons
    asked = suite(gates=gates, run=RunSettings(stop="early"))
    evidence = Evidence(
        suite=asked,
        gates=gates,
        comparisons=(replace(one, table=replace(one.table, unasked=900)),),
        tallies=survey.tallies,
        counts=survey.counts,
    )
    rise, share = gate_results(evidence)
    assert (rise.outcome, rise.method) == ("fail", "betting sequence")
    assert "at any stop" in rise.reason
    assert share.outcome == "pass"


def test_errors_may_rise_by_so_much() -> None:
    rows: list[Row] = [("x", "x")] * 5 + [("P", "x")] * 2 + [("P", "P")] * 393
    gate = Gate(metric="error_rate", max_rise=0.03)
    found = result(rows, gate)
    assert found.outcome == "pass"
    assert (found.baseline, found.candidate) == (pytest.approx(5 / 400), pytest.approx(7 / 400))
    unsent = result([*rows[:-20], *[("P", "-")] * 20], gate)
    assert unsent.outcome == "inconclusive"
    assert result([("P", "x")] * 80 + [("P", "P")] * 320, gate).outcome == "fail"
