"""A rate that was not kept is seen in the times at which calls were due and started."""

from collections.abc import Iterable

import pytest

from harness.data.exchange import Exchange, Response
from harness.tallies.pace import Pace
from harness.transport import Ticket
from tests.stages.world import START, World, error, exchanges, lab_suite, ok

RATE = 20.0


def pace_of(ended: Iterable[Exchange], later_s: float = 0.0) -> Pace:
    pace = Pace()
    for one in ended:
        first = one.attempts[0]
        if len(one.attempts) == 1:
            pace.add(first.started_at + later_s, first.timings.queue_s or 0.0)
    return pace


def called(
    took_s: float, concurrency: int, calls: int = 200, busy: int = 0, **run: object
) -> list[Exchange]:
    """Ask a server that takes so long, and refuses one call of `busy` at first."""

    def server(ticket: Ticket, tries: int) -> tuple[float, Response]:
        is_refused = bool(busy) and tries == 1 and ticket.key % busy == 0
        return took_s, error(408, **{"retry-after": "2"}) if is_refused else ok()

    urls = {"only": "https://lab.example/x"}
    suite = lab_suite(urls, **{"concurrency": concurrency, "rate": RATE, **run})
    return exchanges(World(server, suite=suite).run(calls))


@pytest.mark.parametrize(("took_s", "concurrency", "sent"), [(1.0, 4, 4.0), (0.5, 4, 8.0)])
def test_too_few_places_for_the_rate_are_told_by_what_was_sent(
    took_s: float, concurrency: int, sent: float
) -> None:
    found = pace_of(called(took_s, concurrency)).kept_per_s(RATE)
    assert found == pytest.approx(sent, rel=0.05)


@pytest.mark.parametrize(("took_s", "concurrency"), [(1.0, 32), (0.1, 4)])
def test_a_rate_that_was_kept_is_what_was_sent(took_s: float, concurrency: int) -> None:
    found = pace_of(called(took_s, concurrency)).kept_per_s(RATE)
    assert found == pytest.approx(RATE, rel=0.02)


@pytest.mark.parametrize("concurrency", [8, 200])
def test_retries_take_turns_in_the_schedule_and_count_as_sent(concurrency: int) -> None:
    ended = called(0.02, concurrency, busy=4)
    starts = sorted(attempt.started_at for one in ended for attempt in one.attempts)
    assert len(starts) == 250
    sent = (len(starts) - 1) / (starts[-1] - starts[0])
    found = pace_of(ended).kept_per_s(RATE)
    assert found == pytest.approx(sent, rel=0.15)  # the last retries go when all else is sent


def test_what_a_cap_on_tokens_holds_back_is_no_rate_that_was_not_kept() -> None:
    ended = called(0.02, 8, calls=60, tokens_per_minute=240.0)
    starts = sorted(one.attempts[0].started_at for one in ended)
    assert len(starts) / (starts[-1] - starts[0]) < 0.5 * RATE  # the cap did bind
    pace = pace_of(ended)
    assert pace.kept_per_s(RATE) == pytest.approx(RATE, rel=0.05)
    assert (pace.started_per_s(RATE) or RATE) < 0.5 * RATE


def test_a_run_that_was_interrupted_for_a_day_kept_its_rate_before_and_after() -> None:
    fast, slow = called(0.1, 4), called(1.0, 4)
    for ended, sent in ((fast, RATE), (slow, 4.0)):
        pace = pace_of(ended)
        for one in ended:
            first = one.attempts[0]
            pace.add(first.started_at + 86_400.0, first.timings.queue_s or 0.0)
        assert pace.kept_per_s(RATE) == pytest.approx(sent, rel=0.05)


def test_a_low_rate_is_no_string_of_pauses() -> None:
    pace = Pace()
    for number in range(30):
        pace.add(START + 60.0 * number, 30.0 * number)
    assert pace.kept_per_s(1 / 30) == pytest.approx(1 / 60)


def test_few_starts_say_nothing() -> None:
    assert Pace().kept_per_s(RATE) is None
    assert Pace().started_per_s(RATE) is None
    assert pace_of(called(1.0, 4, calls=19)).kept_per_s(RATE) is None
    at_once = Pace()
    for _ in range(30):
        at_once.add(START, 0.0)
    assert at_once.kept_per_s(RATE) is None
