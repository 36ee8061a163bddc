"""Promises against measurements."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from benchmarks.cells import JUDGED_APART_FROM
from benchmarks.kept import Commits, Pairs, Ratio, StartUp
from benchmarks.must_reach import Aim, aims, slope_per_tenfold
from benchmarks.table import table_of
from benchmarks.work import Measurement, Shown, Work
from harness.pipeline.judging_process import MANY_CALLS
from tests.benchmarks.measured import CALLS, MANY, measured


def told(
    measurements: Sequence[Measurement] = (),
    ratios: Sequence[Ratio] = (),
    starts: Sequence[StartUp] = (),
    committed: Sequence[Commits] = (),
    compared: Sequence[Pairs] = (),
) -> list[Aim]:
    return aims(
        table_of(measurements),
        ratios,
        starts,
        committed,
        compared,
        calls=4_000,
        many_calls=20_000,
    )


def one(found: Sequence[Aim], words: str) -> Aim:
    [aim] = [aim for aim in found if words in aim.what]
    return aim


def test_nothing_measured_reaches_nothing_and_fails_nothing() -> None:
    assert {aim.is_reached for aim in told()} == {None}


@pytest.mark.parametrize(("ours_s", "reached"), [(1.9, True), (2.1, False)])
def test_half_the_speed_of_the_bare_loop_is_the_limit(ours_s: float, reached: bool) -> None:
    found = told(
        [
            measured("revgate", MANY, phase_s=ours_s),
            measured("bare pycurl", MANY, phase_s=1.0),
        ]
    )
    [aim] = [a for a in found if a.what.startswith("request") and a.what.endswith("bare pycurl")]
    assert aim.is_reached is reached


def test_a_rival_that_ran_fewer_calls_only_is_not_measured_and_lends_no_figure() -> None:
    few = [measured("revgate", phase_s=1.0), measured("lm-eval", phase_s=5.0)]
    aim = one(told([*few, measured("revgate", MANY)]), "lm-eval")
    assert (aim.measured, aim.is_reached) == ("not measured", None)
    aim = one(told([*few, measured("revgate", MANY), measured("lm-eval", MANY)]), "lm-eval")
    assert (aim.measured, aim.is_reached) == ("1.00 times", False)


@pytest.mark.parametrize(("p50_ms", "reached"), [(50.9, True), (49.1, True), (51.1, False)])
def test_a_latency_shown_is_held_against_the_delay_of_the_server(
    p50_ms: float, reached: bool
) -> None:
    work = Work(calls=4_000, concurrency=8, delay_ms=50)
    shown = Shown(p50_s=p50_ms / 1000, p99_s=None)
    found = told([measured("revgate", work, shown=shown)])
    assert one(found, "p50 shown minus truth, delay 50 ms, concurrency 8").is_reached is reached
    assert one(found, "p99 shown minus truth, delay 50 ms, concurrency 8").is_reached is None


@pytest.mark.parametrize(("missed", "reached"), [(6, True), (7, False)])
def test_intervals_must_cover_one_in_94_of_100_runs(missed: int, reached: bool) -> None:
    ratios = [
        Ratio(
            metric="latency_p50",
            delay_ms=0,
            number=number,
            low=1.01 if number < missed else 0.99,
            high=1.02,
            pairs=2_000,
        )
        for number in range(100)
    ]
    aim = one(told(ratios=ratios), "latency_p50")
    assert aim.is_reached is reached
    assert aim.measured == f"{100 - missed} of 100"


def peaks(sums: dict[int, float | None], largest: float = 80e6) -> list[Measurement]:
    return [
        measured(
            "revgate",
            Work(calls=count, concurrency=32),
            peak_bytes=int(largest),
            together_bytes=None if total is None else int(total),
        )
        for count, total in sums.items()
    ]


def test_memory_is_held_against_a_limit_as_the_sum_of_all_processes() -> None:
    found = told(peaks({1_000: 81e6, 20_000: 149e6, 200_000: 151e6}))
    assert [aim.is_reached for aim in found if "peak memory of all" in aim.what] == [
        True,
        True,
        False,
    ]
    assert one(found, "processes, 200,000").measured == "151 MB; the largest process 80 MB"
    found = told(peaks({1_000: 81e6}, largest=151e6))
    assert one(found, "processes, 1,000").is_reached is False


def test_growth_is_told_for_each_step_and_the_start_of_the_second_process_is_named() -> None:
    found = told(peaks({1_000: 70e6, 2_000: 90e6, 20_000: 94e6, 200_000: 100e6}))
    over = one(found, "1,000 to 20,000")
    assert "over the start of a second process" in over.what
    assert over.is_reached is False
    assert over.measured == (
        "18.4 MB; 20 MB of it from 1,000 to 2,000 calls, where the second starts"
    )
    same, last = one(found, "2,000 to 20,000"), one(found, "20,000 to 200,000")
    assert (same.measured, same.is_reached) == ("4.0 MB", True)
    assert "second" not in same.what + last.what
    assert (last.measured, last.is_reached) == ("6.0 MB", False)


def test_lines_that_were_kept_before_sums_were_taken_prove_nothing_of_memory() -> None:
    found = told(peaks({1_000: None, 20_000: None, 200_000: None}))
    assert one(found, "processes, 20,000").measured == "not measured; the largest process 80 MB"
    assert {aim.is_reached for aim in found if "memory of all" in aim.what} == {None}


def test_the_second_process_starts_where_revgate_starts_it() -> None:
    assert JUDGED_APART_FROM == MANY_CALLS


def test_one_peak_has_no_slope() -> None:
    assert slope_per_tenfold({1_000: 1e6}) is None
    assert slope_per_tenfold({1_000: 3e6, 100_000: 5e6}) == pytest.approx(1e6)


def test_start_up_and_commits_are_medians_over_their_runs() -> None:
    starts = [StartUp(number=n, cpu_s=cpu, wall_s=1.0) for n, cpu in enumerate((0.08, 0.09, 9.0))]
    committed = [
        Commits(
            number=0,
            calls=20_000,
            calls_per_s=4_000,
            commits=300,
            commit_s=0.75,
            writer_cpu_s=1.0,
            phase_s=5.0,
        )
    ]
    found = told([measured("revgate", CALLS)], starts=starts, committed=committed)
    assert one(found, "--version").is_reached is True
    assert one(found, "commits").is_reached is False
    assert one(found, "commits").measured == "15.0% at 4,000 calls/s"


@pytest.mark.parametrize(
    ("deciding_s", "peak_bytes", "reached"),
    [(4.9, 900_000_000, [True, True]), (5.1, 1_100_000_000, [False, False])],
)
def test_a_million_pairs_are_decided_in_seconds_and_a_gigabyte(
    deciding_s: float, peak_bytes: int, reached: list[bool]
) -> None:
    run = Pairs(
        number=0,
        pairs=1_000_000,
        taking_in_cpu_s=30.0,
        deciding_cpu_s=deciding_s,
        deciding_wall_s=9.0,
        peak_bytes=peak_bytes,
    )
    few = replace(run, pairs=10_000, deciding_cpu_s=0.1, peak_bytes=1)
    found = [aim for aim in told(compared=[few, run]) if "pairs of records" in aim.what]
    assert [aim.is_reached for aim in found] == reached
    assert {aim.is_reached for aim in told(compared=[few]) if "records" in aim.what} == {None}
