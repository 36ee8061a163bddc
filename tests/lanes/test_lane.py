"""A target is given up when going on cannot help, and only then."""

from dataclasses import dataclass
from random import Random

import pytest

from harness.api import Provider, Request
from harness.data.exchange import Fault, FaultKind
from harness.data.noun import replace
from harness.data.suite import RunSettings, Target
from harness.lanes.lane import Lane, open_lanes
from harness.lanes.pressure import Pressure

PROVIDER = Provider(name="p", request=lambda _call: Request(url="http://localhost"))
TARGETS = tuple(Target(name=name, provider="p", model="m") for name in ("before", "after"))


@dataclass(frozen=True)
class Options:
    url: str


def lane() -> Lane:
    return open_lanes(TARGETS, RunSettings(concurrency=4), {"p": PROVIDER}, Random(7))["before"]


def fault(kind: FaultKind, status: int | None = None) -> Fault:
    return Fault(kind=kind, message=f"it was {kind}", status=status)


def attempt(
    one: Lane, kind: FaultKind | None, now: float = 0.0, *, is_connected: bool = True
) -> None:
    """Let a call go out and come back, its first attempt."""
    route = one.routes.routes[0]
    route.take()
    outcome = None if kind is None else fault(kind)
    one.tried(route, outcome, now, now, is_connected=is_connected, is_first=True)


def test_who_answered_and_is_gone_is_looked_for_by_one_call_at_a_time() -> None:
    one = lane()
    one.waiting.append(None)  # type: ignore[arg-type]
    attempt(one, None)
    for _ in range(3):
        assert one.next(1.0)
        attempt(one, "connect", 1.0)
    assert one.is_away
    assert not one.next(5.9)
    assert one.away_s(5.0) == 1.0
    assert one.next(6.0)
    one.routes.routes[0].take()
    assert not one.next(6.0)
    one.tried(one.routes.routes[0], None, 6.1, 6.0, is_connected=True, is_first=True)
    assert not one.is_away
    assert one.next(6.1)


def test_a_job_that_is_taken_in_is_an_answer_long_before_it_is_done() -> None:
    one = lane()
    one.waiting.append(None)  # type: ignore[arg-type]
    attempt(one, None)
    for _ in range(3):
        attempt(one, "connect", 1.0)
    one.routes.routes[0].take()
    assert not one.next(9.0)
    one.heard(9.0)
    assert one.next(9.0)


@pytest.mark.parametrize("kind", ["timeout", "overloaded", "loading", "truncated"])
def test_who_is_there_and_fails_is_asked_on(kind: FaultKind) -> None:
    one = lane()
    attempt(one, None)
    for _ in range(9):
        attempt(one, kind, 1.0)
    assert not one.is_away


def test_packets_that_nobody_takes_are_as_good_as_a_refused_connection() -> None:
    one = lane()
    attempt(one, None)
    for _ in range(3):
        attempt(one, "timeout", 10.0, is_connected=False)
    assert one.is_away


def test_who_refuses_every_call_is_looked_for_by_one_and_is_away_until_it_answers() -> None:
    one = lane()
    one.waiting.append(None)  # type: ignore[arg-type]
    route = one.routes.routes[0]
    for now in (0.0, 1.0, 1.0, 1.0):
        assert one.next(now)
        assert not one.send(route)
        full = fault("overloaded", 503)
        one.tried(route, full, now, now, is_connected=True, is_first=True, asked_s=10.0)
    assert one.is_away
    assert one.untold_absence(5.9) == ""
    assert one.untold_absence(6.0) == (
        "before: answers nobody (it was overloaded): one call at a time looks whether that is "
        "over, the others wait"
    )
    assert one.untold_absence(7.0) == ""
    assert not one.next(10.9)
    assert one.next(11.0)
    assert one.send(route)
    assert not one.next(11.0)
    one.heard(12.0)
    assert one.next(12.0)


def test_a_call_that_was_under_way_before_an_outage_is_no_look_and_stops_nobody() -> None:
    one = lane()
    route, full = one.routes.routes[0], fault("overloaded", 503)
    attempt(one, None)
    assert not one.send(route)  # keeps silent for 61 s
    for now in (0.5, 1.5, 1.6, 1.7):
        one.send(route)
        one.tried(route, full, now, now, is_connected=True, is_first=False, asked_s=40.0)
    assert one.is_away
    late = fault("timeout")
    one.tried(route, late, 61.0, 0.0, is_connected=True, is_first=True, is_look=False)
    assert one.stopped == ""
    assert one.send(route)
    one.tried(route, late, 62.0, 61.0, is_connected=True, is_first=False, is_look=True)
    assert one.stopped == "before: no answer for 62 s, 1 calls: it was timeout"


def test_while_it_is_not_known_to_be_away_no_wait_however_long_stops_it() -> None:
    one = lane()
    route, full = one.routes.routes[0], fault("rate_limited", 429)

    def refuse(now: float, asked_s: float) -> bool:
        is_look = one.send(route)
        words = {"is_connected": True, "is_first": True, "is_look": is_look}
        one.tried(route, full, now, now, asked_s=asked_s, **words)
        return is_look

    attempt(one, None)
    refuse(1.0, 120.0)
    one.doubt(full, 1.0)
    assert one.is_away
    for now in (70.0, 71.0):
        assert one.away_s(now) == 0.0
        assert not refuse(now, 9000.0)
        assert one.stopped == ""
    refuse(72.0, 9000.0)
    assert one.stopped == "before: answers nobody, and asks to wait 9000 s: it was rate_limited"


def test_an_absence_that_ends_with_another_fault_is_not_told() -> None:
    one = lane()
    attempt(one, None)
    for _ in range(3):
        attempt(one, "connect", 1.0)
    assert one.is_away
    attempt(one, "truncated", 2.0)
    assert not one.is_away
    assert one.untold_absence(99.0) == ""


def test_who_never_answered_is_not_waited_for() -> None:
    one = lane()
    for _ in range(4):
        attempt(one, "connect", 1.0)
        one.ended(fault("connect"))
    assert not one.is_away
    one.ended(fault("connect"))
    assert one.stopped == "before: 5 calls in a row: it was connect"


def test_the_first_reason_stays() -> None:
    one = lane()
    one.ended(fault("auth", 401))
    one.ended(fault("billing", 402))
    assert "auth" in one.stopped


def opened(urls: tuple[str, str]) -> dict[str, Lane]:
    targets = tuple(
        Target(name=name, provider="p", model="m", options={"url": url})
        for name, url in zip(("before", "after"), urls, strict=True)
    )
    provider = replace(PROVIDER, options=Options)
    return open_lanes(targets, RunSettings(concurrency=4, rate=2.0), {"p": provider}, Random(7))


def test_every_target_has_the_same_rate_and_none_shares_it() -> None:
    lanes = opened(("https://lab.example/a", "https://lab.example/b"))
    lanes["before"].limiter.start(0.0)
    assert not lanes["before"].limiter.may_start(0.0)
    assert lanes["after"].limiter.may_start(0.0)


def pressure(lane: Lane, place: int = 0) -> Pressure:
    return lane.routes.routes[place].pressure


def test_targets_at_one_origin_share_what_it_bears_and_others_do_not() -> None:
    same = opened(("https://lab.example/a", "https://lab.example/b"))
    assert pressure(same["before"]) is pressure(same["after"])
    assert pressure(same["before"]).limit == 8
    other = opened(("https://lab.example/a", "https://other.example/b"))
    assert pressure(other["before"]) is not pressure(other["after"])
    assert pressure(other["before"]).limit == 4


def test_each_address_of_a_target_shares_with_those_at_its_own_origin_only() -> None:
    before, after = TARGETS
    before = replace(before, options={"url": "https://lab.example/a"})
    urls = ("https://lab.example/b", "https://spare.example/b", "https://lab.example/c")
    lanes = open_lanes(
        (before, replace(after, urls=urls)),
        RunSettings(concurrency=4),
        {"p": replace(PROVIDER, options=Options)},
        Random(7),
    )
    lab, spare, lab_too = (pressure(lanes["after"], place) for place in range(3))
    assert lab is lab_too is pressure(lanes["before"])
    assert spare is not lab
    assert (lab.limit, spare.limit) == (8, 4)


def test_a_stored_target_has_no_part_in_what_its_origin_bears() -> None:
    stored, live = (replace(target, options={"url": "https://lab.example/m"}) for target in TARGETS)
    lanes = open_lanes(
        (replace(stored, run="runs/earlier"), live),
        RunSettings(concurrency=8),
        {"p": replace(PROVIDER, options=Options)},
        Random(7),
    )
    assert list(lanes) == ["after"]
    assert pressure(lanes["after"]).limit == 8
