"""A process that judges says what this one would, and ends when nobody listens any more."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harness import pipeline
from harness.data.suite import Suite
from harness.judging import Worker
from harness.pipeline.judging_process import JudgingProcess
from harness.pipeline.surroundings import task_of
from harness.registry import Registry, load_registry
from harness.stages.judge import judge_of
from harness.store import RunReader, RunWriter
from tests.e2e.sides import Sides
from tests.pipeline.answers import BODIES, answered, case, exchange, started, writer
from tests.pipeline.test_calls import around, begin, go
from tests.store import nouns

__all__ = ["around", "started", "writer"]
Open = Callable[..., Sides]


def test_it_says_what_this_process_would_and_stores_it(
    installed: Registry, started: list[Worker], writer: RunWriter
) -> None:
    suite = nouns.suite()
    judge = judge_of(suite, task_of(suite, installed), installed).judge
    jobs = [(case(n), exchange(n, BODIES[n % len(BODIES)])) for n in range(300)]
    started.append(JudgingProcess().start(suite, installed.modules or (), writer))
    records = answered(started[0], jobs)
    assert records == [judge(*job) for job in jobs]
    assert {record.state for record in records} == {"passed", "failed", "fault"}
    started.pop().end()
    with RunReader(writer.path) as reader:
        assert [answer.record for kept in reader.cases() for answer in kept.answers] == records
        assert [one.response for _, one in reader.exchanges()] == [job[1].response for job in jobs]


def test_it_saves_nothing_while_it_is_the_turn_of_this_process(
    installed: Registry, started: list[Worker], writer: RunWriter
) -> None:
    started.append(JudgingProcess().start(nouns.suite(), installed.modules or (), writer))
    answered(started[0], [(case(0), exchange(0, BODIES[0]))])
    with writer._turn():
        started[0].give([(case(1), exchange(1, BODIES[0]))])
        judged, until = 0, time.monotonic() + 60
        while not judged:
            assert time.monotonic() < until
            judged += sum(len(sign.records) for sign in started[0].take(0.1))
        assert [sign.saved for sign in started[0].take(0.3)] == []
    until = time.monotonic() + 60
    while not any(sign.saved for sign in started[0].take(0.1)):
        assert time.monotonic() < until


def test_a_call_given_twice_is_stored_once(
    installed: Registry, started: list[Worker], writer: RunWriter
) -> None:
    started.append(JudgingProcess().start(nouns.suite(), installed.modules or (), writer))
    first, again = (case(0), exchange(0, BODIES[0])), (case(0), exchange(0, BODIES[1]))
    answered(started[0], [first])
    answered(started[0], [again])
    with RunReader(writer.path) as reader:
        ((_, stored),) = reader.exchanges()
    assert stored.response == first[1].response


def test_what_cannot_be_saved_is_told(
    installed: Registry, started: list[Worker], writer: RunWriter
) -> None:
    started.append(JudgingProcess().start(nouns.suite(), installed.modules or (), writer))
    unplanned = 4_000  # as good as a full disk: the table refuses it
    started[0].give([(case(0), exchange(unplanned, BODIES[0]))])
    until, failure = time.monotonic() + 60, ""
    while not failure:
        assert time.monotonic() < until
        failure = "".join(sign.failure for sign in started[0].take(0.1))
    assert f"{writer.path}: cannot be written any more" in failure
    assert "revgate run --resume" in failure


def test_the_run_is_held_until_what_was_given_is_saved(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from harness.pipeline.judging_process import JudgingProcess
from harness.store import RunWriter
from tests.pipeline.answers import BODIES, case, exchange
from tests.store import nouns
folder = Path(sys.argv[1])
writer = RunWriter(folder, create=True)
writer.put_cases(case(number) for number in range(300))
writer.put_plan((number, "baseline", 0, True) for number in range(300))
writer.flush()
worker = JudgingProcess().start(nouns.suite(), (), writer)
while not list(worker.take(0.1)):
    pass
for first in range(0, 300, 30):
    worker.give([(case(n), exchange(n, BODIES[n % 5])) for n in range(first, first + 30)])
while worker._out:
    list(worker.take(0.1))
os._exit(0)  # as a kill ends it: the lock is only in the worker's hands now
"""
    (tmp_path / "run").mkdir()
    here = str(Path(__file__).parents[2])
    environ = {**os.environ, "PYTHONPATH": here}
    command = [sys.executable, "-c", code, str(tmp_path / "run")]
    subprocess.run(command, env=environ, timeout=60, check=True)
    with closing(RunWriter(tmp_path / "run", create=False)), RunReader(tmp_path / "run") as reader:
        assert reader.count("exchange") == reader.count("record") == 300


_PLUGIN = """
import os
from dataclasses import dataclass
from harness.api import Case, Check, Finding, Output, hookimpl

@dataclass(frozen=True, kw_only=True)
class Nothing:
    pass

def judge(case: Case, output: Output, arguments: Nothing) -> Finding:
    if case.id == "c3":
        os._exit(9)
    if case.id == "c4":
        return Finding(check="deadly", ok=True, message={1, 2})
    return Finding(check="deadly", ok=True, message="is alive")

@hookimpl
def harness_checks() -> list[Check]:
    return [Check(name="deadly", arguments=Nothing, judge=judge)]
"""


def test_an_answer_that_ends_the_process_is_one_fault_of_a_whole_run(
    sides: Open,
    around: pipeline.Surroundings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "deadly_plugin.py").write_text(_PLUGIN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("harness.pipeline.calls.MANY_CALLS", 1)
    registry = load_registry(["deadly_plugin"])
    world = sides()
    suite = begin(world, registry, cases=8)
    kept = suite_with(world, suite)
    assert go(world, kept, pipeline.Surroundings(
        registry=registry, wallet=around.wallet, clock=around.clock, stop=around.stop,
        listener=around.listener,
    ))  # fmt: skip
    with RunReader(world.folder) as reader:
        said = {
            stored.case.id: {
                answer.record.fault.message if answer.record and answer.record.fault else ""
                for answer in stored.answers
            }
            for stored in reader.cases()
        }
    ended = {name for name, messages in said.items() if "ended" in "".join(messages)}
    odd = {name for name, messages in said.items() if "cannot be stored" in "".join(messages)}
    assert (len(ended), len(odd)) == (1, 1)
    assert sum(messages == {""} for messages in said.values()) == 6


def suite_with(world: Sides, suite: Suite) -> Suite:
    """Give every stored case the deadly check."""
    import sqlite3

    with closing(sqlite3.connect(world.folder / "run.sqlite")) as connection:
        connection.execute(
            "UPDATE cases SET id = 'c' || seq, body = CAST(json_set(CAST(body AS TEXT), "
            "'$.id', 'c' || seq, '$.checks', json('[{\"check\":\"deadly\"}]')) AS BLOB)"
        )
        connection.commit()
    return suite


@pytest.mark.parametrize("way", ["started", "copied"])
def test_it_ends_when_whoever_started_it_is_gone(tmp_path: Path, way: str) -> None:
    code = """
import os, sys
from pathlib import Path
from harness.copied import may_copy
from harness.pipeline.judging_process import JudgingProcess
from harness.registry import load_registry
from harness.store import RunWriter
from tests.store import nouns
folder = Path(sys.argv[1])
process = JudgingProcess(load_registry() if sys.argv[2] == "copied" else None)
assert (process._spare is not None) == (sys.argv[2] == "copied" and may_copy())
worker = process.start(nouns.suite(), (), RunWriter(folder, create=True))
while True:
    if list(worker.take(0.1)):
        break
print(worker._process.pid, flush=True)
os._exit(0)
"""
    here = str(Path(__file__).parents[2])
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), way],
        env={**os.environ, "PYTHONPATH": here},
        capture_output=True,
        timeout=60,
        check=True,
    )
    number = int(told.stdout)
    until = time.monotonic() + 20
    while Path(f"/proc/{number}/cmdline").exists():
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
        if state == "Z":
            break
        assert time.monotonic() < until


def test_the_end_of_the_process_is_told_and_not_waited_for(
    installed: Registry, started: list[Worker], writer: RunWriter
) -> None:
    worker = JudgingProcess().start(nouns.suite(), installed.modules or (), writer)
    started.append(worker)
    worker.give([(case(0), exchange(0, BODIES[0]))])
    worker._process.kill()
    with pytest.raises(EOFError):
        answered(worker, [])


def test_a_worker_that_cannot_read_its_equipment_ends(
    started: list[Worker], writer: RunWriter
) -> None:
    suite = nouns.suite(task="no-such-task")
    started.append(JudgingProcess().start(suite, (), writer))
    with pytest.raises(EOFError):
        answered(started[0], [(case(0), exchange(0, BODIES[0]))])


def test_large_bodies_travel_both_ways_without_a_stop(
    installed: Registry, started: list[Worker], writer: RunWriter
) -> None:
    suite = nouns.suite()
    started.append(JudgingProcess().start(suite, installed.modules or (), writer))
    label = "x" * 3_000_000  # far more than the line holds
    body = b'[{"label":"%s","score":0.5}]' % label.encode()
    records = answered(started[0], [(case(n), exchange(n, body)) for n in range(5)])
    assert [record.seq for record in records] == [0, 1, 2, 3, 4]
    assert {record.output.text for record in records if record.output} == {label}


def test_a_process_is_started_once_the_cases_need_many_calls() -> None:
    process = JudgingProcess()
    foreseen = process.foreseen(map(case, range(3000)), 2)
    for _, given in zip(range(999), foreseen, strict=False):
        assert given.inputs == "a film"
    assert process._spare is None
    assert next(foreseen).id == "c999"
    spare = process._spare
    assert spare is not None
    assert spare._process.poll() is None
    process.close()
    assert spare._process.poll() is not None
    foreseen.close()


def test_the_process_that_was_started_early_is_the_one_that_judges(
    installed: Registry, started: list[Worker], writer: RunWriter
) -> None:
    process = JudgingProcess()
    cases = list(process.foreseen([case(0)], 2000))
    spare = process._spare
    started.append(process.start(nouns.suite(), installed.modules or (), writer))
    assert started[0] is spare
    process.close()  # it is nobody's spare any more
    (record,) = answered(started[0], [(cases[0], exchange(0, BODIES[0]))])
    assert record.state == "passed"
