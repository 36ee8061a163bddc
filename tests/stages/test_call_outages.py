"""A short outage costs no target; one that is gone is let go of soon, and the others go on."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from harness.data.exchange import Exchange, Fault, Unsent
from harness.data.noun import replace
from harness.transport import Ticket
from tests.stages.world import (
    DROPPED,
    Reply,
    World,
    error,
    exchanges,
    lab_provider,
    lab_suite,
    ok,
    unsent,
)

DOWN = Fault(kind="connect", message="refused", is_transient=True)
CUT = Fault(kind="truncated", message="cut", is_transient=True)
LATE = Fault(kind="timeout", message="no answer (no byte came)", is_transient=True)
URLS = {"before": "https://lab.example/before", "after": "https://other.example/after"}


def ailing(reply: Callable[[float], Reply | None], **run: object) -> World:
    """Give a world of two servers; `before` replies by the second, None: well."""

    def server(ticket: Ticket, _tries: int) -> Reply:
        said = reply(world.time.now) if ticket.request.url == URLS["before"] else None
        return said if said is not None else (0.05, ok())

    world = World(server, suite=lab_suite(URLS, **run))
    return world


def between(start_s: float, end_s: float, reply: Reply) -> Callable[[float], Reply | None]:
    return lambda now: reply if start_s <= now < end_s else None


def answered(ended: dict[int, Exchange | Unsent], target: str) -> int:
    return sum(one.fault is None for one in exchanges(ended) if one.target == target)


@pytest.mark.parametrize("outage_s", [0.5, 2.0, 10.0, 20.0])
@pytest.mark.parametrize("concurrency", [1, 4, 32])
def test_while_nobody_is_there_one_call_looks_and_the_others_wait(
    outage_s: float, concurrency: int
) -> None:
    world = ailing(between(2.0, 2.0 + outage_s, DOWN), concurrency=concurrency)
    ended = world.run(1000)
    assert unsent(ended) == []
    assert answered(ended, "after") == 1000
    looked_in_vain = 1 if outage_s > 15.0 or concurrency == 1 else 0
    assert answered(ended, "before") >= 1000 - looked_in_vain
    assert world.time.now <= 1000 * 0.05 / concurrency * 1.15 + 2 * outage_s + 5.0


def test_where_nothing_is_sent_again_only_calls_in_flight_and_those_that_look_are_lost() -> None:
    world = ailing(between(2.0, 4.0, DOWN), attempts=1, concurrency=4)
    ended = world.run(1000)
    assert unsent(ended) == []
    assert answered(ended, "before") >= 1000 - 4


def test_packets_that_are_lost_for_some_seconds_cost_no_target() -> None:
    world = ailing(between(2.0, 12.0, (8.0, DROPPED)), timeout_s=8, concurrency=4)
    ended = world.run(1000)
    assert answered(ended, "before") == 1000


def test_the_wait_for_somebody_who_is_away_is_no_queueing() -> None:
    world = ailing(between(2.0, 4.0, DOWN), concurrency=4)
    tried_again = [one for one in exchanges(world.run(200)) if len(one.attempts) > 1]
    assert len(tried_again) >= 3
    for one in tried_again:
        last = one.attempts[-1]
        assert last.timings.queue_s == pytest.approx(0.0, abs=0.11)
        gone_s = last.started_at - one.attempts[-2].started_at
        assert last.waited_s == pytest.approx(gone_s, abs=0.15)


GONE = {
    "refused": (DOWN, 45.0, 12),
    "dropped": ((60.0, DROPPED), 75.0, 16),
    "silent": ((60.0, LATE), 600.0, 60),
    "500": (error(500), 75.0, 2000),
    "cut": (CUT, 75.0, 2000),
    "loading": (error(503, {"error": "loading"}), 330.0, 4000),
}


@pytest.mark.parametrize("has_answered", [True, False])
@pytest.mark.parametrize("how", GONE)
def test_who_is_gone_is_let_go_of_and_the_other_is_asked_on(how: str, has_answered: bool) -> None:
    reply, within_s, most = GONE[how]
    world = ailing(between(2.0 if has_answered else 0.0, 1e9, reply), concurrency=8)
    ended = world.run(3000)
    assert answered(ended, "after") == 3000
    asked = [one for one in exchanges(ended) if one.target == "before" and one.fault is not None]
    assert 0 < len(asked) <= most
    skipped = unsent(ended)
    assert {one.cause for one in skipped} == {"target stopped"}
    assert len({one.reason for one in skipped}) == 1
    assert skipped[0].reason.startswith("before: ")
    healthy_s = 3000 * 0.05 / 8
    assert world.time.now <= 2.0 + within_s + 1.2 * healthy_s


def test_what_waits_to_be_sent_again_ends_when_its_target_is_stopped() -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        return error(503, retry_after="55") if ticket.key < 2 else (0.5, error(401))

    world = World(server)
    ended = world.run(20)
    assert world.time.now < 1.0
    first = ended[0]
    assert isinstance(first, Exchange)
    assert first.fault is not None
    assert first.fault.message == "HTTP 503: no; not tried again: its target was stopped"


def test_what_waits_to_be_sent_again_ends_when_the_calls_are_spent() -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        return error(503, retry_after="55") if ticket.key == 10 else ok()

    world = World(server, suite=lab_suite(max_calls=20))
    ended = world.run(20)
    assert world.time.now < 1.0
    waiting = ended[10]
    assert isinstance(waiting, Exchange)
    assert waiting.fault is not None
    assert waiting.fault.message.endswith("run.max_calls: 20 calls were sent")


def test_retries_of_a_slow_target_keep_nobody_else_waiting() -> None:
    def server(ticket: Ticket, tries: int) -> Reply:
        if ticket.request.url == URLS["before"]:
            return 60.0, LATE
        return error(500) if tries == 1 else ok()

    world = World(server, suite=lab_suite(URLS, concurrency=4))
    ended = world.run(4)
    for one in exchanges(ended):
        if one.target == "after":
            gap = one.attempts[1].started_at - one.attempts[0].started_at
            assert gap <= 1.0


def test_cases_that_take_too_long_cost_no_target_while_others_are_answered() -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        is_long = ticket.key // 2 % 10 < 7
        return (30.0, LATE) if is_long else (1.0, ok())

    world = World(server, suite=lab_suite(concurrency=8, timeout_s=30))
    ended = world.run(200)
    assert unsent(ended) == []


@dataclass(frozen=True)
class Options:
    url: str


def test_of_several_addresses_that_went_away_together_one_call_looks_too() -> None:
    suite = lab_suite({"only": "https://lab.example/one"}, concurrency=8)
    urls = ("https://lab.example/one", "https://lab.example/two")
    target = replace(suite.targets[0], urls=urls, balance="round_robin")

    def server(_ticket: Ticket, _tries: int) -> Reply:
        return DOWN if 2.0 <= world.time.now < 12.0 else (0.05, ok())

    world = World(
        server, suite=replace(suite, targets=(target,)), provider=lab_provider(options=Options)
    )
    ended = world.run(1000)
    assert unsent(ended) == []
    assert all(one.fault is None for one in exchanges(ended))
    assert sum(2.0 <= at < 12.0 for at in world.fake.sent_at) <= 24


def test_a_replay_is_never_away_and_gives_nobody_up_who_answered() -> None:
    suite = lab_suite(concurrency=4)
    world = World(lambda t, _: DOWN if 20 <= t.key < 80 else ok(), suite=suite, is_replay=True)
    ended = world.run(100)
    assert unsent(ended) == []
    assert world.time.now <= 1.0


REFUSING = {
    "429": error(429),
    "429, one second": error(429, retry_after="1"),
    "503": error(503),
    "loading": error(503, {"error": "Model lab/m is currently loading", "estimated_time": 8.0}),
}


@pytest.mark.parametrize("how", REFUSING)
@pytest.mark.parametrize("concurrency", [1, 8, 100])
@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 5.0), (0.0, 59.0), (2.0, 40.0)])
def test_while_all_is_refused_one_call_looks_and_none_is_lost(
    how: str, concurrency: int, start_s: float, end_s: float
) -> None:
    world = ailing(between(start_s, end_s, REFUSING[how]), concurrency=concurrency)
    ended = world.run(600)
    assert unsent(ended) == []
    assert answered(ended, "before") == answered(ended, "after") == 600
    refused = sum(attempt.fault is not None for one in exchanges(ended) for attempt in one.attempts)
    assert refused <= 1.2 * concurrency + 25, "those in flight, few again, and those that looked"
    healthy_s = 600 * 0.05 / concurrency
    assert world.time.now <= 2 * healthy_s + end_s + 25.0 + 20.0 * (concurrency == 1)


@pytest.mark.parametrize("status", [429, 503])
def test_who_refuses_for_good_is_let_go_of_after_few_calls(status: int) -> None:
    world = ailing(between(0.0, 1e9, error(status)), concurrency=100)
    ended = world.run(3000)
    assert answered(ended, "after") == 3000
    asked = [one for one in exchanges(ended) if one.target == "before"]
    assert sum(len(one.attempts) for one in asked) <= 2 * 100
    assert {one.cause for one in unsent(ended)} == {"target stopped"}
    assert world.time.now <= (330.0 if status == 429 else 90.0)


def test_where_nothing_is_sent_again_a_look_is_not_either() -> None:
    world = ailing(between(0.0, 20.0, error(503)), attempts=1, concurrency=4)
    ended = world.run(300)
    assert all(len(one.attempts) == 1 for one in exchanges(ended))
    # New calls are refused until it shows, in a quarter of a second; then those that look.
    assert answered(ended, "before") >= 300 - 40


def test_the_others_are_asked_on_for_a_while_and_not_for_ever() -> None:
    world = ailing(between(0.0, 50.0, error(429)), concurrency=4)
    world.run(1000)
    other = [
        at_s
        for ticket, at_s in zip(world.fake.tickets, world.fake.sent_at, strict=True)
        if ticket.request.url == URLS["after"]
    ]
    early = sum(at_s < 45.0 for at_s in other)
    assert 64 <= early <= 17 * 8 + 12, "sixteen times as far as otherwise, and with those that look"


def test_a_target_that_is_away_is_told_once() -> None:
    world = ailing(between(0.0, 30.0, error(503)), concurrency=4)
    told: list[str] = []
    world.caller.held = told.append
    world.run(100)
    (said,) = told
    assert said.startswith("before: answers nobody (HTTP 503: no): one call at a time looks")


def test_who_refuses_all_and_asks_to_wait_a_day_is_let_go_of_at_once() -> None:
    world = ailing(between(0.0, 1e9, error(429, retry_after="86400")), concurrency=8)
    ended = world.run(500)
    assert answered(ended, "after") == 500
    asked = [one for one in exchanges(ended) if one.target == "before"]
    assert 8 <= len(asked) <= 8 * 30
    assert world.time.now <= 500 * 0.05 / 8 * 1.2
    reasons = {one.reason for one in unsent(ended)}
    assert reasons == {"before: answers nobody, and asks to wait 86400 s: HTTP 429: no"}


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("concurrency", [1, 4, 16])
def test_calls_that_are_refused_for_what_they_ask_keep_no_other_from_being_answered(
    status: int, concurrency: int
) -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        is_too_much = ticket.request.url == URLS["before"] and ticket.key % 4 == 0
        return error(status) if is_too_much else (0.05, ok())

    world = World(server, suite=lab_suite(URLS, concurrency=concurrency))
    ended = world.run(60)
    asked = [one for one in exchanges(ended) if one.target == "before"]
    refused = [one for one in asked if one.seq % 4 == 0]
    assert len(asked) == 60
    assert len(refused) >= 10
    assert all(len(one.attempts) == 3 and one.fault is not None for one in refused)
    assert all(one.fault is None for one in asked if one.seq % 4)
    assert world.time.now <= 160.0


@pytest.mark.parametrize("most", range(54, 62))
def test_no_look_goes_beyond_the_calls_that_may_be_sent(most: int) -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        if ticket.request.url == URLS["after"]:
            return (0.35, ok())
        return error(503) if 0.1 <= world.time.now < 30.0 else (0.01, ok())

    world = World(server, suite=lab_suite(URLS, max_calls=most, concurrency=8))
    world.run(30)
    assert len(world.fake.sent_at) == world.caller.sent <= most


def test_a_look_waits_for_room_as_any_call_that_is_sent_again_does() -> None:
    urls = {side: f"https://lab.example/{side}" for side in ("before", "after")}
    looked: list[float] = []

    def server(ticket: Ticket, _tries: int) -> Reply:
        if ticket.request.url == urls["after"]:
            return (10.0, ok())
        if before.is_away:
            looked.append(world.time.now)
        return error(503) if world.time.now < 5.0 else (0.01, ok())

    def narrow() -> float:
        if before.is_away and world.time.now < 9.0:
            before.routes.routes[0].pressure.limit = 4  # eight of the others are on the wire
        return 0.1

    world = World(server, suite=lab_suite(urls, concurrency=8))
    world.caller.meanwhile = narrow
    before = world.caller._lanes["before"]
    ended = world.run(8)
    assert all(one.fault is None for one in exchanges(ended))
    assert looked
    assert min(looked) >= 10.0


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("word", [error(502), error(503), CUT])
def test_a_word_of_a_proxy_does_not_end_the_patience_with_who_is_asked_too_much(
    word: Reply, concurrency: int
) -> None:
    def reply(now: float) -> Reply | None:
        if now >= 200.0:
            return None
        return word if 61.0 <= now < 100.0 else error(429)

    world = ailing(reply, concurrency=concurrency)
    ended = world.run(60)
    assert unsent(ended) == []
    assert answered(ended, "before") == 60


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("asked", ["61", "120", "300"])
@pytest.mark.parametrize("concurrency", [1, 8, 100])
@pytest.mark.parametrize("start_s", [0.0, 2.0])
def test_who_refuses_all_and_asks_for_minutes_is_waited_for_and_no_call_is_lost(
    status: int, asked: str, concurrency: int, start_s: float
) -> None:
    end_s = start_s + float(asked) - 1.0
    refusing = error(status, retry_after=asked)
    world = ailing(between(start_s, end_s, refusing), concurrency=concurrency)
    ended = world.run(600)
    assert unsent(ended) == []
    assert answered(ended, "before") == answered(ended, "after") == 600
    asked_in_vain = sum(len(one.attempts) - 1 for one in exchanges(ended))
    assert asked_in_vain <= 1.2 * concurrency + 8, "those in flight, and few that were new"
    sent = zip(world.fake.tickets, world.fake.sent_at, strict=True)
    early = [at for t, at in sent if t.request.url == URLS["before"] and start_s + 1 < at < end_s]
    assert len(early) <= 1, "it said when to come back"
    assert world.time.now <= 2 * 600 * 0.05 / concurrency + end_s + 40.0


def test_the_others_are_asked_on_while_one_asks_for_minutes_and_that_is_told() -> None:
    refusing = error(429, retry_after="120")
    world = ailing(between(0.0, 100.0, refusing), concurrency=4)
    told: list[str] = []
    world.caller.held = told.append
    world.run(1000)
    sent = zip(world.fake.tickets, world.fake.sent_at, strict=True)
    assert sum(t.request.url == URLS["after"] and at < 100.0 for t, at in sent) >= 64
    (said,) = told
    assert said.startswith("before: answers nobody (HTTP 429: no): one call at a time looks")


@pytest.mark.parametrize("asked", ["90", "300"])
def test_who_refuses_for_good_is_asked_when_it_said_and_then_let_go_of(asked: str) -> None:
    world = ailing(between(0.0, 1e9, error(503, retry_after=asked)), concurrency=8)
    ended = world.run(500)
    assert answered(ended, "after") == 500
    of_it = [one for one in exchanges(ended) if one.target == "before"]
    assert sum(len(one.attempts) for one in of_it) <= 12
    assert {one.cause for one in unsent(ended)} == {"target stopped"}
    assert float(asked) <= world.time.now <= float(asked) + 20.0


@pytest.mark.parametrize("concurrency", [1, 2, 8, 64])
@pytest.mark.parametrize("asked", ["61", "300"])
def test_a_call_that_is_turned_away_for_minutes_while_others_are_answered_is_not_waited_for(
    asked: str, concurrency: int
) -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        is_refused = ticket.request.url == URLS["before"] and ticket.key % 20 < 2
        return error(429, retry_after=asked) if is_refused else (0.05, ok())

    world = World(server, suite=lab_suite(URLS, concurrency=concurrency))
    ended = world.run(200)
    failed = [one for one in exchanges(ended) if one.fault is not None]
    assert len(failed) == 20
    for one in failed:
        assert len(one.attempts) == 1
        assert one.fault is not None
        assert one.fault.message.endswith(f"asks to wait {asked} s, longer than 60 s")
    assert world.time.now <= 160.0, "what the server bears is learnt slowly of one call at a time"
