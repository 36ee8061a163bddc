"""No measured call starts before every warm-up is over, and what they took is laid to nobody."""

import json

import pytest

from harness.data.exchange import Exchange, Fault, Unsent
from harness.transport import Ticket
from tests.stages.test_call_batches import BATCH
from tests.stages.world import (
    Reply,
    World,
    error,
    exchanges,
    lab_provider,
    lab_suite,
    ok,
    unsent,
)

COLD_S = 20.0
DOWN = Fault(kind="connect", message="nobody", is_transient=True)


def cold_world(**run: object) -> World:
    """Give a world whose servers answer nothing in the first 20 s, then in 50 ms."""

    def server(_ticket: Ticket, _tries: int) -> Reply:
        return max(0.0, COLD_S - world.time.now) + 0.05, ok()

    world = World(server, suite=lab_suite(**run))
    return world


def starts(world: World, ended: dict[int, Exchange | Unsent]) -> tuple[list[float], list[float]]:
    """Give when requests of warm-ups were sent, and when those of measured calls were."""
    warm = {one.seq for one in exchanges(ended) if one.repeat < 0}
    sent = list(zip(world.fake.tickets, world.fake.sent_at, strict=True))
    return [at for t, at in sent if t.key in warm], [at for t, at in sent if t.key not in warm]


def measured(ended: dict[int, Exchange | Unsent]) -> list[Exchange]:
    return [one for one in exchanges(ended) if one.repeat >= 0]


@pytest.mark.parametrize("warmup", [1, 2, 8, 100])
def test_a_cold_start_is_in_no_measured_call(warmup: int) -> None:
    world = cold_world(warmup=warmup, concurrency=8)
    ended = world.run(100)
    assert len(measured(ended)) == 200
    assert max(one.latency_s or 0.0 for one in measured(ended)) == 0.05


def test_without_warm_ups_it_is_measured() -> None:
    ended = cold_world(concurrency=8).run(100)
    assert sum((one.latency_s or 0.0) > 10.0 for one in measured(ended)) == 16


def test_a_schedule_begins_when_the_warm_ups_are_over() -> None:
    world = cold_world(warmup=2, concurrency=8, rate=5.0)
    ended = world.run(100)
    waits = [one.attempts[0].timings.queue_s or 0.0 for one in measured(ended)]
    assert max(waits) <= 0.01
    _, at = starts(world, ended)
    assert at[:2] == pytest.approx([COLD_S + 0.05] * 2)
    assert at[-1] == pytest.approx(COLD_S + 0.05 + 99 / 5.0, abs=0.1)
    later = at[12::12]  # six of each of the two: at 5 a second they take a second and more
    assert all(b - a >= 0.99 for a, b in zip(at, later, strict=False))


def test_warm_ups_themselves_start_as_many_at_once_as_calls_may() -> None:
    world = cold_world(warmup=8, concurrency=8)
    warm, _ = starts(world, world.run(20))
    assert warm == [0.0] * 16


def test_both_sides_are_released_at_one_moment() -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        is_cold = ticket.request.url.endswith("before") and world.time.now < 5.0
        return (5.0 if is_cold else 0.05), ok()

    world = World(server, suite=lab_suite(warmup=3, concurrency=2))
    ended = world.run(20)
    warm, at = starts(world, ended)
    assert max(warm) < min(at)
    assert at[:4] == pytest.approx([5.05] * 4)
    keys = [ticket.key for ticket in world.fake.tickets if ticket.key >= 6]
    assert keys == sorted(keys)


def test_a_warm_up_that_is_tried_again_is_waited_for() -> None:
    def server(ticket: Ticket, tries: int) -> Reply:
        return error(503, retry_after="7") if ticket.key == 1 and tries < 3 else ok()

    world = World(server, suite=lab_suite(warmup=1))
    _, at = starts(world, world.run(10))
    assert min(at) >= 14.0


@pytest.mark.parametrize("reply", [DOWN, error(404), error(401), error(503), error(400)])
def test_warm_ups_that_fail_for_good_block_nobody(reply: Reply) -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        return reply if ticket.request.url.endswith("before") else ok()

    world = World(server, suite=lab_suite(warmup=7, concurrency=2))
    ended = world.run(20)
    assert sum(one.fault is None for one in measured(ended) if one.target == "after") == 20


def test_warm_ups_that_cannot_be_built_or_paid_for_block_nobody() -> None:
    assert len(unsent(World(lambda *_: ok(), suite=lab_suite(warmup=3, max_calls=4)).run(9))) == 20
    world = World(lambda *_: ok(), suite=lab_suite(warmup=3))
    world.caller.settled = lambda: "it was clear"
    assert len(unsent(world.run(9))) == 24


def test_warm_ups_of_a_batch_that_is_refused_are_over_when_each_of_them_is() -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        is_one = not isinstance(json.loads(ticket.request.body)["inputs"], list)
        return (2.0, ok()) if is_one else (1.0, error(422))

    provider = lab_provider(batch=BATCH)
    world = World(server, suite=lab_suite(warmup=4, batch=4, concurrency=2), provider=provider)
    ended = world.run(2)
    assert len(exchanges(ended)) == 12
    warm = {one.seq for one in exchanges(ended) if one.repeat < 0}
    sent = list(zip(world.fake.tickets, world.fake.sent_at, strict=True))
    assert [at for ticket, at in sent if ticket.key in warm][-1] == pytest.approx(3.0, abs=0.2)
    assert min(at for ticket, at in sent if ticket.key not in warm) >= 5.0


def test_stopping_in_the_warm_up_leaves_all_else_pending() -> None:
    world = cold_world(warmup=2, concurrency=8)

    def meanwhile() -> float:
        if world.time.now > 1.0:
            world.stop.set()
        return 0.1

    world.caller.meanwhile = meanwhile
    assert list(world.outcomes(50)) == []
    assert len(world.fake.tickets) == 4
    assert world.time.now <= 7.0
