"""Of several addresses the one that is well takes the call."""

from dataclasses import dataclass

import pytest

from harness.data.exchange import Fault, FaultKind
from harness.data.suite import Target
from harness.lanes.quota import quotas_of
from harness.lanes.routes import Route, Routes, Turn, routes_of

DOWN = Fault(kind="connect", message="nobody there")


@dataclass(frozen=True)
class Options:
    url: str


@dataclass(frozen=True)
class Based:
    base_url: str


def three(balance: str = "failover") -> Routes:
    target = Target(
        name="t",
        provider="p",
        model="m",
        options={"url": "a", "more": 1},
        urls=("a", "b", "c"),
        balance=balance,  # type: ignore[arg-type]
    )
    return routes_of(target, Options, 4)


def fail(route: Route, times: int, now: float = 0.0, fault: Fault | None = DOWN) -> None:
    for _ in range(times):
        route.take()
        route.learn(fault, now)


@pytest.mark.parametrize(("options", "key"), [(Options, "url"), (Based, "base_url")])
def test_each_address_takes_the_place_of_the_providers_own(options: type, key: str) -> None:
    target = Target(name="t", provider="p", model="m", options={"more": 1}, urls=("a", "b"))
    found = [route.target.options for route in routes_of(target, options, 4).routes]
    assert found == [{"more": 1, key: "a"}, {"more": 1, key: "b"}]


def test_a_target_with_one_address_stays_as_it_is() -> None:
    target = Target(name="t", provider="p", model="m", options={"url": "a"})
    routes = routes_of(target, Options, 4)
    assert [route.target for route in routes.routes] == [target]
    assert not routes.has_choice
    fail(routes.routes[0], 9)
    assert routes.next(0.0) == (routes.routes[0], routes.routes[0])


def begun(routes: Routes, now: float = 0.0) -> Turn:
    """Let a call go where it is to go."""
    turn = routes.next(now)
    assert turn is not None
    routes.pass_on(turn)
    turn.route.start(now)
    turn.route.take()
    return turn


def test_failover_means_the_first_for_every_call() -> None:
    routes = three()
    assert [begun(routes).meant.url for _ in range(4)] == ["a"] * 4


def test_round_robin_takes_turns() -> None:
    routes = three("round_robin")
    assert [begun(routes).meant.url for _ in range(5)] == ["a", "b", "c", "a", "b"]


def test_least_busy_means_the_one_with_fewest_calls_in_flight() -> None:
    routes = three("least_busy")
    assert [begun(routes).meant.url for _ in range(4)] == ["a", "b", "c", "a"]
    routes.routes[1].learn(None, 0.0)
    assert begun(routes).meant.url == "b"


def test_asking_who_is_next_takes_no_turn() -> None:
    routes = three("round_robin")
    assert [routes.next(0.0) for _ in range(3)] == [(routes.routes[0], routes.routes[0])] * 3


@pytest.mark.parametrize("balance", ["round_robin", "least_busy"])
def test_where_calls_are_spread_an_address_that_bears_no_more_lets_others_go_first(
    balance: str,
) -> None:
    routes = three(balance)
    refused = routes.routes[0].pressure
    refused.overwhelmed(0.0, asked_s=2.0)
    turns = [begun(routes) for _ in range(4)]
    assert [turn.route.url for turn in turns] == ["b", "c", "b", "c"]
    assert all(turn.route is turn.meant for turn in turns), "nobody moved: none was ill"
    assert routes.wait_s(0.0) == 0.0
    assert begun(routes, 2.0).route.url == "a"


def test_failover_waits_for_the_address_that_is_well_and_bears_no_more_for_the_moment() -> None:
    routes = three()
    routes.routes[0].pressure.overwhelmed(0.0, asked_s=2.0)
    assert routes.next(1.5) is None
    assert routes.wait_s(1.5) == 0.5
    assert begun(routes, 2.0).route.url == "a"


def test_a_call_starts_nowhere_where_no_address_bears_another() -> None:
    routes = three("round_robin")
    for _ in range(12):
        begun(routes)
    assert routes.next(0.0) is None
    routes.routes[1].pressure.end()
    assert begun(routes).route.url == "b"


def test_what_one_server_says_is_left_holds_back_nothing_from_another() -> None:
    routes = three("round_robin")
    first = routes.routes[0]
    left = quotas_of({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}, 0.0)
    assert left is not None
    first.allowance.told(left, first.allowance.turn, 0.0)
    assert [begun(routes).route.url for _ in range(4)] == ["b", "c", "b", "c"]
    assert routes.wait_s(0.0) == 0.0


def test_a_round_trip_is_that_of_the_soonest_address_that_has_answered() -> None:
    routes = three()
    assert routes.round_trip_s == 0.0
    routes.routes[1].pressure.answered(3.0, 1.0)
    routes.routes[2].pressure.answered(3.0, 2.0)
    assert routes.round_trip_s == 1.0


def test_three_faults_in_a_row_open_the_circuit_and_two_do_not() -> None:
    routes = three()
    first = routes.routes[0]
    fail(first, 2)
    assert routes.choose(first, 0.0) is first
    fail(first, 1)
    assert routes.choose(first, 0.0).url == "b"


def test_an_answer_in_between_starts_the_count_again() -> None:
    first = three().routes[0]
    fail(first, 2)
    fail(first, 1, fault=None)
    fail(first, 2)
    assert first.is_open_for(0.0)


@pytest.mark.parametrize("kind", ["auth", "config", "not_found", "rate_limited", "malformed"])
def test_what_another_address_would_not_mend_opens_no_circuit(kind: FaultKind) -> None:
    first = three().routes[0]
    fail(first, 9, fault=Fault(kind=kind, message="no"))
    assert first.is_open_for(0.0)


def test_after_its_rest_one_call_probes_and_an_answer_closes_the_circuit() -> None:
    first = three().routes[0]
    fail(first, 3)
    assert not first.is_open_for(4.9)
    assert first.is_open_for(5.0)
    first.take()
    assert not first.is_open_for(5.0), "one probe at a time"
    first.learn(None, 5.1)
    assert first.is_open_for(5.1)
    assert first.rests_until is None


def test_rests_grow_with_every_probe_that_fails_up_to_a_minute() -> None:
    first = three().routes[0]
    fail(first, 3)
    rests, now = [], 0.0
    for _ in range(6):
        assert first.rests_until is not None
        rests.append(first.rests_until - now)
        now = first.rests_until
        fail(first, 1, now)
    assert rests == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]


def test_a_late_failure_does_not_prolong_a_rest() -> None:
    first = three().routes[0]
    for _ in range(4):
        first.take()
    for now in (0.0, 0.0, 0.0, 3.0):
        first.learn(DOWN, now)
    assert first.rests_until == 5.0


def test_where_none_is_well_the_shortest_rest_is_cut_short() -> None:
    routes = three()
    for number, route in enumerate(routes.routes):
        fail(route, 3, now=float(3 - number))
    assert routes.choose(routes.routes[0], 4.0).url == "c"


def test_the_address_that_has_just_failed_is_avoided_but_not_refused() -> None:
    routes = three()
    a, b, c = routes.routes
    assert routes.choose(a, 0.0, avoid=a) is b
    fail(b, 3)
    assert routes.choose(a, 0.0, avoid=a) is c
    fail(c, 3, now=1.0)
    assert routes.choose(a, 0.0, avoid=a) is b
