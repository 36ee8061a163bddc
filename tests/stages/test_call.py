"""Every planned call ends in exactly one state, whatever the server does."""

from random import Random

import pytest

from harness.api import Payload, Request
from harness.data.exchange import Exchange, Fault, Response, Unsent
from harness.transport import Ticket
from tests.stages.world import (
    GOOD,
    Reply,
    World,
    error,
    exchanges,
    lab_provider,
    lab_suite,
    lab_task,
    ok,
    slots_of,
    unsent,
)

CUT = Fault(kind="truncated", message="cut", is_transient=True)
DOWN = Fault(kind="connect", message="nobody", is_transient=True)


def always(reply: Reply) -> World:
    return World(lambda _ticket, _tries: reply)


def first_then(*replies: Reply) -> World:
    """Answer the tries of every call in this order, the last reply again and again."""
    return World(lambda _ticket, tries: replies[min(tries, len(replies)) - 1])


def test_every_call_is_answered_once_and_says_how_it_went() -> None:
    world = always(ok(x_sha="a" * 40, x_private="no"))
    for one in exchanges(world.run(20)):
        (attempt,) = one.attempts
        assert attempt.response == Response(status=200, headers={"x-sha": "a" * 40}, body=GOOD)
        assert attempt.timings.total_s == 0.01
        assert attempt.timings.queue_s == 0
        assert attempt.started_at >= 1_800_000_000
        assert (one.transport, one.method, one.latency_s) == ("fake", "POST", 0.01)
    assert len(world.fake.tickets) == 40


def test_the_halves_of_a_pair_start_next_to_each_other() -> None:
    world = always(ok())
    world.run(50)
    keys = [ticket.key for ticket in world.fake.tickets]
    assert keys == sorted(keys)


def test_a_slow_target_keeps_the_fast_one_from_running_ahead() -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        return (0.2 if ticket.request.url.endswith("before") else 0.01), ok()

    world = World(server)
    ended = world.run(200)
    started = {
        ticket.key: at for ticket, at in zip(world.fake.tickets, world.fake.sent_at, strict=True)
    }
    apart = [abs(started[seq] - started[seq + 1]) for seq in range(0, len(ended), 2)]
    assert max(apart) <= 1.0  # of 10 s in all
    assert world.fake.most_in_flight == {
        "https://lab.example/before": 4,
        "https://lab.example/after": 4,
    }


@pytest.mark.parametrize("concurrency", [1, 3, 16])
def test_no_target_has_more_calls_in_flight_than_it_may(concurrency: int) -> None:
    dice = Random(1)
    suite = lab_suite(concurrency=concurrency)
    world = World(lambda *_: (dice.random(), dice.choice([ok(), ok(), CUT])), suite=suite)
    world.run(100)
    assert set(world.fake.most_in_flight.values()) == {concurrency}


def test_three_attempts_are_made_and_each_is_kept() -> None:
    for one in exchanges(always(CUT).run(3)):
        assert [attempt.fault and attempt.fault.kind for attempt in one.attempts] == [
            "truncated"
        ] * 3
        assert one.fault is not None
        assert one.fault.message == "cut; gave up after 3 attempts"
        assert one.attempts[0].waited_s == 0
        assert 0.25 <= one.attempts[1].waited_s <= 0.5 <= one.attempts[2].waited_s <= 1.0
        assert one.latency_s is None


def test_a_call_that_works_at_last_is_answered() -> None:
    world = first_then(CUT, error(500), ok())
    for one in exchanges(world.run(5)):
        assert one.fault is None
        assert one.response is not None
        assert [a.response.status if a.response else 0 for a in one.attempts] == [0, 500, 200]
        assert one.latency_s is None  # a retried call measures no model
    assert len(world.fake.tickets) == 30


def test_the_queue_time_of_a_retry_leaves_its_wait_out() -> None:
    for one in exchanges(first_then(error(503, retry_after="2"), ok()).run(2)):
        waited = one.attempts[1].waited_s
        assert 2.0 <= waited <= 2.2
        assert one.attempts[1].timings.queue_s == pytest.approx(0, abs=0.2)
        gap = one.attempts[1].started_at - one.attempts[0].started_at
        assert gap >= 2.0


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 415, 421, 422, 999])
def test_a_request_that_is_wrong_is_not_sent_twice(status: int) -> None:
    world = World(lambda ticket, _: error(status) if ticket.key == 4 else ok())
    ended = world.run(10)
    assert len(world.fake.tickets) == 20
    bad = ended[4]
    assert isinstance(bad, Exchange)
    assert bad.fault is not None
    assert bad.fault.status == status
    assert bad.response is not None  # the server's words are stored with it


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520, 529])
def test_what_may_pass_is_tried_again(status: int) -> None:
    world = first_then(error(status), ok())
    assert all(one.fault is None for one in exchanges(world.run(3)))


def test_a_wait_that_is_too_long_is_refused_in_words() -> None:
    world = always(error(429, retry_after="86400"))
    for one in exchanges(world.run(2)):
        assert len(one.attempts) == 1
        assert one.fault is not None
        assert "asks to wait 86400 s, longer than 310 s" in one.fault.message
    assert world.time.now < 5


@pytest.mark.parametrize(("status", "kind"), [(401, "auth"), (402, "billing")])
def test_a_refused_token_stops_its_target_at_once(status: int, kind: str) -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        return error(status, {"error": "go away"}) if "before" in ticket.request.url else ok()

    world = World(server)
    ended = world.run(50)
    sent = [one for one in exchanges(ended) if one.target == "before"]
    assert 1 <= len(sent) <= 4  # what was in flight
    assert all(one.fault and one.fault.kind == kind for one in sent)
    skipped = unsent(ended)
    assert len(skipped) + len(sent) == 50
    assert {one.cause for one in skipped} == {"target stopped"}
    assert all("go away" in one.reason and one.fault is None for one in skipped)
    assert sum(one.target == "after" and one.fault is None for one in exchanges(ended)) == 50


def test_five_dead_ends_in_a_row_stop_a_target() -> None:
    suite = lab_suite(concurrency=1, attempts=1)
    world = World(lambda t, _: DOWN if "before" in t.request.url else ok(), suite=suite)
    ended = world.run(30)
    assert sum(one.target == "before" for one in exchanges(ended)) == 5
    assert len(unsent(ended)) == 25
    assert "5 calls in a row: nobody" in unsent(ended)[0].reason


def test_a_target_that_recovers_is_not_stopped() -> None:
    suite = lab_suite(concurrency=1, attempts=1)
    world = World(lambda t, _: ok() if t.key // 2 % 5 == 4 else DOWN, suite=suite)
    ended = world.run(30)
    assert unsent(ended) == []
    assert sum(one.fault is None for one in exchanges(ended)) == 12


def test_a_retry_waiting_on_a_stopped_target_ends_with_what_it_has() -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        return error(503, retry_after="30") if ticket.key < 2 else (0.5, error(401))

    world = World(server)
    ended = world.run(20)
    assert world.time.now < 60
    for seq in (0, 1):
        one = ended[seq]
        assert isinstance(one, Exchange)
        assert one.fault is not None
        assert one.fault.status == 503


@pytest.mark.parametrize("most", [1, 7, 20])
def test_never_more_calls_are_sent_than_max_calls(most: int) -> None:
    suite = lab_suite(max_calls=most)
    dice = Random(3)
    world = World(lambda *_: dice.choice([ok(), error(500), CUT]), suite=suite)
    ended = world.run(30)
    assert len(world.fake.tickets) == most
    assert {one.cause for one in unsent(ended)} == {"budget"}
    assert all(f"run.max_calls: {most} calls" in one.reason for one in unsent(ended))


def test_calls_sent_before_a_resume_count_towards_max_calls() -> None:
    world = World(lambda *_: ok(), suite=lab_suite(max_calls=20))
    world.caller._budget.sent = 17
    world.run(30)
    assert len(world.fake.tickets) == 3


def test_stopping_lets_calls_in_flight_end_and_leaves_the_rest_pending() -> None:
    world = World(lambda ticket, _: (1.0 if ticket.key % 2 else 9.0, ok()))
    given: list[Exchange | Unsent] = []
    for outcome in world.outcomes(50):
        if not given:
            stopped_at, sent = world.time.now, len(world.fake.tickets)
            world.stop.set()
        given.append(outcome)
    assert world.time.now - stopped_at <= 5.1
    assert len(world.fake.tickets) == sent
    assert all(isinstance(one, Exchange) and one.fault is None for one in given)
    assert len(given) == 4
    assert len({one.seq for one in given}) == len(given)


def test_stopping_does_not_wait_for_retries_nor_give_a_fault_that_may_pass() -> None:
    world = World(lambda t, _: (1.0, {0: ok(), 1: error(503), 2: error(404)}[t.key % 3]))
    given = []
    for outcome in world.outcomes(50):
        given.append(outcome)
        world.stop.set()
    assert world.time.now < 2
    faults = [one.fault.status for one in given if isinstance(one, Exchange) and one.fault]
    assert set(faults) == {404}


def test_stopped_before_the_start_nothing_is_sent() -> None:
    world = always(ok())
    world.stop.set()
    assert list(world.outcomes(5)) == []
    assert world.fake.tickets == []


def test_retries_are_a_share_of_what_is_in_flight() -> None:
    suite = lab_suite(
        {"before": "https://lab.example/b", "after": "https://lab.example/a"}, concurrency=50
    )
    retrying: set[int] = set()
    most = 0

    def server(ticket: Ticket, tries: int) -> Reply:
        nonlocal most
        if tries > 1:
            retrying.add(ticket.key)
        most = max(most, len(retrying))
        return 0.2, error(500)

    world = World(server, suite=suite)
    original = world.fake.finished

    def finished(timeout_s: float):  # type: ignore[no-untyped-def]
        outcomes = original(timeout_s)
        retrying.difference_update(outcome.key for outcome in outcomes)
        return outcomes

    world.fake.finished = finished  # type: ignore[method-assign]
    world.run(100)
    assert most <= 20


def test_waiting_for_room_to_retry_does_not_spin() -> None:
    world = World(lambda *_: (5.0, error(500)), suite=lab_suite(concurrency=20))
    world.run(20)
    # 120 attempts in a dozen rounds of 5 s: one poll each 100 ms, and one each outcome.
    assert world.fake.polls <= world.time.now / 0.1 + 400


def test_a_rate_cap_holds_for_retries_too() -> None:
    suite = lab_suite({"before": "https://lab.example/b"}, rate=10.0, concurrency=8)
    world = World(lambda _t, tries: error(500) if tries < 3 else ok(), suite=suite)
    world.run(20)
    at = world.fake.sent_at
    assert len(at) == 60
    for first in range(len(at) - 11):
        assert at[first + 11] - at[first] >= 0.99
    assert at[-1] <= 8  # and the rate is reached


def test_concurrency_falls_when_the_server_says_429() -> None:
    suite = lab_suite({"only": "https://lab.example/x"}, concurrency=32)

    def server(ticket: Ticket, _tries: int) -> Reply:
        running = world.fake._now.get(ticket.request.url, 0)
        return (0.05, error(429)) if running >= 8 else (1.0, ok())

    world = World(server, suite=suite)
    ended = world.run(400)
    assert world.caller._lanes["only"].routes.routes[0].pressure.limit <= 12
    assert sum(one.fault is None for one in exchanges(ended)) >= 300


BROKEN = {
    "build raises": {"task": lab_task(build=lambda _case: 1 / 0)},
    "build exits": {"task": lab_task(build=lambda _case: (_ for _ in ()).throw(SystemExit(0)))},
    "build gives nothing": {"task": lab_task(build=lambda _case: None)},
    "payload is not JSON": {"task": lab_task(build=lambda _case: Payload(value=object()))},  # type: ignore[arg-type]
    "request raises": {"provider": lab_provider(request=lambda _call: {}["url"])},
    "request gives nothing": {"provider": lab_provider(request=lambda _call: None)},
    "url is missing": {"provider": lab_provider(request=lambda _call: Request(url=None))},  # type: ignore[arg-type]
    "body is a str": {
        "provider": lab_provider(request=lambda _call: Request(url="http://x", body="{}"))
    },  # type: ignore[arg-type]
    "headers are wrong": {
        "provider": lab_provider(request=lambda _call: Request(url="http://x", headers={"a": 1}))
    },  # type: ignore[dict-item]
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_plugin_that_cannot_build_a_call_is_a_fault_of_that_call(how: str) -> None:
    world = World(lambda *_: ok(), **BROKEN[how])
    ended = world.run(4)
    assert world.fake.tickets == []
    for one in unsent(ended):
        assert one.cause == "plugin"
        assert one.fault is not None
        assert one.fault.kind == "plugin"
        assert "task echo or provider lab" in one.fault.hint
    assert len(unsent(ended)) == 8


def test_one_bad_case_leaves_the_others_alone() -> None:
    def build(case: object) -> Payload:
        if getattr(case, "id", "") == "c3":
            raise ValueError("not this one\x1b[2J")
        return Payload(value=1)

    ended = World(lambda *_: ok(), task=lab_task(build=build)).run(10)
    assert len(exchanges(ended)) == 18
    assert len(unsent(ended)) == 2
    assert "\x1b" not in unsent(ended)[0].reason


def test_a_replay_sends_no_secret_measures_nothing_and_tries_once() -> None:
    suite = lab_suite()
    world = World(lambda t, _: CUT if t.key == 2 else ok(), suite=suite, is_replay=True)
    for one in exchanges(world.run(5)):
        (attempt,) = one.attempts
        assert one.transport == "replay"
        assert one.latency_s is None
        assert attempt.timings.total_s is None
    assert all(ticket.secret is None for ticket in world.fake.tickets)


def test_warm_ups_come_first_and_carry_their_mark() -> None:
    suite = lab_suite(warmup=3, concurrency=1)
    world = World(lambda *_: ok(), suite=suite)
    ended = world.run(4)
    repeats = [ended[seq].repeat for seq in sorted(ended) if isinstance(ended[seq], Exchange)]  # type: ignore[union-attr]
    assert repeats[:6] == [-1] * 6
    assert all(repeat >= 0 for repeat in repeats[6:])


@pytest.mark.parametrize("seed", range(30))
def test_in_a_storm_of_everything_no_call_is_lost(seed: int) -> None:
    dice = Random(seed)
    replies: list[Response | Fault] = [
        ok(), ok(), ok(), CUT, DOWN, error(500), error(429, retry_after="soon"), error(404),
        error(429, retry_after="1"), error(503, {"error": "loading", "estimated_time": 3.0}),
        error(503, retry_after="-5"), error(422), error(502, b"<html>"), error(999),
    ]  # fmt: skip
    if seed % 5 == 0:
        replies.append(error(402))
    suite = lab_suite(
        concurrency=dice.randint(1, 12),
        attempts=dice.randint(1, 4),
        rate=dice.choice([None, 50.0]),
        max_calls=dice.choice([None, 90]),
        warmup=dice.randint(0, 2),
        repeats=dice.randint(1, 2),
    )
    world = World(lambda *_: (dice.expovariate(5.0), dice.choice(replies)), suite=suite)
    ended = world.run(25)
    assert sum(len(one.attempts) for one in exchanges(ended)) == len(world.fake.tickets)
    assert all(0 < len(one.attempts) <= suite.run.attempts for one in exchanges(ended))
    assert not world.caller._wire
    assert not world.caller._agenda
    assert all(lane.limiter.in_flight == 0 for lane in world.caller._lanes.values())


def test_slots_are_taken_a_window_at_a_time() -> None:
    world = always(ok())
    taken = 0

    def slots():  # type: ignore[no-untyped-def]
        nonlocal taken
        for slot in slots_of(world.suite, 10_000):
            taken += 1
            yield slot

    next(world.caller.call(slots()))
    assert taken <= 40


def test_a_quota_that_is_used_up_is_waited_for_instead_of_run_against() -> None:
    """Ten calls a window of 2 s, stated in every answer; nobody is refused."""
    windows: dict[int, int] = {}

    def server(_ticket: Ticket, _tries: int) -> Reply:
        window = int(world.time.now // 2.0)
        windows[window] = windows.get(window, 0) + 1
        if windows[window] > 10:
            return error(429)
        left = 10 - windows[window]
        renewed = 2.0 * (window + 1) - world.time.now
        return ok(x_ratelimit_remaining=str(left), x_ratelimit_reset=f"{renewed:.4f}")

    world = World(server, suite=lab_suite(concurrency=2))
    ended = exchanges(world.run(30))
    assert all(one.fault is None for one in ended)
    assert sum(len(one.attempts) > 1 for one in ended) <= 2
    assert max(windows.values()) <= 11


def test_a_replay_waits_for_no_quota() -> None:
    world = World(
        lambda _ticket, _tries: ok(x_ratelimit_remaining="0", x_ratelimit_reset="50"),
        is_replay=True,
    )
    world.run(20)
    assert world.time.now < 1.0


def test_arrivals_of_a_stream_are_kept() -> None:
    arrivals = ((0.1, 4), (0.2, 8))
    world = always(Response(status=200, body=GOOD, arrivals=arrivals))
    (one, _) = exchanges(world.run(1))
    assert one.response is not None
    assert one.response.arrivals == arrivals


def whole(response: Response) -> bytes:
    if not response.body.endswith(b"[DONE]"):
        raise ValueError("the stream ended before the answer was finished")
    return response.body


def test_a_stream_that_is_not_whole_is_asked_for_again() -> None:
    def server(_ticket: Ticket, tries: int) -> Reply:
        body = b"data: 1" if tries == 1 else b"data: 1 [DONE]"
        return Response(status=200, body=body, arrivals=((0.01, len(body)),))

    one = exchanges(World(server, provider=lab_provider(output=whole)).run(1))[0]
    assert [attempt.fault is None for attempt in one.attempts] == [False, True]
    first = one.attempts[0].fault
    assert first is not None
    assert (first.kind, first.is_transient) == ("truncated", True)
    assert "before the answer was finished" in first.message


def test_a_plain_answer_that_cannot_be_read_is_for_the_judge() -> None:
    world = World(lambda _ticket, _tries: ok(), provider=lab_provider(output=whole))
    assert all(one.fault is None and len(one.attempts) == 1 for one in exchanges(world.run(2)))


def test_once_the_question_is_settled_nothing_more_is_started_and_all_else_says_why() -> None:
    world = always(ok())
    reason = ""
    world.caller.settled = lambda: reason
    given: list[Exchange | Unsent] = []
    for outcome in world.outcomes(50):
        given.append(outcome)
        reason = "the gate had failed"
    sent = len(world.fake.tickets)
    assert 0 < sent < 20
    assert len(given) == 100
    left_out = [one for one in given if isinstance(one, Unsent)]
    assert len(left_out) == 100 - sent
    assert {(one.cause, one.reason) for one in left_out} == {("settled", "the gate had failed")}
    assert all(one.fault is None for one in given if isinstance(one, Exchange))
