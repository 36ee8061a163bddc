"""Latency shown against the truth."""

from benchmarks.latency_table import latency_rows
from benchmarks.table import table_of
from benchmarks.work import Shown, Work
from tests.benchmarks.measured import CALLS, measured

EIGHT, MANY = (Work(calls=4_000, concurrency=at, delay_ms=50) for at in (8, 64))


def test_a_server_that_never_waits_has_no_truth_to_compare_with() -> None:
    shown = Shown(p50_s=0.05, p99_s=None)
    assert list(latency_rows(table_of([measured("revgate", CALLS, shown=shown)]))) == []


def test_everybody_has_a_row_with_what_is_shown_beyond_the_delay() -> None:
    lines = list(
        latency_rows(
            table_of(
                [
                    measured("promptfoo", MANY, shown=Shown(p50_s=0.443, p99_s=0.541)),
                    measured("revgate", MANY, shown=Shown(p50_s=0.0507, p99_s=0.054)),
                    measured("revgate", EIGHT, shown=Shown(p50_s=0.0495, p99_s=None)),
                    measured("lm-eval", EIGHT),
                ]
            )
        )
    )
    table = [line for line in lines if line.startswith("|")]
    assert table[0] == (
        "| contender | 4,000 calls, concurrency 8, 50 ms | 4,000 calls, concurrency 64, 50 ms |"
    )
    assert table[2:] == [
        "| revgate | p50 -0.50, p99 not shown (1) | p50 +0.70, p99 +4.00 (1) |",
        "| lm-eval | not shown (1) |  |",
        "| promptfoo |  | p50 +393.00, p99 +491.00 (1) |",
    ]
