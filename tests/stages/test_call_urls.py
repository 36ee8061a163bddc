"""A target with several addresses loses no call when one of them dies."""

from collections import Counter
from dataclasses import dataclass

from harness.data.exchange import Fault
from harness.data.noun import replace
from harness.transport import Ticket
from tests.stages.world import Reply, Server, World, error, exchanges, lab_provider, lab_suite, ok

FIRST, SECOND = "https://lab.example/one", "https://lab.example/two"
DOWN = Fault(kind="connect", message="nobody there", is_transient=True)


@dataclass(frozen=True)
class Options:
    url: str


def world(server: Server, balance: str = "failover", **run: object) -> World:
    suite = lab_suite(**run)
    before, after = suite.targets
    after = replace(after, urls=(FIRST, SECOND), balance=balance)  # type: ignore[arg-type]
    return World(
        server,
        suite=replace(suite, targets=(before, after)),
        provider=lab_provider(options=Options),
    )


def dies_after(calls: int) -> Server:
    seen = Counter[str]()

    def server(ticket: Ticket, _tries: int) -> Reply:
        seen[ticket.request.url] += 1
        return DOWN if ticket.request.url == FIRST and seen[FIRST] > calls else ok()

    return server


def test_the_first_address_dying_in_mid_run_loses_no_call_and_moved_ones_have_no_latency() -> None:
    lab = world(dies_after(20))
    after = [one for one in exchanges(lab.run(100)) if one.target == "after"]
    assert len(after) == 100
    assert all(one.fault is None for one in after)
    stayed = [one for one in after if not one.is_moved]
    moved = [one for one in after if one.is_moved]
    assert (len(stayed), len(moved)) == (20, 80)
    assert {one.url for one in stayed} == {FIRST}
    assert {one.url for one in moved} == {SECOND}
    assert all(one.latency_s is None for one in moved)
    assert all(one.latency_s == 0.01 for one in stayed)


def test_every_attempt_says_where_it_went() -> None:
    lab = world(dies_after(0))
    (one,) = [one for one in exchanges(lab.run(1)) if one.target == "after"]
    assert [attempt.url for attempt in one.attempts] == [FIRST, SECOND]
    assert [attempt.waited_s for attempt in one.attempts] == [0.0, 0.0]


def test_an_open_circuit_sends_no_call_but_its_probe_to_the_dead_address() -> None:
    lab = world(dies_after(0), concurrency=1)
    lab.run(100)
    assert sum(ticket.request.url == FIRST for ticket in lab.fake.tickets) == 3


def test_an_address_that_comes_back_is_used_again() -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        is_down = ticket.request.url == FIRST and lab.time.now < 2.0
        return 0.1, (DOWN if is_down else ok())

    lab = world(server, concurrency=1)
    after = [one for one in exchanges(lab.run(100)) if one.target == "after"]
    assert after[0].url == SECOND
    assert after[-1].url == FIRST
    assert not after[-1].is_moved


def test_all_addresses_dead_is_a_fault_that_stops_the_target() -> None:
    lab = world(lambda ticket, _tries: DOWN if "/before" not in ticket.request.url else ok())
    ended = lab.run(50)
    faults = [one for one in exchanges(ended) if one.fault is not None]
    assert {one.target for one in faults} == {"after"}
    assert len(faults) < 20
    assert len(ended) == 100


def test_round_robin_spreads_calls_evenly_and_moves_none() -> None:
    lab = world(lambda _ticket, _tries: ok(), "round_robin")
    after = [one for one in exchanges(lab.run(40)) if one.target == "after"]
    assert Counter(one.url for one in after) == {FIRST: 20, SECOND: 20}
    assert not any(one.is_moved for one in after)


def test_least_busy_prefers_the_faster_address() -> None:
    def server(ticket: Ticket, _tries: int) -> Reply:
        return (0.2 if ticket.request.url == FIRST else 0.02), ok()

    lab = world(server, "least_busy")
    after = [one for one in exchanges(lab.run(100)) if one.target == "after"]
    urls = Counter(one.url for one in after)
    assert urls[SECOND] > 2 * urls[FIRST] > 0


def test_what_the_model_refuses_is_not_asked_elsewhere() -> None:
    lab = world(lambda ticket, _tries: error(422) if ticket.request.url == FIRST else ok())
    after = [one for one in exchanges(lab.run(5)) if one.target == "after"]
    assert all(one.fault is not None and one.url == FIRST for one in after)


SPARE = "https://spare.example/two"


def spread(server: Server, balance: str = "round_robin", **run: object) -> World:
    """Give a world where `after` is asked at two origins, neither of them that of `before`."""
    suite = lab_suite(**run)
    before, after = suite.targets
    urls = ("https://other.example/one", SPARE)
    after = replace(after, urls=urls, balance=balance)  # type: ignore[arg-type]
    provider = lab_provider(options=Options)
    return World(server, suite=replace(suite, targets=(before, after)), provider=provider)


class Narrow:
    """A server that bears few calls at a time at one address, and any number at the others."""

    def __init__(self, bears: int) -> None:
        self.bears, self.ends = bears, list[float]()
        self.refused = Counter[str]()
        self.most = Counter[str]()
        self.world: World

    def __call__(self, ticket: Ticket, _tries: int) -> Reply:
        now, url = self.world.time.now, ticket.request.url
        if "other.example" not in url:
            return 0.1, ok()
        self.ends = [end for end in self.ends if end > now]
        if len(self.ends) >= self.bears:
            self.refused[url] += 1
            return 0.01, error(429)
        self.ends.append(now + 0.1)
        self.most[url] = max(self.most[url], len(self.ends))
        return 0.1, ok()


def test_an_address_that_bears_little_slows_no_other_down() -> None:
    server = Narrow(bears=4)
    server.world = spread(server, concurrency=40, attempts=3)
    after = [one for one in exchanges(server.world.run(1000)) if one.target == "after"]
    assert all(one.fault is None for one in after)
    answered = Counter(one.url for one in after)
    # 40 calls at a time, 4 of them there: a tenth is all that address can take.
    assert answered[SPARE] > 3 * (1000 - answered[SPARE])
    assert sum(server.refused.values()) < 100
    assert server.world.time.now < 3.5, "40 at a time of 0.1 s are 2.5 s for 1,000 calls"


def test_a_call_refused_at_one_address_that_goes_on_at_another_is_in_flight_there() -> None:
    server = Narrow(bears=0)
    server.world = spread(server, concurrency=8, attempts=3)
    after = [one for one in exchanges(server.world.run(50)) if one.target == "after"]
    assert all(one.fault is None for one in after)
    lane = server.world.caller._lanes["after"]
    assert [route.pressure.in_flight for route in lane.routes.routes] == [0, 0]
    assert [route.pressure.on_the_wire for route in lane.routes.routes] == [0, 0]
