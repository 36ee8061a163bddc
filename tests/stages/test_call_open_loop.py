"""With a rate, what a user would have waited is known: nobody's wait is left out.

A closed loop asks the next question only when the last is answered, so that a server that stalls is
not asked while it stalls, and its stall is seen by a few calls (coordinated omission).
"""

import pytest

from harness.data.exchange import Exchange, Response
from harness.transport import Ticket
from tests.stages.world import World, error, exchanges, lab_suite, ok

RATE, SERVICE_S, STALL_S, EVERY_S = 100.0, 0.02, 1.0, 10.0


def stalling(world: list[World]) -> object:
    """Give a server that takes 20 ms, and stands still in the first second of every ten."""

    def answer(_ticket: Ticket, _tries: int) -> tuple[float, Response]:
        into_s = world[0].time.now % EVERY_S
        return max(0.0, STALL_S - into_s) + SERVICE_S, ok()

    return answer


def called(concurrency: int, calls: int, **run: object) -> tuple[World, list[Exchange]]:
    worlds: list[World] = []
    suite = lab_suite({"only": "https://lab.example/x"}, concurrency=concurrency, **run)
    worlds.append(World(stalling(worlds), suite=suite))  # type: ignore[arg-type]
    return worlds[0], exchanges(worlds[0].run(calls))


def quantile(values: list[float], q: float) -> float:
    return sorted(values)[int(q * len(values))]


def service_s(one: Exchange) -> float:
    return one.attempts[0].timings.total_s or 0.0


def response_s(one: Exchange) -> float:
    return service_s(one) + (one.attempts[0].timings.queue_s or 0.0)


def truth_s(calls: int) -> list[float]:
    """What users see who come every 10 ms and never wait for each other."""
    due = (number / RATE for number in range(calls))
    return [max(0.0, STALL_S - at % EVERY_S) + SERVICE_S for at in due]


@pytest.mark.parametrize("concurrency", [8, 300])
def test_response_times_are_those_of_users_who_do_not_wait_for_each_other(
    concurrency: int,
) -> None:
    calls = 4000
    _, ended = called(concurrency, calls, rate=RATE)
    truth = truth_s(calls)
    shown = [response_s(one) for one in sorted(ended, key=lambda one: one.seq)]
    assert len(shown) == calls
    for q in (0.50, 0.95, 0.99):
        # Eight at a time can not all be asked at once when the stall is over.
        slack = 1.05 if concurrency > RATE else 1.30
        assert quantile(truth, q) * 0.95 <= quantile(shown, q) <= quantile(truth, q) * slack + 0.1
    left_out = sum(mine < true * 0.98 - 0.011 for mine, true in zip(shown, truth, strict=True))
    assert left_out <= calls / RATE / EVERY_S  # a call at the very start of a stall


def test_service_times_alone_would_have_hidden_it() -> None:
    _, ended = called(8, 4000, rate=RATE)
    hidden = quantile([service_s(one) for one in ended], 0.95)
    assert hidden == pytest.approx(SERVICE_S)
    assert quantile([response_s(one) for one in ended], 0.95) > 20 * hidden


def test_calls_that_were_due_in_the_stall_are_made_up_for_and_the_rate_is_kept() -> None:
    world, ended = called(8, 3000, rate=RATE)
    assert world.time.now == pytest.approx(3000 / RATE, rel=0.05)
    after = [response_s(one) for one in ended if one.seq % 1000 > 500]
    assert max(after) == pytest.approx(SERVICE_S, abs=0.02)  # nobody is late for ever


def test_a_target_that_stalls_makes_nobody_else_late() -> None:
    def server(ticket: Ticket, _tries: int) -> tuple[float, Response]:
        stalls = ticket.request.url.endswith("slow") and world.time.now < 5.0
        return (5.0 - world.time.now if stalls else 0.0) + SERVICE_S, ok()

    urls = {"fine": "https://lab.example/fine", "slow": "https://other.example/slow"}
    world = World(server, suite=lab_suite(urls, concurrency=4, rate=20.0))
    ended = exchanges(world.run(200))
    late = {
        target: max(response_s(one) for one in ended if one.target == target) for target in urls
    }
    assert late["slow"] > 4.5
    assert late["fine"] < 0.3


def test_users_whose_calls_are_sent_again_are_among_those_who_wait() -> None:
    def refusing(ticket: Ticket, tries: int) -> tuple[float, Response]:
        is_refused = tries == 1 and ticket.key % 2 == 1
        return SERVICE_S, error(503, **{"retry-after": "5"}) if is_refused else ok()

    suite = lab_suite({"only": "https://lab.example/x"}, concurrency=64, rate=20.0)
    world = World(refusing, suite=suite)
    ended = exchanges(world.run(100))
    assert sum(one.latency_s is not None for one in ended) == 50
    waited_s = [one.response_s for one in ended if one.response_s is not None]
    assert len(waited_s) == 100
    assert sum(seconds > 5.0 for seconds in waited_s) >= 50
    for one in ended:  # what is added up is the time that passed
        last = one.attempts[-1]
        passed_s = last.started_at + (last.timings.total_s or 0.0) - one.attempts[0].started_at
        due_s = passed_s + (one.attempts[0].timings.queue_s or 0.0)
        assert one.response_s == pytest.approx(due_s, abs=1e-6)


def test_without_a_rate_nobody_says_when_a_call_was_due() -> None:
    _, ended = called(8, 500)
    assert all(one.attempts[0].timings.queue_s == 0.0 for one in ended)
