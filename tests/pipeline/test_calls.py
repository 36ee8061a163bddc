"""The order of things, without a command line: plan, call, judge, compare, decide."""

import resource
import threading
from collections.abc import Callable
from contextlib import closing

import pytest

from harness import pipeline
from harness.clock import Clock
from harness.credentials import open_wallet
from harness.data.noun import replace
from harness.data.record import Output, Record
from harness.data.suite import Suite
from harness.errors import PluginError, UsageError
from harness.registry import Registry
from harness.store import RunReader, RunWriter, codec
from harness.suitefile import load_suite
from tests.e2e.sides import Sides
from tests.stages.world import lab_suite
from tests.store import nouns

Open = Callable[..., Sides]


class Silent:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.totals: list[tuple[int, int]] = []
        self.states: list[str] = []

    def planned(self, calls: int, pending: int) -> None:
        self.totals.append((calls, pending))

    def ended(self, target: str, case_id: str, record: Record | None) -> None:
        self.states.append(record.state if record is not None else "skipped")

    def warned(self, message: str) -> None:
        raise AssertionError(message)


def begin(world: Sides, registry: Registry, cases: int = 5) -> Suite:
    """Store a plan in `world.folder`; give the suite."""
    loaded = load_suite(world.suite(cases), registry, environ={})
    with closing(RunWriter(world.folder, create=True)) as writer:
        writer.put_header(nouns.header(suite=codec.suite_to_json(loaded.suite)))
        counts = pipeline.store_plan(loaded.suite, loaded.cases(), writer)
    assert counts == (cases, 2 * cases)
    return loaded.suite


def go(world: Sides, suite: Suite, around: pipeline.Surroundings) -> bool:
    with closing(RunWriter(world.folder, create=False)) as writer:
        return pipeline.make_calls(suite, writer, around)


@pytest.fixture
def around(installed: Registry) -> pipeline.Surroundings:
    return pipeline.Surroundings(
        registry=installed,
        wallet=open_wallet({}),
        clock=Clock(),
        stop=threading.Event(),
        listener=Silent(),
    )


def test_every_planned_call_is_answered_and_judged(
    sides: Open, installed: Registry, around: pipeline.Surroundings
) -> None:
    world = sides()
    suite = begin(world, installed)
    assert go(world, suite, around)
    assert isinstance(around.listener, Silent)
    assert around.listener.totals == [(10, 10)]
    assert around.listener.states == ["passed"] * 10
    assert go(world, suite, around)  # nothing is left to do
    assert len(world.calls()) == 10


def test_a_run_that_was_stopped_is_complete_only_when_nothing_is_left(
    sides: Open, installed: Registry, around: pipeline.Surroundings
) -> None:
    world = sides()
    suite = begin(world, installed)
    around.stop.set()
    assert not go(world, suite, around)
    assert world.calls() == []
    around.stop.clear()
    assert go(world, suite, around)
    around.stop.set()  # too late to leave anything out
    assert go(world, suite, around)


def test_what_was_answered_and_not_judged_is_judged_on_the_way(
    sides: Open, installed: Registry, around: pipeline.Surroundings
) -> None:
    world = sides()
    suite = begin(world, installed)
    assert go(world, suite, around)
    path = world.folder / "run.sqlite"
    import sqlite3

    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM record WHERE seq % 2 = 0")
        connection.commit()
    assert go(world, suite, around)
    with RunReader(world.folder) as reader:
        assert reader.count("record") == 10
    assert len(world.calls()) == 10


def test_an_output_that_is_not_json_is_a_plugin_fault(
    sides: Open, installed: Registry, around: pipeline.Surroundings
) -> None:
    world = sides()
    suite = begin(world, installed)
    task = installed.tasks["text-classification"]
    odd: object = {1, 2}
    broken = replace(task, parse=lambda _: Output(value=odd))  # type: ignore[arg-type]  # the point
    tasks = {**installed.tasks, task.name: broken}
    assert go(world, suite, replace(around, registry=replace(installed, tasks=tasks)))
    with RunReader(world.folder) as reader:
        records = [answer.record for case in reader.cases() for answer in case.answers]
    assert {r.fault.kind for r in records if r is not None and r.fault is not None} == {"plugin"}
    assert len(records) == 10


class Told(Silent):
    """A listener that may be warned."""

    def warned(self, message: str) -> None:
        self.states.append(message)


def test_a_call_that_cannot_be_built_counts_for_fail_fast(
    sides: Open, installed: Registry, around: pipeline.Surroundings
) -> None:
    world = sides()
    suite = begin(world, installed)
    task = installed.tasks["text-classification"]
    broken = replace(task, build=lambda _case: 1 / 0)  # type: ignore[arg-type,return-value]
    registry = replace(installed, tasks={**installed.tasks, task.name: broken})
    listener = Told()
    impatient = replace(suite, run=replace(suite.run, fail_fast=3))
    assert not go(world, impatient, replace(around, registry=registry, listener=listener))
    assert listener.states[:2] == ["skipped"] * 2
    assert "stopping after 3 calls without an answer; the last is case" in listener.states[3]
    assert listener.states.count("skipped") == 3
    with RunReader(world.folder) as reader:
        assert (reader.count("unsent"), reader.count("exchange")) == (3, 0)


def test_a_plugin_that_is_gone_is_named(installed: Registry) -> None:
    suite = nouns.suite(task="gone")
    with pytest.raises(PluginError, match="task gone is not installed"):
        pipeline.task_of(suite, installed)
    providers = replace(installed, providers={})
    with pytest.raises(PluginError, match="provider hf-endpoint is not installed"):
        pipeline.task_of(nouns.suite(), providers)


@pytest.fixture
def few_files(monkeypatch: pytest.MonkeyPatch) -> Suite:
    """Give a suite that calls two targets, where there are files for the calls of one."""
    pytest.importorskip("pycurl")
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (256, 4096))
    return lab_suite(concurrency=100, transport="curl")


def test_calls_that_need_more_open_files_than_there_may_be_are_refused(few_files: Suite) -> None:
    with pytest.raises(UsageError, match="200 calls in flight need 264 open files"):
        pipeline.prove_sendable(few_files, is_replay=False)


def test_a_stored_target_needs_no_open_files(few_files: Suite) -> None:
    stored, live = few_files.targets
    suite = replace(few_files, targets=(replace(stored, run="runs/earlier"), live))
    pipeline.prove_sendable(suite, is_replay=False)
