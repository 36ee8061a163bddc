"""A resumed run is warmed up again, and its plan is none the longer for it."""

import threading
from collections.abc import Callable
from contextlib import closing

import pytest

from harness import pipeline
from harness.clock import Clock
from harness.credentials import open_wallet
from harness.data.record import Record
from harness.data.suite import Suite
from harness.registry import Registry
from harness.store import RunReader, RunWriter, codec
from harness.suitefile import load_suite
from tests.e2e.sides import Sides
from tests.store import nouns

Open = Callable[..., Sides]


class Stopping:
    """A listener that stops the run once so many measured calls have ended."""

    def __init__(self, after: int | None) -> None:
        self.stop, self._left = threading.Event(), after
        if after == 0:
            self.stop.set()

    def planned(self, calls: int, pending: int) -> None:
        pass

    def ended(self, target: str, case_id: str, record: Record | None) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self.stop.set()

    def warned(self, message: str) -> None:
        raise AssertionError(message)


def begin(world: Sides, installed: Registry, settings: str) -> Suite:
    loaded = load_suite(world.suite(40, settings=settings), installed, environ={})
    with closing(RunWriter(world.folder, create=True)) as writer:
        writer.put_header(nouns.header(suite=codec.suite_to_json(loaded.suite)))
        pipeline.store_plan(loaded.suite, loaded.cases(), writer)
    return loaded.suite


def go(world: Sides, suite: Suite, installed: Registry, after: int | None = None) -> bool:
    listener = Stopping(after)
    around = pipeline.Surroundings(
        registry=installed,
        wallet=open_wallet({}),
        clock=Clock(),
        stop=listener.stop,
        listener=listener,
    )
    with closing(RunWriter(world.folder, create=False)) as writer:
        return pipeline.make_calls(suite, writer, around)


@pytest.mark.parametrize("room", ["", ", max_calls: 200"])
def test_before_the_next_measured_call_the_warm_ups_are_made_again(
    sides: Open, installed: Registry, room: str
) -> None:
    world = sides()
    suite = begin(world, installed, f"warmup: 3, concurrency: 2{room}")
    assert not go(world, suite, installed, after=20)
    before = len(world.calls())
    assert before < 86
    assert go(world, suite, installed)
    with RunReader(world.folder) as reader:
        assert (reader.count("plan"), reader.count("exchange")) == (86, 86)
        assert reader.count("record") == 86
    assert len(world.calls()) == 86 + 6
    again = len(world.calls())
    assert go(world, suite, installed)  # nothing is left to warm up for
    assert len(world.calls()) == again


def test_no_measured_call_is_given_up_for_a_warm_up(sides: Open, installed: Registry) -> None:
    world = sides()
    suite = begin(world, installed, "warmup: 3, concurrency: 2, max_calls: 86")
    assert not go(world, suite, installed, after=20)
    assert go(world, suite, installed)
    assert len(world.calls()) == 86


def test_a_run_that_was_stopped_before_its_warm_up_makes_each_once(
    sides: Open, installed: Registry
) -> None:
    world = sides()
    suite = begin(world, installed, "warmup: 3, concurrency: 2")
    assert not go(world, suite, installed, after=0)
    assert go(world, suite, installed)
    assert len(world.calls()) == 86
