"""Of several addresses the one that is well takes the call."""

from dataclasses import dataclass

import pytest

from harness.data.exchange import Fault, FaultKind
from harness.data.suite import Target
from harness.lanes.routes import Route, Routes, routes_of

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
    return routes_of(target, Options)


def fail(route: Route, times: int, now: float = 0.0, fault: Fault | None = DOWN) -> None:
    for _ in range(times):
        route.take()
        route.learn(fault, now)


@pytest.mark.parametrize(("options", "key"), [(Options, "url"), (Based, "base_url")])
def test_each_address_takes_the_place_of_the_providers_own(options: type, key: str) -> None:
    target = Target(name="t", provider="p", model="m", options={"more": 1}, urls=("a", "b"))
    found = [route.target.options for route in routes_of(target, options).routes]
    assert found == [{"more": 1, key: "a"}, {"more": 1, key: "b"}]


def test_a_target_with_one_address_stays_as_it_is() -> None:
    target = Target(name="t", provider="p", model="m", options={"url": "a"})
    routes = routes_of(target, Options)
    assert [route.target for route in routes.routes] == [target]
    assert not routes.has_choice
    fail(routes.routes[0], 9)
    assert routes.choose(routes.meant(), 0.0) is routes.routes[0]


def test_failover_means_the_first_for_every_call() -> None:
    routes = three()
    assert [routes.meant().url for _ in range(4)] == ["a"] * 4


def test_round_robin_takes_turns() -> None:
    routes = three("round_robin")
    assert [routes.meant().url for _ in range(5)] == ["a", "b", "c", "a", "b"]


def test_least_busy_means_the_one_with_fewest_calls_in_flight() -> None:
    routes = three("least_busy")
    found = []
    for _ in range(4):
        route = routes.meant()
        route.take()
        found.append(route.url)
    assert found == ["a", "b", "c", "a"]
    routes.routes[1].learn(None, 0.0)
    assert routes.meant().url == "b"


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
