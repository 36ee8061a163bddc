"""Judges what is stored, and keeps what was judged."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.clock import Clock
from harness.data.record import Record
from harness.data.suite import Suite
from harness.judging import unstorable
from harness.pipeline.surroundings import task_of
from harness.registry import Registry
from harness.stages.judge import judge_of
from harness.store import RunReader, RunWriter

JUDGING = "judging again"
"""Kind of the event before a run is judged anew."""
JUDGED = "judged again"
"""Kind of the event after it, that says with which plugins."""


def judge_again(
    suite: Suite, writer: RunWriter, registry: Registry, clock: Clock, versions: Mapping[str, str]
) -> int:
    """Judge every stored exchange with today's plugins; give how many. No call is made.

    Until it is through, records of two judgements lie side by side: the run says so.
    """
    judge = judge_of(suite, task_of(suite, registry), registry)
    writer.put_event(JUDGING, clock.wall())
    writer.flush()
    count = 0
    with RunReader(writer.path) as reader:
        for case, exchange in reader.exchanges():
            keep_record(judge.judge(case, exchange), writer)
            count += 1
    writer.put_event(JUDGED, clock.wall(), dict(versions))
    writer.flush()
    return count


def is_half_judged(events: Sequence[tuple[float, str, Any]]) -> bool:
    """Whether judging a run anew was begun and not ended."""
    kinds = [kind for _, kind, _ in events if kind in {JUDGING, JUDGED}]
    return bool(kinds) and kinds[-1] == JUDGING


def keep_record(record: Record, writer: RunWriter) -> Record:
    """Store a record; one that a plugin filled with what is not JSON becomes a fault."""
    try:
        writer.put_record(record)
    except (TypeError, ValueError, AttributeError) as error:
        record = unstorable(record, error)
        writer.put_record(record)
    return record
