"""Who does which work, in which order."""

from benchmarks.cells import LIMITS, OURS, RIVALS, Cell, cells, memory_calls
from benchmarks.work import Work


def planned(rounds: int = 5) -> list[Cell]:
    return cells(rounds=rounds, calls=4_000, many_calls=20_000, rival_rounds_of_many=0)


def test_no_work_is_measured_twice() -> None:
    works = [cell.work for cell in planned()]
    assert len(works) == len(set(works))


def test_every_contender_is_first_in_some_round() -> None:
    [speed, *_] = planned(7)
    assert {speed.turns(number)[0] for number in range(7)} == set(speed.contenders)
    assert sorted(speed.turns(1)) == sorted(speed.turns(0)) == sorted((OURS, *LIMITS, *RIVALS))


def test_slow_rivals_run_fewer_rounds_where_their_ratio_needs_none() -> None:
    latency = [cell for cell in planned() if cell.group == "latency"]
    assert [cell.work.concurrency for cell in latency] == [8, 64, 256]
    assert set(latency[0].turns(0)) == {OURS, *LIMITS, *RIVALS}
    assert set(latency[0].turns(1)) == {OURS, *LIMITS}


def test_memory_is_measured_at_three_sizes_over_two_powers_of_ten() -> None:
    assert memory_calls(20_000) == (1_000, 20_000, 200_000)
    works = {
        cell.work
        for cell in cells(rounds=1, calls=4_000, many_calls=20_000, rival_rounds_of_many=0)
    }
    assert {Work(calls=count, concurrency=32) for count in memory_calls(20_000)} <= works
