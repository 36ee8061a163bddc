"""Limits a server states are kept to before they are exceeded: a model's own and shared ones."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from harness.api import Call, Job, Request, Response, replace
from harness.data.exchange import Exchange
from harness.transport import Ticket
from tests.stages.world import Reply, World, error, exchanges, lab_provider, lab_suite, ok, unsent

HERE = "https://lab.example"


@dataclass
class Windows:
    """Two models, each answer stating what is left of so many calls a window."""

    sizes: tuple[int, int]
    """Calls a window; of the first alone where both models draw on one limit."""
    is_shared: bool = False
    states_sizes: bool = True
    window_s: float = 5.0
    urls: tuple[str, str] = (f"{HERE}/a", f"{HERE}/b")
    used: Counter[tuple[int, int]] = field(default_factory=Counter)
    refused: int = 0
    last_s: dict[str, float] = field(default_factory=dict)

    def __call__(self, ticket: Ticket, _tries: int) -> Reply:
        now, url = self.world.time.now, ticket.request.url
        model = 0 if self.is_shared else self.urls.index(url)
        turn = int(now // self.window_s)
        size = self.sizes[model]
        self.used[model, turn] += 1
        left = size - self.used[model, turn]
        stated = {"x_ratelimit_remaining_requests": str(max(left, 0))}
        stated["x_ratelimit_reset_requests"] = f"{self.window_s * (turn + 1) - now:.9f}s"
        if self.states_sizes:
            stated["x_ratelimit_limit_requests"] = str(size)
        if left < 0:
            self.refused += 1
            return error(429, **stated)
        self.last_s[url] = now
        # Answers of 0.2 to 0.3 s: they come in another order than they were asked for.
        return 0.2 + 0.01 * (ticket.key * 7 % 11), ok(**stated)

    def run(self, cases: int, concurrency: int) -> float:
        """Make every call, none in vain; give the seconds it took."""
        suite = lab_suite(dict(zip("ab", self.urls, strict=True)), concurrency=concurrency)
        self.world = World(self, suite=suite)
        ended = self.world.run(cases)
        assert unsent(ended) == []
        assert all(one.fault is None for one in exchanges(ended))
        return self.world.time.now


@pytest.mark.parametrize("states_sizes", [True, False])
def test_the_limits_of_two_models_at_one_provider_are_kept_apart(states_sizes: bool) -> None:
    server = Windows((10, 5000), states_sizes=states_sizes)
    took_s = server.run(60, concurrency=8)
    assert server.refused == 0
    apart = Windows((10, 5000), urls=(f"{HERE}/a", "https://other.example/b"))
    assert took_s <= 1.02 * apart.run(60, concurrency=8)


@pytest.mark.parametrize("concurrency", [4, 8])
def test_a_limit_two_models_share_is_used_by_both_and_exceeded_by_none(concurrency: int) -> None:
    server = Windows((20, 0), is_shared=True)
    took_s = server.run(60, concurrency)
    assert server.refused == 0
    assert took_s <= 27  # six windows of five seconds, the last one begun


@pytest.mark.parametrize("concurrency", [4, 8, 16])
def test_limits_of_one_size_are_soon_seen_to_be_apart(concurrency: int) -> None:
    server = Windows((20, 20))
    took_s = server.run(60, concurrency)
    assert server.refused == 0
    apart = Windows((20, 20), urls=(f"{HERE}/a", "https://other.example/b"))
    assert took_s <= 1.05 * apart.run(60, concurrency)


def test_five_minutes_are_waited_for_and_that_is_said() -> None:
    """A limit in the Hub's words, used up from the start; each call has three attempts."""
    told: list[tuple[float, str]] = []

    def server(_ticket: Ticket, _tries: int) -> Reply:
        now = world.time.now
        stated = {"ratelimit_policy": '"fixed window";"api";q=500;w=300'}
        if now < 200:
            return error(429, ratelimit=f'"api";r=0;t={200 - now:.0f}', **stated)
        return ok(ratelimit='"api";r=480;t=300', **stated)

    world = World(server, suite=lab_suite({"only": f"{HERE}/x"}, concurrency=8))
    world.caller.held = lambda message: told.append((world.time.now, message))
    ended = exchanges(world.run(40))
    assert all(one.fault is None for one in ended)
    assert len(world.fake.tickets) == 40 + 8
    assert 200 <= world.time.now <= 215
    ((when_s, message),) = told
    assert when_s < 3
    assert message.startswith("only: its server's limit is used up")
    assert message.endswith("nothing is sent there for 200 s")


@dataclass
class Works:
    """Takes jobs and tells how far they are; so many polls a window, and many more submissions."""

    polls: int
    window_s: float = 10.0
    states: bool = True
    used: Counter[int] = field(default_factory=Counter)
    polled: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    lowest: int = 99

    def __call__(self, ticket: Ticket, _tries: int) -> Reply:
        now, url = self.world.time.now, ticket.request.url
        self.lowest = min(
            self.lowest, self.world.caller._lanes["only"].routes.routes[0].pressure.limit
        )
        if url.endswith("/submit"):
            return self.said(4000, now, status="queued", poll=f"{HERE}/job/{ticket.key}")
        turn = int(now // self.window_s)
        self.used[turn] += 1
        if self.used[turn] > self.polls:
            self.refused += 1
            return error(429, **dict(self.stated(0, now)))
        self.polled[url] += 1
        status = "done" if self.polled[url] >= 3 else "busy"
        return self.said(self.polls - self.used[turn], now, status=status)

    def stated(self, left: int, now: float) -> Iterator[tuple[str, str]]:
        if self.states:
            yield "ratelimit_remaining", str(left)
            yield "ratelimit_reset", f"{self.window_s - now % self.window_s:.9f}"

    def said(self, left: int, now: float, **body: str) -> Response:
        stated = dict(self.stated(left, now))
        return replace(ok(**stated), body=json.dumps(body).encode())

    def run(self, cases: int, **run: int) -> list[Exchange]:
        job = Job(poll=poll, status=status, fetch=lambda _call, _response: None, every_s=1.0)
        suite = lab_suite({"only": f"{HERE}/submit"}, **run)
        self.world = World(self, suite=suite, provider=lab_provider(job=lambda _call: job))
        return exchanges(self.world.run(cases))


def poll(_call: Call, response: Response) -> Request:
    return Request(url=json.loads(response.body)["poll"], method="GET")


def status(response: Response) -> str | None:
    word: str = json.loads(response.body)["status"]
    return None if word == "done" else word


def test_polls_keep_to_what_their_answers_say_is_left_and_hold_no_submission() -> None:
    server = Works(polls=12)
    ended = server.run(24, concurrency=8, timeout_s=300)
    assert all(one.fault is None for one in ended)
    assert server.refused == 0
    assert server.world.time.now <= 24 * 3 / 12 * 10 + 5  # the windows are used


def test_refused_polls_slow_down_as_refused_calls_do() -> None:
    server = Works(polls=6, window_s=1.0, states=False)
    server.run(60, concurrency=32, timeout_s=300)
    assert server.refused > 0
    assert server.lowest <= 16
    calm = Works(polls=1000, window_s=1.0, states=False)
    calm.run(60, concurrency=32, timeout_s=300)
    assert calm.lowest == 32
