"""Judges what is stored, and keeps what was judged."""

from harness.data.record import Record
from harness.data.suite import Suite
from harness.judging import unstorable
from harness.pipeline.surroundings import task_of
from harness.registry import Registry
from harness.stages.judge import judge_of
from harness.store import RunReader, RunWriter


def judge_again(suite: Suite, writer: RunWriter, registry: Registry) -> int:
    """Judge every stored exchange with today's plugins; give how many. No call is made."""
    judge = judge_of(suite, task_of(suite, registry), registry)
    count = 0
    with RunReader(writer.path) as reader:
        for case, exchange in reader.exchanges():
            keep_record(judge.judge(case, exchange), writer)
            count += 1
    writer.flush()
    return count


def keep_record(record: Record, writer: RunWriter) -> Record:
    """Store a record; one that a plugin filled with what is not JSON becomes a fault."""
    try:
        writer.put_record(record)
    except (TypeError, ValueError, AttributeError) as error:
        record = unstorable(record, error)
        writer.put_record(record)
    return record
