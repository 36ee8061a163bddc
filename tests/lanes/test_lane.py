"""A target is given up when going on cannot help, and only then."""

from dataclasses import dataclass

import pytest

from harness.api import Provider, Request
from harness.data.exchange import Fault, FaultKind
from harness.data.noun import replace
from harness.data.suite import RunSettings, Target
from harness.lanes.lane import Lane, open_lanes

PROVIDER = Provider(name="p", request=lambda _call: Request(url="http://localhost"))
TARGETS = tuple(Target(name=name, provider="p", model="m") for name in ("before", "after"))


@dataclass(frozen=True)
class Options:
    url: str


def lane() -> Lane:
    return open_lanes(TARGETS, RunSettings(concurrency=4), {"p": PROVIDER})["before"]


def fault(kind: FaultKind, status: int | None = None) -> Fault:
    return Fault(kind=kind, message=f"it was {kind}", status=status)


@pytest.mark.parametrize(("kind", "status"), [("auth", 401), ("billing", 402)])
def test_one_refused_token_or_empty_account_is_enough(kind: FaultKind, status: int) -> None:
    one = lane()
    one.learn(fault(kind, status))
    assert one.stopped == f"before: it was {kind}"


@pytest.mark.parametrize("kind", ["connect", "gated", "not_found", "refused", "auth", "billing"])
def test_five_in_a_row_are_enough_and_four_are_not(kind: FaultKind) -> None:
    one = lane()
    for _ in range(4):
        one.learn(fault(kind))
        assert not one.stopped
    one.learn(None)
    for _ in range(4):
        one.learn(fault(kind))
    assert not one.stopped
    one.learn(fault(kind))
    assert one.stopped == f"before: 5 calls in a row: it was {kind}"


@pytest.mark.parametrize(
    "kind",
    ["config", "loading", "malformed", "overloaded", "plugin", "rate_limited", "timeout",
     "truncated"],
)  # fmt: skip
def test_what_may_be_about_one_case_never_stops_a_target(kind: FaultKind) -> None:
    one = lane()
    for _ in range(50):
        one.learn(fault(kind))
    assert not one.stopped


def test_the_first_reason_stays() -> None:
    one = lane()
    one.learn(fault("auth", 401))
    one.learn(fault("billing", 402))
    assert "auth" in one.stopped


def opened(urls: tuple[str, str]) -> dict[str, Lane]:
    targets = tuple(
        Target(name=name, provider="p", model="m", options={"url": url})
        for name, url in zip(("before", "after"), urls, strict=True)
    )
    provider = replace(PROVIDER, options=Options)
    return open_lanes(targets, RunSettings(concurrency=4, rate=2.0), {"p": provider})


def test_every_target_has_the_same_rate_and_none_shares_it() -> None:
    lanes = opened(("https://lab.example/a", "https://lab.example/b"))
    lanes["before"].limiter.start(0.0)
    assert not lanes["before"].limiter.may_start(0.0)
    assert lanes["after"].limiter.may_start(0.0)


def test_targets_at_one_origin_share_what_it_bears_and_others_do_not() -> None:
    same = opened(("https://lab.example/a", "https://lab.example/b"))
    assert same["before"].pressure is same["after"].pressure
    assert same["before"].pressure.limit == 8
    other = opened(("https://lab.example/a", "https://other.example/b"))
    assert other["before"].pressure is not other["after"].pressure
    assert other["before"].pressure.limit == 4
