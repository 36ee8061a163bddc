"""The table of gates says of whom and of what it speaks."""

from typing import Any

from harness.cli.summary import summary_lines, verdict_lines
from harness.data.noun import replace
from harness.data.verdict import GateResult
from tests.reports import dossiers

DROP = GateResult(
    metric="pass_rate",
    rule="max_drop 0.02",
    target="candidate",
    slice=None,
    level="error",
    baseline=0.9,
    candidate=0.8,
    estimate=-0.1,
    low=-0.2,
    high=-0.0,
    limit=0.02,
    outcome="inconclusive",
    reason="so",
)


def lines(*gates: GateResult) -> list[str]:
    dossier = dossiers.all_pass()
    shown = replace(dossier, verdict=replace(dossier.verdict, gates=gates))
    text = "\n".join(summary_lines(shown)).splitlines()
    start = next(at for at, line in enumerate(text) if line.lstrip().startswith("gate "))
    return text[start : start + 1 + len(gates)]


def with_(**changes: Any) -> GateResult:
    return replace(DROP, **changes)


def test_a_gate_names_its_candidate_where_there_are_several() -> None:
    _, alone = lines(DROP)
    assert "candidate:" not in alone
    _, one, other = lines(DROP, with_(target="other"))
    assert "~ open  candidate: pass_rate max_drop 0.02" in one
    assert "~ open  other: pass_rate max_drop 0.02" in other


def test_how_sure_an_interval_is_stands_over_it_or_beside_it() -> None:
    assert lines(DROP)[0].endswith("95 % interval")
    assert lines(with_(confidence=0.99))[0].endswith("99 % interval")
    heads, one, other, none = lines(
        DROP, with_(confidence=0.99), with_(low=None, high=None, estimate=None)
    )
    assert heads.endswith(" interval")
    assert "95 %" not in heads
    assert one.endswith("] (95 %)")
    assert other.endswith("] (99 %)")
    assert not none.rstrip().endswith(")")


def test_a_change_is_written_with_a_real_minus_and_none_as_such() -> None:
    assert "−10.0 points" in lines(DROP)[1]
    assert "±0.0 points" in lines(with_(estimate=-0.0))[1]


def test_the_verdict_is_said_once_and_each_reason_to_its_end() -> None:
    dossier = dossiers.all_pass()
    reasons = (f"{'x' * 400} could turn it", "stopped early: 8 of 9 planned calls were saved")
    verdict = replace(dossier.verdict, reasons=reasons)
    without = replace(verdict, outcome="fail", reasons=("3 cases",))
    told = [*verdict_lines(replace(dossier, verdict=verdict, without_waivers=without))]
    assert told == [f"PASS  {reasons[0]}", f"      {reasons[1]}", "without waivers: FAIL  3 cases"]
