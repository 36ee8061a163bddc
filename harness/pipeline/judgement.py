"""Judges what is stored, and keeps what was judged."""

from harness.api.kinds import Task
from harness.data.record import Finish, Record
from harness.data.suite import Suite
from harness.judging import unstorable
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
        is_scheduled=suite.run.rate is not None,
        uncounted=uncounted(suite, task),
    )


def uncounted(suite: Suite, task: Task) -> frozenset[Finish]:
    """Give the ends of answers that count as missing: the suite's choice, else the task's."""
    by_default = "judge" if task.is_open_ended else "missing"
    found: set[Finish] = set()
    if suite.unfinished.get("truncated", by_default) == "missing":
        found.add("length")
    if suite.unfinished.get("refused", "missing") == "missing":
        found.add("refused")
    return frozenset(found)


def keep_record(record: Record, writer: RunWriter) -> Record:
    """Store a record; one that a plugin filled with what is not JSON becomes a fault."""
    try:
        writer.put_record(record)
    except (TypeError, ValueError, AttributeError) as error:
        record = unstorable(record, error)
        writer.put_record(record)
    return record
