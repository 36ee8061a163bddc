"""Judges what is stored, and keeps what was judged."""

from harness.api.kinds import Task
from harness.data.exchange import Fault
from harness.data.record import Record
from harness.data.suite import Suite
from harness.emit import one_line
from harness.pipeline.surroundings import task_of
from harness.registry import Registry
from harness.stages.judge import Judge
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


def judge_of(suite: Suite, task: Task, registry: Registry) -> Judge:
    """Give what judges the exchanges of a suite."""
    return Judge(
        task=task,
        targets={target.name: target for target in suite.targets},
        providers=registry.providers,
        checks=registry.checks,
    )


def keep_record(record: Record, writer: RunWriter) -> Record:
    """Store a record; one that a plugin filled with what is not JSON becomes a fault."""
    try:
        writer.put_record(record)
    except (TypeError, ValueError, AttributeError) as error:
        fault = Fault(
            kind="plugin",
            message=f"a plugin gave what cannot be stored: {one_line(repr(error))}",
            hint="outputs and findings hold JSON values only; `revgate plugins` says whose it is",
        )
        record = Record(seq=record.seq, fault=fault, latency_s=record.latency_s)
        writer.put_record(record)
    return record
