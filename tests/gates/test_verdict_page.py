"""docs/verdict.md says what the project does: its numbers are computed again."""

import re
from pathlib import Path
from typing import get_args

import pytest

from harness import stats
from harness.data.suite import Proof
from harness.gates import default_gates
from harness.gates.consumption import FEWEST_CASES
from harness.gates.difference import difference
from harness.gates.latency import QUANTILES, cases_needed
from harness.gates.rows import Rows
from harness.gates.table import DECIDERS
from harness.gates.words import rule_of
from harness.pairs.means import FEWEST_UNBOUNDED
from tests.gates.world import Row, counts, surveyed, verdict

PAGE = (Path(__file__).parents[2] / "docs" / "verdict.md").read_text(encoding="utf-8")
LATENCY = "latency_p95 max_ratio 1.25"


def cells(first: str) -> list[list[str]]:
    """Give the rows of the table whose first heading is `first`."""
    lines = iter(PAGE.splitlines())
    found: list[list[str]] = []
    for line in lines:
        if line.startswith(f"| {first} |"):
            next(lines)
            for row in lines:
                if not row.startswith("|"):
                    break
                found.append([cell.strip() for cell in row.strip("|").split("|")])
    assert found, f"no table of {first}"
    return found


@pytest.fixture(scope="module")
def example() -> list[Row]:
    same, lost, gained, broken, missing = (
        int(number) for _, number in cells("what became of the case")
    )
    return [*counts(same, lost, gained, broken), *[("P", "x")] * missing]


def test_the_example_comes_out_as_written(example: list[Row]) -> None:
    found = verdict(example)
    assert len(example) == 300
    block = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    assert tuple(block[1].strip().splitlines()) == found.reasons
    assert found.exit_code == 0


def test_the_prose_of_the_example_has_its_numbers(example: list[Row]) -> None:
    (comparison,) = surveyed(example).comparisons
    found = difference(Rows(table=comparison.table), "pass", 0.95)
    prose = PAGE.replace("\n", " ")
    assert f"the candidate is {found.observed.estimate * 100:.0f} points better" in prose
    low, high = -found.observed.low * 100, found.observed.high * 100
    assert f"from {low:.1f} points worse to {high:.1f} points better" in prose
    assert f"reach down to −{-found.worst.low * 100:.1f} points" in prose


def test_the_other_two_endings_are_as_written() -> None:
    prose = PAGE.replace("\n", " ")
    told = re.search(r'With (\d+) regressed and (\d+) fixed of 300 the same gate says "(.*?)" '
                     r"\(exit code (\d+)\); with (\d+) regressed and (\d+) fixed it fails "
                     r"\(exit code (\d+)\)", prose)  # fmt: skip
    assert told is not None
    lost, gained, code = int(told[1]), int(told[2]), int(told[4])
    found = verdict(counts(300 - 12 - lost - gained, lost, gained, 12))
    assert found.exit_code == code
    assert found.reasons[0].endswith(told[3])
    lost, gained, code = int(told[5]), int(told[6]), int(told[7])
    assert verdict(counts(300 - 14 - lost - gained, lost, gained, 14)).exit_code == code


def test_the_default_gates_are_those_of_the_table() -> None:
    rows = {suite: re.findall(r"`([^`]+)`", gates) for suite, gates in cells("suite")}
    threshold = stats.cases_to_pass(0.02)

    def rules(n: int, *, expects: bool = True) -> list[str]:
        gates = default_gates(n, has_expectations=expects)
        assert rows["all of them"] == [
            f"{g.metric} {rule_of(g)}" for g in gates if g.level == "warn"
        ]
        return [f"{g.metric} {rule_of(g)}" for g in gates if g.level == "error"]

    assert rules(threshold) == rows[f"{threshold} cases or more"]
    assert rules(threshold - 1) == rows[f"fewer than {threshold} cases"]
    assert rules(threshold, expects=False) == rows["no case expects anything"]
    assert f"({stats.cases_to_reach(0.95)} cases can pass)" in PAGE
    assert PAGE.count(str(threshold)) == 3
    assert f"it takes {stats.clusters_to_pass(0.02)} clusters of one size" in PAGE


def test_the_numbers_of_latency_are_those_in_force() -> None:
    needed = {name.rpartition("_")[2]: cases_needed(name, 0.95) for name in QUANTILES}
    assert len(needed) == 4
    sentence = (
        f"{needed['p50']} cases measured on both sides for p50, {needed['p90']} for p90, "
        f"{needed['p95']} for p95 and {needed['p99']:,} for p99"
    )
    assert sentence in PAGE.replace("\n", " ")


def test_every_gate_and_every_proof_is_explained() -> None:
    for metric, limit in DECIDERS:
        name = metric.removeprefix("latency_")
        assert re.search(rf"`(latency_)?{name}`[^|]*`{limit}`", PAGE), (metric, limit)
    assert f"takes {FEWEST_UNBOUNDED} cases" in PAGE
    assert f"known on both sides, {FEWEST_CASES} of them" in PAGE.replace("\n", " ")
    assert [proof.strip("`") for proof, _ in cells("proof")] == list(get_args(Proof))


def test_every_outcome_has_its_code() -> None:
    told = {(int(code), outcome) for code, outcome, _ in cells("exit code")}
    assert told == {(0, "pass"), (1, "fail"), (10, "inconclusive"), (11, "invalid"),
                    (12, "inconclusive")}  # fmt: skip


def test_the_cases_that_stopping_early_asks_are_those_that_are_measured() -> None:
    from tests.stats.test_sequential import PUBLISHED

    told = [(outcome, int(median)) for _, outcome, median in cells("truth")]
    assert told == [(outcome, median) for _, _, outcome, _, median in PUBLISHED]


def test_what_must_be_equal_is_listed_with_what_it_does() -> None:
    from harness.data.conditions import POLICIES

    told = {item.strip("`"): policy for item, policy, _ in cells("item")}
    assert told == dict(POLICIES)


def test_every_metric_that_needs_all_cases_is_named_under_stopping_early() -> None:
    from harness.gates.early import _SHARES, NUMBERS

    part = PAGE.partition("## Stopping early")[2].partition("\n## ")[0].replace("\n", " ")
    for metric in NUMBERS | _SHARES:
        assert f"`{metric}`" in part, metric


def test_the_clusters_a_sequence_takes_are_as_written() -> None:
    prose = PAGE.replace("\n", " ")
    told = re.search(
        r"(\d+) clusters of one size in which nothing changes pass a drop of (\d+) points; one "
        r"cluster of two cases among single ones makes it (\d+)",
        prose,
    )
    assert told is not None
    alike, drop, singles = int(told[1]), int(told[2]) / 100, int(told[3])
    assert alike == stats.cases_to_settle(drop)
    assert stats.clusters_settle([1] * singles + [2], drop)
    assert not stats.clusters_settle([1] * (singles - 1) + [2], drop)
