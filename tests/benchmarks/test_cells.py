"""Who does which work, in which order."""

from typing import Any

from benchmarks.cells import LIMITS, OURS, RIVALS, Cell, cells, memory_calls, missing
from benchmarks.table import table_of
from benchmarks.work import Work
from tests.benchmarks.measured import CALLS, MANY, measured


def planned(rounds: int = 5, **options: Any) -> list[Cell]:
    return cells(rounds=rounds, calls=4_000, many_calls=20_000, **options)


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
    [more, *_] = [c for c in planned(rival_rounds_of_latency=2) if c.group == "latency"]
    assert set(more.turns(1)) == {OURS, *LIMITS, *RIVALS}


def test_every_rival_does_many_calls_and_the_fast_one_as_often_as_we() -> None:
    [many] = [cell for cell in planned() if cell.work == MANY]
    assert {name: many.rounds_by(name) for name in RIVALS} == {
        "lm-eval": 5,
        "inspect-ai": 1,
        "promptfoo": 1,
    }
    [more] = [cell for cell in planned(rival_rounds_of_many=7) if cell.work == MANY]
    assert more.most_rounds == 7
    assert set(more.turns(6)) == {"inspect-ai", "promptfoo"}


def test_every_concurrency_is_measured_at_both_sizes_both_delays_and_with_tls() -> None:
    works = [cell.work for cell in planned() if {OURS, *LIMITS} <= set(cell.contenders)]
    for calls, delay_ms, has_tls in ((4_000, 0, False), (4_000, 50, False), (4_000, 0, True)):
        same = {Work(calls=calls, concurrency=at, delay_ms=delay_ms, has_tls=has_tls)
                for at in (8, 32, 64, 256)}  # fmt: skip
        assert same <= set(works)
    assert {Work(calls=20_000, concurrency=at) for at in (8, 32, 64, 256)} <= set(works)
    assert any(work.calls == 20_000 and work.delay_ms for work in works)
    assert any(work.calls == 20_000 and work.has_tls for work in works)
    assert any(work.delay_ms and work.has_tls for work in works)


def test_no_cell_has_more_rounds_than_were_asked_for() -> None:
    assert {cell.most_rounds for cell in planned(1)} == {1}


def test_memory_is_measured_over_two_powers_of_ten_and_on_both_sides_of_the_second_process() -> (
    None
):
    assert memory_calls(20_000) == (1_000, 2_000, 20_000, 200_000)
    adding = {cell.work for cell in planned(1) if cell.adds_up}
    assert {Work(calls=count, concurrency=32) for count in memory_calls(20_000)} <= adding


def test_memory_is_not_looked_at_where_latency_is_compared() -> None:
    assert not any(cell.adds_up for cell in planned() if cell.work.delay_ms)


def test_what_is_planned_and_not_measured_is_named() -> None:
    cell = Cell(
        group="speed",
        work=CALLS,
        contenders=("revgate", "lm-eval", "promptfoo"),
        rounds=2,
        rounds_of={"promptfoo": 1},
    )
    lines = [measured("revgate", number=number) for number in range(2)]
    [line] = missing([cell], table_of([*lines, measured("lm-eval")]))
    assert line == "4,000 calls, concurrency 32, 0 ms: lm-eval (1 of 2 rounds), promptfoo"
    failed = measured("promptfoo", exit_code=1)
    assert "promptfoo" in missing([cell], table_of([*lines, failed]))[0]
    done = [measured("lm-eval", number=1), measured("lm-eval"), measured("promptfoo")]
    assert missing([cell], table_of([*lines, *done])) == []
