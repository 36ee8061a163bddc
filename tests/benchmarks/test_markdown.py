"""The page of results."""

from benchmarks.kept import StartUp
from benchmarks.markdown import page, reached, rows
from benchmarks.must_reach import Aim
from benchmarks.table import table_of
from benchmarks.work import Shown
from tests.benchmarks.measured import CALLS, measured, report_page, rival_page


def aim(*, is_reached: bool | None) -> Aim:
    return Aim(what="speed", wanted="> 1", measured="2", is_reached=is_reached)


def test_a_promise_that_was_not_kept_stands_out() -> None:
    lines = list(reached([aim(is_reached=True), aim(is_reached=False), aim(is_reached=None)]))
    assert [line.split(" | ")[-1] for line in lines[2:]] == [
        "reached |",
        "**not reached** |",
        "not measured |",
    ]


def test_every_row_has_a_cell_for_every_column() -> None:
    table = table_of(
        [
            measured("revgate", shown=Shown(p50_s=0.0504, p99_s=0.053)),
            measured("lm-eval", wall_s=20.0),
        ]
    )
    lines = list(rows(table, CALLS))
    assert len({line.count("|") for line in lines}) == 1
    assert "50.40 ms | 53.00 ms" in lines[2]
    assert "| 200 | 10.00 | 4,000 | 1.00 |" in lines[3]
    assert "not shown" in lines[3]


def test_who_failed_is_named_and_in_no_table() -> None:
    failed = measured("promptfoo", exit_code=1, served=7)
    text = page(table_of([failed]), [], [failed], {"machine": "two cores"}, [], [])
    assert "- machine: two cores" in text
    assert "promptfoo, 4,000 calls, concurrency 32, 0 ms, round 1: exit 1, 7 calls served" in text
    assert "| promptfoo |" not in text


def test_memory_of_all_processes_stands_beside_that_of_the_largest() -> None:
    table = table_of([measured("revgate", together_bytes=160_000_000), measured("lm-eval")])
    ours, theirs = list(rows(table, CALLS))[2:]
    assert "| 160 MB | 100 MB |" in ours
    assert "|  | 100 MB |" in theirs


def test_what_is_missing_has_a_section() -> None:
    assert "Planned and not" not in page(table_of([]), [], [], {}, [], [])
    text = page(table_of([]), [], [], {}, [], [], missing=["1 call: promptfoo"])
    assert "## Planned and not measured" in text
    assert "- 1 call: promptfoo\n" in text


def test_start_up_is_told_in_milliseconds() -> None:
    starts = [StartUp(number=0, cpu_s=0.0791, wall_s=0.1)]
    assert "79 ms CPU, 100 ms from start to end" in page(table_of([]), [], [], {}, starts, [])


def test_reports_have_a_section_and_another_programs_page_stands_in_it() -> None:
    assert "## The report" not in page(table_of([]), [], [], {}, [], [])
    text = page(table_of([]), [], [], {}, [], [], [report_page(4_000)], [], [rival_page(4_000)])
    assert "## The report" in text
    assert "promptfoo 9.9.9" in text
