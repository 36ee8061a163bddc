"""Bodies that arrive leave room for more, or no call is started beside them."""

import itertools

from harness.transport import MOST_HELD_BYTES
from tests.stages.world import World, exchanges, lab_suite, ok


def test_no_call_is_started_while_the_bodies_on_their_way_fill_the_budget() -> None:
    world = World(lambda _ticket, _tries: (1.0, ok()), suite=lab_suite(concurrency=8))
    world.fake.held_bytes = MOST_HELD_BYTES + 1
    ended = exchanges(world.run(6))
    assert len(ended) == 12
    starts = world.fake.sent_at
    # One alone may be larger than all of it: each waits for the one before.
    assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(starts))


def test_up_to_the_budget_calls_go_out_as_ever() -> None:
    world = World(lambda _ticket, _tries: (1.0, ok()), suite=lab_suite(concurrency=8))
    world.fake.held_bytes = MOST_HELD_BYTES
    world.run(6)
    assert world.fake.sent_at == [0.0] * 12


def test_room_is_used_as_soon_as_it_is_there() -> None:
    world = World(lambda _ticket, _tries: (0.01, ok()), suite=lab_suite(concurrency=4))
    world.fake.held_bytes = 2 * MOST_HELD_BYTES
    outcomes = world.outcomes(20)
    next(outcomes)
    world.fake.held_bytes = 0
    assert len(list(outcomes)) == 39
    assert max(world.fake.most_in_flight.values()) == 4
