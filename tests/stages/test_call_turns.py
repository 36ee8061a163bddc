"""Calls start in the order of the plan, as far as nobody is kept waiting for it."""

from random import Random

import pytest

from harness.transport import Ticket
from tests.stages.world import Reply, World, error, exchanges, lab_suite, ok


def is_before(ticket: Ticket) -> bool:
    return ticket.request.url.endswith("before")


@pytest.mark.parametrize("concurrency", [1, 4, 32])
def test_answers_of_nearly_one_length_leave_the_order_as_it_was_drawn(concurrency: int) -> None:
    dice = Random(3)
    world = World(
        lambda *_: (0.05 + 0.002 * dice.random(), ok()), suite=lab_suite(concurrency=concurrency)
    )
    world.run(320)
    keys = [ticket.key for ticket in world.fake.tickets]
    assert keys == sorted(keys)
    least_s = 0.05 * 320 / concurrency
    assert least_s <= world.time.now <= 1.06 * least_s  # and costs hardly anything
    assert world.fake.polls <= 3 * len(keys)


def test_no_target_is_the_first_of_a_round_for_long() -> None:
    """One that begins a round with all its calls is not first in every round after."""
    dice = Random(5)

    def server(ticket: Ticket, _tries: int) -> Reply:
        is_late = ticket.key < 32 and not is_before(ticket)
        return 0.05 + 0.001 * dice.random() + (0.004 if is_late else 0.0), ok()

    world = World(server, suite=lab_suite(concurrency=16))
    world.run(320)
    sides = [is_before(ticket) for ticket in world.fake.tickets]
    rounds = [sides[start : start + 32] for start in range(64, len(sides), 32)]
    assert all(4 <= sum(one[:16]) <= 12 for one in rounds)


def test_a_target_that_hangs_keeps_the_others_a_tenth_of_a_round_trip() -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        return (30.0 if is_before(ticket) else 0.01), ok()

    world = World(server)
    world.run(8)
    sent = zip(world.fake.tickets, world.fake.sent_at, strict=True)
    others = [at for ticket, at in sent if not is_before(ticket)]
    assert len(others) == 8
    assert max(others) <= 0.012
    assert world.fake.polls <= 620  # one a tenth of a second while nothing happens


def test_answers_of_very_unlike_lengths_cost_little_time() -> None:
    def took_s(patience: float, monkeypatch: pytest.MonkeyPatch) -> float:
        monkeypatch.setattr("harness.stages.call.turns._PATIENCE", patience)
        dice = Random(11)
        world = World(
            lambda *_: (dice.expovariate(10), ok()), suite=lab_suite(concurrency=8, timeout_s=9)
        )
        world.run(500)
        return world.time.now

    with pytest.MonkeyPatch.context() as patch:
        at_once = took_s(0.0, patch)
    with pytest.MonkeyPatch.context() as patch:
        in_turn = took_s(0.1, patch)
    assert in_turn <= 1.1 * at_once


def test_nobody_waits_for_what_a_refusal_holds_back() -> None:
    """The caps of a target that is refused fall; the other is asked as before."""

    def server(ticket: Ticket, tries: int) -> Reply:
        if is_before(ticket):
            return 0.05, error(429, retry_after="3") if tries == 1 else ok()
        return 0.05, ok()

    urls = {"before": "https://lab.example/before", "after": "https://other.example/after"}
    world = World(server, suite=lab_suite(urls))
    ended = world.run(40)
    assert all(one.response is not None for one in exchanges(ended))
    sent = zip(world.fake.tickets, world.fake.sent_at, strict=True)
    early = [at for ticket, at in sent if not is_before(ticket)][:8]
    assert max(early) <= 0.2


def test_calls_that_are_due_by_a_rate_wait_for_no_turn() -> None:
    """Their wait would stand in their response time."""

    def server(ticket: Ticket, _tries: int) -> Reply:
        return (3.0 if is_before(ticket) else 0.5), ok()

    world = World(server, suite=lab_suite(rate=5.0, concurrency=4))
    world.run(8)
    sent = zip(world.fake.tickets, world.fake.sent_at, strict=True)
    others = [at for ticket, at in sent if not is_before(ticket)]
    assert others == pytest.approx([0.2 * number for number in range(8)], abs=0.01)
