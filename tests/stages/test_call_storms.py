"""Servers that allow too little, come and go: every call ends once, and none is asked for in vain.

Time passes only where somebody waits, so all figures are counts of calls and repeat exactly.
"""

from collections import Counter
from itertools import pairwise

import pytest

from harness.data.exchange import Exchange, Fault, Response, Unsent
from harness.transport import Ticket
from tests.stages.world import World, error, exchanges, lab_suite, ok, unsent

SERVICE_S = 0.05
HOST = "https://lab.example"


class Server:
    """Keeps a ledger of (second, status, url); 0 stands for no connection."""

    def __init__(self) -> None:
        self.ledger: list[tuple[float, int, str]] = []
        self.now = 0.0

    def __call__(self, ticket: Ticket, tries: int) -> tuple[float, Response | Fault]:
        self.now = self.world.time.now
        after_s, outcome = self.answer(ticket.request.url)
        status = outcome.status if isinstance(outcome, Response) else 0
        self.ledger.append((self.now, status, ticket.request.url))
        return after_s, outcome

    def answer(self, url: str) -> tuple[float, Response | Fault]:
        raise NotImplementedError

    def run(
        self, cases: int, *, paths: tuple[str, ...] = ("a",), **run: object
    ) -> dict[int, Exchange | Unsent]:
        """Make every call; `World.run` sees to it that each ends exactly once."""
        suite = lab_suite({path: f"{HOST}/{path}" for path in paths}, **run)
        self.world = World(self, suite=suite)
        ended = self.world.run(cases)
        for one in exchanges(ended):
            assert 1 <= len(one.attempts) <= suite.run.attempts
        assert sum(len(one.attempts) for one in exchanges(ended)) == len(self.ledger)
        return ended

    @property
    def statuses(self) -> Counter[int]:
        return Counter(status for _, status, _ in self.ledger)


class Allowing(Server):
    """Serves so many calls a second; the others are refused at once."""

    def __init__(self, per_s: float, wait_s: str = "") -> None:
        super().__init__()
        self._per_s, self._left, self._at = per_s, per_s / 10, 0.0
        self._headers = {"retry_after": wait_s} if wait_s else {}

    def answer(self, url: str) -> tuple[float, Response | Fault]:
        gained = (self.now - self._at) * self._per_s
        self._left, self._at = min(self._per_s / 10 + 1, self._left + gained), self.now
        if self._left < 1:
            return 0.01, error(429, **self._headers)
        self._left -= 1
        return SERVICE_S, ok()

    @property
    def share_used(self) -> float:
        """Of the calls that were allowed from the first to the last, how many were made."""
        return self.statuses[200] / (self._per_s * max(self.now, 1e-9))


def answered(ended: dict[int, Exchange | Unsent]) -> int:
    return sum(one.fault is None for one in exchanges(ended))


@pytest.mark.parametrize("wait_s", ["", "1", "0.2"])
@pytest.mark.parametrize("attempts", [3, 6])
def test_what_a_server_allows_is_used_and_no_call_is_lost(wait_s: str, attempts: int) -> None:
    server = Allowing(20, wait_s)
    ended = server.run(400, concurrency=32, attempts=attempts)
    assert unsent(ended) == []
    assert server.statuses[200] == answered(ended)
    assert all(one.fault is None or one.fault.kind == "rate_limited" for one in exchanges(ended))
    assert server.share_used >= 0.7
    assert answered(ended) >= 0.6 * 400
    given_up = [one for one in exchanges(ended) if one.fault is not None]
    assert all(len(one.attempts) == attempts for one in given_up)


def test_most_of_a_storm_is_over_once_the_limit_is_found() -> None:
    server = Allowing(200)
    ended = server.run(3000, concurrency=200)
    assert answered(ended) >= 0.99 * 3000
    assert len(server.ledger) <= 1.2 * answered(ended) + 3 * 200
    half = [status for _, status, _ in server.ledger[len(server.ledger) // 2 :]]
    assert half.count(429) <= 0.2 * len(half)


def test_retries_at_one_moment_are_a_fifth_of_the_calls_in_flight() -> None:
    class Refusing(Server):
        most = 0

        def answer(self, url: str) -> tuple[float, Response | Fault]:
            retries = self.world.caller._agenda._retries.get("a")
            self.most = max(self.most, len(retries.sent) if retries else 0)
            return 0.5, error(429)

    server = Refusing()
    ended = server.run(200, concurrency=50)
    assert 3 <= server.most <= 10
    assert answered(ended) == 0
    assert len(server.ledger) <= 3 * 200


class Flapping(Server):
    """Is overwhelmed in every other second."""

    def answer(self, url: str) -> tuple[float, Response | Fault]:
        return (0.01, error(503)) if int(self.now) % 2 == 0 else (SERVICE_S, ok())


def test_a_server_that_flaps_is_neither_given_up_nor_hammered() -> None:
    server = Flapping()
    ended = server.run(600, concurrency=16)
    assert unsent(ended) == []
    assert answered(ended) >= 0.97 * 600
    assert server.statuses[503] <= 0.2 * len(server.ledger)


class Dying(Server):
    """Is gone after one second, for three unless told otherwise."""

    def __init__(self, back_at_s: float = 4.0) -> None:
        super().__init__()
        self._back_at_s = back_at_s

    def answer(self, url: str) -> tuple[float, Response | Fault]:
        if not 1.0 <= self.now < self._back_at_s:
            return SERVICE_S, ok()
        return 0.001, Fault(kind="connect", message="refused", is_transient=True)


@pytest.mark.parametrize("attempts", [2, 5])
def test_a_server_that_comes_back_loses_no_call_that_may_be_sent_again(attempts: int) -> None:
    server = Dying()
    ended = server.run(600, concurrency=16, attempts=attempts)
    assert answered(ended) == 600
    assert server.statuses[0] <= 16  # those in flight, and nobody new


def test_a_server_that_comes_back_loses_calls_in_flight_only_where_none_is_sent_again() -> None:
    server = Dying()
    ended = server.run(600, concurrency=16, attempts=1)
    assert unsent(ended) == []
    assert answered(ended) >= 600 - 16


def test_a_server_that_stays_away_is_given_up_and_all_is_accounted_for() -> None:
    server = Dying(back_at_s=1000.0)
    ended = server.run(600, concurrency=16, attempts=2)
    assert {one.cause for one in unsent(ended)} == {"target stopped"}
    assert answered(ended) + len(unsent(ended)) == 600 - sum(
        one.fault is not None for one in exchanges(ended)
    )
    assert server.statuses[0] <= 16 + 3  # and three that looked
    assert 31.0 <= server.world.time.now <= 40.0


def test_targets_of_one_server_share_what_it_allows_evenly() -> None:
    server = Allowing(20, "1")
    ended = server.run(200, paths=("a", "b"), concurrency=16, attempts=6)
    done = {
        path: sum(one.fault is None for one in exchanges(ended) if one.target == path)
        for path in ("a", "b")
    }
    assert min(done.values()) >= 0.95 * max(done.values()) >= 0.9 * 200
    ahead = Counter[str]()
    for _, status, url in server.ledger:
        ahead[url] += status == 200
        assert abs(ahead[f"{HOST}/a"] - ahead[f"{HOST}/b"]) <= 2 * 16


def test_a_target_in_a_storm_does_not_slow_one_elsewhere() -> None:
    class Mixed(Server):
        def answer(self, url: str) -> tuple[float, Response | Fault]:
            return (SERVICE_S, ok()) if url.endswith("fine") else (0.01, error(429))

    server = Mixed()
    suite = lab_suite(
        {"fine": f"{HOST}/fine", "storm": "https://other.example/storm"}, concurrency=4
    )
    server.world = World(server, suite=suite)
    ended = server.world.run(60)
    fine = [at_s for at_s, _, url in server.ledger if url.endswith("fine")]
    assert len(fine) == 60
    assert answered(ended) == 60
    # The plan is interleaved: a side waits for the other by a window of calls, never longer.
    assert max(later - earlier for earlier, later in pairwise(fine)) <= 8.0
