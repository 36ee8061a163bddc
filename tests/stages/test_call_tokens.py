"""Tokens a minute are kept to: as the suite caps them, and as the server says what is left."""

from collections.abc import Sequence

import pytest

from harness.api import Payload
from harness.data.record import Usage
from harness.transport import Ticket
from tests.stages.world import Reply, World, error, exchanges, lab_provider, lab_suite, lab_task, ok

ANSWER = 60
"""Tokens of an answer; each question has about 3."""


def spent(ledger: Sequence[tuple[float, float]], from_s: float, to_s: float) -> float:
    return sum(tokens for at_s, tokens in ledger if from_s <= at_s < to_s)


@pytest.mark.parametrize("states_usage", [True, False])
def test_a_cap_on_tokens_is_kept_and_used_by_what_answers_really_took(states_usage: bool) -> None:
    ledger: list[tuple[float, float]] = []

    def server(_ticket: Ticket, _tries: int) -> Reply:
        ledger.append((world.time.now, ANSWER + 3))
        return 0.5, ok()

    told = Usage(input_tokens=3, output_tokens=ANSWER) if states_usage else Usage()
    provider = lab_provider(usage=lambda _response: told)
    suite = lab_suite({"only": "https://lab.example/x"}, concurrency=8, tokens_per_minute=1200.0)
    world = World(server, suite=suite, provider=provider)
    ended = exchanges(world.run(100))
    assert all(len(one.attempts) == 1 for one in ended)
    if not states_usage:
        assert world.time.now < 60  # what nobody tells is only reckoned, at 3 tokens a call
        return
    minutes = [spent(ledger, start, start + 60) for start in range(0, int(world.time.now) - 60, 5)]
    # The first eight are reckoned at their question alone: nothing bounds their answers. What they
    # took is paid back evenly, so the minutes that begin just after them have less.
    assert all(tokens <= 1200 + 2 * 63 for tokens in minutes)
    assert all(tokens >= 0.7 * 1200 for tokens in minutes)
    assert all(tokens >= 0.9 * 1200 for tokens in [minutes[0], *minutes[4:]])
    assert len(minutes) > 20


@pytest.mark.parametrize("inputs", ["data:audio/wav;base64,AAAA", ""])
def test_a_cap_is_kept_where_nothing_can_be_reckoned(inputs: str) -> None:
    """Media of a thousand tokens, a call each six seconds: two in flight, and no bursts."""
    sent: list[float] = []

    def server(_ticket: Ticket, _tries: int) -> Reply:
        sent.append(world.time.now)
        return 0.01, ok()

    provider = lab_provider(usage=lambda _response: Usage(input_tokens=1000, output_tokens=10))
    suite = lab_suite({"only": "https://lab.example/x"}, concurrency=2, tokens_per_minute=10_100.0)
    task = lab_task(build=lambda _case: Payload(value={"inputs": inputs}))
    world = World(server, suite=suite, task=task, provider=provider)
    assert all(one.fault is None for one in exchanges(world.run(60)))
    assert sent[:2] == [0, 0]
    assert sent[2:] == pytest.approx([12 + 6 * turn for turn in range(58)], abs=0.1)


def test_an_answer_that_is_bounded_is_reckoned_with_before_it_comes() -> None:
    ledger: list[tuple[float, float]] = []

    def server(_ticket: Ticket, _tries: int) -> Reply:
        ledger.append((world.time.now, ANSWER + 3))
        return 0.5, ok()

    task = lab_task(
        build=lambda case: Payload(
            value={"inputs": case.inputs, "parameters": {"max_new_tokens": ANSWER}}
        )
    )
    suite = lab_suite({"only": "https://lab.example/x"}, concurrency=8, tokens_per_minute=1200.0)
    world = World(server, suite=suite, task=task)
    world.run(60)
    for start in range(0, int(world.time.now) - 60, 5):
        assert 0.9 * 1200 <= spent(ledger, start, start + 60) <= 1200 + 2 * 63


def test_tokens_of_the_call_that_was_answered_are_not_taken_off_once_more() -> None:
    """A hundred tokens a window of 5 s; calls of 50, one after the other: two a window."""
    windows: dict[int, int] = {}

    def server(_ticket: Ticket, _tries: int) -> Reply:
        window = int(world.time.now // 5.0)
        windows[window] = windows.get(window, 0) + 1
        assert windows[window] <= 2
        return ok(
            x_ratelimit_limit_tokens="100",
            x_ratelimit_remaining_tokens=str(100 - 50 * windows[window]),
            x_ratelimit_reset_tokens=f"{5.0 * (window + 1) - world.time.now:.9f}s",
        )

    suite = lab_suite({"only": "https://lab.example/x"}, concurrency=1)
    task = lab_task(build=lambda _case: Payload(value={"inputs": "x" * 200}))
    world = World(server, suite=suite, task=task)
    assert all(one.fault is None for one in exchanges(world.run(12)))
    assert world.time.now < 30


def test_what_the_server_says_is_left_of_tokens_is_waited_for_before_it_is_exceeded() -> None:
    """A hundred tokens a window of 2 s, three a call; in the dialect of a Go server."""
    windows: dict[int, int] = {}

    def server(_ticket: Ticket, _tries: int) -> Reply:
        window = int(world.time.now // 2.0)
        left = 100 - 8 * windows.get(window, 0)
        if left < 8:
            return error(429)
        windows[window] = windows.get(window, 0) + 1
        renewed_ms = 1000 * (2.0 * (window + 1) - world.time.now)
        return ok(
            x_ratelimit_remaining_tokens=str(left - 8),
            x_ratelimit_reset_tokens=f"{renewed_ms:.4f}ms",
        )

    # `text 12` is seven characters, the key and braces are none: near 2 tokens, of really 8.
    suite = lab_suite({"only": "https://lab.example/x"}, concurrency=2)
    task = lab_task(build=lambda case: Payload(value={"inputs": str(case.inputs).ljust(32)}))
    world = World(server, suite=suite, task=task)
    ended = exchanges(world.run(60))
    assert all(one.fault is None for one in ended)
    assert sum(len(one.attempts) > 1 for one in ended) <= 3
    assert world.time.now >= 8.0
