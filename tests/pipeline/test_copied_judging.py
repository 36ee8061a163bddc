"""A copy of this process judges as it would, where one is allowed and many calls need it."""

import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harness import pipeline
from harness.copied import may_copy
from harness.judging import Worker
from harness.pipeline import judging_process
from harness.pipeline.judging_process import JudgingProcess
from harness.pipeline.surroundings import task_of
from harness.registry import Registry
from harness.stages.judge import judge_of
from harness.store import RunReader, RunWriter
from tests.e2e.sides import Sides
from tests.pipeline.answers import BODIES, answered, case, exchange, started, writer
from tests.pipeline.test_calls import around, begin
from tests.store import nouns

__all__ = ["around", "started", "writer"]
Open = Callable[..., Sides]


@pytest.fixture
def copying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have processes copied, whatever threads the tests run in."""
    if sys.platform != "linux":
        pytest.skip("processes are copied on Linux")
    monkeypatch.setattr(judging_process, "may_copy", lambda: True)


def is_there(number: int) -> bool:
    return Path(f"/proc/{number}").exists()


@pytest.mark.usefixtures("copying")
def test_a_copy_says_what_this_process_would_and_stores_it(
    installed: Registry, started: list[Worker], writer: RunWriter
) -> None:
    process = JudgingProcess(installed)
    spare = process._spare
    suite = nouns.suite()
    judge = judge_of(suite, task_of(suite, installed), installed).judge
    jobs = [(case(n), exchange(n, BODIES[n % len(BODIES)])) for n in range(300)]
    started.append(process.start(suite, ("no.such.module",), writer))  # nothing is loaded there
    assert started[0] is spare
    records = answered(started[0], jobs)
    assert records == [judge(*job) for job in jobs]
    started.pop().end()
    with RunReader(writer.path) as reader:
        assert [answer.record for kept in reader.cases() for answer in kept.answers] == records


@pytest.mark.usefixtures("copying")
@pytest.mark.parametrize("cases", [0, 999, 1000])
def test_a_copy_that_few_calls_do_not_need_is_ended(installed: Registry, cases: int) -> None:
    with closing(JudgingProcess(installed)) as process:
        copy = process._spare
        assert copy is not None
        list(process.foreseen(map(case, range(cases)), 2))
        assert is_there(copy._process.pid) == (cases == 1000)
        assert (process._spare is copy) == (cases == 1000)
    assert not is_there(copy._process.pid)


@pytest.mark.usefixtures("copying")
def test_a_run_that_is_gone_on_with_for_few_calls_needs_no_copy(
    sides: Open, installed: Registry, around: pipeline.Surroundings
) -> None:
    world = sides()
    suite = begin(world, installed)
    with (
        closing(JudgingProcess(installed)) as process,
        closing(RunWriter(world.folder, create=False)) as writer,
    ):
        assert process._spare is not None
        assert pipeline.make_calls(suite, writer, around, process=process)
        assert process._spare is None


@pytest.mark.usefixtures("copying")
def test_where_no_copy_is_allowed_a_process_is_started(
    installed: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> int:
        raise BlockingIOError("Resource temporarily unavailable")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fork", refused)
        process = JudgingProcess(installed)
    assert process._spare is None
    with closing(process):
        list(process.foreseen(map(case, range(1000)), 2))
        assert isinstance(process._spare, Worker)


def test_where_no_process_may_be_copied_none_is(installed: Registry) -> None:
    with closing(JudgingProcess(installed)) as process:
        assert may_copy() == (process._spare is not None)


@pytest.mark.usefixtures("copying")
def test_a_copy_ends_when_whoever_made_it_is_gone(installed: Registry, writer: RunWriter) -> None:
    worker = JudgingProcess(installed).start(nouns.suite(), (), writer)
    worker.give([(case(0), exchange(0, BODIES[0]))])
    worker._line.close()
    number, _ = os.waitpid(worker._process.pid, 0)  # what it was given is saved before
    assert number == worker._process.pid
    with RunReader(writer.path) as reader:
        assert reader.count("record") == 1
