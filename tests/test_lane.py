"""A target is given up when going on cannot help, and only then."""

import pytest

from harness.api import NoOptions
from harness.data.exchange import Fault, FaultKind
from harness.data.suite import RunSettings, Target
from harness.lane import Lane, open_lanes

TARGETS = tuple(Target(name=name, provider="p", model="m") for name in ("before", "after"))


def lane() -> Lane:
    return open_lanes(TARGETS, RunSettings(concurrency=4), {"p": NoOptions})["before"]


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


def test_every_target_has_the_same_limits_and_none_shares_them() -> None:
    lanes = open_lanes(TARGETS, RunSettings(concurrency=4, rate=2.0), {"p": NoOptions})
    lanes["before"].limiter.start(0.0)
    assert not lanes["before"].limiter.may_start(0.0)
    assert lanes["after"].limiter.may_start(0.0)
    assert {one.limiter.limit for one in lanes.values()} == {4}
